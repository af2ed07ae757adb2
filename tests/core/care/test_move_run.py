"""Moving a run loses nothing, sends nothing, and can be gone on with wherever it was cut off."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from core.errors import ConflictError, JobNotFoundError, RunFerryError, RunNotFoundError
from core.errors import StoreConnectionError as Lost
from core.model import ArtifactKind
from core.ports.journal.proofs import ProofKind
from core.ports.journal.queue import TransferRecord
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.manifests import WRITE_TOKEN
from core.stored.proofs_of_job import ProofsOfJob
from core.upload.upload_result import UploadOutcome
from core.waiting.patient_turns import run_matter
from tests.catalog_dump import dump
from tests.core.bench import RUN4
from tests.core.care.care_bench import PREFIX, RESULTS, CareBench
from tests.core.overtaken_store import OvertakenStore
from tests.fakes.object_store import EqualEtags, FakeObjectStore

RUN5, MEASLES, ROOT = "/data/flu/OUT/RUN5", "/data/measles/OUT/RUN1", "/data/flu/OUT"
LOGS = (b"first", b"second", b"third")
SAID = "Nothing was moved"


def a_bench(store: FakeObjectStore | None = None) -> CareBench:
    """Job 1 has three versions of run 4 with logs, and run 5; job 2 has run 1."""
    bench = CareBench(
        {RUN4: {"LOG": LOGS[0]}, RUN5: {"LOG": b"five"}, MEASLES: {"LOG": b"m"}}, store=store
    )
    bench.contents.beside[ROOT] = {"flu.fred": b"fred"}
    for log in LOGS:
        bench.contents[RUN4]["LOG"] = log
        bench.ferry(sidecars=log == LOGS[0])
    bench.ferry(RUN5)
    bench.ferry(MEASLES, name="measles")
    return bench


@pytest.fixture
def bench() -> CareBench:
    return a_bench()


def move(bench: CareBench, to_run: int | None = None, rebind: str | None = None) -> None:
    care = bench.care.move_run
    care(care.plan(1, 4, 2, to_run), rebind=rebind)


def run_of(bench: CareBench, job_id: int, run_id: int) -> list[tuple[ArtifactKind, int]]:
    return [(a.kind, a.version) for a in bench.catalog.artifacts(job_id, run_id)]


def logs_of(bench: CareBench, job_id: int, run_id: int) -> dict[int, bytes]:
    """Which of `LOGS` each version holds, by the place that the catalog tells."""
    artifacts = [a for a in bench.catalog.artifacts(job_id, run_id) if a.is_version]
    contents = {a.version: bench.content(a.key) for a in artifacts}
    return {v: next(log for log in LOGS if log in content) for v, content in contents.items()}


def all_there(bench: CareBench) -> None:
    """What the catalog tells is what the store holds, every content of it, somewhere in one piece."""
    bench.refresh()
    assert dump(bench.catalog) == bench.rebuilt()
    here, there = logs_of(bench, 1, 4), logs_of(bench, 2, 4)
    assert {**here, **there} == {1: LOGS[0], 2: LOGS[1], 3: LOGS[2]}


WHOLE = [
    (ArtifactKind.RUN_LOGS, 0),
    (ArtifactKind.RUN_RESULTS, 1),
    (ArtifactKind.RUN_RESULTS, 2),
    (ArtifactKind.RUN_RESULTS, 3),
]


def test_all_of_it(bench: CareBench) -> None:
    """Versions keep their numbers, their dates and who made them; nothing else is touched."""
    plan = bench.care.move_run.plan(1, 4, 2)
    before = bench.catalog.artifacts(1, 4)
    assert plan.artifacts == before
    assert plan.copied_bytes == sum(a.size for a in before)
    assert (plan.sources, plan.roots, plan.stays) == ([RUN4], [ROOT], [])
    bench.care.move_run(plan)
    after = bench.catalog.artifacts(2, 4)
    assert run_of(bench, 2, 4) == WHOLE
    assert [(a.sha256, a.content_id, a.stored_at, a.host) for a in after] == [
        (a.sha256, a.content_id, a.stored_at, a.host) for a in before
    ]
    assert (run_of(bench, 1, 4), bench.catalog.run(1, 4)) == ([], None)
    proofs = ProofsOfJob(bench.journal, bench.catalog)(2)
    assert {proofs[a.key].how for a in after} == {ProofKind.COPIED}
    assert bench.keys()[:2] == ["run_5_results.v0001.json", "run_5_results.zip"]
    assert (bench.problems(), bench.orphans(), bench.journal.orphans()) == ([], [], [])
    all_there(bench)
    with pytest.raises(RunNotFoundError):
        bench.care.move_run.plan(1, 4, 2)


def test_nothing_is_sent(bench: CareBench) -> None:
    """Not a byte of content is read or written by this machine."""
    plan = bench.care.move_run.plan(1, 4, 2)
    for method in ("read", "start_upload", "write"):
        bench.store.fail_next(method, Lost("sent"))
    bench.care.move_run(plan)
    assert run_of(bench, 2, 4) == WHOLE


def test_next_upload(bench: CareBench) -> None:
    """The directory goes to the new place by itself; its neighbours go where they went."""
    move(bench, to_run=9)
    again = bench.ferry()
    assert (again.outcome, again.manifest.job_id, again.manifest.run_id) == (
        UploadOutcome.UNCHANGED,
        2,
        9,
    )
    bench.contents[RUN4]["LOG"] = b"fourth"
    assert (bench.ferry().manifest.version, bench.went_to(RUN5)) == (4, (1, 5))
    bench.contents["/data/flu/OUT/RUN6"] = {"LOG": b"six"}
    assert bench.went_to("/data/flu/OUT/RUN6") == (1, 6)


def test_rebind(bench: CareBench) -> None:
    """What is new in the tree goes to the new job, what was stored stays where it is."""
    move(bench, rebind=RUN4)
    assert bench.journal.bound_job(ROOT) == 2
    bench.contents["/data/flu/OUT/RUN6"] = {"LOG": b"six"}
    assert bench.went_to("/data/flu/OUT/RUN6") == (2, 6)
    assert bench.went_to(RUN5) == (1, 5)


def test_another_id(bench: CareBench) -> None:
    """Within its job a run can be given another id."""
    care = bench.care.move_run
    care(care.plan(1, 4, 1, 7))
    assert (run_of(bench, 1, 4), run_of(bench, 1, 7)) == ([], WHOLE)
    assert bench.went_to() == (1, 7)
    assert bench.problems() == []


def steps() -> Iterator[tuple[str, int, bool]]:
    """The store fails at each call of each method, before or after it did what it does."""
    most = {"copy": 4, "put": 4, "delete": 8, "head": 50, "excerpt": 12, "list": 10}
    for method, calls in most.items():
        for skip in range(calls):
            yield method, skip, False
            yield method, skip, True


@pytest.mark.parametrize(("method", "skip", "after"), steps())
def test_interrupted(method: str, skip: int, after: bool) -> None:
    """At each moment all of it is there, here or there; the next call goes on and leaves nothing."""
    bench = a_bench()
    plan = bench.care.move_run.plan(1, 4, 2)
    bench.store.fail_next(method, Lost("Gone."), skip=skip, after=after)
    with suppress(RunFerryError):
        bench.care.move_run(plan)
        return  # so many calls it does not make
    all_there(CareBench(store=bench.store))
    went_to = bench.journal.stored_as(RUN4)
    assert went_to is not None
    stored = logs_of(bench, went_to.job_id, 4)
    assert stored == {1: LOGS[0], 2: LOGS[1], 3: LOGS[2]}  # an upload finds it whole
    with suppress(RunNotFoundError):  # all had happened
        move(bench)
    all_there(bench)
    assert (run_of(bench, 1, 4), run_of(bench, 2, 4)) == ([], WHOLE)
    bench.care.sync()
    assert (bench.problems(), bench.orphans(), bench.journal.orphans()) == ([], [], [])
    assert bench.journal.stored_in(2)[RUN4] == 4
    assert RUN4 not in bench.journal.stored_in(1)


def test_equal_content_is_there(bench: CareBench) -> None:
    """Only the old one goes, when the new job holds the same, even as other versions."""
    care = bench.care.move_run
    bench.care.delete_run(bench.care.delete_run.contents(1, 4, 1))
    bench.care.delete_run(bench.care.delete_run.contents(1, 4, 2))
    bench.ferry(job_id=2, run_id=4)
    before = bench.catalog.artifacts(2, 4)
    plan = care.plan(1, 4, 2)
    assert [a.kind for a in plan.copied] == [ArtifactKind.RUN_LOGS]
    care(plan)
    assert [a for a in bench.catalog.artifacts(2, 4) if a.is_version] == before
    assert run_of(bench, 1, 4) == []
    assert bench.problems() == []


def test_other_content_is_there(bench: CareBench) -> None:
    """Then it is refused before anything is copied."""
    before = [stored.key for stored in bench.store.list("")]
    with pytest.raises(ConflictError, match="Run 1 of job 2 is there already") as caught:
        bench.care.move_run.plan(1, 4, 2, 1)
    assert SAID in caught.value.kept
    assert "--to-run" in caught.value.todo
    assert [stored.key for stored in bench.store.list("")] == before


def test_other_logs_are_there(bench: CareBench) -> None:
    there = JobS3Prefix.from_job(bench.get_job(2)).run_logs(4)
    bench.store.put(there, b"other")
    with pytest.raises(ConflictError, match="other content") as caught:
        bench.care.move_run.plan(1, 4, 2)
    assert SAID in caught.value.kept


def test_something_is_in_the_way(bench: CareBench) -> None:
    """What lies at the key of the run without a version is not replaced, nor is the run removed."""
    there = JobS3Prefix.from_job(bench.get_job(2)).run_results(4)
    bench.store.put(there, b"theirs", metadata={WRITE_TOKEN: "another"})
    with pytest.raises(ConflictError) as caught:
        move(bench)
    assert "Nothing was removed" in caught.value.kept
    assert bench.content(there) == b"theirs"
    assert run_of(bench, 1, 4) == WHOLE


def test_the_same_place(bench: CareBench) -> None:
    with pytest.raises(ConflictError, match="already"):
        bench.care.move_run.plan(1, 4, 1)


@pytest.mark.parametrize("job", [1, 2])
def test_no_such_job(bench: CareBench, job: int) -> None:
    jobs = {1: 1, 2: 2, job: 77}
    with pytest.raises(JobNotFoundError):
        bench.care.move_run.plan(jobs[1], 4, jobs[2])


def test_not_recorded(bench: CareBench) -> None:
    """What an upload stored last and could not record is not left behind."""
    bench.contents[RUN4]["LOG"] = b"fourth"
    bench.store.fail_next("put", Lost("Gone."))
    bench.ferry_fails(RunFerryError)
    with pytest.raises(ConflictError, match="not recorded yet") as caught:
        move(bench)
    assert "orphans adopt" in caught.value.todo


def test_damaged(bench: CareBench) -> None:
    """Of a version without its content nobody can say that it was moved."""
    bench.store.put(RESULTS, b"x", metadata={WRITE_TOKEN: "y"})
    bench.store.delete(f"{PREFIX}versions/run_4_results.v0001.zip")
    with pytest.raises(ConflictError) as caught:
        bench.care.move_run.plan(1, 4, 2)
    assert SAID in caught.value.kept


def test_changed_meanwhile() -> None:
    """A version that another machine stores stays where it went, and so does all before the move."""
    store = OvertakenStore()
    bench = a_bench(store)
    other = CareBench({RUN4: {"LOG": b"fourth"}}, store=store)
    other.refresh()
    plan = bench.care.move_run.plan(1, 4, 2)
    store.before["delete"] = lambda: other.ferry(job_id=1)
    bench.care.move_run(plan)
    bench.refresh()
    assert run_of(bench, 2, 4) == WHOLE
    assert run_of(bench, 1, 4) == [(ArtifactKind.RUN_RESULTS, 4)]
    assert b"fourth" in bench.content(RESULTS)
    assert bench.problems() == []


def test_replaced_before_the_copy() -> None:
    """Another machine stores the next version: what was to be copied is aside now, and is moved."""
    store = OvertakenStore()
    bench = a_bench(store)
    other = CareBench({RUN4: {"LOG": b"fourth"}}, store=store)
    other.refresh()
    plan = bench.care.move_run.plan(1, 4, 2)
    other.ferry(job_id=1)
    bench.care.move_run(plan)
    bench.refresh()
    assert logs_of(bench, 2, 4) == {1: LOGS[0], 2: LOGS[1], 3: LOGS[2]}
    assert run_of(bench, 1, 4) == [(ArtifactKind.RUN_RESULTS, 4)]


def test_new_job_is_deleted_meanwhile() -> None:
    """The run stays in the old one, and nothing of it in the one that is gone."""
    store = OvertakenStore()
    bench = a_bench(store)
    other = CareBench(store=store)
    plan = bench.care.move_run.plan(1, 4, 2)
    store.before["copy"] = lambda: other.care.delete_job(other.care.delete_job.contents(2))
    with pytest.raises(JobNotFoundError, match="Job 2 was deleted") as caught:
        bench.care.move_run(plan)
    assert SAID in caught.value.kept
    assert [*store.list("jobs/2/")] == []
    assert run_of(bench, 1, 4) == WHOLE
    all_there(bench)


@pytest.mark.parametrize("run", [(1, 4), (2, 4)])
def test_busy(bench: CareBench, run: tuple[int, int]) -> None:
    """Neither the run nor what it is to be is about to be stored."""
    plan, before = bench.care.move_run.plan(1, 4, 2), bench.keys()
    with (
        bench.turns.turn(run_matter(*run), lambda: None),
        pytest.raises(ConflictError, match="being stored"),
    ):
        bench.care.move_run(plan)
    transfer = TransferRecord(0, *run, "/x/RUN4", "queued", "", bench.clock.now())
    bench.journal.put_transfer(transfer)
    for attempt in (lambda: bench.care.move_run.plan(1, 4, 2), lambda: bench.care.move_run(plan)):
        with pytest.raises(ConflictError, match="queued or under way") as caught:
            attempt()
        assert SAID in caught.value.kept
    assert bench.keys() == before


def test_foreign_objects_stay(bench: CareBench) -> None:
    bench.store.put(f"{PREFIX}run_4_notes.txt", b"mine")
    plan = bench.care.move_run.plan(1, 4, 2)
    assert plan.stays == [f"{PREFIX}run_4_notes.txt"]
    bench.care.move_run(plan)
    assert bench.content(f"{PREFIX}run_4_notes.txt") == b"mine"


def test_another_tools_run(bench: CareBench) -> None:
    """What RunFerry did not store is adopted first."""
    bench.store.put(f"{PREFIX}run_8_results.zip", b"PK")
    with pytest.raises(ConflictError, match="recorded nothing"):
        bench.care.move_run.plan(1, 8, 2)


def test_equal_etags() -> None:
    """As most stores have them: the same bytes, the same etag."""
    bench = a_bench(EqualEtags())
    move(bench)
    assert run_of(bench, 2, 4) == WHOLE
    assert bench.problems() == []
