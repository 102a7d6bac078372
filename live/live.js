// Cells that a reader can run and change in the page, and exercises that are answered there.
import * as engine from "./engine.js";
import * as kept from "./kept.js";
import { add, make } from "./elements.js";
import { clear, removeIfEmpty, show, textOf } from "./outputs.js";

const here = document.currentScript.src;
const megabytes = (bytes) => Math.round(bytes / 1e6);
const SIZE = `${megabytes(engine.bytes)} MB`;
const href = new URL("../../book/in_the_page.html", here);
const MORE = { href, textContent: "More about running cells" };
const NONE = "The cells of this page do not run here, because they need PyTorch or scikit-learn.";
const REASONS = {
  process: "it starts a second Python",
  overflow: "this Python does not notice overflows",
  clock: "the clock of a page is too coarse",
};
const queue = []; // The cells to run. The first one is running.
let cells, page, opening;

const reason = ({ classList }) => {
  const [, name] = [...classList].join(" ").match(/tag_not-live-(\w+)/);
  return `This cell does not run here, because ${REASONS[name]}.`;
};

const changed = ({ pre, printed }) => printed && pre.textContent !== printed.textContent;

// The printed code is stored only when it changes, so that pages open fast.
const setCode = (cell, code) => {
  cell.printed ??= cell.pre.cloneNode(true);
  cell.pre.textContent = code;
};

// Shows what this browser keeps: buttons to go back, and the answers.
const showKept = () => {
  const { code, answers, exercises } = kept.read();
  cells.forEach((cell) => (cell.reset.hidden = !changed(cell)));
  const some = Object.keys(answers).length > 0;
  page.hidden = !some && !Object.keys(code).length;
  page.firstChild.textContent = some
    ? `Exercises: ${kept.summary({ answers, exercises })}.`
    : "You have changed code on this page.";
  for (const { label, mark } of cells) if (mark) mark.textContent = answers[label] ?? "";
};

const keepCode = (cell) => {
  const code = cell.pre.textContent;
  cell.ran = false; // It runs again before the cells below it.
  kept.change((it) => {
    if (changed(cell)) it.code[cell.id] = code;
    else delete it.code[cell.id];
  });
  showKept();
};

// The last line that a check prints is its verdict.
const keepAnswer = (cell) => {
  if (!cell.label) return;
  const said = textOf(cell).match(/^(Right\.|Not yet\.|Waiting for)/gm)?.pop();
  kept.change((it) => {
    it.exercises = cells.filter(({ label }) => label).length;
    it.answers[cell.label] = said === "Right." ? "right" : "waiting";
  });
  showKept();
};

const runOne = async (cell) => {
  clear(cell);
  try {
    const code = cell.pre.textContent;
    const stopped = await engine.run(code, cell.number, (output) => show(cell, output));
    const failed = stopped && !cell.element.matches(".tag_raises-exception");
    cell.ran = !failed && code === cell.pre.textContent; // A reader may edit while it runs.
    keepAnswer(cell);
    return failed;
  } finally {
    removeIfEmpty(cell);
  }
};

// Runs the cells above that have not run, and then this one.
const runTo = async (cell) => {
  cell.say("Loading Python …");
  try {
    await engine.load((bytes) => cell.say(`Loading Python: ${megabytes(bytes)} of ${SIZE}, once …`));
  } catch (error) {
    if (error.message === "stopped") return cell.say("Stopped.");
    return cell.say(`Python was not loaded. Press Run to try again. ${error.message}`);
  }
  try {
    const before = cells.slice(0, cells.indexOf(cell)).filter((it) => !it.ran);
    for (const one of [...before, cell]) {
      cell.say(`Running cell ${one.number} …`);
      const failed = await runOne(one);
      if (failed && one === cell) return cell.say("This cell stopped with an error.");
      // An unfinished answer does not keep the reader from the next exercise.
      if (failed && (one.exercise === cell.exercise || !one.exercise))
        return cell.say("This cell did not run, because of an error in ", one.link);
    }
    return cell.say(cell.own ? "Done." : "Done. This cell has no output.");
  } catch (error) {
    cells.forEach((it) => (it.ran = false));
    const why = error.message === "stopped" ? "Stopped" : `Python stopped (${error.message})`;
    return cell.say(`${why}. All variables are lost: the next run begins with the first cell.`);
  }
};

const hideStop = (cell) => {
  if (document.activeElement === cell.stop) cell.start.focus(); // The focus is not lost.
  cell.stop.hidden = true;
};

const press = async (cell) => {
  if (queue.includes(cell)) return;
  cell.stop.hidden = false;
  cell.say("Waiting …");
  if (queue.push(cell) > 1) return; // It runs after those before it.
  for (; queue.length; queue.shift()) {
    await runTo(queue[0]);
    hideStop(queue[0]);
  }
};

