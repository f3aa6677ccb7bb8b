// A portal view: Python says what is on the page, this file draws it and sends back what was pressed.

const SHORT = 18; // characters that a table cell keeps on one line
let views = 0;

function chip(cell) {
  return h("span", { className: cell.chip ? "pl-chip" : "pl-word", "data-tone": cell.tone }, cell.text);
}

function button(press, send, style) {
  const node = h("button", { type: "button", className: style, "data-key": press.key || `${press.name} ${JSON.stringify(press.values)}` }, press.label);
  node.addEventListener("click", () => send(press, {}));
  return node;
}

function inside(cell, send) {
  const parts = [];
  if (cell.press) parts.push(button({ ...cell.press, label: cell.text }, send, "pl-open"));
  else if (cell.text) parts.push(chip(cell));
  if (cell.second) parts.push(h("span", { className: "pl-second" }, cell.second));
  if (cell.mark) parts.push(h("span", { className: "pl-mark" }, cell.mark));
  if (cell.share !== null) {
    const bar = h("span", { className: "pl-bar", "aria-hidden": "true", "data-tone": cell.tone }, h("span", {}));
    bar.firstChild.style.width = `${Math.max(cell.share * 100, cell.share > 0 ? 0.6 : 0)}%`;
    parts.push(bar);
  }
  return parts;
}

function table({ caption, columns, rows, groups, current, shows_caption }, send) {
  if (!rows.length) return h("p", { className: "pl-quiet-text" }, `${caption}: nothing yet.`);
  const heads = h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, name)));
  const over = groups.length ? [h("tr", { className: "pl-groups" }, ...groups.map(([title, count]) => h(title ? "th" : "td", { colSpan: count, ...(title && { scope: "colgroup" }) }, title)))] : [];
  const starts = new Set(groups.map((_, n) => groups.slice(0, n).reduce((sum, [, count]) => sum + count, 0)).slice(1));
  const style = (cell, n) => `${cell.text.length <= SHORT ? "pl-short" : ""} ${starts.has(n) ? "pl-start" : ""}`;
  const body = rows.map((row, i) => {
    const line = h("tr", {}, ...row.map((cell, n) => h(n ? "td" : "th", { className: style(cell, n), ...(!n && { scope: "row" }) }, ...inside(cell, send))));
    if (i === current) {
      line.className = "pl-current";
      line.querySelector("button")?.setAttribute("aria-current", "true");
    }
    return line;
  });
  const head = h("caption", { className: shows_caption ? "" : "pl-said" }, caption);
  return h("div", { className: "pl-scroll", role: "group", "aria-label": caption }, h("table", {}, head, h("thead", {}, ...over, heads), h("tbody", {}, ...body)));
}

/** A control with its label, and how to read it. */
function control(field, form, name) {
  const id = `${name}-${form.key}-${field.name}`;
  const key = `${form.key}/${field.name}`;
  const hint = field.hint ? h("span", { className: "pl-second", id: `${id}-hint` }, field.hint) : null;
  const described = hint && { "aria-describedby": `${id}-hint` };
  if (field.control === "tick") {
    const input = h("input", { type: "checkbox", id, defaultChecked: field.value, "data-key": key, ...described });
    return { nodes: [h("label", { className: "pl-tick" }, input, h("span", {}, field.label)), hint], read: () => input.checked };
  }
  if (field.control === "ticks") {
    const boxes = field.choices.map(([value, label]) => {
      const input = h("input", { type: "checkbox", value, defaultChecked: field.value.includes(value), "data-key": `${key}/${value}` });
      return { input, row: h("label", { className: "pl-tick" }, input, h("span", {}, label)) };
    });
    const group = h("fieldset", {}, h("legend", {}, field.label), hint, h("div", { className: "pl-ticks" }, ...boxes.map((box) => box.row)));
    return { nodes: [group], read: () => boxes.filter((box) => box.input.checked).map((box) => box.input.value) };
  }
  const label = h("label", { for: id }, field.label);
  const line = field.control === "word";
  const input =
    field.control === "menu"
      ? h("select", { id, "data-key": key, ...described }, ...field.choices.map(([value, text]) => h("option", { value, defaultSelected: value === field.value }, text)))
      : h(line ? "input" : "textarea", { id, [line ? "type" : "rows"]: line ? "text" : 2, defaultValue: field.value, "data-key": key, ...described });
  return { nodes: [h("div", { className: "pl-control" }, label, input, hint)], read: () => input.value };
}

function outcome(said) {
  if (!said) return null;
  const code = said.code ? h("pre", { className: "pl-code", tabIndex: 0, "aria-label": "The call that was made" }, said.code) : null;
  return h("div", { className: "pl-outcome", "data-tone": said.tone }, ...said.text.split("\n").map((line) => h("p", {}, line)), code);
}

