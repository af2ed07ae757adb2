"""`A`, `D`, `t` and `M` in Browse: what is asked before the store is changed, what is said then."""

import threading
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.errors import StoreAccessDeniedError, StoreConnectionError
from core.ports.object_store import RestoreTier
from core.stored.job_s3_prefix import JobS3Prefix, job_record_key
from core.stored.object_tags import left_out
from core.stored.record_format import DELETED_JOB, decode_job
from tests.builders import NOON, a_job
from tests.tui.builders import Stage, until
from tests.tui.screen_text import drawn_text_of, lines_of, said_by, table_of, text_of
from tests.tui.shelf import PREFIX, add_version, archive, keys, shelve
from tui.screens.job_record import JobRecordScreen
from tui.screens.typed import TypedScreen
from tui.widgets.job_list import JobTable

SIZES = [(60, 16), (80, 24), (120, 36)]


async def browse(pilot: Pilot[int], *pressed: str) -> None:
    """At the job, then where the keys lead."""
    await pilot.press("2")
    await until(pilot, lambda: pilot.app.current_mode == "browse")
    await until(pilot, lambda: table_of(pilot).row_count > 0)
    for key in pressed:
        await pilot.press(key)
        await pilot.pause()


async def asked(pilot: Pilot[int]) -> str:
    """What the dialog lists, when it takes the name."""
    await until(pilot, lambda: isinstance(pilot.app.screen, TypedScreen))
    await until(pilot, lambda: bool(pilot.app.screen.query("#operation")))
    return text_of(pilot, "#operation")


async def type_name(pilot: Pilot[int], name: str) -> None:
    await until(pilot, lambda: isinstance(pilot.app.focused, Input))
    await pilot.press(*name, "enter")


async def test_delete_a_job(stage: Stage) -> None:
    """All that happens is listed first; only the whole name deletes; what is gone is not listed."""
    shelve(stage, 1, 2)
    stage.store.put(f"{PREFIX}notes.txt", b"theirs")
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "D")
        told = await asked(pilot)
        assert 'Delete job 12 "simpleflu": 2 runs, 2 objects' in told
        assert "run 1: results v1" in told
        assert "1 object of other tools stay" in told
        assert "cannot be undone" in told
        await type_name(pilot, "simple")
        await until(pilot, lambda: "not the name" in text_of(pilot, "#typed-says"))
        assert len(keys(stage)) == 5
        await pilot.press(*"flu", "enter")
        await until(
            pilot, lambda: 'Deleted job 12 "simpleflu": 2 objects' in " ".join(said_by(pilot))
        )
        await until(pilot, lambda: "simpleflu" not in "".join(lines_of(table_of(pilot))))
    assert keys(stage) == ["notes.txt"]
    assert b"".join(stage.store.read(job_record_key(12))) == DELETED_JOB


async def test_delete_that_fails_half_way(stage: Stage) -> None:
    """What is left is looked up and told; the error stays, and D goes on with the rest."""
    shelve(stage, 1, 2)
    refused = StoreAccessDeniedError("DeleteObject was refused.", todo="Ask for it.")
    stage.store.fail_next("delete", refused, skip=2)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "D")
        await asked(pilot)
        await type_name(pilot, "simpleflu")
        await until(pilot, lambda: "DeleteObject was refused." in text_of(pilot, "#error"))
        told = text_of(pilot, "#error")
        assert "1 object of 2 are gone; 1 are left. D lists what is left" in " ".join(told.split())
        await pilot.press("escape", "D")
        assert "1 run, 1 object" in await asked(pilot)
        await type_name(pilot, "simpleflu")
        await until(pilot, lambda: "Deleted job 12" in " ".join(said_by(pilot)))
    assert keys(stage) == []


async def test_stopped(stage: Stage) -> None:
    """`x` stops before the next object; how far it got is said, then and before."""
    shelve(stage, 1, 2, 3)
    go_on, waiting = threading.Event(), threading.Event()
    delete = stage.store.delete

    def slow(key: str, *, if_match: str | None = None) -> None:
        waiting.set()
        assert go_on.wait(10)
        delete(key, if_match=if_match)

    stage.store.delete = slow
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "D")
        await asked(pilot)
        await type_name(pilot, "simpleflu")
        await until(pilot, waiting.is_set)
        await until(pilot, lambda: 'simpleflu": 1 of 3   x stop' in text_of(pilot, "#hints"))
        await pilot.press("D")
        await until(pilot, lambda: "x stops it" in " ".join(said_by(pilot)))
        await pilot.press("x")
        go_on.set()
        await until(pilot, lambda: "It was stopped" in text_of(pilot, "#error"))
        told = " ".join(text_of(pilot, "#error").split())
        assert "1 object of 3 are gone; 2 are left." in told
    assert len(keys(stage)) == 4


