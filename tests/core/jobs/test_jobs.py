"""Jobs: claimed, found, bound, refreshed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.binding.propose_job import job_name
from core.errors import (
    ConflictError,
    InvalidNameError,
    JobNotFoundError,
    StoreAccessDeniedError,
    StoreConnectionError,
    TransferCancelledError,
)
from core.jobs.change_job import ChangeJob, JobChange
from core.model import Job
from core.progress import Progress
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import encode_job
from tests.core.bench import RUN4, Bench
from tests.core.overtaken_store import OvertakenStore
from tests.fakes.catalog import FakeCatalog
from tests.fakes.journal import FakeStateFile
from tests.fakes.object_store import FakeObjectStore


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_ids_count_up(bench: Bench) -> None:
    """The next free id; the record in the store is the claim."""
    assert [bench.register_job(name).id for name in ("a", "b")] == [1, 2]
    assert bench.store.head(job_record_key(2))


def test_created_at_is_whole_seconds_of_the_claim(bench: Bench) -> None:
    """Every machine reads the same moment back."""
    job = bench.register_job("a", tags=["x"])
    assert Bench(store=bench.store).get_job(job.id) == job
    assert job.created_at.microsecond == 0


def test_the_answer_is_what_the_claim_says(bench: Bench) -> None:
    """Owner and host with it; a secret is in it neither here nor elsewhere."""
    job = bench.register_job("x aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    assert (job.owner, job.host) == ("ana", "lab-1")
    assert "EXAMPLEKEY" not in job.name
    assert Bench(store=bench.store).get_job(job.id) == job == bench.catalog.job(job.id)


def test_foreign_prefixes_are_taken(bench: Bench) -> None:
    """A bucket that other tools have written to has ids in use."""
    bench.store.put("jobs/7/2024/01/01/000000/job_config.json", b"{}")
    assert bench.register_job("a").id == 8
    with pytest.raises(ConflictError, match="Job 7 exists"):
        bench.register_job("b", job_id=7)


def test_id_that_was_asked_for(bench: Bench) -> None:
    """Given when it is free, refused when it is not."""
    assert bench.register_job("a", job_id=42).id == 42
    with pytest.raises(ConflictError):
        bench.register_job("b", job_id=42)
    assert bench.register_job("c").id == 43


def test_two_machines_never_share_an_id() -> None:
    """The one that comes second takes the next."""
    store = FakeObjectStore()
    machines = [Bench(store=store) for _ in range(2)]
    ids = [machine.register_job("x").id for _ in range(10) for machine in machines]
    assert sorted(ids) == list(range(1, 21))


def test_job_that_does_not_exist(bench: Bench) -> None:
    """Named, with what to do."""
    with pytest.raises(JobNotFoundError, match="Job 5 does not exist") as caught:
        bench.get_job(5)
    assert "jobs list" in caught.value.todo


def test_damaged_record(bench: Bench) -> None:
    """A record that cannot be read is no job, and no traceback."""
    bench.store.put(job_record_key(5), b"{")
    with pytest.raises(JobNotFoundError, match="cannot be read"):
        bench.get_job(5)


def test_root_is_bound_once(bench: Bench) -> None:
    """All runs of one results root go to one job, also after a restart."""
    bench.contents["/data/flu/OUT/RUN5"] = {"a": b"5"}
    jobs = {bench.ferry(run).manifest.job_id for run in (RUN4, "/data/flu/OUT/RUN5")}
    assert jobs == {1}
    job = bench.catalog.job(1)
    assert job
    assert job.name == "flu"


def test_id_then_memory(bench: Bench) -> None:
    """An id outranks what is remembered, which is of the run first and then of its root."""
    bench.register_job("flu")
    bench.register_job("other")
    assert bench.ferry(job_id=2).manifest.job_id == 2
    assert bench.ferry().manifest.job_id == 2
    assert bench.ferry(job_id=1).manifest.job_id == 1
    assert bench.ferry().manifest.job_id == 1
    bench.contents["/data/flu/OUT/RUN5"] = {"a": b"5"}
    assert bench.ferry("/data/flu/OUT/RUN5").manifest.job_id == 2


def test_bound_job_is_gone(bench: Bench) -> None:
    """A new store, or a deleted job: a new job is made."""
    bench.journal.bind_root("/data/flu/OUT", 99)
    assert bench.ferry().manifest.job_id == 1


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/flu/OUT", "flu"),
        ("/data/flu", "flu"),
        ("/OUT", "job"),
        ("/", "job"),
        ("/a/RESULTS/JOB/7/OUT", "a"),
    ],
)
def test_job_name(path: str, name: str) -> None:
    """The last part of the path that says something."""
    assert job_name(path) == name


def test_refresh_equals_what_was_recorded(bench: Bench) -> None:
    """A catalog that is read from the store is the one that was written along the way."""
    bench.ferry()
    bench.contents[RUN4]["LOG"] = b"new"
    bench.ferry()
    other = Bench(store=bench.store)
    other.refresh()
    assert other.catalog.artifacts(1) == bench.catalog.artifacts(1)
    assert other.catalog.runs(1) == bench.catalog.runs(1)
    assert other.catalog.jobs() == bench.catalog.jobs()
    assert other.catalog.synced_at() == other.clock.now()


def test_refresh_ignores_what_is_not_ours(bench: Bench) -> None:
    """Foreign keys, damaged records and manifests of other runs are skipped, not fatal."""
    bench.ferry()
    manifest = bench.content("jobs/1/2026/11/20/140731/run_4_results.v0001.json")
    bench.store.put("jobs/1/2026/11/20/140731/run_5_results.v0001.json", manifest)
    bench.store.put("jobs/1/2026/11/20/140731/run_6_results.v0001.json", b"\xff")
    bench.store.put("_runferry/jobs/0000000009.json", b"{}")
    bench.store.put("_runferry/jobs/[red]", b"")
    bench.refresh()
    assert [run.run_id for run in bench.catalog.runs(1)] == [4]
    assert bench.catalog.job_count() == 1


def test_refresh_without_network_changes_nothing(bench: Bench) -> None:
    """The cache stays as it was."""
    bench.ferry()
    before = bench.catalog.artifacts(1)
    bench.store.fail_next("list", StoreConnectionError("Offline."))
    with pytest.raises(StoreConnectionError):
        bench.refresh()
    assert bench.catalog.artifacts(1) == before


@pytest.fixture
def state() -> FakeStateFile:
    return FakeStateFile()


class Killed(BaseException):
    """What no use case can catch."""


def _die(job: Job) -> None:
    raise Killed


def test_a_claim_that_was_never_used(state: FakeStateFile) -> None:
    """Killed between the claim and its first use: the next start takes the job up, once."""
    first = Bench(state=state)
    with pytest.raises(Killed):
        first.register_job("flu", use=_die)
    later = Bench(store=first.store, state=state)
    assert later.register_job("flu").id == 1
    assert later.register_job("flu").id == 2


@pytest.mark.parametrize("job_id", [None, 42])
def test_a_claim_whose_reply_was_lost(bench: Bench, job_id: int | None) -> None:
    """The same command once more takes it up: no second job, and the id is not somebody else's."""
    bench.store.fail_next("put", StoreConnectionError("Gone."), after=True)
    with pytest.raises(StoreConnectionError):
        bench.register_job("flu", job_id=job_id)
    assert bench.register_job("flu", job_id=job_id).id == (job_id or 1)
    assert len(list(bench.store.list("_runferry/jobs/"))) == 1
    assert bench.journal.intents(job_id or 1, None) == []


