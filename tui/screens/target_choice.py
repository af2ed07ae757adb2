"""Where a download is to come: a path that is typed, or walked to through folders."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from core.download.look_at_target import LookAtTarget, Target
from core.errors import Failure
from core.printable import printable
from tui.background import in_background
from tui.bridge import post
from tui.widgets.cells import Cell, Column, Row, Tone
from tui.widgets.panes import Line, TextPane, line
from tui.widgets.row_source import ListSource
from tui.widgets.row_table import RowTable
from tui.wording.formatting import plural, short_path, size

_UP = ".."
_LINES, _LINES_IF_SHORT = 5, 2
_SHORT = 20
"""Lines of a terminal in which a dialog has no room for more."""
_NAMED = 3
_LOOKS = 4


@dataclass(frozen=True)
class Coming:
    """What is to come: at least so many bytes, under these names as far as they are known."""

    size: int
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Seen:
    """What a look found for the text that was typed by then."""

    typed: str
    coming: Coming
    target: Target
    folders: Sequence[str] = ()


class PathInput(Input):
    """At its end `→` takes the first folder that what is typed may become."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("right", "complete", "complete", show=False)]

    class Completing(Message):
        """`→` at the end."""

    def action_complete(self) -> None:
        """There is nothing to go over any more."""
        if self.cursor_position == len(self.value):
            self.post_message(self.Completing())
        else:
            self.action_cursor_right()


class FolderTable(RowTable):
    """Folders to walk through; above the first one is the path."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "select", "into", show=False),
        Binding("left,backspace", "out", "out", show=False),
    ]

    class Left(Message):
        """Up from the first row."""

    class Out(Message):
        """To the folder around."""

    def __init__(self) -> None:
        super().__init__((Column("FOLDER", 10, flexible=True),), id="folders", idle_cursor=False)
        self.can_focus = False

    def take_keys(self) -> None:
        """Only when it is asked for: `tab` goes past it."""
        self.can_focus = True
        self.focus()

    def on_blur(self) -> None:
        """`tab` goes past it again."""
        super().on_blur()
        self.can_focus = False

    def action_move(self, rows: int) -> None:
        """Up or down, and out at the top."""
        if rows < 0 and self.cursor == 0:
            self.post_message(self.Left())
        else:
            super().action_move(rows)

    def action_out(self) -> None:
        """To the folder around."""
        self.post_message(self.Out())


class TargetChoice(Vertical):
    """Says what is there of what is typed, whether it is made, and what is in the way.

    Looks on other threads. Posts `Accepted` for a directory that is there, or of
    which it has been said that it will be made.
    """

    DEFAULT_CSS = """
        TargetChoice {
            height: auto;
        }
        #folders {
            padding-left: 5;
        }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "folders", "folders", show=False),
    ]

    class Accepted(Message):
        """`enter`, and nothing is left to be said."""

    class Looked(Message):
        """A look has ended, or failed."""

        def __init__(self, seen: Seen | None, failure: Failure | None = None) -> None:
            super().__init__()
            self.seen = seen
            self.failure = failure

    def __init__(self, proposed: str, coming: Coming, look: Callable[[], LookAtTarget]) -> None:
        """`look` is called on another thread."""
        super().__init__(id="target")
        self._look = look
        self._coming = coming
        self._seen: Seen | None = None
        self._looking, self._accepting = 0, False
        self._input = PathInput(
            proposed,
            compact=True,
            placeholder="a directory",
            select_on_focus=False,
            id="target-path",
        )
        self._input.cursor_blink = False
        self._label, self._says = TextPane(classes="dialog-label"), TextPane(id="target-says")
        self._table = FolderTable()
        self._table.display = False

    @property
    def directory(self) -> str:
        """Where to, absolute and without links; empty while that was not looked at."""
        return self._seen.target.directory if self._seen and self._is_fresh else ""

    def compose(self) -> ComposeResult:
        """Path, folders, what is to be said."""
        self._label.show([line("To", Tone.STRONG)])
        yield Horizontal(self._label, self._input, classes="dialog-row")
        yield self._table
        yield self._says

    def on_mount(self) -> None:
        """What is proposed is looked at, too."""
        self._look_now()

    def take_keys(self) -> None:
        """They belong to the path; nothing of it is selected, so that no key replaces it."""
        self._input.focus()

    def expect(self, coming: Coming) -> None:
        """Something else comes there."""
        self._coming = coming
        self._look_now()

    def accept(self) -> None:
        """As soon as it is known what is there; what has to be made is said before."""
        if not self._input.value.strip():
            self._say([line("Type a directory.", Tone.WARN)])
        elif self._is_fresh:
            self.post_message(self.Accepted())
        else:
            self._accepting = True
            self._look_now()

    def on_input_changed(self, event: Input.Changed) -> None:
        """As you type."""
        event.stop()
        self._accepting = False
        self._look_now()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.accept()

    def on_path_input_completing(self, message: PathInput.Completing) -> None:
        """To the first folder."""
        message.stop()
        if self._is_fresh and self._seen and self._seen.folders:
            self._enter(self._seen.folders[0])

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """Into it."""
        message.stop()
        if message.key == _UP:
            self._leave()
        else:
            self._enter(message.key)

    def on_folder_table_out(self, message: FolderTable.Out) -> None:
        """To the folder around."""
        message.stop()
        self._leave()

    def on_folder_table_left(self, message: FolderTable.Left) -> None:
        """Up from the first folder."""
        message.stop()
        self.take_keys()

    def on_target_choice_looked(self, message: Looked) -> None:
        """Says it, unless something else was typed since."""
        message.stop()
        self._looking -= 1
        if message.failure:
            self._say([line(message.failure.what, Tone.WARN)])
            return
        seen = self._seen = message.seen
        if seen is None or not self._is_fresh:
            self._look_now()
            return
        self._say(_said(seen))
        self._show_folders(seen)
        accepting, self._accepting = self._accepting, False
        if accepting and seen.target.is_there:
            self.post_message(self.Accepted())

    def action_folders(self) -> None:
        """To the folders."""
        if self._table.display:
            self._table.take_keys()

    @property
    def _is_fresh(self) -> bool:
        """Whether what was seen last is of what is typed now."""
        seen = self._seen
        return bool(seen) and (seen.typed, seen.coming) == (self._input.value, self._coming)

    def _enter(self, name: str) -> None:
        self._type(os.path.join(_around(self._input.value), name, ""))

    def _leave(self) -> None:
        """What is typed of a name goes first."""
        around = _around(self._input.value)
        if around == self._input.value:
            around = os.path.join(os.path.dirname(_absolute(around)), "")
        self._type(around)

    def _type(self, text: str) -> None:
        self._input.value = text
        self._input.cursor_position = len(text)

    def _show_folders(self, seen: Seen) -> None:
        names = seen.folders if _absolute(seen.typed) == "/" else (_UP, *seen.folders)
        self._table.show(ListSource(names, str, _folder_row))
        self._table.cursor = 0
        most = _LINES_IF_SHORT if self.screen.size.height < _SHORT else _LINES
        self._table.styles.height = min(len(names), most) + 1
        self._table.display = bool(names)

    def _look_now(self) -> None:
        """A file server that is away keeps some looks for ever, but not one for each letter."""
        typed, coming, look = self._input.value, self._coming, self._look
        if self._looking >= _LOOKS or not typed.strip():
            return
        self._looking += 1
        in_background(
            "look-at-target",
            lambda: _look(look(), typed, coming),
            lambda seen: post(self, self.Looked(seen)),
            lambda failure: post(self, self.Looked(None, failure)),
        )

    def _say(self, lines: Sequence[Line]) -> None:
        self._says.show(lines)
        self._says.refresh(layout=True)


