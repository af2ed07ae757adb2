"""A store is checked: what is wrong is found, what can be mended without a loss is mended."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.errors import ResultsMetadataError, StoreAccessDeniedError
from core.model import Job, Run
from core.stored.findings import Checked
from core.stored.job_s3_prefix import job_record_key
from core.upload.upload_result import UploadOutcome
from tests.catalog_dump import dump
from tests.core.asked_store import AskedStore
from tests.core.bench import RUN4
from tests.core.care.care_bench import MANIFEST, PREFIX, RESULTS, CareBench
from tests.fakes.object_store import FakeObjectStore

KEPT = f"{PREFIX}versions/run_4_results.v0001.zip"


@pytest.fixture
def bench() -> CareBench:
    """Two versions of run 4, and its log."""
    bench = CareBench()
    bench.ferry(sidecars=True)
    bench.contents[RUN4]["LOG"] = b"another log"
    bench.ferry(sidecars=True)
    return bench


def overwritten(bench: CareBench, key: str, data: bytes | None = None) -> None:
    """As another tool would do it, or a disk: metadata and size stay unless there is `data`."""
    there = bench.store.head(key)
    assert there
    damaged = bytes(there.size)
    bench.store.put(key, damaged if data is None else data, metadata=there.metadata)


def test_in_order(bench: CareBench) -> None:
    """Nothing is found; every object with a digest counts."""
    counts = Checked()
    assert list(bench.care.check(counts, read_percent=100)) == []
    assert (counts.objects, counts.read, counts.problems) == (3, 3, 0)
    sizes = [len(bench.content(key)) for key in (RESULTS, KEPT, f"{PREFIX}run_4_logs.zip")]
    assert counts.read_bytes == sum(sizes)


def test_nothing_is_read_unless_asked_for(bench: CareBench) -> None:
    """By default sizes and etags are believed."""
    counts = Checked()
    overwritten(bench, RESULTS)
    assert list(bench.care.check(counts)) == []
    assert counts.read == 0


def test_every_manifest_is_read_once() -> None:
    """For the rows, for orphans and for the versions themselves; the next check reads anew."""
    store = AskedStore()
    bench = CareBench(store=store)
    for log in (b"first", b"second", b"third"):
        bench.contents[RUN4]["LOG"] = log
        bench.ferry()
    manifests = [f"{PREFIX}run_4_results.v{number:04}.json" for number in (1, 2, 3)]
    for _ in range(2):
        store.asked.clear()
        assert bench.findings() == []
        assert sorted(key for key in store.asked if key in manifests) == manifests


def test_manifest_that_was_replaced_meanwhile(bench: CareBench) -> None:
    """It is believed as it is when its version is looked at, not as it was before."""
    found = bench.care.check(Checked())
    bench.catalog.put_job(Job(99, "gone", bench.clock.now()))
    assert next(found).problem.name == "NOT_IN_STORE"  # the rows were read
    bench.store.put(MANIFEST, b"{")
    assert [(f.problem.name, f.key) for f in found][-1] == ("BAD_MANIFEST", MANIFEST)


@pytest.mark.parametrize("name", ["run_4_results.zip", "run_4_logs.zip"])
def test_damaged_content(bench: CareBench, name: str) -> None:
    """Size and token are right, the bytes are not; nothing is done about it."""
    overwritten(bench, f"{PREFIX}{name}")
    (found,) = bench.findings(repair=True, read_percent=100)
    assert (found.problem.name, found.key, found.mended) == ("DAMAGED", f"{PREFIX}{name}", False)


class GarblingStore(FakeObjectStore):
    """A byte of what is read next changes on its way."""

    garbles = False

    def read(
        self,
        key: str,
        *,
        start: int = 0,
        length: int | None = None,
        if_match: str | None = None,
    ) -> Iterator[bytes]:
        data = b"".join(super().read(key, start=start, length=length, if_match=if_match))
        garbled, self.garbles = self.garbles, False
        yield b"\0" + data[1:] if garbled else data


def test_garbled_on_its_way() -> None:
    """It is read once more before it is called damaged, and counts as one."""
    store = GarblingStore()
    bench = CareBench(store=store)
    bench.ferry()
    store.garbles = True
    counts = Checked()
    assert list(bench.care.check(counts, read_percent=100)) == []
    assert (counts.read, counts.read_bytes) == (1, 2 * len(bench.content(RESULTS)))


def test_wrong_size(bench: CareBench) -> None:
    """Named with both sizes; it is not ours any more to be adopted or mended."""
    overwritten(bench, KEPT, b"short")
    (found,) = bench.findings(repair=True)
    assert (found.problem.name, found.key, found.mended) == ("WRONG", KEPT, False)
    assert found.detail.startswith("5 B; version 1 of run 4 has")


def test_object_of_somebody_else_in_the_place(bench: CareBench) -> None:
    """What a manifest promises is not there any more, though something is."""
    bench.store.put(RESULTS, b"theirs")
    counts = Checked()
    found = list(bench.care.check(counts))
    assert [(f.problem.name, f.key) for f in found] == [("WRONG", RESULTS)]
    assert counts.unmanaged == 1


def test_missing_objects(bench: CareBench) -> None:
    """Newest and kept ones."""
    for key in (RESULTS, KEPT):
        bench.store.delete(key)
    assert bench.problems() == [
        ("MISSING", "versions/run_4_results.v0001.zip"),
        ("MISSING", "run_4_results.zip"),
    ]


def test_missing_with_a_copy() -> None:
    """The newest version was kept aside for one that never came: it is put back."""
    bench = CareBench()
    bench.ferry()
    bench.store.copy(RESULTS, KEPT)
    bench.store.delete(RESULTS)
    outdated, found = bench.findings(repair=True)
    assert outdated.problem.of_cache  # it does not know the copy
    assert (found.problem.name, found.copy, found.mended) == ("MISSING", KEPT, True)
    assert bench.findings(read_percent=100) == []


def test_orphan_is_adopted(bench: CareBench) -> None:
    """A version 3 without manifest: found, mended, known."""
    bench.contents[RUN4]["LOG"] = b"log"
    bench.contents[RUN4]["more"] = b"more"
    bench.store.fail_next("put", StoreAccessDeniedError("refused"))
    bench.ferry_fails(ResultsMetadataError)
    assert bench.problems() == [("ORPHAN", "run_4_results.zip")]
    assert [found.mended for found in bench.findings(repair=True)] == [True]
    assert bench.problems() == []
    assert dump(bench.catalog) == bench.rebuilt()


def test_orphan_that_cannot_be_adopted(bench: CareBench) -> None:
    """The reason stands beside it."""
    bench.contents[RUN4]["more"] = b"more"
    bench.store.fail_next("put", StoreAccessDeniedError("refused"))
    bench.ferry_fails(ResultsMetadataError)
    bench.store.fail_next("put", StoreAccessDeniedError("refused again"))
    (found,) = bench.findings(repair=True)
    assert (found.mended, "refused again" in found.detail) == (False, True)


def test_replaced_since_it_was_listed(bench: CareBench) -> None:
    """What is not there any more as it was is passed over; the check goes on to its end."""
    overwritten(bench, f"{PREFIX}run_4_logs.zip")
    counts = Checked()
    for found in bench.care.check(counts, read_percent=100):
        assert found.key == f"{PREFIX}run_4_logs.zip"
        bench.store.delete(KEPT)
        bench.store.put(RESULTS, b"newer")
    assert (counts.objects, counts.read) == (3, 1)


def test_manifest_that_is_none(bench: CareBench) -> None:
    """Nobody can tell what it said: it is reported, and its rows are gone from the store's view."""
    bench.store.put(MANIFEST, b"{")
    assert bench.problems() == [
        ("NOT_IN_STORE", "versions/run_4_results.v0001.zip"),
        ("BAD_MANIFEST", "run_4_results.v0001.json"),
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"{", "not JSON: Expecting property name"),
        (b"[]", "not a JSON object"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_why_a_manifest_is_none(bench: CareBench, data: bytes, why: str) -> None:
    """What is wrong with it stands beside it, as it does beside job records."""
    bench.store.put(MANIFEST, data)
    (found,) = [f for f in bench.findings() if f.problem.name == "BAD_MANIFEST"]
    assert why in found.detail


def test_manifest_of_another_run(bench: CareBench) -> None:
    """It is in order, and in the wrong place."""
    bench.store.put(MANIFEST, bench.content(f"{PREFIX}run_4_results.v0002.json"))
    (found,) = [f for f in bench.findings() if f.problem.name == "BAD_MANIFEST"]
    assert found.detail == "it speaks of another run, version or key"


def test_emptied_record(bench: CareBench) -> None:
    """Of a deleted job nothing is left: where something is, the record lost its content."""
    bench.store.put(job_record_key(1), b"")
    counts = Checked()
    (found,) = [f for f in bench.care.check(counts) if not f.problem.of_cache]
    assert (found.problem.name, found.key) == ("BAD_RECORD", job_record_key(1))
    assert found.detail == "empty as that of a deleted job, which has 3 artifacts"
    assert (counts.problems, counts.emptied) == (1, 0)


def test_record_of_a_deleted_job(bench: CareBench) -> None:
    """It is counted, for nobody can tell it from one that was never written whole."""
    bench.store.put(job_record_key(9), b"")
    bench.store.put("jobs/9/2026/11/20/140731/notes.txt", b"of another tool")
    counts = Checked()
    assert list(bench.care.check(counts)) == []
    assert (counts.problems, counts.emptied) == (0, 1)


def test_newest_manifest_is_none(bench: CareBench) -> None:
    """Version 1 is where it was put aside; what version 2 stored becomes version 3, and is listed."""
    bench.store.put(f"{PREFIX}run_4_results.v0002.json", b"{")
    bench.care.sync(rebuild=True)
    known = [(a.version, a.key) for a in bench.catalog.artifacts(1, 4) if a.version]
    assert known == [(1, KEPT)]
    assert bench.problems() == [
        ("ORPHAN", "run_4_results.zip"),
        ("BAD_MANIFEST", "run_4_results.v0002.json"),
    ]
    bench.findings(repair=True)
    assert bench.problems() == [("BAD_MANIFEST", "run_4_results.v0002.json")]
    known = [(a.version, a.key) for a in bench.catalog.artifacts(1, 4) if a.version]
    assert known == [(1, KEPT), (3, RESULTS)]
    assert bench.ferry().outcome is UploadOutcome.UNCHANGED


def test_another_prefix_of_the_job(bench: CareBench) -> None:
    """What lies below it is of the job: nothing is wrong once the catalog knows it."""
    bench.store.put("jobs/1/2020/01/01/000000/job_config.json", b"{}")
    bench.refresh()
    assert bench.problems() == []


def test_catalog_is_behind(bench: CareBench) -> None:
    """What other machines stored is no problem; the next sync, or a repair, reads it."""
    other = CareBench(store=bench.store)
    counts = Checked()
    names = [found.problem.name for found in other.care.check(counts)]
    assert names == ["NOT_IN_CATALOG"] * 4
    assert (counts.problems, counts.outdated) == (0, 4)
    other.findings(repair=True)
    assert dump(other.catalog) == bench.rebuilt()


def test_rows_that_are_wrong(bench: CareBench) -> None:
    """A row that does not say what the store says is made anew, one of nothing is forgotten."""
    artifacts = bench.catalog.artifacts(1)
    bench.catalog.put_artifact(replace(artifacts[-1], sha256="0" * 64))
    bench.catalog.put_artifact(replace(artifacts[-1], version=7, key=f"{PREFIX}gone"))
    job = bench.catalog.job(1)
    assert job
    bench.catalog.put_job(replace(job, name="another"))
    bench.catalog.put_job(replace(job, id=2))
    bench.catalog.put_run(Run(2, 1))
    names = [found.problem.name for found in bench.findings()]
    assert names == ["OUTDATED", "NOT_IN_STORE", "NOT_IN_STORE", "OUTDATED"]
    bench.clock.advance(5)
    bench.findings(repair=True)
    assert bench.findings() == []
    assert dump(bench.catalog) == bench.rebuilt()
