"""The state machine of one watched run: a pure step from one look to the next.

All times are monotonic seconds of this process. File times count for one thing only: how long a run
had been still when it was first seen. They never prove that a run is done: clocks may differ, and
copies keep old times.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from core.finish.rule import Outcome, Verdict
from core.ports.tree import Scan

_CLOCKS_DIFFER = timedelta(days=1)
PROOF = 2
"""Equal, complete looks that it takes to call a run done."""


class RunState(StrEnum):
    """What a user is told about a run, in the same word everywhere.

    SCANNING has not been looked at as a whole yet. RUNNING is not done, whether or not it has written
    anything. SETTLING has ended, if it stays as it is. FAILED names its error; STOPPED has none and
    is not done, but nothing will write there any more, which is proven. STALLED has no such proof:
    nothing has been written for so long that somebody should look. CHANGED is done, but was written
    again since it was stored. OFFLINE cannot be seen at present.
    """

    SCANNING = "scanning"
    RUNNING = "running"
    SETTLING = "settling"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    STALLED = "stalled"
    CHANGED = "changed"
    OFFLINE = "offline"


ENDED = frozenset({RunState.DONE, RunState.FAILED, RunState.STOPPED, RunState.CHANGED})
"""Nothing is expected to be written any more."""


_ENDS = {Outcome.FAILED: RunState.FAILED, Outcome.STOPPED: RunState.STOPPED}


@dataclass(frozen=True)
class Look:
    """One scan with the verdict on it. `fingerprint` is None when the scan was incomplete.

    `still` is for how many seconds nothing had been written before a session's first look, by the
    times of the files; 0 while unknown, and in all other looks.
    """

    at: float
    fingerprint: str | None
    verdict: Verdict
    still: float = 0.0


@dataclass(frozen=True)
class Patience:
    """How long, in seconds, a verdict must hold and an unfinished run may be still."""

    settle: float
    stall: float


@dataclass(frozen=True)
class Track:
    """What is remembered of a run between two looks.

    `since` is when the present fingerprint and verdict were first seen; `still_since` is
    earlier where the times of the files told so at first sight; `equal_looks` how often
    they have been seen since; `longest_pause` the longest time, in seconds, that the run was still
    and went on; `uploaded` the fingerprint that was stored last, empty when what was stored is not there
    any more. While `unreadable`, no scan could
    see everything since `since`.
    """

    state: RunState = RunState.SCANNING
    fingerprint: str | None = None
    outcome: Outcome = Outcome.RUNNING
    since: float = 0.0
    still_since: float = 0.0
    equal_looks: int = 0
    longest_pause: float = 0.0
    uploaded: str | None = None
    unreadable: bool = False


def still_for(scan: Scan, now: datetime) -> float:
    """For how many seconds nothing has been written, by the times of files and directories.

    0 where they tell nothing: none is set, or one lies in the future as clocks that differ make it.
    """
    last = last_write(scan, now)
    return max(0.0, (now - last).total_seconds()) if last else 0.0


def last_write(scan: Scan, now: datetime) -> datetime | None:
    """When something was written last, by the same times; None where they tell nothing.

    A time that lies further in the future than clocks differ is not that of a write.
    """
    seconds = scan.last_write_ns(int((now + _CLOCKS_DIFFER).timestamp() * 1e9)) / 1e9
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def step(track: Track, look: Look, patience: Patience) -> Track:
    """The track after `look`.

    That a run is done is said only when two complete scans, at least `patience.settle` seconds
    apart and equal, agree on it. That it ended otherwise, or stalled, is also believed of a run
    that was as still as that when it was first seen, and a final failure at once. A scan that could
    not see everything proves nothing.
    """
    if look.fingerprint is None:
        return _not_seen(track, look.at, patience)
    track = _seen(track, look.fingerprint, look)
    return replace(track, state=_state(track, look, patience))


def resumed(track: Track) -> Track:
    """The track of an earlier session whose times cannot be trusted: everything is shown anew."""
    return replace(track, state=_unsettled(track.state), equal_looks=0)


def _not_seen(track: Track, at: float, patience: Patience) -> Track:
    since = track.since if track.unreadable else at
    state = RunState.STALLED if at - since >= patience.stall else _unsettled(track.state)
    return replace(track, state=state, equal_looks=0, since=since, unreadable=True)


def _seen(track: Track, fingerprint: str, look: Look) -> Track:
    outcome = look.verdict.outcome
    still_since = look.at - look.still
    track = replace(track, unreadable=False)
    if fingerprint == track.fingerprint and outcome is track.outcome:
        still_since = min(still_since, track.still_since)
        return replace(track, equal_looks=track.equal_looks + 1, still_since=still_since)
    pause = track.longest_pause
    if track.fingerprint not in {None, fingerprint}:
        pause = max(pause, look.at - track.since)
    return replace(
        track,
        fingerprint=fingerprint,
        outcome=outcome,
        since=look.at,
        still_since=still_since,
        equal_looks=1,
        longest_pause=pause,
    )


def _state(track: Track, look: Look, patience: Patience) -> RunState:
    still = look.at - track.still_since
    if track.outcome is Outcome.RUNNING:
        stalled = still >= patience.stall and not look.verdict.alive
        return RunState.STALLED if stalled else RunState.RUNNING
    if track.outcome is not Outcome.DONE:
        certain = look.verdict.final or still >= patience.settle
        return _ENDS[track.outcome] if certain else RunState.SETTLING
    if track.equal_looks < PROOF or look.at - track.since < patience.settle:
        return RunState.SETTLING
    changed = track.uploaded and track.uploaded != track.fingerprint
    return RunState.CHANGED if changed else RunState.DONE


def _unsettled(state: RunState) -> RunState:
    return RunState.SETTLING if state in ENDED else state