def _look(look_at: LookAtTarget, typed: str, coming: Coming) -> Seen:
    """Not for the UI thread."""
    around = _around(typed)
    folders = look_at.folders(_absolute(around), typed[len(around) :]) if around else ()
    directory = os.path.realpath(_absolute(typed))
    return Seen(typed, coming, look_at(directory, coming.names), folders)


def _absolute(typed: str) -> str:
    """By the text alone: no file system is asked. Below the home when the current directory is gone."""
    path = os.path.expanduser(typed.strip())
    try:
        return os.path.abspath(path)
    except OSError:
        return os.path.normpath(os.path.join(os.path.expanduser("~"), path))


def _around(typed: str) -> str:
    """Up to the last `/`: the folder that what comes after it is to be found in."""
    return typed[: typed.rfind("/") + 1]


def _folder_row(name: str) -> Row:
    return Row(name, (Cell(f"{name}/"),))


def _said(seen: Seen) -> Sequence[Line]:
    """What happens, what is too little, what is in the way."""
    target, lines = seen.target, list[Line]()
    if not target.is_there:
        lines.append(line(f"{printable(short_path(target.directory))} will be made", Tone.WARN))
    if target.free is not None:
        fits = target.free >= seen.coming.size
        room = f"{size(seen.coming.size)} to come, {size(target.free)} free"
        lines.append(line(room, Tone.DIM) if fits else line(f"Not enough room: {room}", Tone.WARN))
    if target.taken:
        lines.append(line(_in_the_way(target.taken), Tone.WARN))
    return lines


def _in_the_way(names: Sequence[str]) -> str:
    more = f" and {plural(len(names) - _NAMED, 'other')}" if len(names) > _NAMED else ""
    named = ", ".join(map(printable, names[:_NAMED])) + more
    there = "is there" if len(names) == 1 else "are there"
    return f"{named} {there}: the same is not fetched again, another one stays as it is"
