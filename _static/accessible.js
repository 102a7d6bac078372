// What the theme's scripts leave out.

// The theme lets the keyboard scroll what is too wide, once, and leaves out what is hidden
// then, as well as formulas.
const reach = () =>
  document.querySelectorAll("div.math").forEach((formula) => {
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  });
addEventListener("load", reach);
addEventListener("resize", reach);
document.addEventListener("toggle", () => dispatchEvent(new Event("resize")), true);

// From disk, a browser does not let the search read the pages to quote from them.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
