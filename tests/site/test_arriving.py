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


STOPPED = """() => new Promise(stop => {
  let last;
  const timer = setInterval(() => {
    if (scrollY === last) { clearInterval(timer); stop(); }
    last = scrollY;
  }, 100);
})"""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]} px")
@pytest.mark.parametrize("name", sorted(PLACES))
def test_links_to_places_arrive(visit, host, name, size):
    page = visit(f"{host}/{name}", width=size[0], reduced_motion="reduce")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for place in PLACES[name]:
        page.goto(f"{host}/{name}#{place}")
        page.wait_for_function(ON_SCREEN, arg=place)
    # As from another page, and as usual, with smooth scrolling.
    page = visit(f"{host}/{name}#{PLACES[name][-1]}", width=size[0])
    assert_arrived(page, PLACES[name][-1])
    if size != SIZES[0]:
        return  # On a phone, the list of contents opens by a button.
    for link in page.locator("#pst-secondary-sidebar a[href^='#']").all()[-2:]:
        link.click()
        assert_arrived(page, unquote(link.get_attribute("href").removeprefix("#")))


def assert_arrived(page, place):
    page.wait_for_function(ON_SCREEN, arg=place)
    page.evaluate(STOPPED)
    assert page.evaluate(ON_SCREEN, place), place
