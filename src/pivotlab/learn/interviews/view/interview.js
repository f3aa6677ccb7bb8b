// A mock interview as forms of the browser's own controls. Python holds the state; this file only shows and asks.

const FINDING = { covered: ["\u2713", "Found"], missing: ["\u2026", "Not found"], contradicted: ["\u2717", "Contradicted"] };
let cards = 0;

function minutes(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function button(text, kind = "submit") {
  return h("button", { type: kind, className: kind === "submit" ? "pl-check" : "pl-quiet" }, text);
}

function opening(view, { press }) {
  const anew = button("Start anew", "button");
  anew.addEventListener("click", () => press({ press: "start" }));
  const buttons = view.interrupted ? [button("Go on with it"), anew] : [button("Start")];
  return {
    nodes: [
      h("h3", { className: "pl-title", tabIndex: -1 }, "Mock interview"),
      h("p", {}, `${view.level} level, ${view.minutes} minutes, ${view.total} questions. Answer as you would speak. The time is shown, and nothing cuts you off.`),
      h("p", { className: "pl-aside" }, view.notice),
      view.interrupted ? h("p", {}, view.interrupted) : null,
      h("div", { className: "pl-actions" }, ...buttons),
    ],
    send: () => ({ press: view.interrupted ? "resume" : "start" }),
  };
}

function heading(view) {
  return [
    h("p", { className: "pl-meta" }, h("span", {}, view.topic), h("span", {}, view.level), h("span", {}, `Question ${view.number} of ${view.total}`)),
    h("h3", { className: "pl-title", tabIndex: -1 }, view.question),
  ];
}

function asking(view, { draft, press, say }) {
  const box = h("textarea", { className: "pl-answer", rows: 9, value: draft, "aria-label": `Your answer to: ${view.question}`, placeholder: "Type or paste your answer." });
  const time = h("span", { className: "pl-tries", "aria-hidden": "true" });
  const from = performance.now() - view.elapsed * 1000;
  let told = false;
  const tick = () => {
    const seconds = (performance.now() - from) / 1000;
    time.textContent = `${minutes(seconds)} of about ${minutes(view.secondsEach)}`;
    if (seconds > view.secondsEach && !told) {
      told = true;
      say("The time for one question is over. Finish your thought; nothing cuts you off.");
    }
  };
  tick();
  const timer = setInterval(tick, 1000);
  let waiting;
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => press({ press: "draft", text: box.value }), 800);
  });
  return {
    nodes: [...heading(view), box, h("div", { className: "pl-actions" }, button("Done answering"), time)],
    send: () => ({ press: "answer", text: box.value }),
    stop: () => {
      clearInterval(timer);
      clearTimeout(waiting);
    },
  };
}

/** The criteria that are rated now, and what reads the ratings. */
function scales(view, name) {
  const groups = view.criteria.map((criterion) => {
    const rows = criterion.anchors.map((meaning, value) =>
      h("label", { className: "pl-option" }, h("input", { type: "radio", name: `${name}-${criterion.name}`, value }), h("span", { className: "pl-key" }, String(value)), h("span", { className: "pl-text" }, meaning)),
    );
    return h("fieldset", { className: "pl-rubric" }, h("legend", {}, `${criterion.name}: ${criterion.asks}`), h("div", { className: "pl-options" }, ...rows));
  });
  return {
    groups,
    send: () => {
      const ratings = {};
      groups.forEach((group, i) => {
        const checked = group.querySelector("input:checked");
        if (checked) ratings[view.criteria[i].name] = Number(checked.value);
      });
      return { press: "rate", ratings };
    },
  };
}

function rating(view, { name }) {
  const { groups, send } = scales(view, name);
  return {
    nodes: [...heading(view), quoted(view.answer), h("p", {}, "Rate your answer before you see the key points."), ...groups, h("div", { className: "pl-actions" }, button("Show the key points"))],
    send,
  };
}

function quoted(text) {
  return h("blockquote", { className: "pl-quote" }, text || "(no answer)");
}

function point({ text, finding, sentence, matched, facts }) {
  const [sign, word] = FINDING[finding];
  const item = h("li", { className: "pl-point" }, h("p", {}, h("span", { className: "pl-finding" }, h("span", { "aria-hidden": "true" }, `${sign} `), `${word}: `), text));
  item.dataset.finding = finding;
  if (sentence) item.append(h("p", { className: "pl-why" }, "Because you wrote: ", h("q", {}, sentence), ` What matched: ${matched.join(", ")}.`));
  if (finding === "contradicted" && facts.length) item.append(h("p", { className: "pl-why" }, `Fact ${facts.join(" Fact ")}`));
  return item;
}

/** The answer beside its key points. */
function compared(view) {
  return [
    ...heading(view),
    quoted(view.answer),
    h("p", { className: "pl-aside" }, view.notice),
    h("ul", { className: "pl-points", "aria-label": "Key points" }, ...view.points.map(point)),
  ];
}

