"""Which job a results root belongs to: asked for, remembered, found by content, or new."""

import threading
from collections.abc import Mapping
from contextlib import suppress

import pytest

from core.binding.propose_job import ProposeJob
from core.errors import (
    ConflictError,
    OtherJobError,
    RunFerryError,
    StoreAccessDeniedError,
    StoreConnectionError,
    TransferCancelledError,
)
from core.events import BoundHow, ResultsRootBound, UploadAwaited
from core.jobs.retire_job import RetireJob
from core.ports.journal.bindings import StoredSource
from core.ports.object_store import StoredObject
from core.progress import Progress
from core.upload.upload_result import UploadOutcome
from core.waiting.patient_turns import PatientTurns
from tests.core.bench import RUN4, Bench
from tests.core.upload.test_job_gone import RacedStore
from tests.fakes.journal import FakeStateFile
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.results import Contents

OUT = "/data/flu/OUT"
RUN5 = f"{OUT}/RUN5"
RUN6 = f"{OUT}/RUN6"


def three_runs() -> Contents:
    return {f"{OUT}/RUN{n}": {"LOG": b"log %d" % n, "out.csv": b"Day\n" * n} for n in (4, 5, 6)}


@pytest.fixture
def bench() -> Bench:
    return Bench(three_runs())


def lost(bench: Bench, contents: Contents | None = None) -> Bench:
    """The same tree and store after state and catalog are lost; or another workstation."""
    return Bench(contents or dict(bench.contents), store=bench.store)


class TestAnnouncement:
    def test_new_job(self, bench: Bench) -> None:
        """Said once, with all runs of the root; the second run is stored without a word."""
        bench.ferry()
        bench.ferry(RUN5)
        runs = (("RUN4", 4), ("RUN5", 5), ("RUN6", 6))
        assert bench.bindings() == [ResultsRootBound(OUT, 1, "flu", BoundHow.NEW_JOB, runs)]

    def test_as_asked(self, bench: Bench) -> None:
        """An id binds a root that is not bound, and only then."""
        for name in ("a", "b"):
            bench.register_job(name)
        bench.ferry(job_id=2)
        bench.ferry(RUN5, job_id=1)
        (event,) = bench.bindings()
        assert (event.job_id, event.job_name, event.how) == (2, "b", "as asked")
        assert bench.went_to(RUN6) == (2, 6)

    def test_another_name_is_refused(self, bench: Bench) -> None:
        """A tree that has a job keeps it: its own name is taken, another one makes nothing."""
        bench.ferry(name="flu")
        with pytest.raises(OtherJobError, match='/data/flu/OUT belongs to job 1 "flu"'):
            bench.ferry(RUN5, name="other")
        assert bench.catalog.job_count() == 1
        assert bench.ferry(RUN5, name="flu").manifest.job_id == 1
        assert [event.job_id for event in bench.bindings()] == [1]

    def test_name_of_the_job_that_a_run_went_to(self, bench: Bench) -> None:
        """What is remembered of the run itself is as good as what its root is bound to."""
        bench.ferry()
        bench.register_job("other")
        bench.ferry(RUN5, job_id=2)
        assert bench.ferry(RUN5, name="other").manifest.job_id == 2
        assert bench.ferry(RUN5, name="flu").manifest.job_id == 1

    def test_before_anything_is_sent(self, bench: Bench) -> None:
        """Who does not like what they read can still stop it."""
        bench.packager.while_packing = lambda: seen.extend(bench.bindings())
        seen: list[ResultsRootBound] = []
        bench.ferry()
        assert len(seen) == 1

    def test_nothing_is_said_of_a_job_that_was_not_made(self, bench: Bench) -> None:
        """Without a store there is no binding."""
        bench.store.fail_next("put", StoreConnectionError("Offline."))
        bench.ferry_fails(StoreConnectionError)
        assert (bench.bindings(), bench.journal.bound_job(OUT)) == ([], None)


class TestBindingAhead:
    """The app binds a root before the first upload."""

    def test_to_a_new_name(self, bench: Bench) -> None:
        """Makes the job and remembers it."""
        job = bench.bind_job(OUT, name="spring wave")
        assert (job.id, job.name, bench.went_to()) == (1, "spring wave", (1, 4))
        assert len(bench.bindings()) == 1

    def test_to_an_existing_job(self, bench: Bench) -> None:
        """By its id."""
        bench.register_job("a")
        assert bench.bind_job(OUT, job_id=1).name == "a"
        assert bench.went_to() == (1, 4)


