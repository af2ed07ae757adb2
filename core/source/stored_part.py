"""What of a run is stored."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from itertools import chain

from core.kinds.run_kind import LinkPolicy, RunKind
from core.ports.packaging import LONGEST_NAME
from core.ports.tree import EntryType, Scan, TreeEntry
from core.printable import brief
from core.source.as_one import whole_fingerprint
from core.source.exclusion import excluded
from core.source.follow_links import Followed
from core.source.inner_links import leading_out
from core.source.left_out import LeftOut, in_lines, why_excluded, why_special

_PLAIN = frozenset({-0o040000})
"""The size that stands for a directory in the columns of a scan."""
_SURELY_SHORT = LONGEST_NAME // 12
"""Characters of a name that is not too long, whatever they become when they are escaped."""
_DASH = "-"
Follow = Callable[[Scan, Sequence[TreeEntry]], Followed]


@dataclass(frozen=True)
class StoredPart:
    """Of one scan: the entries that go into the archive; sorted by path.

    `left_out` is what does not; a link out of the run goes there, but what it leads to does not.
    `fingerprint` is to what is not excluded what that of a scan is to all. `touches` tell of changes to what links were followed to. `refused` says why nothing is stored.
    """

    entries: tuple[TreeEntry, ...]
    fingerprint: str
    left_out: tuple[LeftOut, ...] = ()
    touches: tuple[tuple[str, str], ...] = ()
    refused: str = ""

    @property
    def files(self) -> int:
        """How many of the entries are files."""
        return sum(1 for entry in self.entries if entry.type is EntryType.FILE)

    @property
    def bytes(self) -> int:
        """Sum of their sizes."""
        return sum(entry.size for entry in self.entries if entry.type is EntryType.FILE)

    @property
    def is_hollow(self) -> bool:
        """Whether nothing but directories is left of it."""
        only_directories = all(entry.type is EntryType.DIRECTORY for entry in self.entries)
        return bool(self.left_out) and only_directories


def stores_all(scan: Scan, kind: RunKind) -> bool:
    """Whether there are files and directories only, and all of them are stored; cheap to know."""
    sizes = scan.numbers[1::3]
    if kind.exclude or (sizes and not {size for size in sizes if size < 0} <= _PLAIN):
        return False
    return max(map(len, scan.names), default=0) <= _SURELY_SHORT


def stored_part(
    scan: Scan, kind: RunKind, follow: Follow | None = None, beside: Collection[str] = ()
) -> StoredPart:
    """What runs of this kind store of what was seen; `beside` are names of directories stored with it.

    Without a way to `follow` them, links are stored where they would be followed. Each part of a run
    is taken by itself.
    """
    if scan.parts[1:]:
        names = frozenset(part.name for part in scan.parts)
        return _of_all(scan.parts, [stored_part(part, kind, follow, names) for part in scan.parts])
    if stores_all(scan, kind):
        return StoredPart(scan.entries, scan.fingerprint)
    by_pattern = excluded(scan.entries, kind.exclude)
    left_out = _unstorable(scan.entries, by_pattern)
    kept = _without(scan.entries, left_out)
    part = partial(_part, _fingerprint_of(scan, by_pattern))
    links = [entry for entry in kept if entry.type is EntryType.SYMLINK]
    if kind.links is LinkPolicy.REFUSE and links:
        return replace(part(kept, left_out), refused=_refused(scan, links[0]))
    if kind.links is LinkPolicy.FOLLOW and follow:
        found = follow(scan, links)
        entries, more = _followed(kept, found, kind)
        return part(entries, [*left_out, *more], found.touches)
    if kind.links is LinkPolicy.SKIP:
        left_out += [LeftOut(link, f"link to {brief(link.target)}") for link in links]
        return part(_without(kept, left_out), left_out)
    return part(kept, [*left_out, *_without_content(scan, links, beside)])


def as_of_scan(stored: str, scan: Scan, kind: RunKind) -> str:
    """The fingerprint that a scan had if only what is left out was new since `stored`, which is of a part.

    Names and sizes, and times, each for itself: what is the same in the part counts as the same.
    """
    if not kind.exclude:
        return stored
    now = stored_part(scan, kind).fingerprint.split(_DASH)
    seen, then = scan.fingerprint.split(_DASH), stored.split(_DASH)
    if not len(now) == len(seen) == len(then):
        return stored
    return _DASH.join(
        whole if old == part else old for old, part, whole in zip(then, now, seen, strict=True)
    )


def bytes_excluded(scan: Scan, kind: RunKind) -> int:
    """Of files that this kind does not want stored; costs nothing where it wants all."""
    if not kind.exclude:
        return 0
    if scan.parts[1:]:
        return sum(bytes_excluded(part, kind) for part in scan.parts)
    unwanted = excluded(scan.entries, kind.exclude)
    files = (entry for entry in scan.entries if entry.type is EntryType.FILE)
    return sum(entry.size for entry in files if entry.path in unwanted)


def told_left_out(scan: Scan, kind: RunKind, follow: Follow | None = None) -> tuple[str, ...]:
    """In lines, what of it would not be stored, or why nothing would: for looks that are many."""
    if stores_all(scan, kind):
        return ()
    scans = scan.parts or (scan,)
    names = frozenset(each.name for each in scans)
    return _told([(each.name, _sparse_part(each, kind, follow, names)) for each in scans])


def _told(parts: Sequence[tuple[str, StoredPart]]) -> tuple[str, ...]:
    refused = next((part.refused for _, part in parts if part.refused), "")
    left_out = ((name, left) for name, part in parts for left in part.left_out)
    return (refused,) if refused else in_lines(left_out)


def _sparse_part(
    scan: Scan, kind: RunKind, follow: Follow | None, beside: Collection[str]
) -> StoredPart:
    if not kind.exclude and kind.links is not LinkPolicy.FOLLOW:
        scan = _odd_ones(scan)
    return stored_part(scan, kind, follow, beside)


def _odd_ones(scan: Scan) -> Scan:
    """Without the plain files and directories, on which nothing depends: there may be very many."""
    modes, sizes, times = (scan.numbers[column::3] for column in range(3))
    rows = zip(scan.names, modes, sizes, times, strict=True)
    odd = [row for row in rows if (row[2] < 0 and row[2] not in _PLAIN) or _is_too_long(row[0])]
    numbers = [number for row in odd for number in row[1:]]
    return replace(scan, names=[row[0] for row in odd], numbers=numbers)


def _followed(
    kept: Sequence[TreeEntry], found: Followed, kind: RunKind
) -> tuple[Sequence[TreeEntry], Sequence[LeftOut]]:
    """What is stored, and what more is left out."""
    files = [entry for entry in kept if entry.type is not EntryType.SYMLINK]
    entries = sorted([*files, *found.entries])
    more = _unstorable(entries, excluded(entries, kind.exclude))
    return _without(entries, more), [*found.left_out, *more]


def _fingerprint_of(scan: Scan, by_pattern: Mapping[str, str]) -> str:
    if not by_pattern:
        return scan.fingerprint
    return _fingerprint([entry for entry in scan.entries if entry.path not in by_pattern])


def _part(
    fingerprint: str,
    entries: Iterable[TreeEntry],
    left_out: Iterable[LeftOut],
    touches: Iterable[tuple[str, str]] = (),
) -> StoredPart:
    by_path = sorted(left_out, key=lambda left: left.entry.path)
    return StoredPart(tuple(entries), fingerprint, tuple(by_path), tuple(touches))


def _without_content(
    scan: Scan, links: Sequence[TreeEntry], beside: Collection[str]
) -> Iterable[LeftOut]:
    """Of the links that are stored, those that lead to what is not."""
    run = scan.path.rpartition("/")[2]
    outwards = leading_out({f"{run}/{link.path}": link.target for link in links}, {run, *beside})
    for link in links:
        if f"{run}/{link.path}" in outwards:
            yield LeftOut(link, f"link to {brief(link.target)}, content not stored")


def _unstorable(entries: Sequence[TreeEntry], by_pattern: Mapping[str, str]) -> list[LeftOut]:
    """What is excluded, and what no archive can hold."""
    reasons = ((entry, _why(entry, by_pattern)) for entry in entries)
    return [LeftOut(entry, why) for entry, why in reasons if why]


def _why(entry: TreeEntry, by_pattern: Mapping[str, str]) -> str:
    if by := by_pattern.get(entry.path):
        return why_excluded(by)
    if entry.type is EntryType.SPECIAL:
        return why_special(entry)
    return "its name is too long for a ZIP" if _is_too_long(entry.path) else ""


def _is_too_long(path: str) -> bool:
    """Where bytes become escapes of three characters, less fits."""
    if len(path) <= _SURELY_SHORT:
        return False
    size = len(path.encode("utf-8", "surrogateescape"))
    return size * (1 if path.isascii() and "\\" not in path else 3) > LONGEST_NAME - 300


def _without(entries: Iterable[TreeEntry], left_out: Iterable[LeftOut]) -> tuple[TreeEntry, ...]:
    gone = {left.entry.path for left in left_out}
    return tuple(entry for entry in entries if entry.path not in gone)


def _refused(scan: Scan, link: TreeEntry) -> str:
    name = brief(f"{scan.path.rpartition('/')[2]}/{link.path}")
    return f"{name} is a link to {brief(link.target)}, and links are refused"


def _of_all(scans: Sequence[Scan], parts: Sequence[StoredPart]) -> StoredPart:
    pairs = [(f"{scan.name}/", part) for scan, part in zip(scans, parts, strict=True)]
    entries = ([_below(top, e) for e in part.entries] for top, part in pairs)
    left_out = (
        [replace(left, entry=_below(top, left.entry)) for left in part.left_out]
        for top, part in pairs
    )
    return StoredPart(
        tuple(chain.from_iterable(entries)),
        whole_fingerprint([s.path for s in scans], [part.fingerprint for part in parts]),
        tuple(chain.from_iterable(left_out)),
        tuple(chain.from_iterable(part.touches for part in parts)),
        next((part.refused for part in parts if part.refused), ""),
    )


def _below(top: str, entry: TreeEntry) -> TreeEntry:
    return entry._replace(path=top + entry.path)


def _fingerprint(entries: Sequence[TreeEntry]) -> str:
    """Not that of any scan: without permissions and times of directories."""
    rows = [f"{e.path}\0{e.type}\0{_extent(e)}" for e in entries]
    times = [str(entry.mtime_ns) for entry in entries if entry.type is EntryType.FILE]
    return _DASH.join(map(_digest, (rows, times)))


def _extent(entry: TreeEntry) -> str:
    return str(entry.size) if entry.type is EntryType.FILE else entry.target


def _digest(lines: Sequence[str]) -> str:
    return blake2b(
        "\0\0".join(lines).encode("utf-8", "surrogateescape"), digest_size=16
    ).hexdigest()
