// What every widget is built of. The files of a widget follow in the same module.

const PATIENCE = 3000; // milliseconds without an answer, after which a widget says so
const SILENT = "No answer from the kernel yet. If it has stopped, run this cell again.";

/** An element with properties and children; a property with a dash in its name is an attribute. */
function h(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name.includes("-") || name === "role" || name === "for") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Letters typed in a widget are an answer, not a command to the notebook. */
function keepKeys(node) {
  for (const kind of ["keydown", "keypress", "keyup"]) node.addEventListener(kind, (event) => event.stopPropagation());
}