class TestByContent:
    @pytest.mark.parametrize("sync", [True, False])
    def test_all_is_lost(self, bench: Bench, sync: bool) -> None:
        """The store alone tells where the runs were; nothing is sent again."""
        for run in (RUN4, RUN5):
            bench.ferry(run)
        other = lost(bench)
        if sync:
            other.refresh()
        result = other.ferry(RUN5)
        assert (result.outcome, result.manifest.job_id) == (UploadOutcome.UNCHANGED, 1)
        (event,) = other.bindings()
        assert (event.job_id, event.job_name) == (1, "flu")
        assert event.how == "found in the store by its content"
        assert other.catalog.job_count() == 1

    def test_the_run_itself_has_changed(self, bench: Bench) -> None:
        """Then it may as well be another study with a run in common: that gets a job of its own."""
        for run in (RUN4, RUN5):
            bench.ferry(run)
        contents = three_runs()
        contents[RUN4]["LOG"] = b"another log"
        other = lost(bench, contents)
        assert (other.went_to(), other.went_to(RUN5)) == ((2, 4), (2, 5))
        assert [event.how for event in other.bindings()] == ["new job"]

    def test_all_have_changed(self, bench: Bench) -> None:
        """Equal sizes are not enough: what is in the files decides."""
        bench.ferry()
        contents = {RUN4: {"LOG": b"LOG 4", "out.csv": b"Day\n" * 4}}
        assert lost(bench, contents).went_to() == (2, 4)

    def test_run_id_that_was_given(self, bench: Bench) -> None:
        """It is found as what it was stored as, which its number does not tell."""
        bench.ferry(run_id=17)
        bench.ferry(RUN5, run_id=18)
        other = lost(bench)
        assert [other.went_to(RUN4), other.went_to(RUN5)] == [(1, 17), (1, 18)]
        assert other.bindings()[0].runs == (("RUN4", 17), ("RUN5", 5), ("RUN6", 6))

    def test_neighbour_that_was_given_an_id(self, bench: Bench) -> None:
        """What a neighbour is stored as is remembered, although something else was uploaded."""
        bench.ferry(RUN5, run_id=18)
        other = lost(bench)
        assert other.ferry(RUN6).manifest.run_id == 6
        scan = other.scanner.scan(RUN5)
        assert scan
        assert other.journal.stored()[RUN5] == StoredSource(
            scan.fingerprint,
            1,
            18,
            found=True,
            content_id=other.catalog.artifacts(1, 18)[0].content_id,
        )

    def test_most_recently_stored(self, bench: Bench) -> None:
        """Of two jobs with the content, the one that was written to last."""
        second = Bench(three_runs(), store=bench.store)
        second.clock.advance(60)
        bench.ferry(name="a")
        assert second.ferry(name="b").manifest.job_id == 2
        assert lost(bench).went_to() == (2, 4)
        bench.clock.advance(120)
        bench.ferry(RUN5, name="a")
        assert lost(bench).went_to(RUN5) == (1, 5)

    def test_older_version(self, bench: Bench) -> None:
        """A workstation that was left behind finds its job, and does not make the old version new."""
        bench.ferry()
        old = {RUN4: dict(bench.contents[RUN4])}
        bench.contents[RUN4]["LOG"] = b"newer"
        bench.ferry()
        other = lost(bench, old)
        other.ferry_fails(ConflictError)
        assert other.journal.bound_job(OUT) == 1

    def test_copy_on_the_same_machine(self, bench: Bench) -> None:
        """A tree that was copied to begin something new is not the tree it was copied from."""
        bench.ferry()
        copy = "/data/copy/OUT/RUN4"
        bench.contents[copy] = dict(bench.contents[RUN4])
        assert bench.went_to(copy) == (2, 4)

    def test_moved_on_the_same_machine(self, bench: Bench) -> None:
        """A tree that was moved is still the same, with all its runs."""
        for run in (RUN4, RUN5):
            bench.ferry(run)
        for run in (RUN4, RUN5, RUN6):
            bench.contents[run.replace("flu", "archive")] = bench.contents.pop(run)
        moved = [bench.went_to(f"/data/archive/OUT/RUN{n}") for n in (4, 5, 6)]
        assert moved == [(1, 4), (1, 5), (1, 6)]

    def test_the_job_of_the_root_is_gone(self, bench: Bench) -> None:
        """A neighbour that was stored in another job from here says where the next one goes."""
        bench.ferry()
        bench.register_job("other")
        bench.ferry(RUN5, job_id=2)
        RetireJob(bench.store, bench.catalog, bench.journal)(1)
        assert bench.went_to(RUN6) == (2, 6)

    def test_empty_files_prove_nothing(self, bench: Bench) -> None:
        """Runs that were only begun look alike everywhere."""
        bench.contents["/other/OUT/RUN1"] = {"health_records.txt": b""}
        bench.ferry("/other/OUT/RUN1")
        other = lost(bench, {"/mine/OUT/RUN1": {"health_records.txt": b""}})
        assert other.went_to("/mine/OUT/RUN1") == (2, 1)

    def test_bad_neighbours(self, bench: Bench) -> None:
        """What cannot be read or packed is passed over."""
        bench.ferry(RUN6)
        contents = three_runs()
        contents[RUN4]["LOG"] = b"new"
        contents[RUN5] = {"odd": b""}
        contents[f"{OUT}/RUN1"] = {}
        assert lost(bench, contents).went_to() == (1, 4)

    def test_two_stores(self) -> None:
        """What is in one store says nothing about another."""
        state = FakeStateFile()
        here = Bench(three_runs(), FakeObjectStore("s3://here"), state)
        there = Bench(three_runs(), FakeObjectStore("s3://there"), state)
        there.register_job("taken")
        assert (here.went_to(), there.went_to()) == ((1, 4), (2, 4))
        assert (here.went_to(), there.went_to()) == ((1, 4), (2, 4))

    @pytest.mark.parametrize(
        "error", [StoreAccessDeniedError("Not allowed."), StoreConnectionError("Offline.")]
    )
    def test_store_cannot_be_searched(self, bench: Bench, error: RunFerryError) -> None:
        """It is not a reason not to store the run."""
        bench.store.fail_next("list", error)
        assert bench.went_to() == (1, 4)

    def test_asked_once(self, bench: Bench) -> None:
        """A catalog that equalled the store once is asked as it is."""
        bench.refresh()
        synced = bench.catalog.synced_at()
        bench.clock.advance(60)
        bench.ferry()
        assert bench.catalog.synced_at() == synced

    def test_name_is_not_looked_up(self, bench: Bench) -> None:
        """Who names a job means that one, whatever is stored elsewhere."""
        bench.ferry()
        assert lost(bench).ferry(name="mine").manifest.job_id == 2

    def test_cancel(self, bench: Bench) -> None:
        """While the files are compared nothing is decided yet."""
        bench.ferry()
        other = lost(bench)
        progress = Progress()
        progress.cancel()
        with pytest.raises(TransferCancelledError):
            other.bind_job(OUT, progress=progress)
        assert (other.bindings(), other.journal.bound_job(OUT)) == ([], None)


