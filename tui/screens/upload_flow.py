"""From the key `u` to the queue: what is asked on the way, and what happens on other threads."""

from collections.abc import Callable, Mapping, Sequence

from core.run_view import RunView
from core.upload.upload_request import UploadRequest
from tui.screens.bind import BindScreen
from tui.screens.mode_screen import ModeScreen
from tui.screens.questions import anyway_question, group_question
from tui.widgets.chosen_runs import (
    ChosenRuns,
    IsStored,
    choose,
    choose_all,
    queued_text,
    refused_text,
)
from tui.widgets.panes import Line
from tui.widgets.run_picture import by_store_root
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
        chosen = choose_all(runs)
        if chosen.unfinished:
            self._confirm_unfinished(chosen)
        else:
            self._upload(chosen, group)

    def _upload(self, chosen: ChosenRuns, group: str) -> None:
        if chosen.accepted and group:
            self._confirm(group_question(chosen, group), "Upload", chosen)
        elif chosen.accepted:
            self._begin(chosen)
        elif len(chosen.unfinished) == 1:
            self._confirm_unfinished(chosen)
        elif chosen.refused:
            self._screen.toast(refused_text(chosen), "warning")

    def _confirm_unfinished(self, chosen: ChosenRuns) -> None:
        everything = ChosenRuns(chosen.accepted + chosen.unfinished, (), chosen.impossible)
        self._confirm(anyway_question(chosen), "Upload anyway", everything)

    def _confirm(self, question: Sequence[Line], yes: str, chosen: ChosenRuns) -> None:
        self._screen.confirm(question, yes, lambda: self._begin(chosen))

    def _begin(self, chosen: ChosenRuns) -> None:
        roots = by_store_root(chosen.accepted)
        self._ask(chosen, {root: roots[root] for root in roots if not self._is_bound(root)})

    def _ask(self, chosen: ChosenRuns, unbound: Mapping[str, Sequence[RunView]]) -> None:
        """One dialog for each root, each there before the next key; no to one of them ends it."""
        if not unbound:
            self._screen.work("queue-uploads", lambda: self._submit(chosen))
            self._queued(chosen.accepted)
            return
        (root, runs), *others = unbound.items()
        dialog = BindScreen(self._services, root, runs)
        self._screen.open(dialog, lambda: self._ask(chosen, dict(others)))

    def _submit(self, chosen: ChosenRuns) -> Sequence[Notice]:
        for run in chosen.accepted:
            self._services.transfers.submit(
                UploadRequest(run.path, size=run.bytes or 0, bound=True, name=run.name)
            )
        refused = [Notice(refused_text(chosen), "warning")] if chosen.refused else []
        return [Notice(queued_text(chosen.accepted)), *refused]
