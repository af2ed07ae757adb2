"""Uploads that start by themselves."""

from dataclasses import replace

import pytest

from core.errors import StateError
from core.events import AutoUploadAnnounced, AutoUploadHeld, AutoUploadRefused, Event
from core.finish.run_state import RunState
from core.run_view import RunView
from core.upload.upload_request import UploadRequest
from core.watch.auto_upload import AutoUpload
from core.watch.auto_upload_choices import AutoUploadChoices
from tests.fakes.clock import FixedClock
from tests.fakes.journal import FakeJournal, FakeStateFile

ROOT = "/data/out"
RUN4 = RunView(f"{ROOT}/RUN4", ROOT, "RUN4", 4, RunState.DONE, "", fingerprint="f1", root=ROOT)


class Bench:
    def __init__(
        self,
        file: FakeStateFile | None = None,
        *,
        upload_failed: bool = False,
        changed_too: bool = False,
    ) -> None:
        self.file = file or FakeStateFile()
        self.clock, self.events = FixedClock(), list[Event]()
        self.submitted: list[str] = []
        self.refusal = ""
        self.no_meanwhile = ""
        self.auto = AutoUpload(
            self._submit,
            AutoUploadChoices(FakeJournal("s3://lab", self.file), lambda root: changed_too),
            self.clock,
            self.events.append,
            countdown_seconds=10,
            upload_failed=upload_failed,
        )

    def _submit(self, request: UploadRequest) -> None:
        if self.refusal:
            raise StateError(self.refusal)
        self.submitted.append(request.source)
        if self.no_meanwhile:
            self.auto.hold(self.no_meanwhile)

    def turned_on(self) -> "Bench":
        self.auto.set_on(ROOT, on=True)
        return self

    def after(self, seconds: float, *runs: RunView) -> list[str]:
        """What is queued when it is asked after a pause."""
        self.clock.advance(seconds)
        queued, _ = self.auto.consider(runs)
        return [run.name for run in queued]


def test_off_until_turned_on() -> None:
    """Nothing leaves the machine that the user did not ask for."""
    bench = Bench()
    assert (bench.after(0, RUN4), bench.after(60, RUN4)) == ([], [])
    assert bench.events == []


def test_countdown() -> None:
    """Announced once, shown as it counts, queued when it has ended."""
    bench = Bench().turned_on()
    assert bench.after(0, RUN4) == []
    (announced,) = bench.events
    assert isinstance(announced, AutoUploadAnnounced)
    assert announced.run.uploads_in == 10
    assert bench.after(9, RUN4) == []
    assert bench.auto.shown(RUN4).uploads_in == 1
    assert bench.after(1, RUN4) == ["RUN4"]
    assert bench.submitted == [RUN4.path]
    assert bench.auto.shown(RUN4).uploads_in is None


def test_asks_to_be_asked_again() -> None:
    """The watch must not sleep through the end of a countdown."""
    bench = Bench().turned_on()
    assert 0 < bench.auto.consider([RUN4])[1] <= 10
    assert bench.auto.consider([])[1] == float("inf")


@pytest.mark.parametrize("state", list(RunState))
@pytest.mark.parametrize("upload_failed", [False, True])
def test_only_done_runs(state: RunState, *, upload_failed: bool) -> None:
    """Running, stalled and changed runs are left to the user; failed and stopped ones by policy."""
    bench = Bench(upload_failed=upload_failed).turned_on()
    run = replace(RUN4, state=state)
    failed = state in {RunState.FAILED, RunState.STOPPED}
    wanted = state is RunState.DONE or (failed and upload_failed)
    bench.after(0, run)
    assert bench.after(10, run) == (["RUN4"] if wanted else [])


CHANGED = replace(RUN4, state=RunState.CHANGED)


@pytest.mark.parametrize("by_settings", [True, False])
@pytest.mark.parametrize("decided", [True, False, None])
def test_changed_runs(by_settings: bool, decided: bool | None) -> None:
    """Counted down like others where the user wants it so; the settings decide for the undecided."""
    bench = Bench(changed_too=by_settings)
    bench.auto.set_on(ROOT, on=True, changed=decided)
    wanted = by_settings if decided is None else decided
    assert bench.auto.takes_changed(ROOT) == wanted
    assert bench.after(0, CHANGED) == []
    assert bench.after(10, CHANGED) == (["RUN4"] if wanted else [])
    assert [type(e) for e in bench.events] == ([AutoUploadAnnounced] if wanted else [])


def test_changed_runs_while_it_is_off() -> None:
    """What is decided for changed runs turns nothing on."""
    bench = Bench(changed_too=True)
    assert (bench.after(0, CHANGED), bench.after(60, CHANGED)) == ([], [])


def test_another_root_stays_off() -> None:
    """It is turned on for one root at a time."""
    bench = Bench().turned_on()
    other = replace(RUN4, root="/data/other")
    assert (bench.after(0, other), bench.after(60, other)) == ([], [])


