"""From the key `u` to the queue: what is asked on the way, and what happens on other threads."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from core.events import RunView
from core.upload_request import UploadRequest
from tui.awaiting import WorkFailedError, in_thread
from tui.notices import Notice
from tui.screens.bind import BindScreen
from tui.screens.confirm import Question
from tui.screens.mode_screen import ModeScreen, notice_of
from tui.screens.questions import anyway_question, group_question
from tui.upload_choice import UploadChoice, choose, counted, queued_text, refused_text
from tui.widgets.run_picture import by_store_root
from tui.widgets.text_pane import Line

if TYPE_CHECKING:
    from core.use_cases.plan_upload import UploadPlan


class UploadFlow:
    """For one screen, on the UI thread. `accepted` is called when nothing is to be asked any more."""

    def __init__(self, screen: ModeScreen, accepted: Callable[[], None]) -> None:
        self._screen = screen
        self._accepted = accepted
        self._services = screen.services
        # What is pressed twice must not ask twice: the second upload sees what the first has bound.
        self._asking = asyncio.Lock()

    def upload(self, runs: Sequence[RunView], group: str = "") -> None:
        """Queues runs; of all runs of a `group`, and of what is not finished, asks before."""
        choice = choose(runs)
        if choice.accepted and group:
            self._confirm(group_question(choice, group), "Upload", choice)
        elif choice.accepted:
            self._begin(choice)
        elif len(choice.unfinished) == 1:
            self._confirm_unfinished(choice)
        elif choice.refused:
            self._screen.toast(refused_text(choice), "warning")

    def upload_anyway(self, runs: Sequence[RunView], group: str = "") -> None:
        """The same, with what is not finished."""
        choice = choose(runs)
        if choice.unfinished:
            self._confirm_unfinished(choice)
        else:
            self.upload(runs, group)

    def _confirm_unfinished(self, choice: UploadChoice) -> None:
        everything = UploadChoice(choice.accepted + choice.unfinished, (), choice.impossible)
        self._confirm(anyway_question(choice), "Upload anyway", everything)

    def _confirm(self, question: Sequence[Line], yes: str, choice: UploadChoice) -> None:
        self._screen.post_message(Question(question, yes, lambda: self._begin(choice)))

    def _begin(self, choice: UploadChoice) -> None:
        self._accepted()
        self._screen.run_worker(self._queue(choice), group="upload")

    async def _queue(self, choice: UploadChoice) -> None:
        """Unless a question on the way is answered with no."""
        try:
            for root, runs in by_store_root(choice.accepted).items():
                if not await self._is_bound(root, runs):
                    return
            notices = await in_thread("queue-uploads", lambda: self._submit(choice))
        except WorkFailedError as error:
            notices = [notice_of(error.failure)]
        self._screen.say(notices)

    async def _is_bound(self, root: str, runs: Sequence[RunView]) -> bool:
        plan = await self._plan(root)
        if plan.job:
            return True
        async with self._asking:
            plan = await self._plan(root)
            return plan.job is not None or await self._ask(plan, runs)

    async def _plan(self, root: str) -> "UploadPlan":
        return await in_thread("plan-upload", lambda: self._services.plan_upload(root))

    async def _ask(self, plan: "UploadPlan", runs: Sequence[RunView]) -> bool:
        question = BindScreen(
            plan,
            what=counted(runs),
            location=self._services.store_location,
            bind=lambda typed: self._bind(plan, typed),
        )
        return await self._screen.ask(question)

    def _bind(self, plan: "UploadPlan", typed: str) -> object:
        bind, root = self._services.bind, plan.results_root
        if typed.isascii() and typed.isdigit():
            return bind(root, job_id=int(typed))
        # What was proposed is no wish: a job that holds these runs already comes before a new one.
        return bind(root) if typed == plan.proposed_name else bind(root, name=typed)

    def _submit(self, choice: UploadChoice) -> Sequence[Notice]:
        for run in choice.accepted:
            self._services.transfers.submit(UploadRequest(run.path))
        refused = [Notice(refused_text(choice), "warning")] if choice.refused else []
        return [Notice(queued_text(choice.accepted)), *refused]
