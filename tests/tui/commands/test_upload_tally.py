"""Which exit code a session deserves."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.errors import EXIT_CONNECTION, EXIT_FAILED, EXIT_OK, Failure
from core.events import AutoUploadRefused, Event, TransferFailed, TransferQueued, TransferSucceeded
from core.transfer_view import TransferState
from tests.builders import ROOT, a_run_view, a_transfer
from tui.commands.upload_tally import UploadTally

RUN = f"{ROOT}/simpleflu/OUT/RUN4"
OFFLINE = Failure("No route.", retryable=True, exit_code=EXIT_CONNECTION)


def failed(number: int, failure: Failure, source: str = RUN) -> TransferFailed:
    return TransferFailed(a_transfer(source, TransferState.FAILED, id=number, failure=failure))


def stored(number: int, source: str = RUN) -> TransferSucceeded:
    return TransferSucceeded(a_transfer(source, TransferState.DONE, id=number))


def refused() -> AutoUploadRefused:
    return AutoUploadRefused(a_run_view("RUN4"), "the disk is full")


def queued(number: int, source: str = RUN) -> TransferQueued:
    return TransferQueued(a_transfer(source, id=number))


@pytest.mark.parametrize(
    ("events", "code", "failures"),
    [
        ([], EXIT_OK, "0 of 0"),
        ([queued(1), stored(1)], EXIT_OK, "0 of 1"),
        ([stored(1), failed(2, OFFLINE)], EXIT_CONNECTION, "1 of 2"),
        ([failed(1, Failure("Unreadable.")), failed(2, OFFLINE)], EXIT_FAILED, "2 of 2"),
        ([failed(1, OFFLINE), queued(1), stored(1)], EXIT_OK, "0 of 1"),
        ([failed(1, OFFLINE), queued(1)], EXIT_OK, "0 of 0"),
        ([refused()], EXIT_FAILED, "1 of 1"),
        ([refused(), failed(1, OFFLINE, "/elsewhere/RUN1")], EXIT_FAILED, "1 of 1"),
        ([refused(), refused(), queued(1), stored(1)], EXIT_OK, "0 of 1"),
        ([failed(1, Failure("Unreadable."), "/elsewhere/RUN1")], EXIT_OK, "0 of 0"),
        ([failed(1, Failure("Unreadable."), f"{ROOT}2/RUN1")], EXIT_OK, "0 of 0"),
    ],
)
def test_exit_code(events: Sequence[Event], code: int, failures: str) -> None:
    """That of what lies below the roots, as it ended last."""
    tally = UploadTally([ROOT])
    for event in events:
        tally.take(event)
    assert (tally.exit_code(), f"{tally.failed} of {tally.ended}") == (code, failures)


@pytest.mark.parametrize("root", ["/", ROOT, RUN, f"{ROOT}/"])
def test_what_counts(root: str) -> None:
    """A root itself counts, and what is below it."""
    assert UploadTally([root, "/other"]).counts(a_transfer(RUN))
    assert not UploadTally(["/other"]).counts(a_transfer(RUN))


def test_refused_run() -> None:
    """It stays refused until it is in the queue."""
    tally = UploadTally([ROOT])
    tally.take(refused())
    assert tally.refused(refused().run.path)
    tally.take(TransferQueued(replace(a_transfer(RUN), source=refused().run.path)))
    assert not tally.refused(refused().run.path)