class TestFoundJob:
    """A job that was found by content is nobody's choice: what is there stays what it is."""

    @pytest.fixture
    def mine(self, bench: Bench) -> Bench:
        """Another study with a run in common, bound to the job of the first one by that."""
        bench.ferry()
        bench.ferry(RUN5)
        mine = lost(bench, {"/my/OUT/RUN4": dict(bench.contents[RUN4])})
        assert mine.went_to("/my/OUT/RUN4") == (1, 4)
        return mine

    def refused(self, mine: Bench, run: str, what: str) -> None:
        keys = mine.keys()
        error = mine.ferry_fails(ConflictError, f"/my/OUT/{run}")
        assert what in error.what
        assert 'job 1 "flu"' in error.what
        assert ("--job-id 1" in error.todo, "--name" in error.todo) == (True, True)
        assert (error.retryable, mine.keys()) == (False, keys)

    def test_a_run_of_the_same_number(self, mine: Bench) -> None:
        """It is somebody else's."""
        mine.contents["/my/OUT/RUN5"] = {"LOG": b"mine"}
        self.refused(mine, "RUN5", "Run 5 of")

    def test_the_run_in_common_is_changed(self, mine: Bench) -> None:
        """That it was equal once makes it nobody's own."""
        assert mine.ferry("/my/OUT/RUN4").outcome is UploadOutcome.UNCHANGED
        mine.contents["/my/OUT/RUN4"]["LOG"] = b"mine"
        self.refused(mine, "RUN4", "Run 4 of")

    @pytest.mark.parametrize("beside", [None, b"log 6", b"log 5"])
    def test_a_new_number(self, mine: Bench, beside: bytes | None) -> None:
        """The job holds a run that this tree has not, or has otherwise, if only in its bytes."""
        mine.contents["/my/OUT/RUN6"] = {"LOG": b"mine"}
        if beside:
            mine.contents["/my/OUT/RUN5"] = {"LOG": beside, "out.csv": b"Day!" * 5}
        self.refused(mine, "RUN6", "Run 6 of")

    def test_asked_for(self, mine: Bench) -> None:
        """Who names the job once has chosen it, for all runs."""
        mine.contents["/my/OUT/RUN5"] = {"LOG": b"mine"}
        stored = mine.ferry("/my/OUT/RUN5", job_id=1).manifest
        assert (stored.job_id, stored.version) == (1, 2)
        mine.contents["/my/OUT/RUN6"] = {"LOG": b"mine, too"}
        mine.contents["/my/OUT/RUN4"]["LOG"] = b"mine"
        assert mine.went_to("/my/OUT/RUN6") == (1, 6)
        assert mine.ferry("/my/OUT/RUN4").manifest.version == 2

    def test_a_name(self, mine: Bench) -> None:
        """Makes a job of one's own, to which the run in common goes from then on, too."""
        mine.contents["/my/OUT/RUN5"] = {"LOG": b"mine"}
        assert mine.ferry("/my/OUT/RUN5", name="mine").manifest.job_id == 2
        mine.contents["/my/OUT/RUN4"]["LOG"] = b"mine"
        assert mine.went_to("/my/OUT/RUN4") == (2, 4)

    @pytest.mark.parametrize("run", [4, 5])
    def test_recovered(self, bench: Bench, run: int) -> None:
        """The tree that the job was stored from goes on growing without a question."""
        bench.ferry()
        bench.ferry(RUN5)
        other = lost(bench)
        other.bind_job(OUT)
        other.contents[f"{OUT}/RUN7"] = {"LOG": b"log 7"}
        assert other.went_to(f"{OUT}/RUN7") == (1, 7)
        other.contents[f"{OUT}/RUN7"]["LOG"] = b"more"
        assert other.ferry(f"{OUT}/RUN7").manifest.version == 2
        assert other.ferry(f"{OUT}/RUN{run}").outcome is UploadOutcome.UNCHANGED

    def test_object_that_is_gone(self, bench: Bench) -> None:
        """What was deleted by hand is stored again: the content is the same."""
        bench.ferry()
        other = lost(bench)
        other.bind_job(OUT)
        (key,) = [s.key for s in bench.store.list("jobs/") if s.key.endswith("results.zip")]
        bench.store.delete(key)
        assert other.ferry().manifest.version == 2

    def test_another_job_with_the_content(self, bench: Bench) -> None:
        """One that contradicts is passed over for an older one that does not."""
        bench.ferry()
        bench.ferry(RUN5)
        theirs = lost(bench, {"/f/OUT/RUN4": dict(bench.contents[RUN4])})
        theirs.clock.advance(60)
        theirs.contents["/f/OUT/RUN5"] = {"LOG": b"theirs"}
        theirs.ferry("/f/OUT/RUN4", name="theirs")
        theirs.ferry("/f/OUT/RUN5")
        assert lost(bench).went_to() == (1, 4)


