// The view for a lecture hall (present.css). It lasts until it is left, also on other pages:
// _templates/layout.html sets the class before the first paint.
{
  const html = document.documentElement;
  const button = document.querySelector(".present-button");
  const parts = "article :is(h1, h2, h3, p, li, pre, tr, figure, .picture)";
  const present = (on) => {
    // The first part below the header stays where it is.
    const top = (part) => part.getBoundingClientRect().top;
    const part = [...document.querySelectorAll(parts)].find((it) => top(it) > 80);
    const before = part && top(part);
    html.classList.toggle("present", on);
    button.ariaPressed = on;
    sessionStorage.setItem("present", on);
    if (part) scrollBy({ top: top(part) - before, behavior: "instant" });
  };
  // The arrow keys lead to the next and the previous section, unless the part that has the
  // focus uses them itself.
  const uses = "input, select, textarea, [tabindex='0']";
  const turn = (event, step) => {
    const { altKey, ctrlKey, metaKey, shiftKey, target } = event;
    const other = altKey || ctrlKey || metaKey || shiftKey;
    if (other || button.ariaPressed === "false" || target.closest(uses)) return;
    const line = parseFloat(getComputedStyle(html).scrollPaddingTop);
    const distance = (it) => step * (it.getBoundingClientRect().top - line);
    const sections = [...document.querySelectorAll("article :is(h1, h2, h3)")];
    const next = step > 0 ? sections : sections.reverse();
    next.find((it) => distance(it) > 2)?.scrollIntoView({ behavior: "instant" });
    event.preventDefault();
  };
  button.ariaPressed = html.classList.contains("present");
  button.addEventListener("click", () => present(button.ariaPressed === "false"));
  document.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) turn(event, step);
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) present(false);
  });
}
