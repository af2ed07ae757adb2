"""Where the runs of a folder go, when none of them was uploaded before."""

import threading
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.errors import JobNotFoundError, StoreConnectionError
from core.finish.rule import Outcome
from tests.builders import NOON, a_job, a_run, an_artifact
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import FLU, MEASLES, Stage, until
from tests.tui.screen_text import drawn_text_of, lines_of, said_by, table_of, text_of
from tui.screens.bind import BindScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.watch import WatchScreen
from tui.widgets.job_list import JobTable
from tui.widgets.panes import TextPane

SMALL, SMALLEST = (80, 24), (60, 16)


def sources(stage: Stage) -> list[str]:
    return [view.source for view in stage.queue.views()]


async def asked(pilot: Pilot[int], screen: type) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, screen))


def name_of(pilot: Pilot[int]) -> Input:
    return pilot.app.screen.query_one("#job-name", Input)


def jobs_of(pilot: Pilot[int]) -> JobTable:
    return pilot.app.screen.query_one(JobTable)


async def asked_where(pilot: Pilot[int]) -> None:
    """The dialog is there and has the keys."""
    await asked(pilot, BindScreen)
    await until(pilot, lambda: bool(pilot.app.screen.query("#job-name")))
    await until(pilot, lambda: name_of(pilot).has_focus)


async def upload(pilot: Pilot[int], path: str) -> None:
    await until(pilot, lambda: table_of(pilot).move_to(path))
    await pilot.press("u")
    await asked_where(pilot)


async def choose_a_job(pilot: Pilot[int], key: str) -> None:
    await until(pilot, lambda: jobs_of(pilot).row_count > 0 and jobs_of(pilot).display)
    await pilot.press("down")
    await until(pilot, lambda: jobs_of(pilot).has_focus)
    while jobs_of(pilot).cursor_key != key:
        await pilot.press("down")


def done(stage: Stage) -> None:
    stage.tree.runs[f"{MEASLES}/RUN1"] = FakeRunDirectory()
    stage.watch.rescan()
    stage.settle()


@pytest.fixture
def shared(stage: Stage) -> Stage:
    """A store with the jobs of others: mara's holds run 3, too. All runs of the measles are done."""
    done(stage)
    stage.catalog.put_job(a_job(1, "baseline"))
    stage.catalog.put_job(replace(a_job(3, "measles 2"), owner="mara"))
    for run_id in (3, 4):
        stage.catalog.put_run(a_run(3, run_id))
    stage.catalog.put_artifact(
        replace(an_artifact("jobs/3/run_3_results.zip", job_id=3, run_id=3), host="atlas")
    )
    return stage


async def test_a_name_and_enter(stage: Stage) -> None:
    """Which runs, as which, in which store; the proposed name; later runs ask nothing."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        assert name_of(pilot).value == "simpleflu"
        shown = "\n".join(pane.text for pane in pilot.app.screen.query(TextPane))
        assert "RUN3  →  run 3" in shown
        assert "RUN1" not in shown
        assert "to ~/store" in shown
        assert "enter Upload RUN3" in shown
        assert sources(stage) == []
        await pilot.press("enter")
        await until(pilot, lambda: sources(stage) == [f"{FLU}/RUN3"])
        await until(pilot, lambda: 'OUT is now job 1 "simpleflu"' in said_by(pilot))
        await until(pilot, lambda: any("OUT  job 1 " in x for x in lines_of(table_of(pilot))))
        table_of(pilot).move_to(f"{FLU}/RUN4")
        await pilot.press("u")
        await until(pilot, lambda: len(sources(stage)) == 2)


async def test_a_digit_is_a_name(shared: Stage) -> None:
    """Given a store with a job 3 of somebody else, when a digit is typed and entered, then it is a name.

    Job 3 gets nothing, whether the digit follows the proposed name or is all that is typed.
    """
    async with shared.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await pilot.press("3", "enter")
        await until(pilot, lambda: sources(shared) == [f"{FLU}/RUN3"])
        assert 'OUT is now job 3 "measles 2"' not in said_by(pilot)
        await upload(pilot, f"{MEASLES}/RUN1")
        await pilot.press(*["backspace"] * len("measles"), "3", "enter")
        await until(pilot, lambda: len(sources(shared)) == 2)
    bound = [shared.journal.bound_job(root) for root in (FLU, MEASLES)]
    assert 3 not in bound
    assert [job.name for job in shared.catalog.jobs() if job.id in bound] == ["3", "simpleflu3"]


async def test_another_name(stage: Stage) -> None:
    """What is typed over the proposal names a new job, even where the content is known."""
    stage.jobs.in_store[FLU] = 7
    async with stage.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await pilot.press(*" 2", "enter")
        await until(pilot, lambda: 'OUT is now job 1 "simpleflu 2"' in said_by(pilot))


async def offered(pilot: Pilot[int], stage: Stage) -> None:
    """What the store has of the flu is offered instead of a new job."""
    stage.catalog.put_job(a_job(7, "old flu"))
    stage.catalog.put_job(a_job(9, "newer"))
    stage.jobs.in_store[FLU] = 7
    await upload(pilot, f"{FLU}/RUN3")
    await pilot.press("enter")
    said = 'job 7 "old flu" holds the same content as RUN1: enter uploads there; ↑ makes a new job'
    await until(pilot, lambda: text_of(pilot, "#bind-trouble") == said)
    await until(pilot, lambda: jobs_of(pilot).has_focus and jobs_of(pilot).cursor_key == "7")
    assert "(•) a job that exists" in text_of(pilot, "#existing-job")
    assert stage.journal.bound_job(FLU) is None


async def test_what_is_stored_already(stage: Stage) -> None:
    """A new job means a new job: the one that holds the same content is offered, and taken by enter."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await offered(pilot, stage)
        await pilot.press("enter")
        await until(pilot, lambda: sources(stage) == [f"{FLU}/RUN3"])
    assert stage.journal.bound_job(FLU) == 7


