"""From the key `u` to the queue: what is asked on the way, and what happens on other threads."""

from collections.abc import Callable, Mapping, Sequence

from core.run_view import RunView
from core.upload.upload_request import UploadRequest
from tui.screens.bind import BindScreen
from tui.screens.mode_screen import ModeScreen
from tui.screens.questions import anyway_question, group_question
from tui.widgets.run_picture import by_store_root
from tui.widgets.text_pane import Line
from tui.widgets.upload_choice import (
    IsStored,
    UploadChoice,
    choose,
    choose_all,
    queued_text,
    refused_text,
)
from tui.wording.notices import Notice


class UploadFlow:
    """For one screen, on the UI thread.

    What is uploaded is what was chosen when the key was pressed, whatever happens on the way.
    `is_bound` tells whether the runs of a results root have a job, as far as is known without
    reading, `is_stored` whether a run needs no upload; `queued` is called with the runs that need no key any more.
    """

    def __init__(
        self,
        screen: ModeScreen,
        *,
        is_bound: Callable[[str], bool],
        is_stored: IsStored,
        queued: Callable[[Sequence[RunView]], None],
    ) -> None:
        self._screen = screen
        self._is_bound = is_bound
        self._is_stored = is_stored
        self._queued = queued
        self._services = screen.services

    def upload(self, runs: Sequence[RunView], group: str = "") -> None:
        """Queues runs; of all runs of a `group`, and of what is not finished, asks before."""
        self._upload(choose(runs, self._is_stored), group)

    def upload_anyway(self, runs: Sequence[RunView], group: str = "") -> None:
        """The same, with what is not finished, or is stored as it is."""
        choice = choose_all(runs)
        if choice.unfinished:
            self._confirm_unfinished(choice)
        else:
            self._upload(choice, group)

    def _upload(self, choice: UploadChoice, group: str) -> None:
        if choice.accepted and group:
            self._confirm(group_question(choice, group), "Upload", choice)
        elif choice.accepted:
            self._begin(choice)
        elif len(choice.unfinished) == 1:
            self._confirm_unfinished(choice)
        elif choice.refused:
            self._screen.toast(refused_text(choice), "warning")

    def _confirm_unfinished(self, choice: UploadChoice) -> None:
        everything = UploadChoice(choice.accepted + choice.unfinished, (), choice.impossible)
        self._confirm(anyway_question(choice), "Upload anyway", everything)

    def _confirm(self, question: Sequence[Line], yes: str, choice: UploadChoice) -> None:
        self._screen.confirm(question, yes, lambda: self._begin(choice))

    def _begin(self, choice: UploadChoice) -> None:
        roots = by_store_root(choice.accepted)
        self._ask(choice, {root: roots[root] for root in roots if not self._is_bound(root)})

    def _ask(self, choice: UploadChoice, unbound: Mapping[str, Sequence[RunView]]) -> None:
        """One dialog for each root, each there before the next key; no to one of them ends it."""
        if not unbound:
            self._screen.work("queue-uploads", lambda: self._submit(choice))
            self._queued(choice.accepted)
            return
        (root, runs), *others = unbound.items()
        dialog = BindScreen(self._services, root, runs)
        self._screen.open(dialog, lambda: self._ask(choice, dict(others)))

    def _submit(self, choice: UploadChoice) -> Sequence[Notice]:
        for run in choice.accepted:
            self._services.transfers.submit(
                UploadRequest(run.path, size=run.bytes or 0, bound=True)
            )
        refused = [Notice(refused_text(choice), "warning")] if choice.refused else []
        return [Notice(queued_text(choice.accepted)), *refused]
