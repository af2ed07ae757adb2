"""What the links of a run lead to, as if it lay where they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from core.errors import ResultsPackagingError
from core.ports.tree import EntryType, Scan, TreeEntry, TreeScanner
from core.printable import brief
from core.source.left_out import LeftOut, why_special

_MOST_ENTRIES = 2_000_000


@dataclass
class Followed:
    """The `entries` that were found, what could not be, and what tells of later changes to them."""

    entries: list[TreeEntry] = field(default_factory=list[TreeEntry])
    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    touches: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


@dataclass(frozen=True)
class _Link:
    """`entry` has its path in the run, `folder` is where it lies, `over` are the folders on the way."""

    entry: TreeEntry
    folder: str
    over: tuple[str, ...]

    @property
    def place(self) -> str:
        return f"{self.folder}/{self.entry.path.rpartition('/')[2]}"

    def is_within(self, directory: str) -> bool:
        """Whether following it to that directory comes by here again."""
        inside = f"{directory.rstrip('/')}/"
        return any(f"{folder}/".startswith(inside) for folder in (self.folder, *self.over))


class FollowLinks:
    """Into directories, too, inside and outside of the run; no way goes in circles."""

    def __init__(self, scanner: TreeScanner) -> None:
        self._scanner = scanner
        self._by_type: dict[EntryType, _Step] = {
            EntryType.FILE: _file,
            EntryType.DIRECTORY: self._directory,
        }

    def __call__(self, scan: Scan, links: Sequence[TreeEntry]) -> Followed:
        """Raises ResultsPackagingError when there is no end of what they lead to."""
        found = Followed()
        pending = [*_links_in(links, self._scanner.real(scan.path), "", ())]
        while pending:
            link = pending.pop()
            pending += self._follow(link, found)
            _check_number(found, link)
        return found

    def _follow(self, link: _Link, found: Followed) -> "Iterable[_Link]":
        led = self._scanner.led_to(link.place)
        if led is None:
            return _nothing(link, "which leads nowhere, or to what may not be seen", found)
        step = self._by_type.get(led.type, _special)
        return step(link, led, found)

    def _directory(self, link: _Link, led: TreeEntry, found: Followed) -> "Iterable[_Link]":
        if link.is_within(led.path):
            return _nothing(link, "a directory on the way to it: it has no end", found)
        scan = self._scanner.scan(led.path)
        if whole := _whole(scan):
            return _taken(link, led, whole, found)
        return _nothing(link, f"which cannot be read as a whole: {_problem(scan)}", found)


def _whole(scan: Scan | None) -> Scan | None:
    return scan if scan and scan.complete else None


def _problem(scan: Scan | None) -> str:
    return scan.problems[0] if scan else "it vanished"


_Step = Callable[[_Link, TreeEntry, Followed], Iterable[_Link]]


def _taken(link: _Link, led: TreeEntry, scan: Scan, found: Followed) -> Iterable[_Link]:
    """All of a directory, with the links in it still to be followed."""
    above = link.entry.path
    found.touches.append((scan.fingerprint, scan.change_times))
    found.entries.append(led._replace(path=above))
    links: list[TreeEntry] = []
    for entry in scan.entries:
        here = entry._replace(path=f"{above}/{entry.path}")
        if entry.type is EntryType.SYMLINK:
            links.append(here)
        else:
            _take(here, f"{led.path}/{entry.path}", found)
    return _links_in(links, led.path, f"{above}/", (*link.over, link.folder))


def _take(here: TreeEntry, place: str, found: Followed) -> None:
    if here.type is EntryType.SPECIAL:
        found.left_out.append(LeftOut(here, why_special(here)))
    else:
        is_file = here.type is EntryType.FILE
        found.entries.append(here._replace(target=place) if is_file else here)


def _links_in(
    links: Iterable[TreeEntry], directory: str, above: str, over: tuple[str, ...]
) -> Iterable[_Link]:
    """Of entries below `directory`, whose paths begin with `above` in the run."""
    for link in links:
        inside = link.path.removeprefix(above).rpartition("/")[0]
        yield _Link(link, f"{directory}/{inside}".rstrip("/"), over)


def _file(link: _Link, led: TreeEntry, found: Followed) -> Iterable[_Link]:
    found.touches.append((f"{led.size}", f"{led.mtime_ns}"))
    found.entries.append(led._replace(path=link.entry.path, target=led.path))
    return ()


def _special(link: _Link, led: TreeEntry, found: Followed) -> Iterable[_Link]:
    return _nothing(link, why_special(led), found)


def _nothing(link: _Link, why: str, found: Followed) -> Iterable[_Link]:
    left_out = LeftOut(link.entry, f"link to {brief(link.entry.target)}, {why}")
    found.left_out.append(left_out)
    return ()


def _check_number(found: Followed, link: _Link) -> None:
    if len(found.entries) > _MOST_ENTRIES:
        raise ResultsPackagingError(
            f"{brief(link.place)} and the links before it lead to more than {_MOST_ENTRIES:,} files.",
            kept="Nothing was stored.",
            todo='Set `links = "store"` for this kind of run, or remove such links.',
        )
