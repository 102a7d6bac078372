// A button on each code cell, which runs the cell in the page.
import style from "./live.css";
import * as engine from "./engine.js";

const megabytes = (bytes) => Math.round(bytes / 1e6);
const size = `${megabytes(engine.bytes)} MB`;
let queue = Promise.resolve(); // One cell runs at a time.
let agreed = localStorage.getItem("live") === size; // It is stored in the browser then.

const add = (parent, tag, properties) =>
  parent.appendChild(Object.assign(document.createElement(tag), properties));

// The printed output stays one press away, as the outputs to predict are already.
const put = (cell) => {
  const printed = cell.element.querySelector(":scope > .cell_output");
  if (printed && !cell.own) {
    const details = add(cell.element, "details", { className: "live-printed" });
    add(details, "summary", { textContent: "Printed output" });
    printed.before(details);
    details.append(printed);
  }
  cell.own?.remove();
  cell.own = add(cell.element, "div", { className: "cell_output live-output" });
  add(cell.own, "p", { className: "live-label", textContent: "Your output" });
};

// Shows one output, in the format of a notebook, with the same classes as printed outputs.
const show = (cell, { output_type, name, text, data, traceback }) => {
  if (!cell.own) put(cell);
  const printed = text ?? traceback?.join("") ?? (data["text/html"] ? "" : data["text/plain"]);
  const kind = `output ${traceback ? "traceback" : name === "stderr" ? "stderr" : "stream"}`;
  let last = cell.own.lastElementChild;
  if (output_type !== "stream" || last.className !== kind) {
    last = add(cell.own, "div", { className: printed ? kind : "output text_html" });
    if (printed) add(add(last, "div", { className: "highlight" }), "pre", { tabIndex: 0 });
    // In a fragment like this, scripts run: figures with sliders need theirs.
    else last.append(document.createRange().createContextualFragment(data["text/html"]));
  }
  if (printed) last.querySelector("pre").append(printed);
};

const runOne = async (cell, number) => {
  cell.own?.replaceChildren(cell.own.firstElementChild);
  try {
    const failed = await engine.run(cell.code(), number, (output) => show(cell, output));
    cell.ran = true;
    return failed;
  } finally {
    if (cell.own?.children.length === 1) cell.own = cell.own.remove(); // No output is left.
  }
};

// Runs the cells above that have not run, and then this one.
const runTo = async (cells, cell) => {
  const say = (text) => (cell.status.textContent = text);
  cell.stop.hidden = false;
  try {
    say("Loading Python …");
    await engine.load((bytes) => say(`Loading ${megabytes(bytes)} of ${size} …`));
    localStorage.setItem("live", size);
    const before = cells.slice(0, cells.indexOf(cell)).filter((it) => !it.ran);
    for (const one of [...before, cell]) {
      const number = cells.indexOf(one) + 1;
      say(`Running cell ${number} …`);
      const failed = await runOne(one, number);
      if (failed && one === cell) return say("This cell stopped with an error.");
      if (failed && !one.element.matches(".tag_raises-exception"))
        return say(`Cell ${number} stopped with an error, so this cell did not run.`);
    }
    say(cell.own ? "Done." : "Done. This cell has no output.");
  } catch (error) {
    cells.forEach((it) => (it.ran = false));
    say(
      error.message === "stopped"
        ? "Stopped. All variables are lost: the next run begins with the first cell."
        : `Python stopped, and all variables are lost. ${error.message}`
    );
  } finally {
    cell.stop.hidden = true;
    cell.waiting = false;
  }
};

const press = (cells, cell) => {
  if (!agreed) {
    agreed = true;
    cell.status.textContent = `The first run loads Python into this page: ${size}, once. Press Run again to load it.`;
  } else if (!cell.waiting) {
    cell.waiting = true;
    cell.status.textContent = "Waiting …";
    queue = queue.then(() => runTo(cells, cell));
  }
};

if (engine.supported()) {
  add(document.head, "style", { textContent: style });
  const cells = [...document.querySelectorAll("div.cell:not(.tag_not-live)")]
    .map((element) => ({ element, input: element.querySelector(".cell_input") }))
    .filter(({ input }) => input);
  cells.forEach((cell, index) => {
    const source = cell.input.querySelector("pre");
    cell.code = () => source.textContent;
    const bar = document.createElement("div");
    bar.className = "live-bar";
    cell.input.after(bar);
    const button = (textContent, more) => {
      const ariaLabel = `${textContent} cell ${index + 1}`;
      return add(bar, "button", { type: "button", textContent, ariaLabel, ...more });
    };
    button("Run", { onclick: () => press(cells, cell) });
    cell.stop = button("Stop", { onclick: () => engine.stop(), hidden: true });
    cell.status = add(bar, "span", { role: "status" });
  });
}