META = "/data/RESULTS/JOB/7/OUT"


class TestProposal:
    def proposed(self, bench: Bench, **meta: bytes) -> tuple[str, tuple[str, ...]]:
        bench.scanner.samples = {f"{META}/../META/{name}": data for name, data in meta.items()}
        proposal = ProposeJob(bench.scanner)(META)
        return proposal.name, proposal.tags

    def test_fred_job(self, bench: Bench) -> None:
        """The key is the name; number, user and size of the job are tags."""
        found = self.proposed(bench, KEY=b"demo1\n", USER=b"ada\n", RUNS=b"3\n")
        assert found == ("demo1", ("fred-job:7", "user:ada", "runs:3"))

    @pytest.mark.parametrize(
        "key", [b"", b"\n", b"two\nlines", b"\x1b[31mred", b"\xff\xfe", b"k" * 101, b"k" * 9999]
    )
    def test_key_that_is_no_name(self, bench: Bench, key: bytes) -> None:
        """The path has to do then."""
        assert self.proposed(bench, KEY=key) == ("data", ("fred-job:7",))

    @pytest.mark.parametrize(
        ("directory", "name"),
        [
            ("ctl\x1b[31mred\x07\r\n", r"ctl\x1b[31mred\x07\r\n"),
            ("bidi\u202egnp", r"bidi\u202egnp"),
            ("bad\udcff", r"bad\xff"),
            ("模 é", "模 é"),
            pytest.param("\x1b" * 255, r"\x1b" * 63 + r"\x1", id="long"),
        ],
    )
    def test_path_that_a_terminal_would_obey(self, bench: Bench, directory: str, name: str) -> None:
        """Its name has escapes: it is shown in a field, and in the store for others to show."""
        assert ProposeJob(bench.scanner)(f"/data/{directory}/OUT").name == name

    @pytest.mark.parametrize("user", [b"a\nb", b"\x07", b"u" * 41, "\u202eeve".encode()])
    def test_values_that_are_no_tags(self, bench: Bench, user: bytes) -> None:
        """Left out."""
        assert self.proposed(bench, USER=user)[1] == ("fred-job:7",)

    def test_secrets(self, bench: Bench) -> None:
        """Nothing that looks like one gets into the store."""
        secret = b"AKIAIOSFODNN7EXAMPLE"
        name, tags = self.proposed(bench, KEY=secret, USER=secret)
        assert secret.decode() not in name + "".join(tags)

    def test_not_from_fred_job(self, bench: Bench) -> None:
        """Without its files there are no tags."""
        assert self.proposed(bench) == ("data", ())

    def test_in_the_store(self, bench: Bench) -> None:
        """Other workstations read them there."""
        bench.scanner.samples = {f"{OUT}/../META/KEY": b"demo1\n", f"{OUT}/../META/RUNS": b"3\n"}
        bench.ferry()
        job = lost(bench).get_job(1)
        assert (job.name, job.tags) == ("demo1", ("runs:3",))