function comparing(view, { name }) {
  const { groups, send } = scales(view, name);
  return { nodes: [...compared(view), h("p", {}, "Now rate the rest, beside the key points."), ...groups, h("div", { className: "pl-actions" }, button("Rate"))], send };
}

function reviewing(view, { draft, press }) {
  const rated = Object.entries(view.ratings).map(([name, value]) => `${name} ${value}`);
  const nodes = [
    ...compared(view),
    h("p", {}, `You rated: ${rated.join(", ")}, each of 4.`),
    h("details", {}, h("summary", {}, view.doubts), h("ul", {}, ...view.redFlags.map((flag) => h("li", {}, flag))), h("p", {}, `An answer with one of these deserves at most ${view.redFlagCap} for reasoning.`)),
  ];
  if (view.comment) nodes.push(h("p", { className: "pl-aside" }, "Comment of the judge you connected, not a score: ", h("q", {}, view.comment)));
  const last = view.number === view.total ? "Finish" : "Next question";
  if (view.stage === "next") {
    if (view.reply) nodes.push(h("p", {}, `Follow-up: ${view.followUp}`), quoted(view.reply));
    return { nodes: [...nodes, h("div", { className: "pl-actions" }, button(last))], send: () => ({ press: "go on" }) };
  }
  const box = h("textarea", { className: "pl-answer", rows: 4, value: draft, "aria-label": `Your reply to: ${view.followUp}` });
  const skip = button(last, "button");
  skip.addEventListener("click", () => press({ press: "go on" }));
  return {
    nodes: [...nodes, h("h4", { className: "pl-follow" }, `Follow-up: ${view.followUp}`), box, h("div", { className: "pl-actions" }, button("Reply"), skip)],
    send: () => ({ press: "reply", text: box.value }),
  };
}

function done(view) {
  const gaps = view.gaps.map((gap) => h("li", {}, h("strong", {}, gap.topic), `: ${gap.below.join("; ")}. Redo ${gap.redo.join(", ")}.`));
  const again = view.lookAgain.map((answer) => h("li", {}, h("strong", {}, answer.question), `: ${answer.sentence}`));
  const claims = view.claims.map((claim) => h("li", {}, `${claim.question}: `, h("q", {}, claim.sentence), ` Compare: ${claim.right}.${claim.facts.map((fact) => ` Fact ${fact}`).join("")}`));
  return {
    nodes: [
      h("h3", { className: "pl-title", tabIndex: -1 }, "Gap report"),
      h("p", {}, view.headline),
      gaps.length ? h("ul", {}, ...gaps) : null,
      again.length ? h("h4", {}, view.lookAgainTitle) : null,
      again.length ? h("ul", {}, ...again) : null,
      claims.length ? h("h4", {}, "Claims to look up") : null,
      claims.length ? h("ul", {}, ...claims) : null,
      h("details", {}, h("summary", {}, "Transcript in Markdown"), h("pre", { className: "pl-block pl-transcript", tabIndex: 0, "aria-label": "Transcript" }, view.markdown)),
    ],
    send: () => null,
  };
}

const STAGES = { start: opening, answer: asking, rating, comparing, reply: reviewing, next: reviewing, done };

function render({ model, el }) {
  const name = `pivotlab-interview-${++cards}`;
  let waiting;
  const press = (message) => {
    clearTimeout(waiting);
    const slow = () => (problem.textContent = "No answer from the kernel yet. If it has stopped, copy your answer and run this cell again.");
    if (message.press !== "draft") waiting = setTimeout(slow, PATIENCE);
    model.send(message);
  };
  const body = h("div", { className: "pl-body" });
  const said = h("div", { className: "pl-said", "aria-live": "polite" });
  const problem = h("p", { className: "pl-problem", role: "status" });
  const form = h("form", { className: "pivotlab-card pivotlab-interview", "data-lm-suppress-shortcuts": "true", "aria-label": "Mock interview" }, body, problem, said);
  let part = { send: () => null };

  keepKeys(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const message = part.send();
    if (message) press(message);
  });

  const show = (focus) => {
    part.stop?.();
    said.textContent = "";
    const view = model.get("view");
    form.dataset.stage = view.stage;
    part = STAGES[view.stage](view, { name, press, draft: model.get("draft") ?? "", say: (text) => (said.textContent = text) });
    body.replaceChildren(...part.nodes.filter(Boolean), ...(view.saved ? [h("p", { className: "pl-notice" }, view.saved)] : []));
    if (focus) body.querySelector(".pl-title").focus();
  };
  const complain = () => {
    clearTimeout(waiting);
    problem.textContent = model.get("problem") ?? "";
  };
  const moved = () => {
    complain();
    show(true);
  };
  model.on("change:view", moved);
  model.on("change:problem", complain);
  el.append(form);
  show(false);
  complain();
  return () => {
    part.stop?.();
    clearTimeout(waiting);
    model.off("change:view", moved);
    model.off("change:problem", complain);
  };
}

export default { render };