def test_a_claim_for_something_else(state: FakeStateFile) -> None:
    """Left behind under another name, or by another workstation: nobody else's job is taken."""
    first = Bench(state=state)
    with pytest.raises(Killed):
        first.register_job("flu", use=_die)
    assert Bench(store=first.store, state=state).register_job("measles").id == 2
    assert Bench(store=first.store).register_job("flu").id == 3


def test_a_claim_that_is_cancelled() -> None:
    """Nothing is left of it, not in a catalog that was refreshed meanwhile either."""
    store, progress = OvertakenStore(), Progress()
    bench = Bench(store=store)
    store.before["put"] = progress.cancel
    store.before["delete"] = bench.refresh
    with pytest.raises(TransferCancelledError):
        bench.register_job("flu", progress=progress)
    assert [*store.list("")] == []
    assert (bench.journal.all_intents(), bench.catalog.jobs()) == ([], [])


def test_a_claim_that_is_cancelled_and_may_not_be_deleted() -> None:
    """It stays, and the next job of that name takes it up."""
    store, progress = OvertakenStore(), Progress()
    bench = Bench(store=store)
    store.before["put"] = progress.cancel
    store.fail_next("delete", StoreAccessDeniedError("No entry."))
    with pytest.raises(TransferCancelledError):
        bench.register_job("flu", progress=progress)
    assert bench.register_job("flu").id == 1
    assert bench.journal.all_intents() == []


