"""Uploads that start by themselves."""

import pytest

from core.auto_upload import AutoUpload
from core.errors import StateError
from core.events import AutoUploadRefused, Event, RunStateChanged, RunView
from core.run_state import RunState
from core.transfer_queue import UploadRequest


def changed_to(state: RunState) -> RunStateChanged:
    run = RunView("/x/RUN4", "/x", "RUN4", 4, state, "")
    return RunStateChanged(run, RunState.SETTLING)


@pytest.mark.parametrize("state", list(RunState))
def test_only_finished_runs(state: RunState) -> None:
    """Failed, changed and unfinished runs are left to the user."""
    submitted: list[UploadRequest] = []
    AutoUpload(submitted.append, lambda _: None)(changed_to(state))
    expected = [UploadRequest("/x/RUN4")] if state is RunState.FINISHED else []
    assert submitted == expected


def test_a_queue_that_refuses_is_not_silent() -> None:
    """Nobody should find out on Monday that nothing was queued."""
    published: list[Event] = []

    def submit(request: UploadRequest) -> None:
        raise StateError("Disk full.")

    AutoUpload(submit, published.append)(changed_to(RunState.FINISHED))
    (event,) = published
    assert isinstance(event, AutoUploadRefused)
    assert event.reason == "Disk full."
