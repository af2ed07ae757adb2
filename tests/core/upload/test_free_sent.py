"""What an upload that was given up leaves in the store: nothing, unless it may be an object."""

from dataclasses import replace

import pytest

from core.errors import ResultsStorageError, StoreAccessDeniedError, StoreConnectionError
from core.upload.create_artifact import ArtifactProducer
from core.upload.free_sent import FreeSent
from core.upload.upload_request import UploadRequest
from tests.core.bench import RUN4, Bench


@pytest.fixture
def broken_off() -> Bench:
    """One part of RUN4 was sent, the next was not."""
    bench = Bench()
    bench.store.fail_next("write", StoreConnectionError("No route."), skip=1)
    bench.ferry_fails(ResultsStorageError)
    assert bench.store.open_uploads == 1
    return bench


def free_sent(bench: Bench, request: UploadRequest) -> None:
    producer = ArtifactProducer(bench.store, bench.journal, bench.clock)
    FreeSent(bench.plan_upload, producer)(request)


@pytest.mark.parametrize("request_", [UploadRequest(RUN4), UploadRequest(RUN4, 1, 4)], ids=str)
def test_freed(broken_off: Bench, request_: UploadRequest) -> None:
    """Whether the user named the run or not; the next upload begins anew and ends well."""
    free_sent(broken_off, request_)
    assert (broken_off.store.open_uploads, broken_off.journal.intents(1, 4)) == (0, [])
    assert broken_off.ferry().outcome == "uploaded"


def test_last_parts_were_on_their_way() -> None:
    """All was packed and not all had arrived: nothing can be there yet, and nothing stays."""
    bench = Bench()
    bench.store.fail_next("flush", StoreConnectionError("No route."))
    bench.ferry_fails(ResultsStorageError)
    assert bench.store.open_uploads == 1
    free_sent(bench, UploadRequest(RUN4))
    assert (bench.store.open_uploads, bench.journal.intents(1, 4)) == (0, [])


def test_of_others(broken_off: Bench) -> None:
    """What another run has sent is none of its business."""
    free_sent(broken_off, UploadRequest(RUN4, 1, 5))
    assert broken_off.store.open_uploads == 1


def test_nothing_known(broken_off: Bench) -> None:
    """A directory that was never bound to a job has sent nothing."""
    free_sent(broken_off, UploadRequest("/out/other/RUN4"))
    assert broken_off.store.open_uploads == 1


def test_about_to_be_completed(broken_off: Bench) -> None:
    """The object may be there although no reply came: the next upload has to look."""
    (intent,) = broken_off.journal.intents(1, 4)
    broken_off.journal.put_intent(replace(intent, sha256="ab" * 32))
    free_sent(broken_off, UploadRequest(RUN4))
    assert len(broken_off.journal.intents(1, 4)) == 1


def test_store_that_does_not_answer(broken_off: Bench) -> None:
    """What could not be freed is not forgotten: another time frees it."""
    broken_off.store.fail_next("discard_upload", StoreConnectionError("No route."))
    free_sent(broken_off, UploadRequest(RUN4))
    assert len(broken_off.journal.intents(1, 4)) == 1
    free_sent(broken_off, UploadRequest(RUN4))
    assert (broken_off.store.open_uploads, broken_off.journal.intents(1, 4)) == (0, [])


def test_store_that_refuses(broken_off: Bench) -> None:
    """What nobody here may free is given up all the same."""
    broken_off.store.fail_next("discard_upload", StoreAccessDeniedError("You may not."))
    free_sent(broken_off, UploadRequest(RUN4))
    assert broken_off.journal.intents(1, 4) == []
