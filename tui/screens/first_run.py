"""The first run: a card of three steps, for who starts without settings and without a folder to watch."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from core.configure.first_choices import FirstChoices
from core.doctor.examine import Examined
from core.errors import Failure
from core.source.scan_tree import ScannedRun
from tui.background import in_background
from tui.bridge import post
from tui.parts.first_run import FirstRun
from tui.screens.first_run_folder import FolderStep
from tui.screens.first_run_step import FirstRunStep, show_in
from tui.screens.first_run_store import Chosen, StoreStep
from tui.screens.first_run_upload import UploadStep
from tui.screens.framed import Framed
from tui.screens.opening import ReopenRequested
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.key_bar import KeyBar
from tui.widgets.panes import TextPane, line


class FirstRunScreen(Framed[ReopenRequested | None]):
    """Answers with what the app is to go on with, or None when the user wants none of it; nothing was written then.

    Settings are written once, after the last step.
    """

    DEFAULT_CSS = """
        FirstRunScreen { align: center middle; }
        FirstRunScreen > Vertical { width: 78; }
        .-wide FirstRunScreen > Vertical, FirstRunScreen.-wide > Vertical { width: 92; }
        FirstRunScreen KeyBar { margin-top: 1; background: $surface; }
        FirstRunScreen.-short-dialog KeyBar { margin-top: 0; }
    """

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - as declared by Textual
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "Next", priority=True),
        Binding("enter", "test", "Test", priority=True),
        Binding("enter", "begin", "Begin", priority=True),
        Binding("escape", "skip", "Skip all this"),
        Binding("escape", "back", "Back"),
        Binding("ctrl+n", "pass", "Go on as it is"),
        Binding("ctrl+q", "app.quit", "Quit"),
    ]

    class Written(Message):
        """The settings were, or not, and why."""

        def __init__(self, choices: FirstChoices, failure: Failure | None = None) -> None:
            super().__init__()
            self.choices = choices
            self.failure = failure

    def __init__(self, services: AppServices) -> None:
        super().__init__()
        self._services = services
        self._folder = FolderStep(self._part)
        self._store = StoreStep(self._part)
        self._upload = UploadStep(self._part)
        self._store.examine, self._upload.judge = self._examine, self._judge
        self._steps: tuple[FirstRunStep, ...] = (self._folder, self._store, self._upload)
        self._at = 0
        self._says = TextPane(id="first-says")
        self._box = Vertical(id="first-run")
        self._writing = False

    def compose(self) -> ComposeResult:
        """The steps, of which one is seen, and the keys."""
        self._says.display = False
        with self._box:
            yield from self._steps
            yield self._says
            yield KeyBar()

    def on_mount(self) -> None:
        """The first one."""
        self._show(0)

    @property
    def choices(self) -> FirstChoices:
        """As far as they were made."""
        survey = self._folder.survey
        root, kind = (survey.path, survey.kind) if survey else ("", "")
        name, fields = self._store.chosen
        usual = self._part().usual_kind
        return FirstChoices(root, "" if kind == usual else kind, name, fields)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter and esc do one thing each."""
        step = self._steps[self._at]
        if action in {"next", "test", "begin"}:
            free = None if self._writing or step.is_busy else True
            return free if action == step.enter else False
        if action in {"skip", "back"}:
            return (action == "skip") is (self._at == 0)
        return step.may_pass if action == "pass" else True

    def action_next(self) -> None:
        """What the step makes of it, as soon as what was typed before has arrived in its field."""
        step = self._steps[self._at]
        (self.focused or self).call_later(step.accept)

    action_test = action_begin = action_next

    def action_skip(self) -> None:
        """As if there was no card."""
        self.dismiss(None)

    def action_back(self) -> None:
        """One step; what was chosen stays."""
        if not self._writing:
            self._show(self._at - 1)

    def action_pass(self) -> None:
        """Goes on with a store that did not do what was asked of it."""
        self._show(self._at + 1)

    def on_first_run_step_changed(self) -> None:
        """The keys say what they do now."""
        self.refresh_bindings()

    def on_first_run_step_done(self) -> None:
        """The next step, or the end."""
        if self._at + 1 < len(self._steps):
            self._show(self._at + 1)
        else:
            self._write()

    def on_first_run_screen_written(self, message: Written) -> None:
        """Done; or said, and everything is as it was."""
        self._writing = False
        if failure := message.failure:
            told = " ".join(filter(None, (failure.what, failure.kept, failure.todo)))
            self._say(told, Tone.BAD)
            self.refresh_bindings()
        elif self.is_active:
            chosen, auto = message.choices, self._upload.auto_upload
            self.dismiss(ReopenRequested(chosen.profile, chosen.root, auto_upload=auto))

    def _show(self, at: int) -> None:
        if at != self._at:
            self._steps[self._at].end()
        self._at = at
        self._say("")
        for number, step in enumerate(self._steps):
            step.display = number == at
        step = self._steps[at]
        self._box.border_title = f"First run, {at + 1} of {len(self._steps)}: {step.TITLE}"
        if step is self._upload:
            self._upload.root = self.choices.root
        step.begin()
        self.refresh_bindings()

    def _write(self) -> None:
        choices = self.choices
        self._writing = True
        self._say("Writing the settings …")
        self.refresh_bindings()
        in_background(
            "first-settings",
            lambda: self._part().begin(choices),
            lambda _: post(self, self.Written(choices)),
            lambda failure: post(self, self.Written(choices, failure)),
        )

    def _say(self, text: str, tone: Tone = Tone.DIM) -> None:
        self._says.display = bool(text)
        show_in(self._says, line(text, tone))

    def _part(self) -> FirstRun:
        return self._services.part(FirstRun)

    def _examine(self, chosen: Chosen) -> Iterator[Examined]:
        name, fields = chosen
        choices = self.choices
        return self._part().examine(FirstChoices(choices.root, choices.kind, name, fields))

    def _judge(self) -> Iterator[ScannedRun]:
        return self._part().judge(self.choices)
