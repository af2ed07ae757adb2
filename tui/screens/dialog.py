"""A dialog that is there at once, whatever has to be read before it can ask."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from core.errors import Failure
from tui.background import in_background
from tui.bridge import post
from tui.screens.framed import Framed
from tui.widgets.cells import Tone
from tui.widgets.panes import TextPane, line

T = TypeVar("T")


class Dialog(Framed[bool], Generic[T]):
    """Takes the keys from the moment it is pushed: none of them acts on what is below it.

    `prepare` is called on another thread; until it has answered, and what is asked then is drawn,
    keys do nothing, except esc. When it fails the answer is False, and `failure` says why.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Not now", show=False)]
    AUTO_FOCUS = ""
    BOX: ClassVar[str] = ""
    """Id of the frame."""

    failure: Failure | None = None

    class Prepared(Message):
        """What is needed was read; or not, and why."""

        def __init__(self, found: object, failure: Failure | None = None) -> None:
            super().__init__()
            self.found = found
            self.failure = failure

    def __init__(self, title: str, doing: str, prepare: Callable[[], T]) -> None:
        super().__init__()
        self._doing = f"{doing} …"
        self._prepare = prepare
        self._late = list[Message]()
        self._waiting = TextPane(id="waiting")
        self._box = Vertical(self._waiting, id=self.BOX)
        self._box.border_title = title

    def compose(self) -> ComposeResult:
        """What is being done; esc stops."""
        self._waiting.show([line(self._doing), line("esc stops", Tone.DIM)])
        yield self._box

    def contents(self, found: T) -> Iterable[Widget] | None:
        """What is asked; None when there is nothing to ask any more, which is answered with True."""
        raise NotImplementedError

    def begin(self) -> None:
        """Takes the keys; called when the contents are drawn."""

    def action_leave(self) -> None:
        """Not now."""
        self.dismiss(False)

    def on_mount(self) -> None:
        """Reads what is needed."""
        in_background(
            "prepare",
            self._prepare,
            lambda found: post(self, self.Prepared(found)),
            lambda failure: post(self, self.Prepared(None, failure)),
        )

    def on_screen_resume(self) -> None:
        """What had to be asked first, as a code for the store, was answered."""
        late, self._late = self._late, []
        for message in late:
            self.post_message(message)

    def is_covered(self, message: Message) -> bool:
        """Whether another question is on top; then the message comes again when that is gone.

        To leave meanwhile would take the other one away. Who has left is told nothing more.
        """
        if self.is_active:
            return False
        self._late.append(message)
        return True

    async def on_dialog_prepared(self, message: Prepared) -> None:
        """Asks, unless the user has left."""
        if self.is_covered(message):
            return
        self.failure = message.failure
        contents = None if self.failure else self.contents(message.found)  # pyright: ignore[reportArgumentType] - what `prepare` returned
        if contents is None:
            self.dismiss(self.failure is None)
            return
        await self._waiting.remove()
        await self._box.mount_all(contents)
        self.call_after_refresh(self.begin)


def put_on_top(
    below: Screen[Any], dialog: ModalScreen[bool], answered: Callable[[bool], None]
) -> None:
    """At once, so that no key goes past it."""
    below.app.push_screen(dialog, lambda answer: answered(bool(answer)))  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
