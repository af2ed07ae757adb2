"""What a job's record says is changed, by several workstations at a time too."""

from collections.abc import Callable, Mapping

import pytest

from core.errors import ConflictError, InvalidNameError, JobNotFoundError, StoreConnectionError
from core.jobs.change_job import ChangeJob, JobChange
from core.model import Job, JobStatus
from core.ports.object_store import StoredObject
from core.stored.job_s3_prefix import job_record_key
from tests.core.bench import Bench
from tests.fakes.object_store import FakeObjectStore

FINISHED = (JobStatus.COMPLETED, JobStatus.CANCELLED)


class Desk(Bench):
    """A workstation that changes jobs."""

    def change(self, job_id: int = 1, **what: object) -> Job:
        change_job = ChangeJob(self.catalog, self.store)
        return change_job(job_id, JobChange(**what))  # pyright: ignore[reportArgumentType]


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.register_job("flu", tags=["fred", "year=2025"])
    return desk


def elsewhere(desk: Desk) -> Job:
    """As another workstation reads it."""
    return Bench(store=desk.store).get_job(1)


def test_everything(desk: Desk) -> None:
    """The record, the catalog and the answer say the same; the rest of the record stays."""
    before = desk.get_job(1)
    job = desk.change(
        name="measles", status=JobStatus.SUBMITTED, add_tags=("year=2026", "new", "new")
    )
    assert (job.name, job.status, job.tags) == (
        "measles", JobStatus.SUBMITTED, ("fred", "year=2026", "new"),
    )  # fmt: skip
    assert (job.created_at, job.owner, job.host) == (before.created_at, "ana", "lab-1")
    assert job == elsewhere(desk) == desk.catalog.job(1)


def test_tags_are_removed(desk: Desk) -> None:
    """By their whole text; one that is not there is no error."""
    assert desk.change(remove_tags=("fred", "nothing")).tags == ("year=2025",)


def test_no_change(desk: Desk) -> None:
    """What is so already is not written again."""
    before = desk.store.head(job_record_key(1))
    desk.change(name="flu", status=JobStatus.CREATED, add_tags=("year=2025",))
    desk.change()
    assert desk.store.head(job_record_key(1)) == before


@pytest.mark.parametrize("end", FINISHED)
@pytest.mark.parametrize("wanted", JobStatus)
def test_an_end_is_an_end(desk: Desk, end: JobStatus, wanted: JobStatus) -> None:
    """Completed and cancelled jobs take no other status; saying it again is fine."""
    desk.change(status=end)
    if wanted is end:
        assert desk.change(status=wanted).status is end
        return
    with pytest.raises(ConflictError, match=f"Job 1 is {end}: it cannot become {wanted}"):
        desk.change(status=wanted, name="other")
    assert (elsewhere(desk).status, elsewhere(desk).name) == (end, "flu")


@pytest.mark.parametrize("status", [s for s in JobStatus if s not in FINISHED])
def test_never_back_to_created(status: JobStatus) -> None:
    """And whatever is not an end can still be cancelled."""
    assert JobStatus.CREATED not in status.following()
    assert JobStatus.CANCELLED in status.following()


def test_failed_job_is_tried_again(desk: Desk) -> None:
    """Unlike the other ends."""
    path = (JobStatus.FAILED, JobStatus.SUBMITTED, JobStatus.PROCESSING, JobStatus.COMPLETED)
    assert [desk.change(status=status).status for status in path] == list(path)


def test_refusal_names_what_is_possible(desk: Desk) -> None:
    """The user does not have to guess."""
    desk.change(status=JobStatus.PROCESSING)
    with pytest.raises(ConflictError) as caught:
        desk.change(status=JobStatus.SUBMITTED)
    assert caught.value.todo == "It can become completed, failed, cancelled."


class Busy(FakeObjectStore):
    """Somebody else comes between, once."""

    before_put: Callable[[], object] | None = None

    def put(
        self,
        key: str,
        data: bytes,
        *,
        if_absent: bool = False,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> StoredObject:
        happens, self.before_put = self.before_put, None
        if happens:
            happens()
        return super().put(key, data, if_absent=if_absent, if_match=if_match, metadata=metadata)


def test_another_workstation_is_faster() -> None:
    """Both changes hold, whoever came first."""
    store = Busy()
    desk, other = Desk(store=store), Desk(store=store)
    desk.register_job("flu")
    store.before_put = lambda: other.change(add_tags=("theirs",))
    assert desk.change(status=JobStatus.SUBMITTED).tags == ("theirs",)
    assert elsewhere(desk).status is JobStatus.SUBMITTED


def test_the_race_decides_about_the_status(desk: Desk) -> None:
    """A transition is judged by the record that it replaces, not by what the catalog knows."""
    Desk(store=desk.store).change(status=JobStatus.CANCELLED)
    with pytest.raises(ConflictError):
        desk.change(status=JobStatus.PROCESSING)


def test_lost_reply(desk: Desk) -> None:
    """The same command once more ends well."""
    desk.store.fail_next("put", StoreConnectionError("Gone."), after=True)
    with pytest.raises(StoreConnectionError):
        desk.change(status=JobStatus.COMPLETED)
    assert desk.change(status=JobStatus.COMPLETED).status is JobStatus.COMPLETED


def test_no_such_job(desk: Desk) -> None:
    """Also when the catalog still knows it."""
    with pytest.raises(JobNotFoundError, match="Job 9 does not exist"):
        desk.change(9, name="x")
    desk.store.put(job_record_key(1), b"{")
    with pytest.raises(JobNotFoundError, match="cannot be read"):
        desk.change(name="x")


@pytest.mark.parametrize("name", ["", " \t", "\x1b[31mred", "flu\u200b"])
def test_no_name(desk: Desk, name: str) -> None:
    """Refused; the job keeps the name that it has."""
    with pytest.raises(InvalidNameError):
        desk.change(name=name)
    assert elsewhere(desk).name == "flu"