function form(block, send, name) {
  const controls = block.fields.map((field) => ({ field, ...control(field, block, name) }));
  const values = () => Object.fromEntries(controls.map(({ field, read }) => [field.name, read()]));
  const buttons = block.presses.map((press, i) =>
    h("button", { type: i ? "button" : "submit", className: i || block.even ? "pl-quiet" : "pl-check", "data-key": `${block.key}#${press.label}` }, press.label),
  );
  const node = h("form", { "data-form": block.key }, ...controls.flatMap((c) => c.nodes), h("div", { className: "pl-actions" }, ...buttons), outcome(block.said));
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    if (block.presses.length) send(block.presses[0], values(), block.key);
  });
  buttons.slice(1).forEach((quiet, i) => quiet.addEventListener("click", () => send(block.presses[i + 1], values(), block.key)));
  return node;
}

function section(block, draw) {
  const state = block.state ? h("span", { className: "pl-chip", "data-tone": block.tone }, block.state) : null;
  const key = block.key || block.title;
  if (block.folded) return h("details", { "data-fold": key }, h("summary", { "data-key": `fold ${key}` }, block.title, state ? " " : null, state), ...block.blocks.map(draw));
  const heading = h("h4", { tabIndex: -1, "data-key": `heading ${key}` }, block.title, state ? " " : null, state);
  return h("section", {}, heading, ...block.blocks.map(draw));
}

const BLOCKS = {
  text: ({ text, tone }) => h("p", { "data-tone": tone, className: "pl-text" }, text),
  pairs: ({ rows }) => h("dl", {}, ...rows.flatMap(([name, cell]) => [h("dt", {}, name), h("dd", {}, ...inside(cell, () => {}))])),
  table: (block, send) => table(block, send),
  form: (block, send, name) => form(block, send, name),
  section: (block, send, name, draw) => section(block, draw),
  columns: ({ sections }, send, name, draw) => h("div", { className: "pl-columns" }, ...sections.map(draw)),
  links: (block) => links(block),
  lanes: (block) => lanes(block),
};

/** What the learner has typed or ticked and not sent yet, by the key of its control. */
function drafts(body, sent) {
  const kept = new Map();
  for (const node of body.querySelectorAll("form [data-key]")) {
    if (node.closest("form").dataset.form === sent) continue;
    if (node.type === "checkbox" && node.checked !== node.defaultChecked) kept.set(node.dataset.key, node.checked);
    else if (node.tagName === "SELECT" && !node.selectedOptions[0]?.defaultSelected) kept.set(node.dataset.key, node.value);
    else if (["text", "textarea"].includes(node.type) && node.value !== node.defaultValue) kept.set(node.dataset.key, node.value);
  }
  return kept;
}

/** What scrolls can be reached with the Tab key; what does not scroll is no stop on the way. */
function stops(root) {
  for (const box of root.querySelectorAll(".pl-scroll, .pl-drawing")) box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
}

function render({ model, el }) {
  const name = `pivotlab-portal-${++views}`;
  const title = h("h3", { tabIndex: -1 });
  const clock = h("p", { className: "pl-clock" });
  const notice = h("p", { className: "pl-practice" });
  const silent = h("p", { className: "pl-silent", role: "status" });
  const body = h("div", { className: "pl-body" });
  const said = h("div", { className: "pl-said", "aria-live": "polite" });
  const root = h("section", { className: "pivotlab-portal", "data-lm-suppress-shortcuts": "true" }, h("header", {}, h("div", {}, title, notice), clock), silent, body, said);
  let waiting;
  keepKeys(root);

  const send = (press, values, of = "") => {
    clearTimeout(waiting);
    waiting = setTimeout(() => (silent.textContent = SILENT), PATIENCE);
    model.send({ press: press.name, form: of, values: { ...values, ...press.values } });
  };
  const draw = (block) => BLOCKS[block.kind](block, send, name, draw);

  function show() {
    const page = model.get("page");
    const focused = body.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const kept = drafts(body, model.get("sent"));
    const opened = new Set([...body.querySelectorAll("details[open]")].map((fold) => fold.dataset.fold));
    title.textContent = page.title;
    clock.textContent = page.clock;
    notice.textContent = page.notice;
    root.setAttribute("aria-label", page.title);
    body.replaceChildren(...page.blocks.map(draw));
    for (const fold of body.querySelectorAll("details")) fold.open = opened.has(fold.dataset.fold);
    const keyed = new Map([...body.querySelectorAll("[data-key]")].map((node) => [node.dataset.key, node]));
    for (const [key, value] of kept) {
      const node = keyed.get(key);
      if (node) node[node.type === "checkbox" ? "checked" : "value"] = value;
    }
    stops(root);
    if (focused !== null) (keyed.get(focused) ?? title).focus();
    return keyed;
  }

  const answered = () => {
    clearTimeout(waiting);
    silent.textContent = "";
    const going = model.get("heading_for");
    const keyed = show();
    if (going) keyed.get(`heading ${going}`)?.focus();
    said.textContent = model.get("spoken");
  };
  const resized = new ResizeObserver(() => stops(root));
  model.on("change:turn", answered);
  el.append(root);
  resized.observe(root);
  show();
  return () => {
    clearTimeout(waiting);
    resized.disconnect();
    model.off("change:turn", answered);
  };
}

export default { render };
