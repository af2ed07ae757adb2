"""One run, opened: everything that is known of it, as it changes."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Key
from textual.screen import ModalScreen

from tui.modes import MODES
from tui.widgets.cells import Tone
from tui.widgets.chosen_runs import why_no_upload, why_no_upload_anyway
from tui.widgets.keys import ANYWHERE, DO, MOVE, Explained, bind, written
from tui.widgets.panes import line
from tui.widgets.root_in_store import Standing
from tui.widgets.run_detail import RunFacts
from tui.widgets.run_preview import RunPreview
from tui.widgets.sections import Preview
from tui.wording.action_keys import key, keyed

_LOOKS_PER_SECOND = 4


_GONE = "The run is gone from the tree"
NO_CURVE = "There is no curve of this run"


def why_no_other_curve(preview: Preview) -> str:
    """Empty where there are several."""
    if not preview.curve:
        return NO_CURVE
    return "" if len(preview.variables) > 1 else "There is one curve only"


class RunScreen(Explained, ModalScreen[str]):
    """Closes on esc and q; answers with the action of the list that is wanted, or nothing.

    `facts` is asked four times a second; None when the run is gone. `next_curve` is told how many further;
    `choose_curve` asks which.
    """

    DEFAULT_CSS = """
        #run {
            width: 100%;
            max-width: 100;
            height: auto;
            max-height: 100%;
            border: round $primary;
            border-title-color: $text-accent;
            border-subtitle-color: $foreground 60%;
            background: $surface;
            scrollbar-size-vertical: 1;
        }
        #whole-run {
            height: auto;
        }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        bind("row_up", "up", action="scroll(-1)", show=False, group=MOVE),
        bind("row_down", "down", action="scroll(1)", show=False, group=MOVE),
        bind("page_up", "page up", action="scroll(-10)", show=False, group=MOVE),
        bind("page_down", "page down", action="scroll(10)", show=False, group=MOVE),
        bind("upload", "upload it", action="leave('upload')", show=False, group=DO),
        bind(
            "upload_anyway",
            "upload if unfinished too",
            action="leave('upload_anyway')",
            show=False,
            group=DO,
        ),
        bind("hold", "hold back, or release", action="leave('hold')", show=False, group=DO),
        bind("previous_curve", "previous curve", action="curve(-1)", show=False, group=DO),
        bind("next_curve", "next curve", action="curve(1)", show=False, group=DO),
        bind("curves", "list of curves", show=False, group=DO),
        bind("files", "look into its files", show=False, group=DO),
        Binding("enter", "files", "look into its files", show=False, group=DO),
        Binding("space", "scroll(10)", "page down", show=False, group=MOVE),
        bind("back", "back to the list", action="dismiss", show=False, group=ANYWHERE),
        bind("quit", "back to the list", action="dismiss", show=False, group=ANYWHERE),
        bind("watch", "back to the list", action="dismiss", show=False, group=ANYWHERE),
        *(
            bind(
                mode.name,
                mode.name,
                action=f"app.show('{mode.name}')",
                show=False,
                group=ANYWHERE,
            )
            for mode in MODES[1:]
        ),
        bind("back_in_history", "back", action="app.history(-1)", show=False, group=ANYWHERE),
        bind("on_in_history", "on", action="app.history(1)", show=False, group=ANYWHERE),
        bind("suspend", "suspend", action="app.suspend", show=False, group=ANYWHERE),
        bind("go_to", "go to", action="app.go_to", show=False, group=ANYWHERE),
        bind(
            "palette", "command palette", action="app.command_palette", show=False, group=ANYWHERE
        ),
        bind("help", "this help", action="app.help", show=False, group=ANYWHERE),
    ]

    def __init__(
        self,
        facts: Callable[[], RunFacts | None],
        next_curve: Callable[[int], None],
        choose_curve: Callable[[], None],
        open_files: Callable[[], None],
    ) -> None:
        super().__init__()
        self._next_curve = next_curve
        self._choose_curve = choose_curve
        self._variables: Sequence[str] = ()
        self._facts = facts
        self._open_files = open_files
        self._detail = RunPreview(id="whole-run", whole=True)
        self._box = VerticalScroll(self._detail, id="run", can_focus=False)

    def compose(self) -> ComposeResult:
        """A frame that scrolls."""
        self._box.border_subtitle = keyed(
            "enter files   {upload} upload   {hold} hold   {back} back"
        )
        yield self._box

    def on_mount(self) -> None:
        """Looks now, and goes on looking."""
        self.call_after_refresh(self._look)
        self.set_interval(1 / _LOOKS_PER_SECOND, self._look)

    def on_key(self, event: Key) -> None:
        """A key that nothing here is bound to says so."""
        if event.is_printable and event.key not in self.active_bindings:
            text = f"{written(event.key)} does nothing in an opened run: {key('back')} goes back to the list"
            self.notify(text, markup=False)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what is done with the run."""
        if action not in {"leave", "curve", "curves", "files"}:
            return super().why_not(action, parameters)
        facts = self._facts()
        if facts is None:
            return _GONE
        if action in {"curve", "curves"}:
            return why_no_other_curve(facts.preview)
        if parameters == ("upload",):
            stored = facts.standing is Standing.AS_IT_IS
            return why_no_upload([facts.run], lambda _: stored)
        return why_no_upload_anyway([facts.run]) if parameters == ("upload_anyway",) else ""

    def action_leave(self, action: str) -> None:
        """Back to the list, and does that with the run."""
        self.dismiss(action)

    def action_curve(self, step: int) -> None:
        """Of the next or previous variable."""
        self._next_curve(step)
        self._look()

    def action_curves(self) -> None:
        """Asks which variable it is to be of."""
        self._choose_curve()

    def action_files(self) -> None:
        """The tree of the run, and what is in its files."""
        self._open_files()

    def action_scroll(self, lines: int) -> None:
        """Through a long list of checks."""
        self._box.scroll_relative(y=lines, animate=False)

    def _look(self) -> None:
        facts = self._facts()
        if facts is None:
            self._detail.show_lines([line(_GONE, Tone.WARN)])
        else:
            self._box.border_title = facts.run.name
            self._detail.show_run(facts)
            self._show_keys(facts.preview.variables)

    def _show_keys(self, variables: Sequence[str]) -> None:
        if variables != self._variables:
            self._variables = variables
            self.refresh_bindings()
