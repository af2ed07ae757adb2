"""What of a run is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from core.kinds.run_kind import RunKind
from core.ports.tree import EntryType, Scan, TreeEntry


@dataclass(frozen=True)
class LeftOut:
    """An entry that stays on the disk only, and why in words."""

    entry: TreeEntry
    why: str


@dataclass(frozen=True)
class StoredPart:
    """Of one scan: the entries that go into the archive, and those that do not; sorted by path."""

    entries: tuple[TreeEntry, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def files(self) -> int:
        """How many of the entries are files."""
        return sum(1 for entry in self.entries if entry.type is EntryType.FILE)

    @property
    def bytes(self) -> int:
        """Sum of their sizes."""
        return sum(entry.size for entry in self.entries if entry.type is EntryType.FILE)


def stored_part(scan: Scan, kind: RunKind) -> StoredPart:
    """What runs of this kind store of what was seen."""
    if not kind.exclude:
        return StoredPart(scan.entries)
    excluded = _excluded(scan.entries, kind.exclude)
    left_out = [
        LeftOut(e, f"excluded by {by}") for e in scan.entries if (by := excluded.get(e.path))
    ]
    return StoredPart(
        tuple(entry for entry in scan.entries if entry.path not in excluded), tuple(left_out)
    )


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
