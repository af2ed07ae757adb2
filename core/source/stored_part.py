"""What of a run is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import blake2b

from core.kinds.run_kind import RunKind
from core.ports.tree import EntryType, Scan, TreeEntry

_DASH = "-"


@dataclass(frozen=True)
class LeftOut:
    """An entry that stays on the disk only, and why in words."""

    entry: TreeEntry
    why: str


@dataclass(frozen=True)
class StoredPart:
    """Of one scan: the entries that go into the archive, and those that do not; sorted by path.

    `fingerprint` is to the entries what that of a scan is to all of them.
    """

    entries: tuple[TreeEntry, ...]
    fingerprint: str
    left_out: tuple[LeftOut, ...] = ()

    @property
    def files(self) -> int:
        """How many of the entries are files."""
        return sum(1 for entry in self.entries if entry.type is EntryType.FILE)

    @property
    def bytes(self) -> int:
        """Sum of their sizes."""
        return sum(entry.size for entry in self.entries if entry.type is EntryType.FILE)

    @property
    def bytes_left_out(self) -> int:
        """Sum of the sizes of the files that are not stored."""
        left = (left_out.entry for left_out in self.left_out)
        return sum(entry.size for entry in left if entry.type is EntryType.FILE)


def stored_part(scan: Scan, kind: RunKind) -> StoredPart:
    """What runs of this kind store of what was seen."""
    if not kind.exclude or not (excluded := _excluded(scan.entries, kind.exclude)):
        return StoredPart(scan.entries, scan.fingerprint)
    entries = tuple(entry for entry in scan.entries if entry.path not in excluded)
    left = (entry for entry in scan.entries if entry.path in excluded)
    left_out = tuple(LeftOut(entry, f"excluded by {excluded[entry.path]}") for entry in left)
    return StoredPart(entries, _fingerprint(entries), left_out)


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


def _fingerprint(entries: Sequence[TreeEntry]) -> str:
    """Not that of any scan: without permissions and times of directories."""
    rows = [f"{e.path}\0{e.type}\0{e.size if e.type is EntryType.FILE else 0}" for e in entries]
    times = [str(entry.mtime_ns) for entry in entries if entry.type is EntryType.FILE]
    return _DASH.join(map(_digest, (rows, times)))


def _digest(lines: Sequence[str]) -> str:
    return blake2b(
        "\0\0".join(lines).encode("utf-8", "surrogateescape"), digest_size=16
    ).hexdigest()


def _excluded(entries: Sequence[TreeEntry], patterns: Sequence[str]) -> Mapping[str, str]:
    """The pattern that excludes an entry, by path; entries are sorted: directories before what is in them."""
    found: dict[str, str] = {}
    for entry in entries:
        above = found.get(entry.path.rpartition("/")[0], "")
        if pattern := above or next((p for p in patterns if _means(p, entry)), ""):
            found[entry.path] = pattern
    return found


def _means(pattern: str, entry: TreeEntry) -> bool:
    glob = pattern.removesuffix("/")
    if glob != pattern and entry.type is not EntryType.DIRECTORY:
        return False
    return fnmatchcase(entry.path.rpartition("/")[2], glob) or fnmatchcase(entry.path, glob)