async def test_a_new_job_all_the_same(stage: Stage) -> None:
    """Who goes back to the name gets one; the store is not searched again."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await offered(pilot, stage)
        await pilot.press("down", *["up"] * 3)
        await until(pilot, lambda: name_of(pilot).has_focus)
        await until(pilot, lambda: text_of(pilot, "#bind-trouble") == "")
        await pilot.press("enter")
        await until(pilot, lambda: sources(stage) == [f"{FLU}/RUN3"])
    assert (stage.journal.bound_job(FLU), stage.jobs.looked) == (10, 1)


async def test_offered_job_that_holds_other_runs_of_these_numbers(stage: Stage) -> None:
    """What would become a version of another run is asked about."""
    stage.catalog.put_artifact(an_artifact("jobs/7/run_3_results.zip", job_id=7, run_id=3))
    async with stage.app().run_test(size=SMALL) as pilot:
        await offered(pilot, stage)
        await pilot.press("enter")
        await asked(pilot, ConfirmScreen)
        assert "holds 1 run of the same number" in text_of(pilot, "#question")
    assert stage.journal.bound_job(FLU) is None


async def test_keys_while_the_store_is_asked(shared: Stage) -> None:
    """What was taken stays: nothing is typed into it, nothing else is chosen, esc leaves."""
    shared.jobs.go_on.clear()
    async with shared.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await until(pilot, lambda: jobs_of(pilot).display)
        await pilot.press("enter", "z", "2", "down", "enter", "up", "3", "enter")
        said = 'Asking the store …   a new job "simpleflu"'
        await until(pilot, lambda: text_of(pilot, "#bind-trouble") == said)
        assert name_of(pilot).value == "simpleflu"
        assert "(•) a new job" in text_of(pilot, "#new-job")
        assert text_of(pilot, "#bind-keys") == "esc Cancel"
        assert not jobs_of(pilot).has_focus
        shared.jobs.go_on.set()
        await until(pilot, lambda: sources(shared) == [f"{FLU}/RUN3"])
    bound = shared.journal.bound_job(FLU)
    assert [job.name for job in shared.catalog.jobs() if job.id == bound] == ["simpleflu"]


async def test_the_name_can_be_corrected_after_a_failure(stage: Stage) -> None:
    """The keys are the name's again."""
    stage.jobs.fail_next = StoreConnectionError("No connection to S3.")
    async with stage.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await pilot.press("x", "enter")
        await until(pilot, lambda: "No connection" in text_of(pilot, "#bind-trouble"))
        await until(pilot, lambda: name_of(pilot).has_focus)
        await pilot.press("y", "enter")
        await until(pilot, lambda: 'OUT is now job 1 "simplefluxy"' in said_by(pilot))


