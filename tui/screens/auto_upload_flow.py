"""From the keys `a` and `h` to the decision: what is uploaded by itself, and what is held back."""

from collections.abc import Iterable, Sequence
from functools import partial
from os.path import basename
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from core.run_view import RootView, RunView
from tui.screens.confirm import ConfirmScreen
from tui.screens.mode_screen import ModeScreen
from tui.screens.undo import Undo
from tui.widgets.cells import Tone
from tui.widgets.chosen_runs import counted
from tui.widgets.panes import Line, line
from tui.widgets.yes_no_box import YesNoBox
from tui.wording.action_keys import keyed
from tui.wording.formatting import plural, short_path
from tui.wording.notices import Notice

_MOST_JOBS = 3


class AutoUploadFlow:
    """For one screen, on the UI thread; decisions are written to disk on another one."""

    def __init__(self, screen: ModeScreen) -> None:
        self._screen = screen
        self._services = screen.services
        self._undo = Undo(screen.services.clock)

    @property
    def can_undo(self) -> bool:
        """Whether the last holding or releasing can be taken back yet."""
        return self._undo.is_possible

    def undo(self) -> None:
        """Takes it back."""
        self._undo.take_back()

    def switch(self, root: RootView, awaiting: int, jobs: Sequence[str]) -> None:
        """Off at once; on after a question: how many runs are `awaiting` it, to which `jobs` they go."""
        if root.auto_upload:
            self._set(root.path, on=False)
            return
        failed_too = self._services.uploads_failed
        question = auto_upload_question(root.path, awaiting, jobs, failed_too=failed_too)
        asked = AutoUploadScreen(question, changed_too=root.takes_changed)
        self._screen.open(asked, lambda: self._set(root.path, on=True, changed=asked.changed_too))

    def hold(self, runs: Sequence[RunView]) -> None:
        """Holds those that are not held; releases them when all are."""
        held = not all(run.held for run in runs)
        others = [run for run in runs if run.held is not held]
        back = partial(self._hold, others, held=not held)
        self._undo.offer(lambda: self._screen.work("hold", back))
        self._screen.work("hold", lambda: self._hold(others, held=held))

    def _set(self, root: str, *, on: bool, changed: bool | None = None) -> None:
        self._screen.work("auto-upload", lambda: self._write(root, on=on, changed=changed))

    def _write(self, root: str, *, on: bool, changed: bool | None) -> Sequence[Notice]:
        self._services.set_auto_upload(root, on, changed)
        return [Notice(f"Auto-upload of {short_path(root)} is {'on' if on else 'off'}")]

    def _hold(self, runs: Sequence[RunView], *, held: bool) -> Sequence[Notice]:
        for run in runs:
            self._services.hold(run.path, held)
        are = "is" if len(runs) == 1 else "are"
        done = keyed("held, {hold} releases") if held else "released"
        back = keyed("; {undo} takes it back") if self.can_undo else ""
        return [Notice(f"{counted(runs)} {are} {done}{back}")]


class AutoUploadScreen(ConfirmScreen):
    """Whether it is turned on, and if so, for which runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "switch", "Changed runs too", show=False),
    ]

    def __init__(self, question: Sequence[Line], *, changed_too: bool) -> None:
        super().__init__(question, yes="Turn on", no="No")
        self._box = YesNoBox("c also runs that change once stored", on=changed_too)

    @property
    def changed_too(self) -> bool:
        """As it was chosen."""
        return self._box.value

    def options(self) -> Iterable[Widget]:
        """One."""
        return (self._box,)

    def action_switch(self) -> None:
        """The other answer."""
        self._box.toggle()


def auto_upload_question(
    root: str, count: int, jobs: Sequence[str], *, failed_too: bool
) -> Sequence[Line]:
    """What will happen, and what will not, when runs are uploaded by themselves."""
    now = plural(count, "run")
    return (
        line(
            f"Upload runs of {basename(root) or root} by themselves when they are done?",
            Tone.STRONG,
        ),
        line(f" Now: {now} that {'is' if count == 1 else 'are'} not stored, after a countdown."),
        *([line(f" They go to {_listed(jobs)}.")] if jobs else []),
        line(keyed(" Later: every run that gets done. {hold} holds one back.")),
        *([] if failed_too else [line(" Failed runs are left to you.", Tone.DIM)]),
    )


def _listed(jobs: Sequence[str]) -> str:
    """The first ones, and how many more."""
    shown = [*jobs[:_MOST_JOBS], *([f"{len(jobs) - _MOST_JOBS} more"] if jobs[_MOST_JOBS:] else [])]
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
