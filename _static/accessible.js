// Additions to the theme's scripts.

// Parts that are wider than the page can be scrolled with the keyboard. Their width is known
// only after layout, and changes when the window does. Until then, every part counts as wide.
// (_ext/accessible.py removes the theme's loop, which measures the whole page at once.)
const watch = new ResizeObserver((changes) =>
  changes.forEach(({ target: it }) => {
    const fits = it.scrollWidth <= it.clientWidth && it.scrollHeight <= it.clientHeight;
    if (fits) it.removeAttribute("tabindex");
    else it.tabIndex = 0;
  })
);
const wide = "pre, div.math, .cell_output > .output, .pst-scrollable-table-container";
const look = () =>
  document.querySelectorAll(wide).forEach((it) => {
    watch.unobserve(it);
    watch.observe(it); // It reports once, as soon as the part has a size.
  });
look();
document.fonts.addEventListener("loadingdone", look);

// The whole page is laid out before the reader goes or presses anywhere, so that links
// arrive, and nothing moves under a button that is pressed.
for (const act of ["pointermove", "click", "keydown", "scroll", "hashchange"])
  addEventListener(act, () => document.documentElement.classList.remove("new"));

// Paper is white, so the dark theme is only for the screen (print.css does the rest).
let theme;
addEventListener("beforeprint", () => {
  theme = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});
addEventListener("afterprint", () => (document.documentElement.dataset.theme = theme));