class MeetingPoint(FakeObjectStore):
    """Whoever claims an id waits a little for somebody else who does."""

    def __init__(self) -> None:
        super().__init__()
        self._both = threading.Barrier(2)

    def put(
        self,
        key: str,
        data: bytes,
        *,
        if_absent: bool = False,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> StoredObject:
        with suppress(threading.BrokenBarrierError):
            self._both.wait(0.2)
        return super().put(key, data, if_absent=if_absent, if_match=if_match, metadata=metadata)


def test_two_runs_of_a_new_root_at_once() -> None:
    """One of them makes the job, while the other one waits for it."""
    bench = Bench(three_runs(), MeetingPoint())
    threads = [threading.Thread(target=bench.bind_job, args=(OUT,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(bench.bindings()), bench.catalog.job_count()) == (1, 1)


def is_manifest(name: str) -> bool:
    return name.endswith(".json")


class TestWaiting:
    """For another process on the same state."""

    def test_uses_the_job_of_the_other(self) -> None:
        """It says what it waits for, looks again when it is its turn, and makes no second job."""
        state = FakeStateFile()
        other = Bench(three_runs(), state=state)
        bench = Bench(three_runs(), other.store, state, turns=other.turns)
        with PatientTurns(other.turns, other.events.append).binding(OUT, Progress()):
            thread = threading.Thread(target=bench.bind_job, args=(OUT,))
            thread.start()
            while not bench.events:
                thread.join(0.01)
            other.register_job("flu", use=lambda job: other.journal.bind_root(OUT, job.id))
        thread.join(10)
        assert bench.events == [UploadAwaited(OUT, "finding or making its job")]
        assert bench.went_to() == (1, 4)
        assert len([*other.store.list("_runferry/jobs/")]) == 1

    def test_cancelled(self, bench: Bench) -> None:
        """Who waits can still be stopped."""
        progress = Progress()
        progress.cancel()
        with (
            PatientTurns(bench.turns, bench.events.append).binding(OUT, Progress()),
            pytest.raises(TransferCancelledError),
        ):
            bench.bind_job(OUT, progress=progress)

    def test_one_run_at_a_time(self, bench: Bench) -> None:
        """Two uploads of one run would go on with the same upload in parts: the second one waits."""
        bench.ferry()
        bench.contents[RUN4]["LOG"] = b"changed"
        threads = [threading.Thread(target=bench.ferry) for _ in range(2)]
        with PatientTurns(bench.turns, bench.events.append).storing(1, 4, RUN4, Progress()):
            for thread in threads:
                thread.start()
            while not any(isinstance(event, UploadAwaited) for event in bench.events):
                threads[0].join(0.01)
            assert not [*filter(is_manifest, bench.keys())][1:]
        for thread in threads:
            thread.join(10)
        manifests = [*filter(is_manifest, bench.keys())]
        assert manifests == ["run_4_results.v0001.json", "run_4_results.v0002.json"]


class TestStoreThatWasEmptied:
    """Its ids begin anew, so the job that a root is bound to may be somebody else's now."""

    @pytest.fixture
    def bench(self) -> Bench:
        bench = Bench(three_runs())
        bench.ferry()
        for stored in [*bench.store.list("")]:
            bench.store.delete(stored.key)
        bench.clock.advance(86_400)
        foreign = Bench({"/f/OUT/RUN4": {"a": b"theirs"}}, store=bench.store)
        foreign.clock.advance(86_400)
        foreign.ferry("/f/OUT/RUN4")
        bench.events.clear()
        return bench

    @pytest.mark.parametrize("sync", [True, False])
    @pytest.mark.parametrize("run", [RUN4, RUN5])
    def test_bound_anew(self, bench: Bench, sync: bool, run: str) -> None:
        """Announced like any new job; what the catalog still says of the old one is not believed."""
        if sync:
            bench.refresh()
        assert bench.ferry(run).manifest.job_id == 2
        assert [(event.job_id, event.how) for event in bench.bindings()] == [(2, "new job")]
        assert [bench.ferry(path).manifest.job_id for path in (RUN4, RUN5, RUN6)] == [2, 2, 2]
        assert len(bench.bindings()) == 1

    def test_asked_for(self, bench: Bench) -> None:
        """Who names the id gets the job that has it now, and is told that the root is its own."""
        assert bench.ferry(RUN5, job_id=1).manifest.job_id == 1
        assert [(event.job_id, event.how) for event in bench.bindings()] == [(1, "as asked")]

    def test_binding_of_an_early_version(self, bench: Bench) -> None:
        """Nobody knows which job it meant: it holds, and is complete from then on."""
        bench.journal.forget_job(1)
        bench.journal.bind_root(OUT, 1)
        assert bench.ferry(RUN5).manifest.job_id == 1
        job = bench.get_job(1)
        assert (bench.bindings(), bench.journal.known_jobs()) == ([], {1: job.created_at})


class TestCancelled:
    @pytest.mark.parametrize("step", range(1, 12))
    @pytest.mark.parametrize("asked", ["an id", "a name", "nothing"])
    def test_leaves_everything_as_it_was(self, asked: str, step: int) -> None:
        """At whichever call to the store: nothing is bound, no job is made; or it came too late."""
        store = RacedStore()
        bench = Bench(three_runs(), store=store)
        bench.register_job("others")
        if asked == "nothing":
            bench.ferry(job_id=1)
            bench = lost(bench)
        progress = Progress()
        jobs = [stored.key for stored in store.list("_runferry/jobs/")]
        store.race(step, progress.cancel)
        job_id, name = (1 if asked == "an id" else None), ("mine" if asked == "a name" else None)
        with suppress(TransferCancelledError):
            bench.bind_job(OUT, job_id=job_id, name=name, progress=progress)
        if progress.ended:
            assert bench.journal.bound_job(OUT) is None
            assert [stored.key for stored in store.list("_runferry/jobs/")] == jobs
            assert bench.bindings() == []
            assert not bench.journal.all_intents()
        else:
            assert bench.journal.bound_job(OUT)
            assert step > 1
