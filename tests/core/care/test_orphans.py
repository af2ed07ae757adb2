"""What lies in the store and belongs to nothing: found, adopted, deleted when nobody needs it."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from core.errors import (
    CatalogError,
    ConflictError,
    ObjectNotFoundError,
    PreconditionFailedError,
    ResultsMetadataError,
    ResultsStorageError,
    StateError,
    StoreAccessDeniedError,
    StoreConnectionError,
    StoreError,
    UnsafeArchiveError,
)
from core.ports.journal.queue import TransferRecord
from core.ports.object_store import StoredObject
from core.stored.job_s3_prefix import job_record_key
from core.stored.orphans import FoundOrphan, OrphanKind
from core.upload.upload_result import UploadOutcome
from tests.catalog_dump import dump
from tests.core.bench import RUN4
from tests.core.care.care_bench import MANIFEST, PREFIX, RESULTS, CareBench
from tests.core.overtaken_store import OvertakenStore
from tests.fakes.journal import FakeStateFile
from tests.fakes.object_store import EqualEtags, FakeObjectStore
from tests.fakes.upload_session import NewSession

FOREIGN = "jobs/9/2024/02/03/040506/"
NOW = timedelta()


class Killed(BaseException):
    """As far as the process that is killed can tell."""


@pytest.fixture
def bench() -> CareBench:
    return CareBench()


def refused() -> StoreAccessDeniedError:
    return StoreAccessDeniedError("s3:PutObject is not allowed.")


def left_behind(store: FakeObjectStore | None = None) -> CareBench:
    """Another machine, which finds an orphan whose uploader is gone for good."""
    lost = CareBench(store=store)
    lost.store.fail_next("put", refused(), skip=1)
    lost.ferry_fails(ResultsMetadataError)
    return CareBench(store=lost.store)


def second_version(bench: CareBench) -> None:
    bench.contents[RUN4]["LOG"] = b"another log"
    bench.ferry()


class TestFind:
    def test_nothing(self, bench: CareBench) -> None:
        """Everything that an upload stores is known; of kinds without manifests what others stored is told."""
        bench.ferry(sidecars=True)
        second_version(bench)
        assert bench.orphans() == []
        names = ("job_config.json", "job_input.zip", "run_4_config.json")
        for name in names:
            bench.store.put(f"{PREFIX}{name}", b"{}")
        assert bench.orphans() == [("unmanaged", name) for name in names]

    def test_manifest_was_refused(self, bench: CareBench) -> None:
        """The object is listed, with the reason that was written down."""
        bench.store.fail_next("put", refused(), skip=1)
        bench.ferry_fails(ResultsMetadataError)
        orphan = bench.orphan()
        assert (orphan.key, orphan.reason) == (RESULTS, "s3:PutObject is not allowed.")
        assert orphan.size == len(bench.content(RESULTS))

    def test_rows_failed(self, bench: CareBench) -> None:
        """Its manifest is there, so no other machine misses anything; this one has to record it."""
        bench.catalog.fail_next("put_artifact", CatalogError("the disk is full"))
        bench.ferry_fails(ResultsMetadataError)
        assert bench.orphan().reason == "the disk is full"
        assert CareBench(store=bench.store).orphans() == []

    def test_rows_failed_and_written_since(self, bench: CareBench) -> None:
        """What is written down of an upload that is over makes no orphan of what has a manifest."""
        bench.catalog.fail_next("put_artifact", CatalogError("the disk is full"))
        bench.ferry_fails(ResultsMetadataError)
        for intent in bench.journal.all_intents():
            bench.journal.close_intent(intent.write_token)
        assert len(bench.journal.orphans()) == 1
        assert bench.orphans() == []

    def test_rows_failed_and_deleted_since(self, bench: CareBench) -> None:
        """Of what is gone there is nothing to be found."""
        bench.catalog.fail_next("put_artifact", CatalogError("the disk is full"))
        bench.ferry_fails(ResultsMetadataError)
        bench.store.delete(RESULTS)
        assert bench.orphans() == []

    def test_below_a_prefix(self, bench: CareBench) -> None:
        """What is written down of other jobs is not of this one."""
        bench.catalog.fail_next("put_artifact", CatalogError("the disk is full"))
        bench.ferry_fails(ResultsMetadataError)
        assert [found.key for found in bench.care.find_orphans(PREFIX)] == [RESULTS]
        assert list(bench.care.find_orphans(FOREIGN)) == []

    def test_of_another_machine(self) -> None:
        """The write token tells that it is one of RunFerry's."""
        assert left_behind().orphans() == [("orphan", "run_4_results.zip")]

    def test_of_another_tool(self, bench: CareBench) -> None:
        """Without a token it is unmanaged."""
        bench.store.put(RESULTS, b"theirs")
        assert bench.orphans() == [("unmanaged", "run_4_results.zip")]

    def test_replaced_and_not_committed(self, bench: CareBench) -> None:
        """A version 2 that was cut off before its manifest; version 1 is safe aside."""
        bench.ferry()
        bench.contents[RUN4]["LOG"] = b"lag"  # of the same size
        bench.store.fail_next("put", refused())
        bench.ferry_fails(ResultsMetadataError)
        assert bench.orphans() == [("orphan", "run_4_results.zip")]
        assert CareBench(store=bench.store).orphans() == [("orphan", "run_4_results.zip")]

    def test_kept_version_without_manifest(self, bench: CareBench) -> None:
        """A deletion that was cut off leaves one behind."""
        bench.ferry()
        second_version(bench)
        bench.store.delete(MANIFEST)
        assert bench.orphans() == [("orphan", "versions/run_4_results.v0001.zip")]

    def test_copies_have_other_etags(self, bench: CareBench) -> None:
        """An object that was moved to another class and back is still what it was."""
        stored = bench.ferry().manifest
        bench.store.copy(RESULTS, "aside")
        bench.store.delete(RESULTS)
        copied = bench.store.copy("aside", RESULTS)
        assert copied.etag != stored.etag
        assert bench.orphans() == []

    def test_manifest_that_cannot_be_read(self, bench: CareBench) -> None:
        """It might know of the object: what is ours can be adopted, what is not is not mentioned."""
        bench.ferry()
        bench.store.put(MANIFEST, b"{")
        assert bench.orphans() == [("orphan", "run_4_results.zip")]
        assert bench.orphan().reason == "the manifest that may refer to it cannot be read"
        bench.store.put(RESULTS, b"theirs")
        assert bench.orphans() == []

    def test_unfinished_uploads(self, bench: CareBench) -> None:
        """Those to keys of the layout, whoever began them."""
        bench.store.fail_next("complete", StoreConnectionError("gone"))
        bench.ferry_fails(ResultsStorageError)
        assert bench.orphans() == [("upload", "run_4_results.zip")]

    def test_unfinished_upload_of_another_tool(self, bench: CareBench) -> None:
        """To a key that is none of the layout: nothing here can tell what becomes of it."""
        notes, session = f"{PREFIX}notes.txt", NewSession()
        bench.store.start_upload(
            notes, size_bound=9, metadata={}, on_sent=lambda count: None, session=session
        )
        assert [upload.key for upload in bench.store.pending_uploads(PREFIX)] == [notes]
        assert bench.orphans() == []


