"""Every link to a place on a page ends with that place on the screen."""

from collections import defaultdict
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urldefrag

import pytest
from pages import ALL, NOT_FOUND, soup

SIZES = [(1280, 720), (390, 844)]
# A place that is closed, such as one in a box, cannot be looked at.
ON_SCREEN = """id => {
  const {top, height} = document.getElementById(id).getBoundingClientRect();
  return !height || (top > -2 && top < innerHeight - 20);
}"""


def linked_places():
    """Return the ids to which links lead, by page."""
    places = defaultdict(set)
    for name in ALL:
        for link in soup(name).select("main a[href], #pst-secondary-sidebar a[href]"):
            path, place = urldefrag(link["href"])
            if place and ":" not in path and name != NOT_FOUND:
                target = normpath(join(dirname(name), path)) if path else name
                places[target].add(unquote(place))
    return {page: sorted(ids) for page, ids in places.items()}


PLACES = linked_places()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]} px")
@pytest.mark.parametrize("name", sorted(PLACES))
def test_links_to_places_arrive(visit, host, name, size):
    page = visit(f"{host}/{name}", width=size[0])
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for place in PLACES[name]:
        page.goto(f"{host}/{name}#{place}")
        page.wait_for_function(ON_SCREEN, arg=place)
    # As from another page, or from a bookmark: the place is in the address.
    for place in (PLACES[name][0], PLACES[name][-1]):
        page.goto("about:blank")
        page.goto(f"{host}/{name}#{place}")
        page.wait_for_function(ON_SCREEN, arg=place)
        page.wait_for_load_state("networkidle")
        assert page.evaluate(ON_SCREEN, place), place
    for link in page.locator("#pst-secondary-sidebar a[href^='#']:visible").all():
        place = unquote(link.get_attribute("href").removeprefix("#"))
        link.click()
        page.wait_for_function(ON_SCREEN, arg=place)
