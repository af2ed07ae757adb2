"""A run of this machine goes when all of it is in the store at that moment, and only then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from core.clean.finish_cleanings import Ending
from core.errors import (
    CleanUpError,
    ConflictError,
    RunFerryError,
    SourceChangedError,
    StateError,
    StoreConnectionError,
    UnprovenRunError,
)
from core.finish.run_state import RunState
from core.ports.journal.proofs import ProofKind
from core.ports.journal.queue import TransferRecord
from core.ports.journal.uploads import Intent
from core.ports.tree import EntryType, Scan, TreeEntry
from core.waiting.patient_turns import run_matter
from tests.core.bench import RUN4
from tests.core.care.care_bench import MANIFEST, RESULTS
from tests.core.clean.clean_bench import CleanBench

Change = Callable[[CleanBench], object]
PARTS = "/data/flu/OUT/run_7"
TARGET = "/data/trash/job_1/RUN4"


def refuse() -> None:
    raise AssertionError("somebody is in it still")


@pytest.fixture
def bench() -> CleanBench:
    """Run 4 of job 1 is stored, and known to be."""
    bench = CleanBench()
    bench.ferry()
    return bench


def write(bench: CleanBench) -> None:
    bench.contents[RUN4]["LOG"] = b"lag"


def write_anew(bench: CleanBench) -> None:
    bench.contents[RUN4]["new"] = b""


def replace_object(bench: CleanBench) -> None:
    """As another tool does: same size, no token."""
    bench.store.put(RESULTS, bytes(len(bench.content(RESULTS))))


def damage(bench: CleanBench) -> None:
    """The metadata is as before."""
    there = bench.store.head(RESULTS)
    assert there
    bench.store.put(RESULTS, bytes(there.size), metadata=there.metadata)


def upload_elsewhere(bench: CleanBench) -> None:
    other = CleanBench(store=bench.store)
    other.contents[RUN4]["LOG"] = b"of another machine"
    other.ferry(job_id=1, run_id=4, new_version=True)


def queue(bench: CleanBench) -> None:
    moment = bench.clock.now()
    bench.journal.put_transfer(TransferRecord(0, 0, 0, RUN4, "paused", "", moment))


def begin(bench: CleanBench) -> None:
    bench.journal.put_intent(Intent("f00d" * 8, 1, 4, 2, RESULTS, bench.clock.now()))


def hold(bench: CleanBench) -> None:
    bench.journal.put_held(RUN4, held=True)


def forget(bench: CleanBench) -> None:
    bench.journal.forget_run(1, 4)


UNPROVEN: dict[str, tuple[Change, str]] = {
    "one byte changed": (write, "its content is not that of version 1"),
    "one file more": (write_anew, "its content is not that of version 1"),
    "object deleted": (lambda b: b.store.delete(RESULTS), "content of version 1 is not in"),
    "object replaced": (replace_object, "was replaced by something else"),
    "manifest deleted": (lambda b: b.store.delete(MANIFEST), "has no version in the store"),
    "job deleted": (lambda b: b.care.delete_job(b.care.delete_job.contents(1)), "not uploaded"),
    "newer version": (upload_elsewhere, "its content is not that of version 2"),
    "never stored": (forget, "not uploaded from this machine"),
    "queued": (queue, "are queued or under way"),
    "begun": (begin, "was begun and is not over"),
    "permission": (lambda b: b.folders.unchangeable.add(RUN4), "permission denied"),
    "permission above": (
        lambda b: b.folders.unchangeable.add("/data/flu/OUT"),
        "nothing may be deleted from /data/flu/OUT: permission denied",
    ),
    "held": (hold, "it is held back"),
}


@pytest.mark.parametrize("name", UNPROVEN)
def test_unproven(bench: CleanBench, name: str) -> None:
    """It stays, with the true reason."""
    change, why = UNPROVEN[name]
    change(bench)
    with pytest.raises(UnprovenRunError, match=why):
        bench.prove()


@pytest.mark.parametrize("state", list(RunState))
def test_unfinished(bench: CleanBench, state: RunState) -> None:
    """What may be written still stays, though it is stored as it is."""
    if state in {RunState.DONE, RunState.FAILED, RunState.STOPPED, RunState.CHANGED}:
        assert bench.prove(state=state).stored.version == 1
        return
    with pytest.raises(UnprovenRunError, match=f"it is {state}: LOG has not ended"):
        bench.prove(state=state)


def test_goes(bench: CleanBench) -> None:
    """The store stays what it is, and so does what is known of it."""
    keys = bench.keys()
    proven = bench.prove()
    assert (proven.files, proven.bytes, proven.stored.version) == (2, 12, 1)
    bench.clean(proven)
    assert bench.runs() == []
    assert (bench.keys(), bench.problems(), bench.journal.cleanings()) == (keys, [], [])
    assert [run.stored for run in bench.catalog.runs(1)] == [True]


def test_read(bench: CleanBench) -> None:
    """A store of which nobody believes that it keeps its bytes is read."""
    bench.prove(read=True)
    assert bench.journal.proofs("")[RESULTS].how is ProofKind.READ
    damage(bench)
    assert bench.prove().stored.version == 1
    with pytest.raises(UnprovenRunError, match="version 1 is damaged in the store: its SHA-256"):
        bench.prove(read=True)
    assert RESULTS not in bench.journal.proofs("")


@pytest.mark.parametrize("change", [write, write_anew, replace_object, damage, queue])
def test_changed_after_the_proof(bench: CleanBench, change: Change) -> None:
    """Nothing was touched; a queued upload is let do what it wants."""
    proven = bench.prove()
    change(bench)
    if change is damage:  # which nobody can see without reading it
        bench.store.delete(MANIFEST)
    before = {path: dict(files) for path, files in bench.contents.items()}
    with pytest.raises((SourceChangedError, UnprovenRunError, ConflictError)) as caught:
        bench.clean(proven)
    assert caught.value.kept == "Nothing of it was touched."
    assert (dict(bench.contents), bench.journal.cleanings()) == (before, [])


@pytest.mark.parametrize("of_store", [False, True])
def test_changed_at_the_last_moment(bench: CleanBench, of_store: bool) -> None:
    """Who writes while it is put aside, or deletes the object, is noticed: it is a run again."""
    proven = bench.prove()

    def change() -> None:
        if of_store:
            bench.store.delete(RESULTS)
        else:
            (aside,) = bench.contents
            bench.contents[aside]["LOG"] = b"more"

    bench.removal.when_moved = change
    with pytest.raises((SourceChangedError, UnprovenRunError)) as caught:
        bench.clean(proven)
    assert caught.value.kept == "It is where it was, as it was."
    assert (bench.runs(), bench.journal.cleanings()) == (["RUN4"], [])


def test_store_is_away(bench: CleanBench) -> None:
    """So it is when the store does not answer at that moment."""
    proven = bench.prove()
    bench.removal.when_moved = lambda: bench.store.fail_next("excerpt", StoreConnectionError("No."))
    with pytest.raises(StoreConnectionError):
        bench.clean(proven)
    assert (bench.runs(), bench.journal.cleanings()) == (["RUN4"], [])


def test_stored_at_the_moment(bench: CleanBench) -> None:
    """Another RunFerry on this machine stores the run."""
    proven = bench.prove()
    with (
        bench.turns.turn(run_matter(1, 4), refuse),
        pytest.raises(ConflictError, match="by another RunFerry on this machine"),
    ):
        bench.clean(proven)
    assert bench.runs() == ["RUN4"]


@pytest.mark.parametrize("method", ["put_cleaning", "move"])
def test_cannot_begin(bench: CleanBench, method: str) -> None:
    """A state that takes no note, or a directory that may not be renamed: nothing happens."""
    proven = bench.prove()
    failing = bench.journal if method == "put_cleaning" else bench.removal
    failing.fail_next(
        method, StateError("No.") if method == "put_cleaning" else CleanUpError("No.")
    )
    with pytest.raises(RunFerryError, match="No"):
        bench.clean(proven)
    assert (bench.runs(), bench.journal.cleanings()) == (["RUN4"], [])


def test_cannot_end(bench: CleanBench) -> None:
    """What may not be deleted is out of the way; it is said where, and the next one goes on."""
    proven = bench.prove()
    bench.removal.fail_next("delete", CleanUpError("Permission denied."))
    with pytest.raises(CleanUpError) as caught:
        bench.clean(proven)
    (aside,) = bench.contents
    assert aside.startswith("/data/flu/OUT/.runferry-clean-RUN4-")
    assert caught.value.kept == f"What is left of it is in {aside}; the store has all of it."
    bench.removal.fail_next("delete", CleanUpError("Permission denied."))
    assert [(e.ending, e.why) for e in bench.finish()] == [(Ending.LEFT, "Permission denied.")]
    assert [e.ending for e in bench.finish()] == [Ending.GONE]
    assert (bench.runs(), bench.journal.cleanings()) == ([], [])


class TestKilled:
    """What the next start finds, step by step."""

    def endings(self, bench: CleanBench) -> list[Ending]:
        told = [ended.ending for ended in bench.finish()]
        assert bench.journal.cleanings() == [] or told == [Ending.LEFT]
        return told

    def test_before_the_move(self, bench: CleanBench) -> None:
        """Nothing had happened."""
        cleaning = bench.put_aside(bench.prove(), "")
        bench.removal.move(cleaning.aside, RUN4)
        assert self.endings(bench) == []
        assert bench.runs() == ["RUN4"]

    def test_before_the_last_look(self, bench: CleanBench) -> None:
        """It is a run again: perhaps somebody had written there."""
        bench.put_aside(bench.prove(), "")
        assert bench.runs() != ["RUN4"]
        assert self.endings(bench) == [Ending.BACK]
        assert bench.runs() == ["RUN4"]

    def test_place_is_taken(self, bench: CleanBench) -> None:
        """A new run has begun under its name: both stay."""
        bench.put_aside(bench.prove(), "")
        bench.contents[RUN4] = {"LOG": b"new"}
        assert self.endings(bench) == [Ending.LEFT]
        assert (len(bench.runs()), len(bench.journal.cleanings())) == (2, 1)

    @pytest.mark.parametrize("target", ["", TARGET])
    def test_while_it_went(self, bench: CleanBench, target: str) -> None:
        """What is left of it goes, too."""
        cleaning = bench.put_aside(bench.prove(), target)
        bench.put_aside.mark_checked(cleaning)
        del bench.contents[cleaning.aside]["LOG"]
        assert self.endings(bench) == [Ending.GONE]
        assert list(bench.contents) == ([target] if target else [])

    def test_after_the_last_file(self, bench: CleanBench) -> None:
        """Nothing is left to be done, which is told."""
        cleaning = bench.put_aside(bench.prove(), "")
        bench.put_aside.mark_checked(cleaning)
        bench.removal.delete(cleaning.aside)
        assert self.endings(bench) == [Ending.GONE]

    def test_store_has_it_no_more(self, bench: CleanBench) -> None:
        """Nothing more is deleted of what may be the last that there is of it."""
        cleaning = bench.put_aside(bench.prove(), "")
        bench.put_aside.mark_checked(cleaning)
        bench.store.delete(RESULTS)
        (ended,) = bench.finish()
        assert (ended.ending, ended.why) == (
            Ending.LEFT,
            "the content of version 1 is not in the store",
        )
        assert list(bench.contents) == [cleaning.aside]

    def test_not_mounted(self, bench: CleanBench) -> None:
        """Of a disk that is away nobody says that anything on it is gone."""
        cleaning = bench.put_aside(bench.prove(), "")
        bench.put_aside.mark_checked(cleaning)
        bench.journal.put_cleaning(replace(bench.journal.cleanings()[0], device="of another"))
        bench.contents.clear()
        (ended,) = bench.finish()
        assert (ended.ending, ended.why) == (Ending.LEFT, "its file system is not mounted")

    def test_others_are_at_it(self, bench: CleanBench) -> None:
        """What a living process does is left to it."""
        bench.put_aside(bench.prove(), "")
        with bench.turns.turn(run_matter(1, 4), refuse):
            assert [*bench.finish()] == []
        assert bench.runs() != ["RUN4"]


def test_moved(bench: CleanBench) -> None:
    """As a whole; not to where something is, nor to another file system."""
    bench.contents[TARGET] = {"LOG": b"there"}
    with pytest.raises(CleanUpError, match="is there already") as caught:
        bench.clean(bench.prove(), TARGET)
    assert caught.value.kept == "Nothing of it was touched."
    before = dict(bench.contents[RUN4])
    bench.clean(bench.prove(), f"{TARGET}-2")
    assert bench.contents == {TARGET: {"LOG": b"there"}, f"{TARGET}-2": before}


def test_permission_inside(bench: CleanBench) -> None:
    """Of the directories in a run those are asked about that their owner closed."""
    entries = [TreeEntry(n, EntryType.DIRECTORY, 0, 0, m) for n, m in (("a", 0o755), ("b", 0o555))]
    bench.folders.unchangeable |= {f"{RUN4}/a", f"{RUN4}/b"}
    with pytest.raises(UnprovenRunError, match="from /data/flu/OUT/RUN4/b: permission denied"):
        bench.prove(scan=Scan.of(RUN4, entries, ""))


def test_age(bench: CleanBench) -> None:
    """Of a run whose times tell nothing nobody says that it is old."""
    with pytest.raises(UnprovenRunError, match="when it was last written cannot be told"):
        bench.prove(older_than=timedelta(days=30))


def test_of_several_directories() -> None:
    """All of them go; what lies beside them is not stored, and so they stay."""
    bench = CleanBench({f"{PARTS}/RUN1": {"LOG": b"1"}, f"{PARTS}/RUN2": {"LOG": b"2"}})
    bench.ferry(PARTS)
    bench.contents.beside[PARTS] = {"notes.txt": b"mine"}
    with pytest.raises(UnprovenRunError, match=r"notes.txt, which lies beside its RUN directories"):
        bench.prove(PARTS)
    bench.contents.beside.clear()
    bench.clean(bench.prove(PARTS))
    assert bench.runs() == []
