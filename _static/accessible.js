// What the theme's scripts leave out.

// The theme lets the keyboard scroll what is too wide, but looks for it at a change of
// width alone, not when something opens, and leaves out formulas.
const reach = () =>
  document.querySelectorAll("div.math").forEach((formula) => {
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  });
addEventListener("load", reach);
addEventListener("resize", reach);
const look = () => dispatchEvent(new Event("resize"));
document.addEventListener("toggle", look, true);
document.addEventListener("click", ({ target }) => target.closest(".toggle") && look());

// From disk, a browser does not let the search read the pages to quote from them.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