class TestAdopt:
    def test_by_what_is_known(self, bench: CareBench) -> None:
        """The intent tells all: the manifest is stored, and nothing is read or sent again."""
        bench.store.fail_next("put", refused(), skip=1)
        bench.ferry_fails(ResultsMetadataError)
        bench.store.fail_next("read", StoreConnectionError("must not be needed"))
        artifact = bench.care.adopt(RESULTS)
        assert (artifact.version, artifact.managed) == (1, True)
        assert artifact.directory == "RUN4"
        assert MANIFEST.removeprefix(PREFIX) in bench.names()
        assert (list(bench.journal.orphans()), list(bench.journal.all_intents())) == ([], [])

    def test_next_sync(self, bench: CareBench) -> None:
        """Adopts what an earlier upload could not record, and what it did not live to record."""
        bench.store.fail_next("put", refused(), skip=1)
        bench.ferry_fails(ResultsMetadataError)
        synced = bench.care.sync()
        assert (list(synced.adopted), list(synced.failures)) == ([RESULTS], [])
        assert dump(bench.catalog) == bench.rebuilt()
        assert bench.ferry().outcome is UploadOutcome.UNCHANGED

    def test_killed_before_the_manifest(self) -> None:
        """Nobody could write an orphan down: the open intent is enough."""
        state = FakeStateFile()
        bench = CareBench(state=state)
        bench.store.fail_next("put", Killed(), skip=1)  # pyright: ignore[reportArgumentType] - not an error
        with pytest.raises(Killed):
            bench.ferry()
        again = CareBench(store=bench.store, state=state)
        assert list(again.journal.orphans()) == []
        assert list(again.care.sync().adopted) == [RESULTS]
        assert again.orphans() == []

    def test_rows_failed(self, bench: CareBench) -> None:
        """The rows are made by the next sync, as the manifest says: even the time is its own."""
        bench.catalog.fail_next("put_artifact", CatalogError("the disk is full"))
        bench.ferry_fails(ResultsMetadataError)
        bench.clock.advance(60)
        assert list(bench.care.sync().adopted) == [RESULTS]
        assert list(bench.journal.orphans()) == []
        assert dump(bench.catalog) == bench.rebuilt()

    def test_rows_are_those_of_the_manifest(self, bench: CareBench) -> None:
        """Not of a second one that would be made now."""
        bench.catalog.fail_next("put_artifact", CatalogError("the disk is full"))
        bench.ferry_fails(ResultsMetadataError)
        bench.clock.advance(60)
        bench.care.adopt(RESULTS)
        assert dump(bench.catalog) == bench.rebuilt()

    def test_still_refused(self, bench: CareBench) -> None:
        """The orphan stays listed, and the sync does everything else."""
        bench.store.fail_next("put", refused(), skip=1)
        bench.ferry_fails(ResultsMetadataError)
        bench.store.fail_next("put", refused())
        synced = bench.care.sync()
        assert [type(error) for error in synced.failures] == [ResultsMetadataError]
        assert synced.catalog.unmanaged == (RESULTS,)
        assert bench.orphan().key == RESULTS

    def test_record_outlives_its_orphan(self, bench: CareBench) -> None:
        """Another machine has adopted it, or it is gone: the next sync forgets the record."""
        bench.store.fail_next("put", refused(), skip=1)
        bench.ferry_fails(ResultsMetadataError)
        for intent in bench.journal.all_intents():
            bench.journal.close_intent(intent.write_token)
        bench.care.sync()
        assert len(bench.journal.orphans()) == 1
        CareBench(store=bench.store).care.adopt(RESULTS)
        bench.care.sync()
        assert list(bench.journal.orphans()) == []

    def test_intent_is_all_that_is_left(self, bench: CareBench) -> None:
        """The state could not take the orphan, either: the error still says where it is."""
        bench.store.fail_next("put", refused(), skip=1)
        bench.journal.fail_next("put_orphan", StateError("locked"))
        error = bench.ferry_fails(ResultsMetadataError)
        assert isinstance(error, ResultsMetadataError)
        assert error.orphaned_s3_url == bench.store.url(RESULTS)
        assert list(bench.care.sync().adopted) == [RESULTS]

    def test_by_reading(self) -> None:
        """Of another machine nothing is known: the content tells what it is."""
        bench = left_behind()
        artifact = bench.care.adopt(RESULTS)
        assert (artifact.version, artifact.key) == (1, RESULTS)
        assert bench.ferry().outcome is UploadOutcome.UNCHANGED
        assert dump(bench.catalog) == bench.rebuilt()

    def test_version_2_by_reading(self) -> None:
        """It becomes the version after the newest, which is put aside already."""
        first = CareBench()
        first.ferry()
        first.contents[RUN4]["LOG"] = b"another log"
        first.store.fail_next("put", refused())
        first.ferry_fails(ResultsMetadataError)
        bench = CareBench(store=first.store)
        bench.refresh()
        adopted = bench.care.adopt(RESULTS)
        assert (adopted.version, adopted.directory) == (2, "RUN4")
        assert dump(bench.catalog) == bench.rebuilt()
        assert [a.version for a in bench.catalog.artifacts(1)] == [1, 2]

    def test_nothing_is_built_upon_an_orphan(self) -> None:
        """Not even on one of the same size; once it is adopted, the next version follows it."""
        first = CareBench()
        first.ferry()
        first.contents[RUN4]["LOG"] = b"lag"
        first.store.fail_next("put", refused())
        first.ferry_fails(ResultsMetadataError)
        bench = CareBench({RUN4: {"LOG": b"a third log"}}, store=first.store)
        bench.store.later = timedelta(hours=1)
        with pytest.raises(ConflictError, match="not what version 1 stored"):
            bench.ferry(job_id=1)
        bench.care.adopt(RESULTS)
        assert bench.ferry(job_id=1).manifest.version == 3

    def test_kept_version(self, bench: CareBench) -> None:
        """It gets its manifest back, and the newest stays the newest."""
        bench.ferry()
        second_version(bench)
        bench.store.delete(MANIFEST)
        bench.catalog.clear()
        bench.refresh()
        kept = f"{PREFIX}versions/run_4_results.v0001.zip"
        assert bench.care.adopt(kept).version == 1
        run = bench.catalog.run(1, 4)
        assert run
        assert run.results_url == bench.store.url(RESULTS)
        assert dump(bench.catalog) == bench.rebuilt()

    def test_kept_version_whose_manifest_comes_back(self) -> None:
        """While it is read: nobody else's manifest is overwritten."""
        store = OvertakenStore()
        bench = CareBench(store=store)
        bench.ferry()
        second_version(bench)
        manifest = bench.content(MANIFEST)
        store.delete(MANIFEST)
        store.before["read"] = lambda: store.put(MANIFEST, manifest)
        other = CareBench(store=store)
        with pytest.raises(PreconditionFailedError):
            other.care.adopt(f"{PREFIX}versions/run_4_results.v0001.zip")
        assert bench.content(MANIFEST) == manifest
        assert other.catalog.artifacts(1) == []

    def test_kept_version_without_newer_one(self, bench: CareBench) -> None:
        """Then something else is missing: it is left alone."""
        kept = f"{PREFIX}versions/run_4_results.v0001.zip"
        bench.register_job("flu")
        bench.store.put(kept, b"theirs")
        with pytest.raises(ConflictError, match="newer than the newest"):
            bench.care.adopt(kept)

    def test_bucket_of_another_tool(self, bench: CareBench) -> None:
        """Job and results become ours; afterwards a changed run is its next version."""
        key = f"{FOREIGN}run_4_results.zip"
        bench.store.put(key, b"RUN4/LOG\nlog")
        bench.refresh()
        assert bench.care.adopt(key).version == 1
        assert bench.store.head(job_record_key(9))
        assert dump(bench.catalog) == bench.rebuilt()
        assert bench.ferry(job_id=9).manifest.version == 2

    def test_another_prefix_of_the_job(self, bench: CareBench) -> None:
        """It becomes a version where it lies; of the same run it is beside what is the job's own."""
        bench.ferry()
        other = "jobs/1/2020/01/01/000000/"
        for name in ("run_4_results.zip", "run_9_results.zip"):
            bench.store.put(other + name, name.encode())
        bench.refresh()
        adopted = [bench.care.adopt(f"{other}run_{run}_results.zip") for run in (4, 9)]
        assert [(a.version, a.current) for a in adopted] == [(1, False), (1, True)]
        assert bench.store.head(f"{other}run_4_results.v0001.json")
        assert dump(bench.catalog) == bench.rebuilt()
        assert bench.ferry(job_id=1, run_id=9).manifest.key == f"{other}run_9_results.zip"
        assert bench.problems() == []

    def test_crowded_out(self, bench: CareBench) -> None:
        """What has a manifest is the current one, wherever it lies."""
        own, other = "jobs/9/2020/01/01/000000/", "jobs/9/2020/01/02/000000/"
        for prefix in (own, other):
            bench.store.put(f"{prefix}run_1_results.zip", prefix.encode())
        bench.refresh()
        assert bench.care.adopt(f"{other}run_1_results.zip").current
        assert dump(bench.catalog) == bench.rebuilt()
        (_, beside) = bench.catalog.artifacts(9)
        assert (beside.key, beside.current) == (f"{own}run_1_results.zip", False)

    def test_other_kinds(self, bench: CareBench) -> None:
        """Their bytes stay what they are, and their digests are known from then on."""
        names = ("job_config.json", "job_input.zip", "run_4_logs.log")
        for name in names:
            bench.store.put(f"{FOREIGN}{name}", name.encode())
        bench.refresh()
        assert [o.kind for o in bench.care.find_orphans(FOREIGN)] == [OrphanKind.UNMANAGED] * 3
        for name in names:
            adopted = bench.care.adopt(f"{FOREIGN}{name}")
            assert (adopted.managed, adopted.sha256) == (True, sha256(name.encode()).hexdigest())
            assert bench.content(f"{FOREIGN}{name}") == name.encode()
        assert list(bench.care.find_orphans(FOREIGN)) == []
        assert dump(bench.catalog) == bench.rebuilt()
        with pytest.raises(ObjectNotFoundError, match="is not an orphan"):
            bench.care.adopt(f"{FOREIGN}job_config.json")

    def test_no_archive(self, bench: CareBench) -> None:
        """What cannot be read as a tree of files stays unmanaged."""
        bench.store.put(f"{FOREIGN}run_4_results.zip", b"not a ZIP")
        with pytest.raises(UnsafeArchiveError):
            bench.care.adopt(f"{FOREIGN}run_4_results.zip")
        assert bench.orphan(OrphanKind.UNMANAGED)

    @pytest.mark.parametrize("key", [RESULTS, f"{PREFIX}run_5_results.zip", "x", MANIFEST])
    def test_no_orphan(self, bench: CareBench, key: str) -> None:
        """It is told where none is, with the command that shows those that are."""
        bench.ferry()
        url = bench.store.url(key)
        with pytest.raises(ObjectNotFoundError, match=f"^{url} is not an orphan") as caught:
            bench.care.adopt(key)
        assert "orphans list" in caught.value.todo

    def test_two_machines_at_once(self) -> None:
        """Both make the same manifest of the same object."""
        store = left_behind().store
        one, other = CareBench(store=store), CareBench(store=store)
        both: list[int] = []

        meanwhile(store, MANIFEST, lambda: both.append(other.care.adopt(RESULTS).version))
        both.append(one.care.adopt(RESULTS).version)
        assert both == [1, 1]
        assert dump(one.catalog) == dump(other.catalog) == one.rebuilt()


