// One question as a form of the browser's own controls. Python holds the state and marks; this file only shows and asks.

const TASK = {
  single: "Choose one",
  multiple: "Choose all that are right",
  predict: "What does it return?",
  ordering: "Put in order",
  matching: "Find the partners",
  complete: "Fill the blank",
  free_text: "In your own words",
};
const FIRST = { ordering: "Move a step first." };
const SIGN = { right: "\u2713", wrong: "\u2717", rated: "\u2713", "not attempted": "\u2026", shown: "\u2192", "yours to rate": "\u2192" };
let cards = 0;

/** Text with `code` between backticks. A text of several lines keeps them, in a block. */
function rich(text) {
  if (text.includes("\n")) return [h("pre", { className: "pl-block" }, text)];
  return text.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : document.createTextNode(part)));
}

/** Radios or checkboxes. */
function choices(type) {
  return ({ view, name, changed }) => {
    const rows = view.options.map(({ key, text }) => {
      const input = h("input", { type, name, value: key });
      input.addEventListener("change", changed);
      const mark = h("span", { className: "pl-mark", hidden: true }, " \u2713 right");
      const row = h("label", { className: "pl-option" }, input, h("span", { className: "pl-key", "aria-hidden": "true" }, key), h("span", { className: "pl-text" }, ...rich(text), mark));
      return { key, input, row, mark };
    });
    return {
      nodes: [h("div", { className: "pl-options" }, ...rows.map((r) => r.row))],
      read: () => rows.filter((r) => r.input.checked).map((r) => r.key),
      write: (answer) => rows.forEach((r) => (r.input.checked = answer.includes(r.key))),
      judge: (outcome, shown = []) =>
        rows.forEach(({ key, input, row, mark }) => {
          mark.hidden = !shown.includes(key);
          row.dataset.outcome = shown.includes(key) ? "shown" : input.checked && type === "radio" ? outcome : "";
        }),
    };
  };
}

/** Steps that move up and down with two buttons each; the buttons keep the focus, so one key moves a step on. */
function ordering({ view, changed, say }) {
  const text = Object.fromEntries(view.options.map((o) => [o.key, o.text]));
  const list = h("ol", { className: "pl-steps" });
  let order = view.options.map((o) => o.key);
  let touched = false;

  function move(key, by) {
    const from = order.indexOf(key);
    const to = from + by;
    if (to < 0 || to >= order.length) return;
    order.splice(to, 0, ...order.splice(from, 1));
    touched = true;
    draw();
    const buttons = list.children[to].querySelectorAll("button");
    const same = buttons[by < 0 ? 0 : 1];
    (same.disabled ? buttons[by < 0 ? 1 : 0] : same).focus();
    say(`${text[key]}: now step ${to + 1} of ${order.length}`);
    changed();
  }

  function button(key, sign, by, words, disabled) {
    const node = h("button", { type: "button", className: "pl-move", disabled, "aria-label": `Move ${words}: ${text[key]}`, title: `Move ${words}` }, sign);
    node.addEventListener("click", () => move(key, by));
    return node;
  }

  function draw() {
    list.replaceChildren(
      ...order.map((key, i) =>
        h("li", { className: "pl-step" }, h("span", { className: "pl-text" }, ...rich(text[key])), h("span", { className: "pl-moves" }, button(key, "\u2191", -1, "up", i === 0), button(key, "\u2193", 1, "down", i === order.length - 1))),
      ),
    );
  }

  draw();
  return {
    nodes: [list],
    read: () => (touched ? order : []),
    write: (answer) => {
      if (!answer.length || answer.join() === order.join()) return;
      order = [...answer];
      touched = true;
      draw();
    },
  };
}