async def test_a_run_that_is_gone_makes_no_job(stage: Stage) -> None:
    """It was deleted while the dialog was open."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        del stage.tree.runs[f"{FLU}/RUN3"]
        await pilot.press("enter")
        await until(pilot, lambda: "not there any more" in text_of(pilot, "#bind-trouble"))
    assert stage.journal.bound_job(FLU) is None


async def test_no_job_to_choose(stage: Stage) -> None:
    """No key for it is named."""
    stage.catalog.clear()
    stage.sync = lambda: stage.catalog.replace((), (), (), stage.clock.now())
    async with stage.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await until(pilot, lambda: text_of(pilot, "#job-state") == "No job yet")
        assert text_of(pilot, "#bind-keys") == "enter Upload RUN3   esc Cancel"


async def test_many_jobs_in_the_smallest_terminal(stage: Stage) -> None:
    """The line that says what the keys do is drawn, however many jobs there are."""
    for number in range(1, 10):
        stage.catalog.put_job(a_job(number, f"job {number}"))
    async with stage.app().run_test(size=SMALLEST) as pilot:
        await upload(pilot, f"{FLU}/RUN1")
        await until(pilot, lambda: jobs_of(pilot).row_count == 9)
        await until(pilot, lambda: "esc Cancel" in drawn_text_of(pilot))
        await choose_a_job(pilot, "7")
        await until(pilot, lambda: "enter Upload RUN1 to job 7" in drawn_text_of(pilot))
        await until(pilot, lambda: "esc Cancel" in drawn_text_of(pilot))


async def test_an_existing_job_asks(shared: Stage) -> None:
    """It is chosen in a list that tells whose it is, and named with its runs before it gets any."""
    async with shared.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN1")
        await choose_a_job(pilot, "3")
        rows = [line.split() for line in lines_of(jobs_of(pilot))[1:3]]
        assert rows[0] == ["▌", "3", "measles", "2", "2", "runs", "mara", "2026-11-20"]
        assert rows[1] == ["1", "baseline", "0", "runs", "2026-11-20"]
        assert "(•) a job that exists" in text_of(pilot, "#existing-job")
        await pilot.press("enter")
        await asked(pilot, ConfirmScreen)
        question = text_of(pilot, "#question")
        assert 'Upload RUN1 to job 3 "measles 2"?' in question
        assert "It has 2 runs, made by mara on 2026-11-20." in question
        await pilot.press("enter")
        await asked(pilot, BindScreen)
        assert shared.journal.bound_job(FLU) is None
        await pilot.press("enter")
        await asked(pilot, ConfirmScreen)
        await pilot.press("y")
        await until(pilot, lambda: sources(shared) == [f"{FLU}/RUN1"])
    assert shared.journal.bound_job(FLU) == 3


async def test_runs_of_the_same_number_ask_once_more(shared: Stage) -> None:
    """What mara stored as run 3 is named before it gets a next version."""
    async with shared.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await choose_a_job(pilot, "3")
        await pilot.press("enter")
        await asked(pilot, ConfirmScreen)
        first = pilot.app.screen
        await pilot.press("y")
        await until(pilot, lambda: pilot.app.screen is not first)
        await asked(pilot, ConfirmScreen)
        question = text_of(pilot, "#question")
        assert "holds 1 run of the same number" in question
        assert "run 3: 203 MiB, stored 2026-11-20 12:00 from atlas" in question
        assert shared.journal.bound_job(FLU) is None
        await pilot.press("y")
        await until(pilot, lambda: sources(shared) == [f"{FLU}/RUN3"])


async def test_job_that_is_gone(shared: Stage) -> None:
    """One that was deleted meanwhile is said in the dialog, which stays."""
    shared.jobs.fail_next = JobNotFoundError("Job 1 does not exist.", todo="Look it up.")
    async with shared.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await choose_a_job(pilot, "1")
        await pilot.press("enter")
        await asked(pilot, ConfirmScreen)
        await pilot.press("y")
        trouble = "Job 1 does not exist. Look it up."
        await until(pilot, lambda: isinstance(pilot.app.screen, BindScreen))
        await until(pilot, lambda: text_of(pilot, "#bind-trouble") == trouble)
        assert sources(shared) == []
        await pilot.press("up", "up")
        await until(pilot, lambda: name_of(pilot).has_focus)
        await pilot.press("enter")
        await until(pilot, lambda: sources(shared) == [f"{FLU}/RUN3"])


async def test_filter_of_jobs(shared: Stage) -> None:
    """`/` looks through id, name and owner; esc brings all back, and only then leaves."""
    async with shared.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await choose_a_job(pilot, "3")
        await pilot.press("slash", *"base")
        await until(pilot, lambda: jobs_of(pilot).row_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: jobs_of(pilot).has_focus)
        assert jobs_of(pilot).cursor_key == "1"
        await pilot.press("escape")
        await until(pilot, lambda: jobs_of(pilot).row_count == 2)
        await pilot.press("escape")
        await asked(pilot, WatchScreen)
    assert sources(shared) == []


async def test_jobs_while_the_store_does_not_answer(shared: Stage) -> None:
    """What was known is shown with its age, at once."""
    shared.catalog.replace(shared.catalog.jobs(), (), (), NOON)

    def no_answer() -> None:
        raise StoreConnectionError("No connection to S3.")

    shared.read_list = no_answer
    async with shared.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        said = "○ as known at 12:00"
        await until(pilot, lambda: text_of(pilot, "#job-state").startswith(said))
        assert "No connection to S3." in text_of(pilot, "#job-state")
        await choose_a_job(pilot, "3")


async def test_nobody_can_tell_which_jobs_exist(stage: Stage) -> None:
    """Without a cache an outage is no empty store."""
    stage.catalog.clear()

    def no_answer() -> None:
        raise StoreConnectionError("No connection to S3.")

    stage.sync = no_answer
    async with stage.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        said = "Which jobs exist cannot be told: No connection to S3."
        await until(pilot, lambda: text_of(pilot, "#job-state") == said)


async def test_job_that_is_read_later_moves_no_cursor(shared: Stage) -> None:
    """The list may grow at its top: the cursor stays on the job that was meant."""
    answers = threading.Event()

    def slowly() -> None:
        assert answers.wait(30)
        shared.catalog.put_job(a_job(9, "brand new"))

    shared.read_list = slowly
    async with shared.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN1")
        assert text_of(pilot, "#job-state") == "syncing …"
        await choose_a_job(pilot, "3")
        answers.set()
        await until(pilot, lambda: jobs_of(pilot).row_count == 3)
        assert jobs_of(pilot).cursor_key == "3"


async def test_not_now(stage: Stage) -> None:
    """Esc binds and queues nothing, and leaves the marks; nor does an empty name bind."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("space", "u")
        await asked_where(pilot)
        await pilot.press(*["backspace"] * len("simpleflu"), "enter")
        await until(pilot, lambda: "Type a name" in text_of(pilot, "#bind-trouble"))
        await pilot.press("escape")
        await asked(pilot, WatchScreen)
        assert table_of(pilot).marks == {f"{FLU}/RUN3"}
    assert stage.journal.bound_job(FLU) is None
    assert sources(stage) == []


