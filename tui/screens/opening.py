"""While another store is being opened there is nothing else."""

from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen

from tui.widgets.cells import Tone
from tui.widgets.panes import TextPane, line


class ReopenRequested(Message):
    """The user wants the store of a profile in the place of the one in use, which may be the same.

    `root` is to be watched then, in the place of all others, and `auto_upload` turned on for it; without it
    the same trees are.
    """

    def __init__(self, profile: str, root: str = "", *, auto_upload: bool = False) -> None:
        super().__init__()
        self.profile = profile
        self.root = root
        self.auto_upload = auto_upload


class OpeningScreen(Screen[None]):
    """Takes no keys."""

    DEFAULT_CSS = """
        OpeningScreen {
            align: center middle;
        }
        OpeningScreen TextPane {
            width: auto;
            height: auto;
        }
    """

    def __init__(self, profile: str) -> None:
        super().__init__()
        self._profile = profile

    def compose(self) -> ComposeResult:
        """What is waited for: two seconds at most."""
        pane = TextPane(id="opening")
        pane.show(
            [
                line(f"Opening {self._profile} …", Tone.STRONG),
                line("What travels is stopped, and stays queued.", Tone.DIM),
            ]
        )
        yield pane
