"""The catalog follows the store, and reads only what is new there."""

import pytest

from core.errors import StoreConnectionError
from core.jobs.list_jobs import ListArtifacts
from core.model import ArtifactKind, Run, RunStatus
from core.stored.job_s3_prefix import job_record_key
from tests.catalog_dump import dump
from tests.core.asked_store import AskedStore
from tests.core.bench import RUN4
from tests.core.care.care_bench import MANIFEST, PREFIX, RESULTS, CareBench

RUN5 = "/data/flu/OUT/RUN5"
FOREIGN = "jobs/9/2024/02/03/040506/"


@pytest.fixture
def store() -> AskedStore:
    return AskedStore()


@pytest.fixture
def bench(store: AskedStore) -> CareBench:
    """A workstation that has stored run 4, with its log."""
    bench = CareBench(store=store)
    bench.ferry(RUN4, sidecars=True)
    return bench


def test_known_as_if_it_had_been_read(bench: CareBench) -> None:
    """What uploads recorded is what a catalog made from the store alone holds."""
    assert dump(bench.catalog) == bench.rebuilt()
    bench.contents[RUN4]["LOG"] = b"another log"
    bench.ferry(RUN4, sidecars=True)
    assert dump(bench.catalog) == bench.rebuilt()
    bench.refresh()
    assert dump(bench.catalog) == bench.rebuilt()


def test_only_what_is_new_is_read(bench: CareBench, store: AskedStore) -> None:
    """A second reading asks for what another machine has added, and for nothing else."""
    bench.refresh()
    other = CareBench({RUN5: {"LOG": b"5"}}, store=store)
    other.ferry(RUN5, job_id=1)
    store.asked.clear()
    bench.refresh()
    assert store.asked == [f"{PREFIX}run_5_results.v0001.json"]
    assert dump(bench.catalog) == bench.rebuilt()


def test_what_was_changed_is_read(bench: CareBench, store: AskedStore) -> None:
    """Job records and logs may be replaced: then they have other etags."""
    bench.refresh()
    record = b"".join(store.read(job_record_key(1)))
    store.put(job_record_key(1), record.replace(b'"flu"', b'"measles"'))
    store.put(f"{PREFIX}run_4_logs.zip", b"somebody's")
    bench.refresh()
    job = bench.catalog.job(1)
    assert job
    assert job.name == "measles"
    logs = [a for a in bench.catalog.artifacts(1) if a.kind is ArtifactKind.RUN_LOGS]
    assert [(a.managed, a.size) for a in logs] == [(False, 10)]


def test_row_that_is_lost(bench: CareBench, store: AskedStore) -> None:
    """An object that is known but has no row is read again."""
    bench.refresh()
    bench.catalog.remove_artifact(1, 4, ArtifactKind.RUN_RESULTS, 1)
    bench.refresh()
    assert dump(bench.catalog) == bench.rebuilt()


def test_what_is_gone(bench: CareBench, store: AskedStore) -> None:
    """Rows go with their objects."""
    bench.refresh()
    for key in (RESULTS, MANIFEST, f"{PREFIX}run_4_logs.zip"):
        store.delete(key)
    bench.refresh()
    assert list(bench.catalog.artifacts(1)) == []
    assert dump(bench.catalog) == bench.rebuilt()


def test_content_that_is_gone(bench: CareBench, store: AskedStore) -> None:
    """A manifest alone stores nothing; when the content is back, it does again."""
    bench.refresh()
    content = b"".join(store.read(RESULTS))
    store.delete(RESULTS)
    bench.refresh()
    assert bench.catalog.run(1, 4) == Run(1, 4, RunStatus.ERROR, directory="RUN4")
    assert dump(bench.catalog) == bench.rebuilt()
    kinds = [artifact.kind for artifact in ListArtifacts(bench.catalog)(1)]
    assert kinds == [ArtifactKind.RUN_LOGS] == [a.kind for a in ListArtifacts(bench.catalog)(1, 4)]
    store.put(RESULTS, content)
    bench.refresh()
    run = bench.catalog.run(1, 4)
    assert run
    assert run.stored
    for key in (f"{PREFIX}run_4_logs.zip", RESULTS, MANIFEST):
        store.delete(key)
        bench.refresh()
    assert bench.catalog.run(1, 4) is None


def test_rebuild_reads_everything(bench: CareBench, store: AskedStore) -> None:
    """Whatever the cache says; and runs that nothing is stored of are forgotten."""
    bench.refresh()
    bench.catalog.put_run(Run(1, 99))
    store.asked.clear()
    bench.refresh(rebuild=True)
    assert {MANIFEST, job_record_key(1)} <= set(store.asked)
    assert bench.catalog.run(1, 99) is None
    assert dump(bench.catalog) == bench.rebuilt()


@pytest.mark.parametrize("rebuild", [False, True])
def test_store_does_not_answer(bench: CareBench, store: AskedStore, *, rebuild: bool) -> None:
    """The cache stays what it was."""
    bench.refresh()
    before = dump(bench.catalog)
    store.put(f"{FOREIGN}run_1_config.json", b"{}")
    store.fail_next("head", StoreConnectionError("gone"))
    with pytest.raises(StoreConnectionError):
        bench.refresh(rebuild=rebuild)
    assert dump(bench.catalog) == before


