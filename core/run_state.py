"""The state machine of one watched run: a pure step from one look to the next.

All times are monotonic seconds of this process: file times are never compared with a clock.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from core.finish.rule import Outcome, Verdict

_PROOF = 2
"""Equal, complete looks that it takes to call a run settled."""


class RunState(StrEnum):
    """What a user is told about a run. CHANGED is finished, but not as it was stored."""

    NEW = "new"
    WRITING = "writing"
    SETTLING = "settling"
    FINISHED = "finished"
    FAILED = "failed"
    CHANGED = "changed"
    OFFLINE = "offline"


_SETTLED = frozenset({RunState.FINISHED, RunState.FAILED, RunState.CHANGED})


@dataclass(frozen=True)
class Look:
    """One scan with the verdict on it. `fingerprint` is None when the scan was incomplete."""

    at: float
    fingerprint: str | None
    verdict: Verdict


@dataclass(frozen=True)
class Track:
    """What is remembered of a run between two looks.

    `since` is when the present fingerprint and verdict were first seen; `equal_looks` how often
    they have been seen since; `uploaded` the fingerprint that was stored last.
    """

    state: RunState = RunState.NEW
    fingerprint: str | None = None
    outcome: Outcome = Outcome.EMPTY
    since: float = 0.0
    equal_looks: int = 0
    uploaded: str | None = None


def step(track: Track, look: Look, quiet_seconds: float) -> Track:
    """The track after `look`.

    Finished and failed are said only of a run that two complete scans, at least `quiet_seconds`
    apart and equal, agree on. A scan that could not see everything proves nothing.
    """
    if look.fingerprint is None:
        return replace(track, state=_unsettled(track.state), equal_looks=0, since=look.at)
    outcome = look.verdict.outcome
    if look.fingerprint != track.fingerprint or outcome is not track.outcome:
        track = replace(
            track, fingerprint=look.fingerprint, outcome=outcome, since=look.at, equal_looks=1
        )
    else:
        track = replace(track, equal_looks=track.equal_looks + 1)
    return replace(track, state=_state(track, look.at, quiet_seconds))


def settles_in(track: Track, now: float, quiet_seconds: float) -> float:
    """Seconds until a settling run may be called finished."""
    return max(0.0, track.since + quiet_seconds - now)


def _state(track: Track, now: float, quiet_seconds: float) -> RunState:
    if track.outcome is Outcome.EMPTY:
        return RunState.NEW
    if track.outcome is Outcome.RUNNING:
        return RunState.WRITING
    if track.equal_looks < _PROOF or now - track.since < quiet_seconds:
        return RunState.SETTLING
    if track.outcome is Outcome.FAILED:
        return RunState.FAILED
    changed = track.uploaded is not None and track.uploaded != track.fingerprint
    return RunState.CHANGED if changed else RunState.FINISHED


def _unsettled(state: RunState) -> RunState:
    return RunState.SETTLING if state in _SETTLED else state
