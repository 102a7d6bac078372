// The reader's own outputs below a cell, with the classes of the printed ones.
import { add } from "./elements.js";

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

// Shows an output in the format of a notebook.
export const show = (cell, { output_type, name, text, data, traceback }) => {
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

export const clear = (cell) => cell.own?.replaceChildren(cell.own.firstElementChild);

export const removeIfEmpty = (cell) => {
  if (cell.own?.children.length === 1) cell.own = cell.own.remove();
};

export const textOf = ({ own }) =>
  [...(own?.querySelectorAll("pre") ?? [])].map((it) => it.textContent).join("\n");
