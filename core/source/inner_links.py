"""Links within a run: which of them lead out of it. Names alone tell, no file system is asked."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

_MOST_STEPS = 40
"""As many links on one way are followed by Linux, and no fewer than by others."""
_WORK_OF_ALL, _WORK_OF_ONE = 64 << 20, 4 << 10
"""Characters of paths that are compared, for all links and more for each: those of runs take a tenth."""
_Way = tuple[str, int]
"""Where a link leads, over how many links."""


def leading_out(links: Mapping[str, str], tops: Collection[str]) -> frozenset[str]:
    """The links that do not lead into what lies below `tops`, the names at the top of an archive.

    `links` has the text of each by its path there. A way over other links counts as it is gone, also
    to what is not there; one that never ends, or is longer than systems follow, leads out. So do those
    that are left when texts are so long that following all would take minutes.

    >>> leading_out({"RUN4/latest": "out.1", "RUN4/table": "/shared/table"}, {"RUN4"})
    frozenset({'RUN4/table'})
    """
    deepest = max((link.count("/") for link in links), default=0)
    work = _WORK_OF_ALL + _WORK_OF_ONE * len(links)
    ways = _Ways(links, tops, frozenset(map(_folded, links)), deepest, work)
    return frozenset(link for link in sorted(links) if ways.end(link) is None)


def top_names(paths: Iterable[str]) -> frozenset[str]:
    """What lies at the top of an archive."""
    return frozenset(path.partition("/")[0] for path in paths)


@dataclass
class _Ways:
    """Each link is followed once, however many lead over it.

    No link lies deeper than `deepest` slashes: there nothing is compared, however long a text is.
    """

    links: Mapping[str, str]
    tops: Collection[str]
    folded: frozenset[str]
    deepest: int
    work_left: int
    known: dict[str, _Way | None] = field(default_factory=dict[str, "_Way | None"])

    def end(self, link: str, steps: int = 1) -> _Way | None:
        """None when it leads out; `steps` are those of the way so far."""
        if link not in self.known:
            if steps > _MOST_STEPS:
                return None
            self.known[link] = None  # while it is looked for, so that no way goes in circles
            self.known[link] = self._follow(link, steps)
        way = self.known[link]
        return way if way and way[1] <= _MOST_STEPS else None

    def _follow(self, link: str, steps: int) -> _Way | None:
        text = self.links[link]
        if self.work_left < 0 or _is_no_way(text):
            return None
        place, taken = link.rpartition("/")[0], 1
        for part in text.split("/"):
            if part == "..":
                if not place:
                    return None
                place = place.rpartition("/")[0]
            elif part not in {"", "."}:
                place = f"{place}/{part}" if place else part
                self.work_left -= len(place)
                if place.count("/") > self.deepest:
                    continue
                if place in self.links:
                    way = self.end(place, steps + taken)
                    if way is None:
                        return None
                    place, taken = way[0], taken + way[1]
                elif _folded(place) in self.folded:
                    return None  # some file systems take it for that link
        return (place, taken) if place.partition("/")[0] in self.tops else None


def _is_no_way(text: str) -> bool:
    return not text or text.startswith("/") or "\0" in text


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