async def test_delete_runs(stage: Stage) -> None:
    """Marked runs of a job: what is typed says how many; the others stay."""
    shelve(stage, 1, 2, 3)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "enter", "space", "space", "D")
        told = await asked(pilot)
        assert 'Delete 2 runs of job 12 "simpleflu": 2 objects' in told
        await type_name(pilot, "2 runs")
        await until(pilot, lambda: "Deleted 2 runs: 2 objects" in said_by(pilot))
        await until(pilot, lambda: table_of(pilot).row_count == 1)
    assert keys(stage) == ["run_3_results.v0001.json", "run_3_results.zip"]


async def test_delete_a_version(stage: Stage) -> None:
    """The latest of two: the one before it is the latest again, which is said before."""
    shelve(stage, 1)
    add_version(stage, 1, 2)
    stage.sync()
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "enter", "enter")
        await until(pilot, lambda: "v2 latest" in "".join(lines_of(table_of(pilot))))
        await pilot.press("D")
        told = await asked(pilot)
        assert "Delete RUN1 v2" in told
        assert "v1 becomes the latest again" in told
        await type_name(pilot, "RUN1 v2")
        await until(pilot, lambda: "Deleted RUN1 v2: 1 object" in said_by(pilot))
    latest = b"".join(stage.store.read(f"{PREFIX}run_1_results.zip"))
    assert latest == archive(1)


async def test_move(stage: Stage) -> None:
    """To a job that is chosen from the list: what happens is said, then it is there and not here."""
    shelve(stage, 1, 2)
    shelve(stage, 5, job=a_job(13, "measles"))
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "j", "enter")
        await until(pilot, lambda: "12 simpleflu" in text_of(pilot, "#crumbs"))
        await pilot.press("B")
        await until(pilot, lambda: isinstance(pilot.app.focused, JobTable))
        jobs = pilot.app.screen.query_one(JobTable)
        await until(pilot, lambda: jobs.move_to("13"))
        await pilot.press("enter")
        told = await asked(pilot)
        assert 'Move RUN1 of job 12 "simpleflu" to run 1 of job 13 "measles"' in told
        assert "Nothing is sent." in told
        await pilot.press("enter")
        await until(pilot, lambda: "Moved RUN1 to run 1 of job 13" in " ".join(said_by(pilot)))
        await until(pilot, lambda: table_of(pilot).row_count == 1)
    assert keys(stage) == ["run_2_results.v0001.json", "run_2_results.zip"]
    moved = JobS3Prefix.from_job(a_job(13)).run_results(1)
    assert b"".join(stage.store.read(moved)) == archive(1)


async def test_move_to_where_it_is(stage: Stage) -> None:
    """A number that is none is said; a place that is taken is an error that stays to be read."""
    shelve(stage, 1, 2)
    async with stage.app().run_test(size=(60, 16)) as pilot:
        await browse(pilot, "enter", "B")
        await until(pilot, lambda: isinstance(pilot.app.focused, JobTable))
        assert "esc not now" in drawn_text_of(pilot)
        field = pilot.app.screen.query_one("#move-number", Input)
        field.value = "x"
        await pilot.press("enter")
        await until(pilot, lambda: "is not valid" in text_of(pilot, "#move-says"))
        field.value = "2"
        await pilot.press("enter", "enter")
        await until(pilot, lambda: "Move: not done" in text_of(pilot, "#error"))
        assert "is there already" in " ".join(text_of(pilot, "#error").split())
    assert len(keys(stage)) == 4