def test_a_change_starts_the_countdown_anew() -> None:
    """What was written meanwhile has to be announced like anything else."""
    bench = Bench().turned_on()
    bench.after(0, RUN4)
    written = replace(RUN4, fingerprint="f2")
    assert bench.after(9, written) == []
    assert bench.after(9, written) == []
    assert bench.after(1, written) == ["RUN4"]


def test_not_finished_any_more() -> None:
    """A run that settles again is not queued when the old countdown ends."""
    bench = Bench().turned_on()
    bench.after(0, RUN4)
    assert bench.after(9, replace(RUN4, state=RunState.SETTLING)) == []
    assert bench.after(2, RUN4) == []
    assert bench.after(10, RUN4) == ["RUN4"]


def test_hold_and_release() -> None:
    """A held run waits for the user, also in the next session; released, it counts down anew."""
    bench = Bench().turned_on()
    bench.after(0, RUN4)
    bench.auto.hold(RUN4.path)
    assert bench.after(60, RUN4) == []
    assert bench.auto.shown(RUN4).held
    later = Bench(bench.file)
    later.auto.load()
    assert (later.after(0, RUN4), later.after(60, RUN4)) == ([], [])
    later.auto.release(RUN4.path)
    assert (later.after(0, RUN4), later.after(10, RUN4)) == ([], ["RUN4"])
    assert not later.auto.shown(RUN4).held


def test_held_is_said_once() -> None:
    """Who reads the log of a service learns why a finished run stays; once, not at every look."""
    bench = Bench().turned_on()
    bench.auto.hold(RUN4.path)
    for _ in range(3):
        bench.after(10, RUN4)
    assert [type(event) for event in bench.events] == [AutoUploadHeld]
    bench.auto.release(RUN4.path)
    bench.after(1, RUN4)
    bench.auto.hold(RUN4.path)
    bench.after(1, RUN4)
    words = [AutoUploadHeld, AutoUploadAnnounced, AutoUploadHeld]
    assert [type(event) for event in bench.events] == words


def test_no_while_others_are_queued() -> None:
    """Runs whose countdowns end together are queued one by one: the user's no still counts."""
    bench = Bench().turned_on()
    run5 = replace(RUN4, path=f"{ROOT}/RUN5", name="RUN5", number=5)
    bench.after(0, RUN4, run5)
    bench.no_meanwhile = run5.path
    assert bench.after(10, RUN4, run5) == ["RUN4"]
    assert bench.submitted == [RUN4.path]
    assert bench.after(60, run5) == []


def test_no_in_another_process() -> None:
    """The user says no wherever a window is open; until the last moment it counts everywhere."""
    bench = Bench().turned_on()
    other = Bench(bench.file)
    bench.after(0, RUN4)
    assert bench.auto.consider([RUN4])[1] <= 1, "it asks again in time"
    other.auto.hold(RUN4.path)
    assert bench.after(60, RUN4) == []
    assert bench.auto.is_held(RUN4.path)
    other.auto.release(RUN4.path)
    assert (bench.after(0, RUN4), bench.after(5, RUN4)) == ([], [])
    other.auto.set_on(ROOT, on=False)
    assert bench.after(60, RUN4) == []
    assert not bench.auto.is_on(ROOT)


def test_for_this_process_alone() -> None:
    """A service that was started to upload goes on when a window is told otherwise."""
    bench = Bench()
    bench.auto.set_on(ROOT, on=True, remember=False)
    bench.after(0, RUN4)
    Bench(bench.file).auto.set_on(ROOT, on=False)
    assert bench.after(10, RUN4) == ["RUN4"]


def test_remembered_for_the_next_session() -> None:
    """The decision is the user's, unless it was meant for one session only."""
    bench = Bench().turned_on()
    bench.auto.set_on("/data/once", on=True, remember=False)
    later = Bench(bench.file)
    later.auto.load()
    assert (later.auto.is_on(ROOT), later.auto.is_on("/data/once")) == (True, False)
    later.auto.set_on(ROOT, on=False)
    latest = Bench(bench.file)
    latest.auto.load()
    assert not latest.auto.is_on(ROOT)


def test_off_for_this_session() -> None:
    """A plain `watch` uploads nothing, whatever the app was told to remember."""
    bench = Bench(Bench().turned_on().file)
    bench.auto.set_on(ROOT, on=False, remember=False)
    bench.auto.load()
    assert not bench.auto.is_on(ROOT)


def test_a_queue_that_refuses_is_not_silent() -> None:
    """Nobody should find out on Monday that nothing was queued: it is said, and tried again."""
    bench = Bench().turned_on()
    bench.refusal = "Disk full."
    bench.after(0, RUN4)
    assert bench.after(10, RUN4) == []
    assert isinstance(refused := bench.events[-1], AutoUploadRefused)
    assert refused.reason == "Disk full."
    bench.refusal = ""
    assert bench.after(30, RUN4) == []
    assert bench.after(30, RUN4) == ["RUN4"]
