"""Keys that the documents name are there, and where they are said to be."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.binding import Binding

from tests.tui.screens import SCREENS, bindings
from tui.widgets.keys import written

ROOT = Path(__file__).parent.parent
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
EACH = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
PLACES = {
    "Watch": ("Watch",),
    "Browse": ("Browse",),
    "Transfers": ("Transfers",),
    "Activity": ("Activity",),
    "Settings": ("Settings",),
    "an open file": ("files", "stored"),
    "a comparison": ("comparison",),
    "comparisons": ("comparison", "ensemble"),
    "an opened run": ("run",),
}
PLACE = "|".join(PLACES)
KEY = re.compile(r"`(\^[a-z]|[A-Za-z?/:+\[\]]|enter|esc|tab|space|f\d+)`")
OF_TEXTUAL = {"^c"}


def on(screen: str) -> set[str]:
    """The keys of a screen, as the screen has them."""
    declared = [b for owner in SCREENS[screen] for b in bindings(owner)]
    return {written(each.key) for each in Binding.make_bindings(declared)}


EVERYWHERE = set[str]().union(*map(on, SCREENS))


def told(text: str) -> Iterator[tuple[str, str]]:
    """(key, place) of what says "`k` in Browse", and of rows that begin with "in Browse:"."""
    for line in text.splitlines():
        if row := re.match(rf"\| (.+?) \| in ({PLACE})(?: and in ({PLACE}))?:", line):
            for key in KEY.findall(row[1]):
                yield from ((key, place) for place in row.groups()[1:] if place)
    prose = " ".join(text.split())
    for found in re.finditer(rf"`([^` ]+)` in ({PLACE})\b(?: and in ({PLACE})\b)?", prose):
        yield from ((found[1], place) for place in found.groups()[1:] if place)


@EACH
def test_keys_are_there(document: Path) -> None:
    """On some screen at least."""
    text = re.sub(r"^ *```.*?^ *```$", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)
    for key in set(KEY.findall(text)) - OF_TEXTUAL:
        assert key in EVERYWHERE, key


@EACH
def test_keys_are_where_they_are_said_to_be(document: Path) -> None:
    """As in "`R` in Browse", and in rows of the README."""
    for key, place in told(document.read_text()):
        for screen in PLACES[place]:
            assert key in on(screen), (key, screen)


def test_the_readme_says_where() -> None:
    """What is checked is found."""
    assert len(set(told(DOCUMENTS[0].read_text()))) > 20
