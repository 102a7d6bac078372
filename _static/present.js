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
  button.ariaPressed = html.classList.contains("present");
  button.addEventListener("click", () => present(button.ariaPressed === "false"));
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && !document.querySelector("dialog[open]")) present(false);
  });
}