async def test_slow_store_does_not_stop_the_screen(stage: Stage) -> None:
    """While the store is asked the dialog says so, and can be left: nothing is bound then."""
    stage.jobs.go_on.clear()
    async with stage.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await pilot.press("enter", "enter")
        await until(pilot, lambda: "Asking the store" in text_of(pilot, "#bind-trouble"))
        await pilot.press("escape")
        await asked(pilot, WatchScreen)
        stage.jobs.go_on.set()
        await until(pilot, stage.jobs.answered.is_set)
        await pilot.press("u")
        await asked_where(pilot)
    assert not any("is now job" in text for text in said_by(pilot))
    assert stage.journal.bound_job(FLU) is None
    assert sources(stage) == []


async def test_keys_while_the_dialog_is_prepared(stage: Stage) -> None:
    """It says what it does; what is typed meanwhile goes nowhere, neither into it nor below."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        stage.jobs.may_plan.clear()
        await pilot.press("u", "1", "j", "3", "x", "enter", "q")
        assert isinstance(pilot.app.screen, BindScreen)
        assert "Looking at" in text_of(pilot, "#waiting")
        stage.jobs.may_plan.set()
        await asked_where(pilot)
        assert name_of(pilot).value == "simpleflu"
        await pilot.press("escape")
        await asked(pilot, WatchScreen)
        assert table_of(pilot).cursor_key == f"{FLU}/RUN3"


async def test_dialog_that_is_left_while_it_is_prepared(stage: Stage) -> None:
    """It does not come back when its answer does."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        stage.jobs.may_plan.clear()
        await pilot.press("u", "escape")
        await asked(pilot, WatchScreen)
        stage.jobs.may_plan.set()
        await pilot.pause()
        assert isinstance(pilot.app.screen, WatchScreen)
    assert sources(stage) == []


