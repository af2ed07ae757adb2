"""What is found out one thing after the other, in a frame on top of a screen."""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message

from core.errors import Failure
from tui.background import in_background
from tui.bridge import post
from tui.screens.framed import Framed
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, TextPane, failure_lines, line

_MOST = 500
"""Lines; nobody reads more, and each is drawn."""


class ListingScreen(Framed[None]):
    """`find` gives lines on another thread, until it ends or the user leaves; then it is closed."""

    DEFAULT_CSS = """
        #listing-list {
            height: auto;
            max-height: 16;
            scrollbar-size-vertical: 1;
        }
        ListingScreen > Vertical { width: 78; }
        ListingScreen.-short-dialog #listing-list { max-height: 9; }
        .-wide ListingScreen #listing-list { max-height: 26; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close", show=False),
        Binding("up,k", "scroll(-1)", "up", show=False),
        Binding("down,j", "scroll(1)", "down", show=False),
        Binding("pageup", "scroll(-8)", "up", show=False),
        Binding("pagedown", "scroll(8)", "down", show=False),
    ]

    class Found(Message):
        """Some lines more; `ended` with the last of them, or with why there are no more."""

        def __init__(
            self, lines: Sequence[Line], *, ended: bool = False, failure: Failure | None = None
        ) -> None:
            super().__init__()
            self.lines = lines
            self.ended = ended
            self.failure = failure

    def __init__(
        self,
        title: str,
        doing: str,
        find: Callable[[], Iterator[Sequence[Line]]],
        summary: Callable[[], Line],
    ) -> None:
        """`summary` is called at the end."""
        super().__init__()
        self._title, self._doing = title, doing
        self._find, self._summary = find, summary
        self._left = threading.Event()
        self._lines = list[Line]()
        self._pane = TextPane(id="listing")
        self._scroll = VerticalScroll(self._pane, can_focus=False, id="listing-list")
        self._says = TextPane(id="listing-says", classes="dialog-keys")

    def compose(self) -> ComposeResult:
        """The lines, and whether there will be more."""
        self._says.show([line(f"{self._doing} …   esc stops", Tone.DIM)])
        with Vertical() as box:
            box.border_title = self._title
            yield self._scroll
            yield self._says

    def on_mount(self) -> None:
        """Begins to look."""
        in_background(
            "listing",
            self._look,
            lambda _: post(self, self.Found((), ended=True)),
            lambda failure: post(self, self.Found((), ended=True, failure=failure)),
        )

    def on_unmount(self) -> None:
        """Nobody reads on."""
        self._left.set()

    def on_listing_screen_found(self, message: Found) -> None:
        """Below the others."""
        self._lines += message.lines
        if message.failure:
            self._lines += failure_lines(message.failure, self._pane.size.width - 1)
        self._pane.show(self._lines[:_MOST])
        self._pane.refresh(layout=True)
        if message.ended:
            more = len(self._lines) - _MOST
            cut = f"   {more} lines more are not shown" if more > 0 else ""
            end: Line = line("It ended early.", Tone.BAD) if message.failure else self._summary()
            self._says.show([[*end, (f"{cut}   ↑ ↓ the list   esc close", Tone.DIM)]])

    def action_leave(self) -> None:
        """What is under way stops at its next step."""
        self.dismiss(None)

    def action_scroll(self, lines: int) -> None:
        """Through a long list."""
        self._scroll.scroll_relative(y=lines, animate=False)

    def _look(self) -> None:
        for lines in self._find():
            if self._left.is_set():
                return
            post(self, self.Found([*lines]))
