// What the theme's scripts leave out.

// What may be wider than its place can be scrolled from the keyboard. Whether it is, only
// layout tells, and sections far from the screen have none yet: until then it counts as
// wide. (The theme's own loop, which lays out the whole page at once, is taken out.)
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
    watch.observe(it); // Which looks at it once, as soon as it has a size.
  });
look();
document.fonts.addEventListener("loadingdone", look);

// From disk, a browser does not let the search read the pages to quote from them.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
