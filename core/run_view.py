"""A watched run, a watched root, and the disk of it, as a user sees them."""

from dataclasses import dataclass
from datetime import datetime

from core.finish.rule import Check, Reached
from core.finish.run_state import RunState

_LITTLE_SHARE, _LITTLE = 0.05, 20 << 30
"""Less than both is little: of a large disk, the twentieth part is plenty."""
_SOON = 3600.0


@dataclass(frozen=True)
class Expected:
    """The end of a running run, if it goes on as it went lately.

    `ends_at` in whole minutes. `bytes` is what it will have come to by growing on alike, to which a
    simulator may add more when it ends; None unless it grew steadily.
    """

    ends_at: datetime
    bytes: int | None = None


@dataclass(frozen=True)
class RunView:
    """One watched run as a user sees it. `path` is its identity.

    `root` is the watched root that it is at or below, `results_root` directly contains it; what is
    bound to a job may be the directory above (`core.source.run_places.RunPlaces`).
    `settles_in` seconds, of a settling run only; `uploads_in` seconds, of a run that is about to be
    uploaded by itself. `held` is the user's decision against that. `files` and `bytes` are None
    until it was looked at. `stored` as it is now, from here; `outdated` if it was, and has other
    names or sizes now. Neither while only times differ: whether it changed is not known then.
    `old`: still already when it was first seen, and since. `activity` is bytes grown per look,
    oldest first. `reached` is how far it is, in days or whatever else its simulator counts. `expected` of a running one only, and only when that is worth something.
    """

    path: str
    results_root: str
    name: str
    number: int
    state: RunState
    reason: str
    files: int | None = None
    bytes: int | None = None
    changed_at: datetime | None = None
    settles_in: float = 0.0
    checks: tuple[Check, ...] = ()
    activity: tuple[int, ...] = ()
    fingerprint: str = ""
    root: str = ""
    uploads_in: float | None = None
    held: bool = False
    stored: bool = False
    outdated: bool = False
    old: bool = False
    expected: Expected | None = None
    reached: Reached | None = None


@dataclass(frozen=True)
class RootView:
    """One watched root as a user sees it. Empty texts mean that all is well.

    `offline` says why it cannot be read, `blind` why events of its file system may be missing (it
    is looked at regularly instead). Auto-upload, when it is on, `takes_changed` runs along: those
    that changed since they were stored. `emptiness` tells of one without runs what was looked for, and
    what is there instead.
    """

    path: str
    offline: str = ""
    blind: str = ""
    auto_upload: bool = False
    takes_changed: bool = False
    emptiness: str = ""


@dataclass(frozen=True)
class DiskView:
    """The volume of some watched roots. `full_in` seconds at the growth of its runs, None while unknown."""

    roots: tuple[str, ...]
    free: int
    total: int
    full_in: float | None = None

    @property
    def is_short(self) -> bool:
        """Whether somebody should make room, before it is too late."""
        little = self.free < min(_LITTLE_SHARE * self.total, _LITTLE)
        return little or (self.full_in is not None and self.full_in < _SOON)
