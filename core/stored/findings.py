"""What can be wrong with a store, or with the catalog of it."""

from dataclasses import dataclass
from enum import StrEnum


class Problem(StrEnum):
    """Kinds of problems, as they are printed."""

    MISSING = "object is missing"
    WRONG = "not what was stored"
    DAMAGED = "content is damaged"
    BAD_MANIFEST = "manifest cannot be read"
    BAD_RECORD = "job record cannot be read"
    IMPOSSIBLE = "not possible, and passed over"
    ORPHAN = "no manifest"
    NOT_IN_STORE = "gone from the store"
    NOT_IN_CATALOG = "new to the catalog"
    OUTDATED = "catalog is out of date"

    @property
    def of_cache(self) -> bool:
        """Whether nothing is wrong with what is stored: the next sync mends it."""
        return self in {Problem.NOT_IN_CATALOG, Problem.OUTDATED}


@dataclass(frozen=True)
class Finding:
    """One problem, of the object at `key`; `copy` is the key where its content still is."""

    problem: Problem
    key: str
    detail: str = ""
    copy: str = ""
    mended: bool = False


@dataclass
class Checked:
    """Counts: `objects` have a digest; of `read` of them all `read_bytes` were read.

    `archived` ones were to be read, and would have to be restored first. Of `emptied` jobs only an
    empty record is there, as it is of deleted ones.
    """

    objects: int = 0
    unmanaged: int = 0
    read: int = 0
    read_bytes: int = 0
    archived: int = 0
    problems: int = 0
    outdated: int = 0
    mended: int = 0
    emptied: int = 0

    def count(self, finding: Finding) -> None:
        """Problems that were mended are counted as both."""
        if finding.problem.of_cache:
            self.outdated += 1
            return
        self.problems += 1
        self.mended += finding.mended
