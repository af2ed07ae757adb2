"""From a key in Watch to room on the disk: what goes is listed first, and its name typed."""

from collections.abc import Callable, Sequence
from functools import partial

from core.run_view import RunView
from tui.screens.clean_operation import clean_operation
from tui.screens.mode_screen import ModeScreen, notice_of
from tui.screens.typed import Operation, Outcome, Steps, TypedScreen
from tui.widgets.cells import Tone
from tui.widgets.chosen_runs import counted
from tui.widgets.panes import Line, line
from tui.wording.action_keys import key
from tui.wording.notices import Notice


class CleanFlow:
    """For one screen, on the UI thread. One thing is done at a time."""

    def __init__(self, screen: ModeScreen) -> None:
        self._screen = screen
        self._steps: Steps | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being deleted."""
        return self._steps is not None

    def lines(self) -> Sequence[Line]:
        """How far it is; none while nothing is done."""
        if self._steps is None:
            return ()
        return [line(f" ● {self._steps.describe()}   {key('delete')} stops", Tone.BUSY)]

    def stop(self) -> None:
        """No run more; what is gone is gone."""
        if self._steps:
            self._steps.cancel()

    def ask(self, runs: Sequence[RunView]) -> None:
        """Looks at them, and asks for the name of what may go."""
        looking = Steps(f"Comparing {counted(runs)} with the store", len(runs))
        find = partial(clean_operation, self._screen.services, runs, looking)
        dialog = TypedScreen("Delete here", find, looking)
        self._screen.open(dialog, lambda: self._begin(dialog.operation))

    def _begin(self, operation: Operation | None) -> None:
        if operation is None or operation.do is None:
            return
        self._steps = steps = Steps(operation.doing, operation.steps)
        self._screen.work("clean-up", self._doing(operation.do, steps))
        self._screen.look_now()

    def _doing(
        self, do: Callable[[Steps], Outcome], steps: Steps
    ) -> Callable[[], Sequence[Notice]]:
        def act() -> Sequence[Notice]:
            try:
                outcome = do(steps)
            finally:
                self._steps = None
            if outcome.failure is None:
                return [Notice(outcome.said)]
            return [Notice(outcome.said, "warning"), notice_of(outcome.failure)]

        return act