def test_a_claim_that_is_cancelled_when_somebody_uses_the_job() -> None:
    """What he made of it in that moment stays."""
    store, progress = OvertakenStore(), Progress()
    bench = Bench(store=store)
    store.before["put"] = progress.cancel
    store.before["delete"] = lambda: ChangeJob(FakeCatalog(), store)(1, JobChange(name="theirs"))
    with pytest.raises(TransferCancelledError):
        bench.register_job("flu", progress=progress)
    assert Bench(store=store).get_job(1).name == "theirs"
    assert bench.journal.all_intents() == []


def test_a_claim_that_somebody_else_has(bench: Bench) -> None:
    """It is not remembered: each later claim would look for it."""
    bench.register_job("flu")
    with pytest.raises(ConflictError):
        bench.register_job("measles", job_id=1)
    assert bench.journal.all_intents() == []


def test_another_job_has_the_id_now(bench: Bench) -> None:
    """Its record was put there by hand: what was meant for the one before does not go there."""
    job = bench.register_job("flu")
    another = replace(job, created_at=job.created_at + timedelta(days=1))
    bench.store.put(job_record_key(1), encode_job(another, "f00d"))
    with pytest.raises(JobNotFoundError, match="during the upload"):
        bench.get_job.still_there(job)


def test_a_claim_whose_record_is_gone(state: FakeStateFile) -> None:
    """An intent alone is no job."""
    first = Bench(state=state)
    with pytest.raises(Killed):
        first.register_job("flu", use=_die)
    (record,) = first.store.list("_runferry/jobs/")
    first.store.delete(record.key)
    first.store.put("jobs/1/2026/11/20/140731/job_config.json", b"{}")
    assert Bench(store=first.store, state=state).register_job("flu").id == 2


@pytest.mark.parametrize("name", ["", " ", "\t\n"])
def test_a_name_says_something(bench: Bench, name: str) -> None:
    """A blank one is refused before anything is claimed, and none is made of a blank directory."""
    with pytest.raises(InvalidNameError):
        bench.register_job(name)
    assert not [*bench.store.list("")]
    assert job_name(f"/data/flu/{name}/OUT") == "flu"


@pytest.mark.parametrize(
    ("text", "escape"),
    [
        ("\x1b[31mred", r"\\x1b"),
        ("a\nb", r"\\n"),
        ("\u202eflu", r"\\u202e"),
        ("m\udcfc", r"\\xfc"),
        ("fl\u200du", r"\\u200d"),
        ("👩\u200d", r"\\u200d"),
    ],
)
def test_a_name_is_what_can_be_seen(bench: Bench, text: str, escape: str) -> None:
    """A name or tag that its record could not hold, or that looks like another one, is no name."""
    with pytest.raises(InvalidNameError, match=f"The name .* cannot be seen: {escape}"):
        bench.register_job(text)
    with pytest.raises(InvalidNameError, match=f"A tag .* cannot be seen: {escape}"):
        bench.register_job("flu", tags=["ward", text])
    assert not [*bench.store.list("")]


@pytest.mark.parametrize("name", ["👩\u200d🔬 flu", "❤\ufe0f\u200d🔥", "می\u200cخواهم"])
def test_a_name_as_it_is_written(bench: Bench, name: str) -> None:
    """What joins the parts of one sign is part of it."""
    assert bench.register_job(name).name == name