def meanwhile(store: FakeObjectStore, awaited: str, act: Callable[[], object]) -> None:
    """Calls `act` right before the next time that the awaited key is put."""
    put = store.put

    def acting(key: str, data: bytes, **how: Any) -> StoredObject:
        if key == awaited:
            store.put = put
            act()
        return put(key, data, **how)

    store.put = acting


class TestClean:
    def judged(self, bench: CareBench, grace: timedelta | None = None) -> list[tuple[str, str]]:
        found = bench.care.clean.judge(bench.care.find_orphans(), grace)
        return [(judged.orphan.kind.value, judged.stays) for judged in found]

    def test_grace_by_the_clock_of_the_store(self) -> None:
        """A day for objects, whatever the clocks of the machines say."""
        bench = left_behind()
        assert self.judged(bench) == [("orphan", "it is too young")]
        bench.clock.advance(10 * 86_400)
        assert self.judged(bench) == [("orphan", "it is too young")]
        bench.store.later = timedelta(hours=24, minutes=1)
        assert self.judged(bench) == [("orphan", "")]
        assert self.judged(bench, timedelta(days=2)) == [("orphan", "it is too young")]

    def test_deletes(self) -> None:
        """The object goes; what is committed stays."""
        bench = left_behind()
        assert bench.care.clean(bench.orphan()) == ""
        assert bench.keys() == []

    def test_manifest_that_cannot_be_read(self, bench: CareBench) -> None:
        """It may be what that version stored: it stays, also when that turns out after the look."""
        bench.ferry()
        bench.store.delete(MANIFEST)
        orphan = bench.orphan()
        bench.store.put(MANIFEST, b"{")
        why = "a manifest that cannot be read may be its"
        assert self.judged(bench, NOW) == [("orphan", why)]
        assert bench.care.clean(bench.orphan()) == why
        assert bench.care.clean(orphan) == "it changed meanwhile"
        assert bench.store.head(RESULTS)

    def test_unmanaged_stays(self, bench: CareBench) -> None:
        """Whoever stored it may need it."""
        bench.store.put(RESULTS, b"theirs")
        assert self.judged(bench, NOW) == [("unmanaged", "RunFerry did not store it")]
        assert bench.care.clean(bench.orphan(OrphanKind.UNMANAGED))
        assert bench.keys() == ["run_4_results.zip"]

    def test_own_upload_stays(self, bench: CareBench) -> None:
        """It can be adopted, or gone on with."""
        bench.store.fail_next("put", refused(), skip=1)
        bench.ferry_fails(ResultsMetadataError)
        assert self.judged(bench, NOW) == [("orphan", "an upload from this machine needs it")]
        assert bench.care.clean(bench.orphan())
        assert bench.keys() == ["run_4_results.zip"]

    @pytest.mark.parametrize(("job_id", "run_id"), [(1, 4), (1, 0), (0, 0)])
    @pytest.mark.parametrize("state", ["queued", "active", "paused"])
    def test_queued_upload_stays(self, job_id: int, run_id: int, state: str) -> None:
        """It may be that of a transfer which waits; ids are not always known yet."""
        bench = left_behind()
        noon = bench.clock.now()
        record = TransferRecord(0, job_id, run_id, RUN4, state, "", noon)
        bench.journal.put_transfer(record)
        assert self.judged(bench, NOW) == [("orphan", "an upload from this machine needs it")]

    def test_transfers_of_others(self) -> None:
        """Those that ended, and those of other runs and jobs, keep nothing."""
        bench = left_behind()
        noon = bench.clock.now()
        bench.store.later = timedelta(hours=1)
        for state, job_id, run_id in (
            ("done", 1, 4),
            ("failed", 1, 4),
            ("queued", 1, 5),
            ("queued", 2, 4),
        ):
            bench.journal.put_transfer(TransferRecord(0, job_id, run_id, RUN4, state, "", noon))
        assert self.judged(bench, NOW) == [("orphan", "")]

    def test_adopted_between_the_looks(self) -> None:
        """The second look sees the manifest."""
        bench = left_behind()
        orphan = bench.orphan()
        CareBench(store=bench.store).care.adopt(RESULTS)
        assert bench.care.clean(orphan) == "it changed meanwhile"
        assert RESULTS.removeprefix(PREFIX) in bench.names()

    def test_replaced_between_the_looks(self) -> None:
        """Another object under the same key is not the one that was judged."""
        bench = left_behind()
        orphan = bench.orphan()
        metadata = {"write-token": "of somebody else"}
        bench.store.put(RESULTS, b"new", metadata=metadata)
        assert bench.care.clean(orphan) == "it changed meanwhile"
        assert bench.content(RESULTS) == b"new"

    def test_same_bytes_of_another_tool(self) -> None:
        """Where equal bytes have equal etags, the token tells whose they are."""
        bench = left_behind(EqualEtags())
        orphan = bench.orphan()
        theirs = bench.store.put(RESULTS, bench.content(RESULTS))
        assert theirs.etag == orphan.etag
        assert bench.care.clean(orphan) == "it changed meanwhile"
        assert bench.keys() == ["run_4_results.zip"]

    def test_replaced_after_the_second_look(self) -> None:
        """The deletion itself is conditional."""
        bench = left_behind()
        orphan = bench.orphan()
        delete = bench.store.delete

        def too_late(key: str, *, if_match: str | None = None) -> None:
            bench.store.put(key, b"new", metadata={"write-token": "of somebody else"})
            delete(key, if_match=if_match)

        bench.store.delete = too_late
        assert bench.care.clean(orphan) == "it changed meanwhile"
        assert bench.content(RESULTS) == b"new"

    def test_replaced_in_a_store_without_conditions(self) -> None:
        """What is another object by the second look is not deleted, whatever the store makes sure."""
        bench = left_behind()
        orphan, delete = bench.orphan(), bench.store.delete
        bench.store.put(RESULTS, b"new", metadata={"write-token": "of somebody else"})

        def regardless(key: str, *, if_match: str | None = None) -> None:
            delete(key)

        bench.store.delete = regardless
        assert bench.care.clean(orphan) == "it changed meanwhile"
        assert bench.content(RESULTS) == b"new"

    def unfinished(self) -> CareBench:
        """Another machine than the one whose upload was cut off."""
        lost = CareBench()
        lost.store.fail_next("complete", StoreConnectionError("gone"))
        lost.ferry_fails(ResultsStorageError)
        assert self.judged(lost, NOW) == [("upload", "an upload from this machine needs it")]
        return CareBench(store=lost.store)

    def test_unfinished_uploads(self) -> None:
        """They have a week, for other machines may go on with them."""
        bench = self.unfinished()
        bench.store.later = timedelta(days=6)
        assert self.judged(bench) == [("upload", "it is too young")]
        bench.store.later = timedelta(days=8)
        assert self.judged(bench) == [("upload", "")]
        assert bench.care.clean(bench.orphan(OrphanKind.UPLOAD)) == ""
        assert (bench.orphans(), bench.store.open_uploads) == ([], 0)

    def test_upload_that_has_to_be_ended_twice(self) -> None:
        """A part that was on its way keeps it alive: it is ended until it is gone."""
        bench = self.unfinished()
        orphan, discard = bench.orphan(OrphanKind.UPLOAD), bench.store.discard_upload
        calls: list[str] = []

        def at_the_second_time(key: str, upload_id: str) -> None:
            calls.append(upload_id)
            if len(calls) > 1:
                discard(key, upload_id)

        bench.store.discard_upload = at_the_second_time
        assert bench.care.clean(orphan) == ""
        assert len(calls) == 2

    def test_upload_that_cannot_be_ended(self) -> None:
        """After some attempts it is an error."""
        bench = self.unfinished()
        orphan: FoundOrphan = bench.orphan(OrphanKind.UPLOAD)
        bench.store.discard_upload = lambda key, upload_id: None
        with pytest.raises(StoreError, match="cannot be ended"):
            bench.care.clean(orphan)
