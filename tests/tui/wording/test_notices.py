"""Which events become toasts, and how repeats are merged."""

from dataclasses import replace

from core.errors import Failure, StoreConnectionError
from core.events import (
    AutoUploadAnnounced,
    AutoUploadRefused,
    BoundHow,
    Event,
    ResultsRootBound,
    RunStateChanged,
    TransferFailed,
)
from core.finish.run_state import RunState
from core.run_view import RunView
from core.transfer_view import TransferState, TransferView
from tui.wording.notices import Notice, Notices


def changed(number: int, state: RunState) -> RunStateChanged:
    run = RunView(f"/x/RUN{number}", "/x", f"RUN{number}", number, state, "")
    return RunStateChanged(run, RunState.SETTLING)


def test_repeats_are_merged_by_what_happened() -> None:
    """Finished and failed runs are counted apart."""
    notices = Notices()
    for number in (1, 2):
        notices.add(changed(number, RunState.DONE))
    for number in (3, 4, 5):
        notices.add(changed(number, RunState.FAILED))
    texts = [notice.text for notice in notices.take()]
    assert sorted(texts) == ["2 runs are done", "3 runs have failed"]


def test_nothing_twice() -> None:
    """What was said is forgotten; what is not worth saying is not said."""
    notices = Notices()
    assert notices.add(changed(1, RunState.DONE))
    assert notices.take() == [Notice("RUN1 is done")]
    assert not notices.add(changed(1, RunState.RUNNING))
    assert notices.take() == []


def test_errors() -> None:
    """They are in Activity, whose tab counts them, and are not said: nobody has to be quick to read them."""
    notices = Notices()
    run = RunView("/x/RUN1", "/x", "RUN1", 1, RunState.DONE, "")
    assert not notices.add(AutoUploadRefused(run, "Disk full."))
    refused = TransferView(1, 1, 1, "/x/RUN1", TransferState.FAILED, failure=Failure("Refused."))
    assert not notices.add(TransferFailed(refused))
    away = replace(refused, failure=Failure.of(StoreConnectionError("No answer.")))
    assert notices.add(TransferFailed(away))
    assert notices.take() == [Notice("RUN1 goes on when the store answers", "warning")]


def told(*events: Event) -> list[str]:
    notices = Notices()
    for event in events:
        notices.add(event)
    return [notice.text for notice in notices.take()]


def announced(number: int) -> AutoUploadAnnounced:
    run = RunView(f"/x/RUN{number}", "/x", f"RUN{number}", number, RunState.DONE, "")
    return AutoUploadAnnounced(replace(run, uploads_in=9.7))


def test_stalled_runs_are_counted_apart_from_failed_ones() -> None:
    """Both are warnings, but they ask for different things."""
    failed, stalled = changed(1, RunState.FAILED), [changed(n, RunState.STALLED) for n in (2, 3)]
    assert told(failed, *stalled) == ["RUN1 failed: ", "2 runs have stalled"]
    assert told(stalled[0]) == [
        "RUN2 has written nothing for long and is not done: u uploads it as it is"
    ]


def test_announcements_are_merged() -> None:
    """With the seconds that are left and the key that stops it."""
    assert told(announced(1)) == ["RUN1 uploads in 10 s, h holds"]
    assert told(announced(1), announced(2)) == ["2 runs upload in 10 s, h holds"]


def test_bindings() -> None:
    """What was not asked for is explained."""
    assert told(ResultsRootBound("/x/OUT", 3, "flu", BoundHow.NEW_JOB)) == [
        'OUT is now job 3 "flu"'
    ]
    found = ResultsRootBound("/x/OUT", 3, "flu", BoundHow.BY_CONTENT)
    assert told(found) == [f'OUT is now job 3 "flu" ({BoundHow.BY_CONTENT})']
