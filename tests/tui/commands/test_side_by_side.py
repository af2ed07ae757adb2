"""Several uploads at a time: in order, no more than allowed, and stopped when they are left."""

import threading

import pytest

from core.errors import (
    ConflictError,
    JobNotFoundError,
    StoreCredentialsError,
    TransferStoppedError,
)
from core.progress import Progress
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadOutcome, UploadResult
from tests.core.stored.test_record_format import MANIFEST
from tests.fakes.clock import within
from tui.commands.side_by_side import SideBySide

PATIENCE = 60.0
REQUESTS = [UploadRequest(f"/out/RUN{number}") for number in range(1, 6)]


def stored(request: UploadRequest) -> UploadResult:
    return UploadResult(UploadOutcome.UPLOADED, MANIFEST, request.source)


def until_stopped(progress: Progress) -> None:
    """Raises TransferStoppedError, or after `PATIENCE` that nobody stopped it."""
    progress.wait(PATIENCE)
    raise TimeoutError


@pytest.mark.parametrize("parallel", [1, 2, 16])
def test_all_in_order(parallel: int) -> None:
    """Results come in the order of the requests, whichever is done first."""

    def ferry(request: UploadRequest, progress: Progress) -> UploadResult:
        return stored(request)

    with SideBySide(ferry, REQUESTS, parallel, within(PATIENCE)) as uploads:
        assert [upload.result().url for upload in uploads] == [r.source for r in REQUESTS]
    assert len(uploads) == 5


def test_at_a_time() -> None:
    """Two travel together, and never a third."""
    together = threading.Barrier(2)
    active, most, lock = 0, 0, threading.Lock()

    def ferry(request: UploadRequest, progress: Progress) -> UploadResult:
        nonlocal active, most
        with lock:
            active += 1
            most = max(most, active)
        together.wait(PATIENCE)
        with lock:
            active -= 1
        return stored(request)

    with SideBySide(ferry, REQUESTS[:4], 2, within(PATIENCE)) as uploads:
        for upload in uploads:
            upload.result()
    assert most == 2


def test_packed_in_turn() -> None:
    """One is packed at a time, while another one that is packed still travels."""
    packing, lock = 0, threading.Lock()
    two_packing, second_packed = threading.Event(), threading.Event()

    def ferry(request: UploadRequest, progress: Progress) -> UploadResult:
        nonlocal packing
        with progress.packing:
            with lock:
                packing += 1
                if packing == 2:
                    two_packing.set()
            two_packing.wait(0.02)
            with lock:
                packing -= 1
        if request is REQUESTS[1]:
            second_packed.set()
        if request is REQUESTS[0] and not second_packed.wait(PATIENCE):
            raise TimeoutError
        return stored(request)

    with SideBySide(ferry, REQUESTS, 2, within(PATIENCE)) as uploads:
        assert [upload.result().url for upload in uploads] == [r.source for r in REQUESTS]
    assert not two_packing.is_set()


def test_failure_of_one() -> None:
    """It is raised where its result is asked for; the others go on."""

    def ferry(request: UploadRequest, progress: Progress) -> UploadResult:
        if request.source.endswith("2"):
            raise ConflictError("Run 2 is somebody else's.")
        return stored(request)

    outcomes = list[str]()
    with SideBySide(ferry, REQUESTS, 2, within(PATIENCE)) as uploads:
        for upload in uploads:
            try:
                outcomes.append(upload.result().url)
            except ConflictError as error:
                outcomes.append(error.what)
    assert outcomes == [
        "/out/RUN1",
        "Run 2 is somebody else's.",
        *(r.source for r in REQUESTS[2:]),
    ]


def test_failure_of_all() -> None:
    """After an error that is not of one run alone, what waits is not begun any more."""
    begun = list[str]()

    def ferry(request: UploadRequest, progress: Progress) -> UploadResult:
        begun.append(request.source)
        if request is REQUESTS[1]:
            raise JobNotFoundError("Job 1 was deleted.")
        return stored(request)

    uploads = SideBySide(ferry, REQUESTS, 1, within(PATIENCE), (ConflictError,))
    with uploads:
        second = [*uploads][1]
        with pytest.raises(JobNotFoundError):
            second.result()
    assert begun == ["/out/RUN1", "/out/RUN2"]


def test_left_in_the_midst() -> None:
    """What travels is stopped, to be gone on with later; what waits stays where it is."""
    begun, travels = list[str](), threading.Event()

    def ferry(request: UploadRequest, progress: Progress) -> UploadResult:
        begun.append(request.source)
        if request is REQUESTS[0]:
            travels.wait(PATIENCE)
            raise StoreCredentialsError("Not accepted.")
        travels.set()
        until_stopped(progress)
        return stored(request)

    uploads = SideBySide(ferry, REQUESTS, 2, within(PATIENCE))
    with pytest.raises(StoreCredentialsError), uploads:
        next(iter(uploads)).result()
    second = list(uploads)[1]
    with pytest.raises(TransferStoppedError):
        second.result()
    assert "/out/RUN5" not in begun
