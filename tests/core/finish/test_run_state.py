"""The state machine, look by look."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.finish.rule import Outcome, Verdict
from core.finish.run_state import Look, Patience, RunState, Track, resumed, step, still_for
from core.ports.tree import EntryType, Scan, TreeEntry

QUIET, STALL = 10.0, 1000.0
PATIENCE = Patience(QUIET, STALL)


def follow(*looks: tuple[float, str | None, Outcome], track: Track | None = None) -> list[RunState]:
    track, states = track or Track(), list[RunState]()
    for at, fingerprint, outcome in looks:
        track = step(track, Look(at, fingerprint, Verdict(outcome, "")), PATIENCE)
        states.append(track.state)
    return states


RUNNING, COMPLETE, FAILED, STOPPED = Outcome.RUNNING, Outcome.DONE, Outcome.FAILED, Outcome.STOPPED


def test_a_run_from_start_to_finish() -> None:
    """Empty, writing, settling for the quiet period, finished."""
    states = follow(
        (0, "a", RUNNING),
        (5, "b", RUNNING),
        (9, "c", COMPLETE),
        (12, "c", COMPLETE),
        (19, "c", COMPLETE),
    )
    assert states == ["running", "running", "settling", "settling", "done"]


def test_one_look_proves_nothing() -> None:
    """However long ago, a single look never settles a run."""
    assert follow((1000, "a", COMPLETE)) == ["settling"]


def test_a_change_starts_the_wait_again() -> None:
    """A write during the quiet period, or after it, means settling again."""
    states = follow(
        (0, "a", COMPLETE),
        (9, "b", COMPLETE),
        (18, "b", COMPLETE),
        (19, "b", COMPLETE),
        (20, "c", COMPLETE),
    )
    assert states == ["settling", "settling", "settling", "done", "settling"]


def test_restart_in_the_same_directory() -> None:
    """A finished run that is written again is writing again."""
    states = follow((0, "a", COMPLETE), (10, "a", COMPLETE), (20, "b", RUNNING))
    assert states == ["settling", "done", "running"]


def test_failed_settles_too() -> None:
    """An error marker is believed after the quiet period, and so is an end without results."""
    assert follow((0, "a", FAILED), (10, "a", FAILED)) == ["settling", "failed"]
    assert follow((0, "a", STOPPED), (10, "a", STOPPED)) == ["settling", "stopped"]


def test_a_verdict_may_change_without_the_tree() -> None:
    """The job's status lies outside the run; when it changes, the wait starts."""
    states = follow((0, "a", RUNNING), (50, "a", RUNNING), (60, "a", COMPLETE), (70, "a", COMPLETE))
    assert states == ["running", "running", "settling", "done"]


def test_an_incomplete_look_breaks_the_proof() -> None:
    """What could not be read as a whole proves nothing and takes a proof back."""
    states = follow(
        (0, "a", COMPLETE), (9, None, COMPLETE), (12, "a", COMPLETE), (22, "a", COMPLETE)
    )
    assert states[:3] == ["settling", "settling", "settling"]
    after = follow(
        (0, "a", COMPLETE), (10, "a", COMPLETE), (11, None, COMPLETE), (12, "a", COMPLETE)
    )
    assert after[1:] == ["done", "settling", "settling"]


@pytest.mark.parametrize(("now", "state"), [("a", "done"), ("b", "changed")])
def test_after_an_upload(now: str, state: str) -> None:
    """As it was stored: finished. Otherwise: changed, once it has settled."""
    track = replace(Track(), uploaded="a")
    assert follow((0, now, COMPLETE), (10, now, COMPLETE), track=track)[-1] == state


def test_stalled() -> None:
    """Not finished and still for very long: somebody should look. It may go on at any time."""
    states = follow(
        (0, "a", RUNNING), (999, "a", RUNNING), (1000, "a", RUNNING), (1001, "b", RUNNING),
        (2001, "b", RUNNING), (2002, "b", COMPLETE), (2012, "b", COMPLETE),
    )  # fmt: skip
    assert states == ["running", "running", "stalled", "running", "stalled", "settling", "done"]


def test_a_live_process_does_not_stall() -> None:
    """A simulation may write nothing for days; while its process lives, nobody is asked."""
    verdict = Verdict(RUNNING, "FRED is running", alive=True)
    track = step(Track(), Look(0, "a", verdict), PATIENCE)
    assert step(track, Look(5000, "a", verdict), PATIENCE).state == "running"


def test_an_incomplete_look_does_not_end_the_wait() -> None:
    """It proves nothing; that the run is what it was before proves that nothing was written."""
    states = follow((0, "a", RUNNING), (1500, None, RUNNING), (1600, "a", RUNNING))
    assert states == ["running", "running", "stalled"]


def first_look(still: float, verdict: Verdict) -> list[str]:
    """The states after a first look, and after an equal one a moment later."""
    track = step(Track(), Look(5000, "a", verdict, still), PATIENCE)
    later = step(track, Look(5001, "a", verdict), PATIENCE)
    return [track.state.value, later.state.value]