@pytest.mark.parametrize(
    ("pressed", "why"),
    [
        (("ctrl+a", "D"), "Jobs are deleted one at a time"),
        (("B",), "Runs are moved one at a time"),
        (("ctrl+a", "t"), "One job at a time"),
        (("x",), "Nothing is being done"),
    ],
)
async def test_why_not(stage: Stage, pressed: tuple[str, ...], why: str) -> None:
    """A key that does nothing says why."""
    shelve(stage, 1)
    shelve(stage, 1, job=a_job(13, "measles"))
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, *pressed)
        await until(pilot, lambda: why in " ".join(said_by(pilot)))


async def test_delete_without_an_answer(stage: Stage) -> None:
    """Nothing is asked about what cannot be looked at; the reason stays to be read."""
    shelve(stage, 1)
    stage.store.fail_next("list", StoreConnectionError("No connection to S3."))
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "D")
        await until(pilot, lambda: "No connection to S3." in text_of(pilot, "#error"))
        assert "Delete: not done" in text_of(pilot, "#error")
    assert len(keys(stage)) == 2


async def test_leave(stage: Stage) -> None:
    """esc, or no name: nothing is deleted."""
    shelve(stage, 1)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "D")
        await asked(pilot)
        await type_name(pilot, "")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, TypedScreen))
    assert len(keys(stage)) == 2


async def test_archive(stage: Stage) -> None:
    """Marked runs: how many objects and bytes go where, and how they are read then."""
    shelve(stage, 1, 2, 3)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "enter", "space", "space", "A")
        told = await asked(pilot)
        assert "Archive 2 marked runs: 2 objects" in told
        assert "go to GLACIER_IR" in told
        assert "They stay listed, and are read as before" in told
        assert "run_2_results.zip" in told
        await type_name(pilot, "2 marked runs")
        await until(pilot, lambda: "Archived 2 objects" in " ".join(said_by(pilot)))
    classes = {stored.key[-6:-4]: stored.storage_class for stored in stage.store.list(PREFIX)}
    found = [stage.store.head(f"{PREFIX}run_{n}_results.zip") for n in (1, 2, 3)]
    assert [s.storage_class for s in found if s] == ["GLACIER_IR", "GLACIER_IR", ""], classes


async def test_archive_that_is_refused(stage: Stage) -> None:
    """What was moved and what was not, with the reason; nothing else is claimed."""
    shelve(stage, 1, 2)
    stage.store.fail_next("change_class", StoreAccessDeniedError("CopyObject was refused."))
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "A")
        await asked(pilot)
        await type_name(pilot, "simpleflu")
        await until(pilot, lambda: "CopyObject was refused." in text_of(pilot, "#error"))
        told = " ".join(text_of(pilot, "#error").split())
        assert "Archive: not all of it" in told
        assert "1 object not." in told


async def test_archive_again(stage: Stage) -> None:
    """What is in the archive already is not asked about."""
    shelve(stage, 1)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "A")
        await asked(pilot)
        await type_name(pilot, "simpleflu")
        await until(pilot, lambda: "Archived 1 object" in " ".join(said_by(pilot)))
        await pilot.press("A")
        assert "Nothing of job 12 is left to be archived" in await asked(pilot)
        assert "esc close" in drawn_text_of(pilot)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, TypedScreen)


async def test_adopt(stage: Stage) -> None:
    """Results of another tool become a version: read once, and recorded."""
    shelve(stage, 1)
    stage.store.put(f"{PREFIX}run_7_results.zip", archive(7))
    stage.sync()
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "enter", "G", "M")
        told = await asked(pilot)
        assert "Adopt 1 object" in told
        assert "read once" in told
        await pilot.press("enter")
        await until(pilot, lambda: "Adopted 1 object" in " ".join(said_by(pilot)))
        await until(pilot, lambda: "unmanaged" not in "".join(lines_of(table_of(pilot))))
    assert "run_7_results.v0001.json" in keys(stage)


async def test_nothing_to_adopt(stage: Stage) -> None:
    """What RunFerry stored is nobody's to adopt."""
    shelve(stage, 1)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "enter", "M")
        assert "Nothing here is unmanaged" in await asked(pilot)


async def tags(pilot: Pilot[int]) -> tuple[Input, Input]:
    """The fields of the dialog: name and tags."""
    await pilot.press("t")
    await until(pilot, lambda: isinstance(pilot.app.screen, JobRecordScreen))
    await until(pilot, lambda: isinstance(pilot.app.focused, Input))
    screen = pilot.app.screen
    return screen.query_one("#record-name", Input), screen.query_one("#record-tags", Input)