async def test_what_was_marked_is_what_is_uploaded(stage: Stage) -> None:
    """The runs were fixed when the key was pressed: rows that move meanwhile change nothing."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("space")
        assert table_of(pilot).cursor_key == f"{FLU}/RUN4"
        await pilot.press("u")
        await asked_where(pilot)
        assert "enter Upload RUN3" in text_of(pilot, "#bind-keys")
        assert "▌" not in "\n".join(lines_of(jobs_of(pilot)))
        stage.tree.runs[f"{FLU}/RUN3"].outcome = Outcome.RUNNING
        del stage.tree.runs[f"{FLU}/RUN1"]
        stage.clock.advance(20)
        stage.watch.rescan()
        stage.watch.tick()
        await pilot.press("enter")
        await until(pilot, lambda: sources(stage) == [f"{FLU}/RUN3"])
        await until(pilot, lambda: not table_of(pilot).marks)


async def test_asked_once_for_each_results_root(stage: Stage) -> None:
    """Marks in two results roots: two questions."""
    done(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        for path in (f"{MEASLES}/RUN1", f"{FLU}/RUN1", f"{FLU}/RUN2"):
            table_of(pilot).move_to(path)
            await pilot.press("space")
        await pilot.press("u")
        await asked_where(pilot)
        first = pilot.app.screen
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen not in {first, pilot.app.screen_stack[0]})
        await asked_where(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: len(sources(stage)) == 3)


async def test_impatient_keys_ask_once(stage: Stage) -> None:
    """The second `u` is no key of the dialog that the first one opened."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("u", "u")
        await asked_where(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: sources(stage) == [f"{FLU}/RUN3"])
        assert len(pilot.app.screen_stack) == 1
        assert sources(stage) == [f"{FLU}/RUN3"]


async def test_smallest_terminal(shared: Stage) -> None:
    """Name, jobs and keys are all there."""
    async with shared.app().run_test(size=SMALLEST) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await until(pilot, lambda: jobs_of(pilot).size.height >= 2)
        keys = pilot.app.screen.query_one("#bind-keys")
        await until(pilot, lambda: 0 < keys.region.bottom < 16)
        await choose_a_job(pilot, "3")


async def test_the_keys_name_what_they_do(shared: Stage) -> None:
    """While a job is looked for, and when there is none; the cursor's job when there is one."""
    async with shared.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN1")
        await choose_a_job(pilot, "3")
        assert "enter Upload RUN1 to job 3 …" in text_of(pilot, "#bind-keys")
        await pilot.press("slash", *"base")
        await until(pilot, lambda: jobs_of(pilot).row_count == 1)
        await until(
            pilot, lambda: text_of(pilot, "#bind-keys") == "enter To these jobs   esc All jobs"
        )
        await pilot.press("z")
        await until(pilot, lambda: text_of(pilot, "#bind-keys") == "esc All jobs")
        await pilot.press("escape")
        wanted = "enter Upload RUN1 to job 3 …   ↑ a new job   esc Cancel"
        await until(pilot, lambda: text_of(pilot, "#bind-keys") == wanted)
        await until(pilot, lambda: jobs_of(pilot).has_focus)
        assert jobs_of(pilot).cursor_key == "3"


async def test_a_missing_name_is_no_matter_of_a_job(shared: Stage) -> None:
    """Who goes to the jobs that exist is not told to type a name any more."""
    async with shared.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await pilot.press(*["backspace"] * len("simpleflu"), "enter")
        await until(pilot, lambda: text_of(pilot, "#bind-trouble") == "Type a name.")
        await choose_a_job(pilot, "3")
        await until(pilot, lambda: text_of(pilot, "#bind-trouble") == "")


async def test_the_age_of_the_jobs_grows(shared: Stage) -> None:
    """Also while nothing else happens."""
    shared.catalog.replace(shared.catalog.jobs(), (), (), shared.clock.now())
    async with shared.app().run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await until(pilot, lambda: "(0 s ago)" in text_of(pilot, "#job-state"))
        shared.clock.advance(90)
        await until(pilot, lambda: "(1 min ago)" in text_of(pilot, "#job-state"))


async def test_how_to_leave_is_said_in_the_smallest_terminal(shared: Stage) -> None:
    """Nothing of it is cut off, however long the id of a job is."""
    shared.catalog.put_job(a_job(1234567, "late"))
    async with shared.app().run_test(size=SMALLEST) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await choose_a_job(pilot, "1234567")
        await until(pilot, lambda: "to job 1234567 …" in drawn_text_of(pilot))
        assert "esc Cancel" in drawn_text_of(pilot)