@pytest.mark.parametrize(
    ("still", "outcome", "states"),
    [
        (1000, RUNNING, ["stalled", "stalled"]),
        (999.5, RUNNING, ["running", "stalled"]),
        (100, RUNNING, ["running", "running"]),
        (10, FAILED, ["failed", "failed"]),
        (10, STOPPED, ["stopped", "stopped"]),
        (8, FAILED, ["settling", "settling"]),
        (0, FAILED, ["settling", "settling"]),
        (1e9, COMPLETE, ["settling", "settling"]),
    ],
)
def test_still_before_it_was_first_seen(still: float, outcome: Outcome, states: list[str]) -> None:
    """The times of its files say so: it has stalled or failed already. Done is never said by them."""
    assert first_look(still, Verdict(outcome, "")) == states


def test_a_final_failure_does_not_settle() -> None:
    """It is said at once, and taken back when the run goes on after all."""
    final = Verdict(FAILED, "", final=True)
    track = step(Track(), Look(5000, "a", final), PATIENCE)
    assert track.state == "failed"
    assert step(track, Look(5001, "b", Verdict(RUNNING, "")), PATIENCE).state == "running"
    assert step(Track(), Look(5000, None, final), PATIENCE).state == "scanning"


def test_old_files_under_a_live_process() -> None:
    """It has written nothing for ever so long, and goes on."""
    assert first_look(1e9, Verdict(RUNNING, "", alive=True)) == ["running", "running"]


def test_a_change_ends_what_the_file_times_told() -> None:
    """From then on the own clock counts, whatever times the new files have."""
    track = step(Track(), Look(0, "a", Verdict(RUNNING, ""), 1e9), PATIENCE)
    states = follow((10, "b", RUNNING), (1009, "b", RUNNING), (1010, "b", RUNNING), track=track)
    assert states == ["running", "running", "stalled"]


def test_a_failure_of_this_session_settles() -> None:
    """Nothing was written for long, then an error is told: it is believed after the quiet period."""
    track = step(Track(), Look(0, "a", Verdict(RUNNING, ""), 500), PATIENCE)
    states = follow((100, "a", FAILED), (105, "a", FAILED), (110, "a", FAILED), track=track)
    assert states == ["settling", "settling", "failed"]


def test_known_before_and_old() -> None:
    """The next session knows by the file times what the own clock of the last one did not."""
    known = Track(RunState.STALLED, "a", RUNNING, since=4900, still_since=4900, equal_looks=1)
    assert step(known, Look(5000, "a", Verdict(RUNNING, ""), 1100), PATIENCE).state == "stalled"


@pytest.mark.parametrize(
    ("own", "file", "still"),
    [
        (-100, -50, 50),
        (-50, -100, 50),
        (-100, 5, 0),
        (5, -100, 0),
        (None, None, 0),
        (-100, 90_000, 100),
        (90_000, -100, 100),
        (90_000, 2**31, 0),
        (-(2**32), -(2**32), 0),
    ],
)
def test_still_for(own: int | None, file: int | None, still: float) -> None:
    """The newest time counts; what lies in the future, or is not set, tells nothing.

    More than a day in the future it is no time of a write: the others count.
    """
    now = datetime(2026, 3, 2, 14, 7, 31, tzinfo=UTC)
    own_ns, file_ns = (
        0 if ago is None else int((now.timestamp() + ago) * 1e9) for ago in (own, file)
    )
    entry = TreeEntry("LOG", EntryType.FILE, 1, file_ns, 0o644)
    scan = replace(Scan.of("/x/RUN1", [entry], "f"), own_mtime_ns=own_ns)
    assert round(still_for(scan, now), 2) == still


def test_unreadable_for_very_long() -> None:
    """Nobody should wait for ever for a directory that cannot be read."""
    states = follow(
        (5, None, RUNNING), (1004, None, RUNNING), (1005, None, RUNNING), (1006, "a", RUNNING)
    )
    assert states == ["scanning", "scanning", "stalled", "running"]


def test_longest_pause() -> None:
    """The longest stillness that was followed by more writing; the one that lasts is none."""
    track = Track()
    for at, fingerprint in ((0, "a"), (5, "b"), (12, "b"), (45, "c"), (50, "d"), (500, "d")):
        track = step(track, Look(at, fingerprint, Verdict(RUNNING, "")), PATIENCE)
    assert track.longest_pause == 40


def test_resumed_without_trust() -> None:
    """What cannot be dated is believed again after two looks of this session."""
    known = Track(RunState.DONE, "a", COMPLETE, since=-500, equal_looks=1)
    track = resumed(replace(known, since=100))
    assert track.state == "settling"
    assert follow((100, "a", COMPLETE), (110, "a", COMPLETE), track=track) == [
        "settling",
        "done",
    ]