async def test_name_and_tags(stage: Stage) -> None:
    """Typing goes on where the name ends; tags are given, taken and replaced."""
    job = a_job(12, "simpleflu")
    shelve(stage, 1, job=type(job)(12, "simpleflu", job.created_at, tags=("who=ada", "two words")))
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "enter")
        _name, field = await tags(pilot)
        assert field.value == "who=ada 'two words'"
        await pilot.press(*"-b", "tab")
        field.value = "who=bob 'two words' new"
        await pilot.press("enter")
        await until(pilot, lambda: "The job was changed" in said_by(pilot))
        await until(pilot, lambda: "12 simpleflu-b" in text_of(pilot, "#crumbs"))
    stored, _ = decode_job(b"".join(stage.store.read(job_record_key(12))))
    assert stored.name == "simpleflu-b"
    assert sorted(stored.tags) == ["new", "two words", "who=bob"]


async def test_tags_that_objects_cannot_have(stage: Stage) -> None:
    """Where objects get the tags of their job it is said which S3 does not take."""
    shelve(stage, 1)
    stage.care = replace(stage.care, left_out_tags=left_out)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot, "enter")
        _name, field = await tags(pilot)
        field.value = "who=ada r&d"
        await pilot.press("enter")
        said = "As tags of objects S3 does not take r&d"
        await until(pilot, lambda: said in " ".join(said_by(pilot)))


async def test_names_that_cannot_be(stage: Stage) -> None:
    """Said as it is typed; enter changes nothing. So is what the store says against it."""
    shelve(stage, 1)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await browse(pilot)
        name, field = await tags(pilot)
        name.value = "  "
        await until(pilot, lambda: "cannot be blank" in text_of(pilot, "#record-says"))
        name.value, field.value = "flu", "it's"
        await until(pilot, lambda: "quote" in text_of(pilot, "#record-says"))
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, JobRecordScreen)
        stage.store.fail_next("put", StoreAccessDeniedError("PutObject was refused."))
        field.value = ""
        await pilot.press("enter")
        await until(pilot, lambda: "PutObject was refused." in text_of(pilot, "#record-says"))
        await pilot.press("enter")
        await until(pilot, lambda: "The job was changed" in said_by(pilot))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("key", "words"), [("D", "Type simpleflu"), ("A", "Type simpleflu")])
async def test_operations_fit(stage: Stage, size: tuple[int, int], key: str, words: str) -> None:
    """The name that is to be typed and the keys are seen, however long the list is."""
    shelve(stage, *range(1, 31))
    async with stage.app().run_test(size=size) as pilot:
        await browse(pilot, key)
        await asked(pilot)
        await until(pilot, lambda: words in drawn_text_of(pilot))
        assert "esc not now" in drawn_text_of(pilot)
        assert "run 30:" not in drawn_text_of(pilot) or key == "A"


@pytest.mark.parametrize("size", SIZES)
async def test_record_fits(stage: Stage, size: tuple[int, int]) -> None:
    """Both fields, and the keys."""
    shelve(stage, 1)
    async with stage.app().run_test(size=size) as pilot:
        await browse(pilot)
        await tags(pilot)
        await until(pilot, lambda: "enter saves" in drawn_text_of(pilot))
        assert "Tags" in drawn_text_of(pilot)


async def test_archived(stage: Stage) -> None:
    """What is said of a restore is what the store says.

    Given results in an archive, of which a restore is asked for
    When the cursor is on them
    Then what is known of them says so, while it lasts and afterwards.
    """
    shelve(stage, 1)
    key = f"{PREFIX}run_1_results.zip"
    stored = stage.store.head(key)
    assert stored
    stage.store.change_class(key, "DEEP_ARCHIVE", if_match=stored.etag)
    async with stage.app().run_test(size=(120, 40)) as pilot:
        await browse(pilot, "enter", "enter")
        await until(pilot, lambda: "archived in DEEP_ARCHIVE" in text_of(pilot, "#about"))
        stage.store.restore(key, tier=RestoreTier.BULK, days=3)
        await pilot.press("R")
        await until(pilot, lambda: "being restored" in text_of(pilot, "#about"))
        stage.store.finish_restores(NOON)
        await pilot.press("R")
        await until(pilot, lambda: "restored until" in text_of(pilot, "#about"))
