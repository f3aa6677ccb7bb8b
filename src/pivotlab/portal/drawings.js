// Two drawings in SVG. Each is one image with its alt text; the table beside it says everything.

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 900;

function s(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function image(alt, height, ...children) {
  return h("div", { className: "pl-drawing", role: "group", "aria-label": "Drawing" }, s("svg", { viewBox: `0 0 ${WIDE} ${height}`, role: "img", "aria-label": alt }, ...children));
}

function cut(text, length) {
  return text.length > length ? `${text.slice(0, length - 1)}\u2026` : text;
}

/** What belongs to what: boxes on the left and the right, a curve for each line. Pointing at a box lights its lines. */
function links({ alt, titles, left, right, lines }) {
  const [row, box, top] = [46, 36, 34];
  const [leftWide, rightFrom, rightWide] = [360, 560, 340];
  const tall = Math.max(left.length, right.length);
  const y = (i, of) => top + ((i + 0.5) * tall * row) / of;
  const groups = [];
  const curves = lines.map(([from, to]) => {
    const [a, b] = [y(from, left.length), y(to, right.length)];
    const middle = (leftWide + rightFrom) / 2;
    return s("path", { class: "pl-line", d: `M${leftWide} ${a} C${middle} ${a} ${middle} ${b} ${rightFrom} ${b}` });
  });
  const place = (nodes, x, wide, side) =>
    nodes.map(([label, second, tone], i) => {
      const at = y(i, nodes.length) - box / 2;
      const group = s(
        "g",
        { class: "pl-node", "data-tone": tone, transform: `translate(${x} ${at})` },
        s("title", {}, `${label}. ${second}`),
        s("rect", { width: wide, height: box, rx: 8 }),
        s("rect", { class: "pl-edge", width: 4, height: box - 12, x: 6, y: 6, rx: 2 }),
        s("text", { x: 20, y: 15 }, cut(label, Math.floor((wide - 28) / 7.3))),
        s("text", { class: "pl-second", x: 20, y: 29 }, cut(second, Math.floor((wide - 28) / 6.4))),
      );
      const touches = lines.map((line) => line[side] === i);
      group.addEventListener("pointerenter", () => curves.forEach((curve, n) => curve.classList.toggle("pl-lit", touches[n])));
      group.addEventListener("pointerleave", () => curves.forEach((curve) => curve.classList.remove("pl-lit")));
      groups.push(group);
      return group;
    });
  place(left, 0, leftWide, 0);
  place(right, rightFrom, rightWide, 1);
  const headings = [s("text", { class: "pl-heading", x: 0, y: 16 }, titles[0]), s("text", { class: "pl-heading", x: rightFrom, y: 16 }, titles[1])];
  return image(alt, top + tall * row + 4, ...headings, ...curves, ...groups);
}

/** What happened where and when: a lane for each place, a dot for each entry. */
function lanes({ alt, lanes, ticks }) {
  const [row, from] = [34, 120];
  const x = (share) => from + 10 + share * (WIDE - from - 24);
  const height = lanes.length * row + 30;
  const marks = ticks.flatMap(([share, label]) => [
    s("line", { class: "pl-rule", x1: x(share), x2: x(share), y1: 4, y2: height - 24 }),
    s("text", { class: "pl-second", x: x(share), y: height - 6, "text-anchor": share > 0.95 ? "end" : share < 0.05 ? "start" : "middle" }, label),
  ]);
  const drawn = lanes.flatMap(([name, dots], i) => {
    const y = (i + 0.5) * row + 4;
    return [
      s("text", { class: "pl-heading", x: 0, y: y + 4 }, name),
      s("line", { class: "pl-lane", x1: from, x2: WIDE, y1: y, y2: y }),
      ...dots.map((share) => s("circle", { class: "pl-dot", cx: x(share), cy: y, r: 5 })),
    ];
  });
  return image(alt, height, ...marks, ...drawn);
}