const stop = () => {
  for (const cell of queue.splice(1)) {
    hideStop(cell);
    cell.say("");
  }
  engine.stop();
};

const edit = async (cell) => {
  opening ??= import(new URL("editor.js", here));
  try {
    cell.editor = await opening;
  } catch (error) {
    opening = undefined; // The next press tries again.
    return cell.say(`The editor was not loaded. Press Edit to try again. ${error.message}`);
  }
  if (cell.view) return;
  cell.edit.hidden = cell.pre.hidden = true;
  cell.hint.hidden = false;
  const onChange = (code) => {
    setCode(cell, `${code}\n`);
    keepCode(cell);
  };
  const options = { label: `Code of cell ${cell.number}`, hint: cell.hint.id, onChange };
  options.onRun = () => press(cell);
  const code = cell.pre.textContent.replace(/\n$/, "");
  cell.view = cell.editor.open(cell.pre.parentElement, code, options);
  cell.view.focus();
};

const reset = (cell) => {
  if (cell.view) {
    cell.editor.replace(cell.view, cell.printed.textContent.replace(/\n$/, ""));
    cell.view.focus();
  } else {
    cell.pre.replaceChildren(...cell.printed.cloneNode(true).childNodes);
    keepCode(cell);
    cell.edit.focus();
  }
};

const resetPage = () => {
  if (!confirm("Reset all code and all answers of this page?")) return;
  kept.forget();
  location.reload();
};

const note = (text) => {
  const line = make("p", { className: "live-note", textContent: `${text} ` });
  add(line, "a", MORE);
  return line;
};

const prepare = (element, index) => {
  const input = element.querySelector(".cell_input");
  const pre = input.querySelector("pre");
  const cell = { element, pre, id: element.id, number: index + 1 };
  const bar = document.createElement("div");
  bar.className = "live-bar";
  input.after(bar);
  const button = (textContent, onclick, hidden = false) => {
    const ariaLabel = `${textContent} cell ${cell.number}`;
    return add(bar, "button", { type: "button", textContent, ariaLabel, onclick, hidden });
  };
  cell.start = button("Run", () => press(cell));
  cell.start.title = `The first run loads Python: ${SIZE}, once.`;
  cell.edit = button("Edit", () => edit(cell));
  cell.reset = button("Reset", () => reset(cell), true);
  cell.stop = button("Stop", stop, true);
  cell.status = add(bar, "span", { role: "status" });
  cell.say = (text, link) => {
    cell.status.textContent = text;
    if (link) add(cell.status, "a", link);
  };
  cell.link = { href: `#${cell.id}`, textContent: `cell ${cell.number}` };
  add(bar, "span", { className: "live-number", textContent: `Cell ${cell.number}` });
  const hint = "Shift+Enter runs the cell. Escape and then Tab leaves the code.";
  const id = `live-hint-${cell.number}`;
  cell.hint = add(bar, "p", { className: "live-hint", id, textContent: hint, hidden: true });
  cell.exercise = element.closest(".exercise");
  if (pre.textContent.includes(`check_answer("${cell.exercise?.id}"`)) {
    cell.label = cell.exercise.id;
    const title = cell.exercise.querySelector(".admonition-title");
    cell.mark = add(title, "span", { className: "live-mark" });
  }
  return cell;
};

// The answers, and a way to forget all that is kept of this page.
const addPageLine = (title) => {
  page = make("p", { className: "live-note" });
  add(page, "span", { role: "status" });
  add(page, "button", { type: "button", textContent: "Reset page", onclick: resetPage });
  title.after(page);
};

const start = () => {
  const title = document.querySelector("article h1");
  const all = [...document.querySelectorAll("div.cell:has(.cell_input)")];
  const others = all.filter((element) => element.matches("[class*=tag_not-live]"));
  const problem = engine.problem() || (all.length === others.length && NONE);
  if (problem) return all.length && title.after(note(problem));
  for (const element of others) element.querySelector(".cell_input").after(note(reason(element)));
  cells = all.filter((element) => !others.includes(element)).map(prepare);
  const first = cells.find(({ status }) => !status.closest("details")) ?? cells[0];
  first.say(`The first run loads Python: ${SIZE}, once. `, MORE);
  addPageLine(title);
  const { code } = kept.read();
  for (const cell of cells) if (code[cell.id]) setCode(cell, code[cell.id]);
  return showKept();
};

start();
for (const link of document.querySelectorAll("#the-map td:first-child a")) {
  const left = kept.read(link.href);
  const className = "live-note";
  if (left.exercises) link.parentElement.after(make("p", { className, textContent: kept.summary(left) }));
}
