"""Events in words and as records."""

import json
from dataclasses import replace

import pytest

from core.errors import Failure
from core.events import (
    AutoUploadAnnounced,
    AutoUploadHeld,
    AutoUploadRefused,
    BoundHow,
    Event,
    ResultsRootBound,
    RootCameBack,
    RootWentOffline,
    RunDetected,
    RunReasonChanged,
    RunStateChanged,
    RunVanished,
    StoreReachable,
    StoreUnreachable,
    TransferCancelled,
    TransferFailed,
    TransferQueued,
    TransferStarted,
    TransferSucceeded,
    UploadAwaited,
    WatchTroubled,
)
from core.finish.run_state import RunState
from core.run_view import RunView
from core.transfer_view import Direction, Phase, TransferState, TransferView
from tui.wording.events import as_record, describe, describe_binding

RUN = RunView("/x/OUT/RUN4", "/x/OUT", "RUN4", 4, RunState.DONE, "all finish checks hold", 3, 99)
SENT = TransferView(
    1, 12, 4, "/x/OUT/RUN4", TransferState.DONE, Phase.RECORDING, sent=50, outcome="uploaded"
)
FAILED = TransferView(
    1,
    12,
    4,
    "/x/OUT/RUN4",
    TransferState.FAILED,
    failure=Failure("No route.", "All kept.", "Wait."),
)
FETCHED = TransferView(
    2,
    12,
    4,
    "jobs/12/2026/11/20/120000/run_4_results.zip",
    TransferState.DONE,
    outcome="downloaded",
    direction=Direction.DOWNLOAD,
    target="/x/run_4_results.zip",
)
EVENTS: dict[str, Event] = {
    "RUN4     detected, done: all finish checks hold": RunDetected(RUN),
    "RUN4     done: all finish checks hold": RunStateChanged(RUN, RunState.SETTLING),
    "RUN4     running: no END": RunReasonChanged(
        replace(RUN, state=RunState.RUNNING, reason="no END")
    ),
    "RUN4     is gone from the tree": RunVanished(RUN),
    "RUN4     could not be queued for upload: Disk full.": AutoUploadRefused(RUN, "Disk full."),
    "RUN4     upload queued": TransferQueued(
        TransferView(1, 0, 0, "/x/RUN4", TransferState.QUEUED)
    ),
    "RUN4     upload started": TransferStarted(SENT),
    "RUN4     uploaded (job 12, run 4)": TransferSucceeded(SENT),
    "RUN4     not stored: No route. All kept. Wait.": TransferFailed(FAILED),
    "RUN4     upload cancelled": TransferCancelled(
        TransferView(1, 0, 0, "/x/RUN4", TransferState.CANCELLED)
    ),
    "run_4_results.zip download started": TransferStarted(FETCHED),
    "run_4_results.zip downloaded (job 12): /x/run_4_results.zip": TransferSucceeded(FETCHED),
    "run_4_results.zip not downloaded: No route. All kept. Wait.": TransferFailed(
        replace(FETCHED, failure=Failure("No route.", "All kept.", "Wait."))
    ),
    "RUN4     uploads in 10 s": AutoUploadAnnounced(replace(RUN, uploads_in=10.0)),
    "RUN4     detected, done: all finish checks hold; stored already": RunDetected(
        replace(RUN, stored=True)
    ),
    "RUN4     is held: it is uploaded when it is released": AutoUploadHeld(RUN),
    "RUN4     stalled: no END": RunStateChanged(
        replace(RUN, state=RunState.STALLED, reason="no END"), RunState.RUNNING
    ),
    'OUT is stored as new job 7 "flu": RUN4 -> run 4': ResultsRootBound(
        "/x/OUT", 7, "flu", BoundHow.NEW_JOB, (("RUN4", 4),)
    ),
    "OUT waits for another upload, which is finding or making its job": UploadAwaited(
        "/x/OUT", "finding or making its job"
    ),
    "/x can be read again": RootCameBack("/x"),
    "/x is offline: gone": RootWentOffline("/x", "gone"),
    "/x: no events": WatchTroubled("/x", "no events"),
    "the store does not answer: No route. Transfers go on by themselves when it does": (
        StoreUnreachable("No route.")
    ),
    "the store answers again": StoreReachable(),
}


def test_every_event_has_words() -> None:
    """One line each, that names what it is about."""
    assert {describe(event): event for event in EVENTS.values()} == EVENTS


def test_every_event_is_a_record() -> None:
    """Flat, of JSON values, named after its kind."""
    records = [as_record(event) for event in EVENTS.values()]
    assert json.loads(json.dumps(records)) == records
    assert [record["event"] for record in records[:2]] == ["run_detected", "run_state_changed"]
    assert all(not isinstance(value, (dict, list)) for r in records for value in r.values())


def test_record_of_a_failure_says_why() -> None:
    """The message as it was redacted."""
    assert as_record(TransferFailed(FAILED))["error"] == "No route."


def test_record_of_a_download_says_where_it_is() -> None:
    """`path` is on this machine, whichever way it goes."""
    record = as_record(TransferSucceeded(FETCHED))
    assert (record["direction"], record["path"], record["key"]) == (
        "download", FETCHED.target, FETCHED.source,
    )  # fmt: skip
    uploaded = as_record(TransferSucceeded(SENT))
    assert (uploaded["direction"], uploaded["path"]) == ("upload", SENT.source)


@pytest.mark.parametrize(
    ("root", "name"),
    [("/x", "OUT/RUN4"), ("/x/OUT", "RUN4"), ("/", "x/OUT/RUN4"), ("/elsewhere", "RUN4")],
)
def test_runs_of_several_folders_are_told_apart(root: str, name: str) -> None:
    """As a user would type it below the folder that is watched."""
    assert describe(TransferStarted(SENT), ["/no", root]).startswith(f"{name:<8} upload")
    assert describe(RunVanished(RUN), ["/no", root]).startswith(f"{name:<8} is gone")


def test_a_root_that_is_a_run() -> None:
    """It has a name all the same."""
    assert describe(RunVanished(RUN), [RUN.path]).startswith("RUN4     is gone")


RUNS = (("RUN1", 1), ("run_17/RUN11998", 17))


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            ResultsRootBound("/data/OUT", 3, "flu", BoundHow.NEW_JOB, RUNS),
            'OUT is stored as new job 3 "flu": RUN1 -> run 1, run_17/RUN11998 -> run 17',
        ),
        (
            ResultsRootBound("/data/OUT", 3, "flu", BoundHow.BY_CONTENT, RUNS[:1]),
            'OUT is stored in job 3 "flu" (found in the store by its content): RUN1 -> run 1',
        ),
        (
            ResultsRootBound("/", 3, "job", BoundHow.AS_ASKED),
            '/ is stored in job 3 "job" (as asked)',
        ),
    ],
)
def test_binding(event: ResultsRootBound, text: str) -> None:
    """The job that was made or found, and what the runs are there."""
    assert describe_binding(event) == text


def test_binding_of_many_runs() -> None:
    """The first few are named."""
    runs = tuple((f"RUN{n}", n) for n in range(1, 5001))
    text = describe_binding(ResultsRootBound("/data/OUT", 3, "flu", BoundHow.NEW_JOB, runs))
    assert text.endswith("RUN5 -> run 5, and 4995 more")
