"""One run, opened: everything that is known of it, as it changes."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from tui.widgets.cells import Tone
from tui.widgets.panes import line
from tui.widgets.run_detail import RunDetail, RunFacts

_LOOKS_PER_SECOND = 4


class RunScreen(ModalScreen[None]):
    """Closes on esc, enter and q. `facts` is asked four times a second; None when the run is gone."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "dismiss", "Back", show=False),
        Binding("up,k", "scroll(-1)", "up", show=False),
        Binding("down,j", "scroll(1)", "down", show=False),
        Binding("pageup", "scroll(-10)", "page up", show=False),
        Binding("pagedown,space", "scroll(10)", "page down", show=False),
    ]

    def __init__(self, facts: Callable[[], RunFacts | None]) -> None:
        super().__init__()
        self._facts = facts
        self._detail = RunDetail(id="whole-run")
        self._box = VerticalScroll(self._detail, id="run", can_focus=False)

    def compose(self) -> ComposeResult:
        """A frame that scrolls."""
        self._box.border_subtitle = "esc back   ↑ ↓ scroll"
        yield self._box

    def on_mount(self) -> None:
        """Looks now, and goes on looking."""
        self.call_after_refresh(self._look)
        self.set_interval(1 / _LOOKS_PER_SECOND, self._look)

    def action_scroll(self, lines: int) -> None:
        """Through a long list of checks."""
        self._box.scroll_relative(y=lines, animate=False)

    def _look(self) -> None:
        facts = self._facts()
        if facts is None:
            self._detail.show([line("The run is gone from the tree", Tone.WARN)])
        else:
            self._box.border_title = facts.run.name
            self._detail.show_whole(facts)
        self._detail.refresh(layout=True)
