"""Which events become toasts, and how repeats are merged."""

from core.events import AutoUploadRefused, RunStateChanged, RunView
from core.run_state import RunState
from tui.notices import Notice, Notices


def changed(number: int, state: RunState) -> RunStateChanged:
    run = RunView(f"/x/RUN{number}", "/x", f"RUN{number}", number, state, "")
    return RunStateChanged(run, RunState.SETTLING)


def test_repeats_are_merged_by_what_happened() -> None:
    """Finished and failed runs are counted apart."""
    notices = Notices()
    for number in (1, 2):
        notices.add(changed(number, RunState.FINISHED))
    for number in (3, 4, 5):
        notices.add(changed(number, RunState.FAILED))
    texts = [notice.text for notice in notices.take()]
    assert sorted(texts) == ["2 runs are finished", "3 runs have failed"]


def test_nothing_twice() -> None:
    """What was said is forgotten; what is not worth saying is not said."""
    notices = Notices()
    assert notices.add(changed(1, RunState.FINISHED))
    assert notices.take() == [Notice("RUN1 is finished")]
    assert not notices.add(changed(1, RunState.WRITING))
    assert notices.take() == []


def test_auto_upload_that_was_refused() -> None:
    """An error, with the run's name."""
    notices = Notices()
    run = RunView("/x/RUN1", "/x", "RUN1", 1, RunState.FINISHED, "")
    notices.add(AutoUploadRefused(run, "Disk full."))
    (notice,) = notices.take()
    assert notice.severity == "error"
    assert "RUN1" in notice.text