def test_other_tools_objects_are_unmanaged(bench: CareBench, store: AskedStore) -> None:
    """Results without a manifest are shown, and not taken for uploaded; so are jobs without record."""
    store.put(f"{FOREIGN}job_config.json", b"{}")
    store.put(f"{FOREIGN}run_3_results.zip", b"theirs")
    store.put(f"{FOREIGN}notes.txt", b"not of the layout")
    refreshed = bench.refresh()
    names = [f"{FOREIGN}job_config.json", f"{FOREIGN}run_3_results.zip"]
    assert sorted(refreshed.unmanaged) == names
    job, run = bench.catalog.job(9), bench.catalog.run(9, 3)
    assert job
    assert (job.name, job.created_at.isoformat()) == ("job 9", "2024-02-03T04:05:06+00:00")
    assert run == Run(9, 3, RunStatus.DONE, store.url(names[1]))
    assert run
    assert not run.stored
    artifacts = bench.catalog.artifacts(9)
    assert [(a.key, a.managed, a.version) for a in artifacts] == [(n, False, 0) for n in names]


def test_another_prefix_of_a_known_job(bench: CareBench, store: AskedStore) -> None:
    """What lies below it is of the job, too, and beside what RunFerry knows of the same run."""
    other = "jobs/1/2020/01/01/000000/"
    for name in ("run_4_results.zip", "run_9_results.zip"):
        store.put(other + name, b"theirs")
    bench.refresh()
    artifacts = [a for a in bench.catalog.artifacts(1) if a.kind is ArtifactKind.RUN_RESULTS]
    assert [(a.key, a.managed, a.beside) for a in artifacts] == [
        (RESULTS, True, ""),
        (f"{other}run_4_results.zip", False, "2020/01/01/000000/run_4_results.zip"),
        (f"{other}run_9_results.zip", False, ""),
    ]
    assert [(run.run_id, run.stored) for run in bench.catalog.runs(1)] == [(4, True), (9, False)]


def test_several_prefixes(bench: CareBench, store: AskedStore) -> None:
    """Without a record the oldest is the job's own: what is below it is current, else the newest."""
    for day in ("01", "02", "03"):
        store.put(f"jobs/9/2020/01/{day}/000000/run_1_config.json", b"{}")
    store.put("jobs/9/2020/01/02/000000/run_2_results.zip", b"old")
    store.put("jobs/9/2020/01/03/000000/run_2_results.zip", b"newer")
    bench.refresh()
    job = bench.catalog.job(9)
    assert job
    assert job.created_at.isoformat() == "2020-01-01T00:00:00+00:00"
    current = [a.key[len("jobs/9/2020/01/") :] for a in bench.catalog.artifacts(9) if a.current]
    assert current == ["01/000000/run_1_config.json", "03/000000/run_2_results.zip"]
    beside = [a.beside for a in bench.catalog.artifacts(9) if not a.current]
    assert beside == [
        "2020/01/02/000000/run_1_config.json",
        "2020/01/03/000000/run_1_config.json",
        "2020/01/02/000000/run_2_results.zip",
    ]
    bench.refresh()
    assert dump(bench.catalog) == bench.rebuilt()


def test_plain_logs(bench: CareBench, store: AskedStore) -> None:
    """They are logs; beside a ZIP they are the other ones, be that in an older place."""
    store.put("jobs/9/2020/01/02/000000/run_1_logs.log", b"text")
    store.put("jobs/9/2020/01/02/000000/run_2_logs.log", b"text")
    store.put("jobs/9/2020/01/01/000000/run_2_logs.zip", b"ZIP")
    bench.refresh()
    assert [(a.kind, a.run_id, a.beside) for a in bench.catalog.artifacts(9)] == [
        (ArtifactKind.RUN_LOGS, 1, ""),
        (ArtifactKind.RUN_LOGS, 2, ""),
        (ArtifactKind.RUN_LOGS, 2, "2020/01/02/000000/run_2_logs.log"),
    ]


def test_newest_version_was_deleted(bench: CareBench, store: AskedStore) -> None:
    """The version before it is where it was put aside."""
    bench.contents[RUN4]["LOG"] = b"another log"
    bench.ferry()
    store.delete(f"{PREFIX}run_4_results.v0002.json")
    store.delete(RESULTS)
    bench.refresh()
    results = [a for a in bench.catalog.artifacts(1) if a.kind is ArtifactKind.RUN_RESULTS]
    assert [a.key for a in results] == [f"{PREFIX}versions/run_4_results.v0001.zip"]
    assert bench.content(results[0].key).startswith(b"RUN4/LOG\nlog")


def test_manifest_that_is_none(bench: CareBench, store: AskedStore) -> None:
    """It says nothing, and the rest is read."""
    store.put(f"{PREFIX}run_4_results.v0002.json", b"{")
    bench.refresh()
    assert dump(bench.catalog) == bench.rebuilt()
    versions = [a.version for a in bench.catalog.artifacts(1) if a.version]
    assert versions == [1]
