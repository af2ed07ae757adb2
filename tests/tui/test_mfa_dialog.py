"""The question for a code comes on top of whatever is open, and takes nothing else away."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.binding.job_choice import JobChoice
from core.errors import StoreCredentialsError, TransferCancelledError
from core.jobs.change_job import ChangeJob, JobChange
from core.model import Job
from core.ports.mfa_prompt import CodeQuestion
from core.progress import Progress
from core.waiting.giving_up import on_behalf_of
from tests.tui.builders import FLU, HeardApp, Stage, until
from tests.tui.fakes import FakeJobs
from tests.tui.screen_text import said_by
from tests.tui.test_care import browse, shelve, tags
from tests.tui.test_first_upload import sources, upload
from tui.dialog_prompt import DialogMfaPrompt
from tui.screens.bind import BindScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.job_record import JobRecordScreen
from tui.screens.mfa_code import MfaCodeScreen
from tui.screens.watch import WatchScreen
from tui.widgets.panes import line

FIRST, SECOND = CodeQuestion("one", "role"), CodeQuestion("two", "role")
SMALL = (80, 24)


class Asking:
    """Threads that need a code, as those that ask the store do."""

    def __init__(self) -> None:
        self.prompt = DialogMfaPrompt()
        self._threads = ThreadPoolExecutor()

    def ask(self, question: CodeQuestion, progress: Progress | None = None) -> "Future[str]":
        """The code that was given."""

        def asked() -> str:
            with on_behalf_of(progress or Progress()):
                return self.prompt.code_for(question)

        return self._threads.submit(asked)

    def close(self) -> None:
        """Lets the threads go."""
        self.prompt.close()
        self._threads.shutdown()


class AskingJobs(FakeJobs):
    """What binds needs a code."""

    prompt: DialogMfaPrompt

    def bind(self, results_root: str, choice: JobChoice, progress: Progress) -> Job:
        self.prompt.code_for(FIRST)
        return super().bind(results_root, choice, progress)


@pytest.fixture
def asking() -> Iterator[Asking]:
    """Nobody asks yet."""
    made = Asking()
    yield made
    made.close()


def app_of(stage: Stage, asking: Asking) -> HeardApp:
    return HeardApp(stage.services(), asking.prompt)


async def asked(pilot: Pilot[int], question: CodeQuestion) -> None:
    """The question has the keys."""

    def shown() -> bool:
        screen = pilot.app.screen
        is_it = isinstance(screen, MfaCodeScreen) and screen.question is question
        return is_it and isinstance(pilot.app.focused, Input)

    await until(pilot, shown)


async def test_bound_meanwhile(stage: Stage, asking: Asking) -> None:
    """Where runs go was settled while a code was asked for: the question stays, and then it goes on."""
    async with app_of(stage, asking).run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        stage.jobs.go_on.clear()
        await pilot.press("enter")
        code = asking.ask(FIRST)
        await asked(pilot, FIRST)
        stage.jobs.go_on.set()
        await until(pilot, stage.jobs.answered.is_set)
        await pilot.pause()
        await asked(pilot, FIRST)
        await pilot.press(*"123456", "enter")
        await until(pilot, lambda: sources(stage) == [f"{FLU}/RUN3"])
        assert code.result() == "123456"
        assert not isinstance(pilot.app.screen, BindScreen | MfaCodeScreen)


async def test_changed_meanwhile(stage: Stage, asking: Asking) -> None:
    """A job was changed while a code was asked for: that is told when the question is answered."""
    shelve(stage, 1)
    may_change, has_changed = threading.Event(), threading.Event()
    change_job = ChangeJob(stage.catalog, stage.store)

    class Slow(ChangeJob):
        def __call__(self, job_id: int, change: JobChange) -> Job:
            assert may_change.wait(30)
            changed = change_job(job_id, change)
            has_changed.set()
            return changed

    stage.care = replace(stage.care, change_job=Slow(stage.catalog, stage.store))
    async with app_of(stage, asking).run_test(size=SMALL) as pilot:
        await browse(pilot)
        name, _ = await tags(pilot)
        name.value = "another"
        await pilot.press("enter")
        code = asking.ask(FIRST)
        await asked(pilot, FIRST)
        may_change.set()
        await until(pilot, has_changed.is_set)
        await pilot.pause()
        await asked(pilot, FIRST)
        await pilot.press(*"123456", "enter")
        await until(pilot, lambda: "The job was changed" in said_by(pilot))
        assert code.result() == "123456"
        assert not isinstance(pilot.app.screen, JobRecordScreen | MfaCodeScreen)


async def test_nobody_asks_any_more(stage: Stage, asking: Asking) -> None:
    """A question that is given up goes, from below what was opened on top of it; that stays."""
    async with app_of(stage, asking).run_test(size=SMALL) as pilot:
        given_up = Progress()
        code = asking.ask(FIRST, given_up)
        await asked(pilot, FIRST)
        opened = ConfirmScreen([line("Another question")], yes="Yes")
        pilot.app.push_screen(opened)  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
        await until(pilot, lambda: pilot.app.screen is opened)
        given_up.cancel()
        await until(pilot, code.done)
        await pilot.pause()
        assert pilot.app.screen is opened
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, WatchScreen))
        with pytest.raises(TransferCancelledError):
            code.result()


def test_answer_that_comes_late(asking: Asking) -> None:
    """What was said to a question that was given up is no answer to the next one."""
    seen = list[CodeQuestion | None]()
    shown = threading.Condition()

    def show(question: CodeQuestion | None) -> None:
        with shown:
            seen.append(question)
            shown.notify_all()

    def await_question(question: CodeQuestion) -> None:
        with shown:
            assert shown.wait_for(lambda: seen[-1:] == [question], 30)

    asking.prompt.show_with(show)
    given_up = Progress()
    first = asking.ask(FIRST, given_up)
    await_question(FIRST)
    given_up.cancel()
    with pytest.raises(TransferCancelledError):
        first.result(30)
    second = asking.ask(SECOND)
    await_question(SECOND)
    asking.prompt.answer(FIRST, "123456")
    asking.prompt.close()
    with pytest.raises(StoreCredentialsError):
        second.result(30)


async def test_enter_asks_again(stage: Stage, asking: Asking) -> None:
    """After "not now", enter in a dialog is another try: the code is asked for again."""
    stage.jobs = AskingJobs(stage.tree, stage.journal, stage.catalog, stage.bus.publish)
    stage.jobs.prompt = asking.prompt
    async with app_of(stage, asking).run_test(size=SMALL) as pilot:
        await upload(pilot, f"{FLU}/RUN3")
        await pilot.press("enter")
        await asked(pilot, FIRST)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BindScreen))
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press("enter")
        await asked(pilot, FIRST)
        await pilot.press(*"123456", "enter")
        await until(pilot, lambda: sources(stage) == [f"{FLU}/RUN3"])