/** A list of items, each with a menu of partners. */
function matching({ view, name, changed }) {
  const menus = view.lefts.map((left, i) => {
    const id = `${name}-${i}`;
    const menu = h("select", { id, className: "pl-menu" }, h("option", { value: "" }, "Choose\u2026"), ...view.options.map(({ key, text }) => h("option", { value: key }, `${key}. ${text.replaceAll("`", "")}`)));
    menu.addEventListener("change", changed);
    return { menu, row: h("div", { className: "pl-pair" }, h("label", { for: id, className: "pl-text" }, ...rich(left)), menu) };
  });
  return {
    nodes: [h("div", { className: "pl-pairs" }, ...menus.map((m) => m.row))],
    read: () => (menus.some((m) => m.menu.value) ? menus.map((m) => m.menu.value) : []),
    write: (answer) => menus.forEach((m, i) => (m.menu.value = answer[i] ?? "")),
  };
}

/** A query with one input in it. */
function complete({ view, changed }) {
  const input = h("input", { type: "text", className: "pl-blank", spellcheck: false, autocomplete: "off", autocapitalize: "off", "aria-label": "The missing part of the query" });
  const fit = () => (input.style.width = `${Math.max(14, input.value.length + 4)}ch`);
  input.addEventListener("input", () => {
    fit();
    changed();
  });
  const [before, after] = view.code.split("____");
  return {
    nodes: [h("div", { className: "pl-block pl-query" }, before, input, after)],
    read: () => (input.value.trim() ? [input.value] : []),
    write: (answer) => {
      if ((answer[0] ?? "") !== input.value) input.value = answer[0] ?? "";
      fit();
    },
  };
}

/** A text box. */
function open({ view, changed }) {
  const box = h("textarea", { className: "pl-answer", rows: 6, "aria-label": `Your answer to: ${view.stem}`, placeholder: "Write it as you would say it." });
  box.addEventListener("input", changed);
  return {
    nodes: [box],
    read: () => (box.value.trim() ? [box.value] : []),
    write: (answer) => {
      if ((answer[0] ?? "") !== box.value) box.value = answer[0] ?? "";
    },
  };
}

/** The rubric, each step a button, shown once there is something to rate. */
function rubric(view, name, press) {
  const rows = view.rubric.map((meaning, rating) => {
    const input = h("input", { type: "radio", name: `${name}-rating`, value: rating });
    input.addEventListener("change", () => press({ press: "rate", rating }));
    return h("label", { className: "pl-option" }, input, h("span", { className: "pl-key" }, String(rating)), h("span", { className: "pl-text" }, meaning));
  });
  return h("fieldset", { className: "pl-rubric", hidden: true }, h("legend", {}, "How close was your answer?"), h("div", { className: "pl-options" }, ...rows));
}

const VIEWS = { single: choices("radio"), predict: choices("radio"), multiple: choices("checkbox"), ordering, matching, complete, free_text: open };

function render({ model, el }) {
  const view = model.get("view");
  const name = `pivotlab-${++cards}`;
  let waiting;
  const press = (message) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      feedback.dataset.outcome = "";
      feedback.replaceChildren(h("p", {}, SILENT));
    }, PATIENCE);
    model.send(message);
  };

  const said = h("div", { className: "pl-said", "aria-live": "polite" });
  const asked = VIEWS[view.kind]({ view, name, changed: () => update(), say: (text) => (said.textContent = text) });
  const check = h("button", { type: "submit", className: "pl-check" }, view.kind === "free_text" ? "Compare" : "Check answer");
  const reveal = h("button", { type: "button", className: "pl-quiet", hidden: true }, "Show the answer");
  const tries = h("span", { className: "pl-tries" });
  const first = h("span", { id: `${name}-first`, className: "pl-first", hidden: true }, FIRST[view.kind] ?? "");
  const feedback = h("div", { className: "pl-feedback", role: "status" });
  const more = h("div", { className: "pl-more" });
  const rating = rubric(view, name, press);

  const code = view.code && view.kind !== "complete" ? [h("pre", { className: "pl-block", tabIndex: 0, "aria-label": "Query or data" }, view.code)] : [];
  const form = h(
    "form",
    { className: "pivotlab-card", "data-kind": view.kind, "data-lm-suppress-shortcuts": "true", "aria-label": `Question: ${view.topic}` },
    h("p", { className: "pl-meta" }, h("span", {}, view.topic), h("span", {}, view.level), h("span", {}, TASK[view.kind])),
    h("fieldset", {}, h("legend", {}, ...rich(view.stem)), ...code, ...asked.nodes),
    h("div", { className: "pl-actions" }, check, first, reveal, tries),
    feedback,
    more,
    rating,
    said,
  );

  keepKeys(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (check.getAttribute("aria-disabled") !== "true") press({ press: "check", answer: asked.read() });
  });
  reveal.addEventListener("click", () => press({ press: "reveal" }));

  function update() {
    const empty = asked.read().length === 0;
    check.setAttribute("aria-disabled", String(empty));
    first.hidden = !empty || !first.textContent;
    if (first.hidden) check.removeAttribute("aria-describedby");
    else check.setAttribute("aria-describedby", first.id);
    asked.judge?.("");
  }

  function show() {
    const got = model.get("feedback") ?? {};
    const attempts = model.get("attempts");
    feedback.dataset.outcome = got.outcome ?? "";
    feedback.replaceChildren();
    if (got.headline) {
      feedback.append(h("p", { className: "pl-headline" }, h("span", { "aria-hidden": "true" }, SIGN[got.outcome] ?? ""), ` ${got.headline}`));
      feedback.append(...got.lines.map((line) => h("p", {}, ...rich(line))));
      if (got.notice) feedback.append(h("p", { className: "pl-notice" }, got.notice));
    }
    more.replaceChildren(...(got.sections ?? []).map(({ title, texts }) => section(title, texts)));
    tries.textContent = attempts ? `${attempts} ${attempts === 1 ? "attempt" : "attempts"}` : "";
    reveal.hidden = got.outcome !== "wrong";
    rating.hidden = !["yours to rate", "rated"].includes(got.outcome);
    asked.judge?.(got.outcome === "right" || got.outcome === "wrong" ? got.outcome : "", got.shown);
  }

  function section(title, texts) {
    const body = texts.length > 1 ? h("ul", {}, ...texts.map((text) => h("li", {}, ...rich(text)))) : h("p", {}, ...rich(texts[0]));
    return h("details", { open: title === "Key points" }, h("summary", {}, title), body);
  }

  const write = () => {
    asked.write(model.get("answer") ?? []);
    update();
  };
  const answered = () => {
    clearTimeout(waiting);
    show();
  };
  model.on("change:turn", answered);
  model.on("change:answer", write);
  model.on("change:feedback", show);
  model.on("change:attempts", show);
  el.append(form);
  write();
  show();
  return () => {
    clearTimeout(waiting);
    model.off("change:turn", answered);
    model.off("change:answer", write);
    model.off("change:feedback", show);
    model.off("change:attempts", show);
  };
}

export default { render };
