"""What somebody who looks elsewhere is told by the terminal."""

from collections.abc import Callable, Mapping, Sequence

from core.settings import AppearanceSettings
from core.transfer_view import TransferView
from tui.terminal_sequences import BELL, notice_sequence
from tui.wording.long_work import LongWork


class TerminalNews:
    """Title, notice and bell. `show_title` and `write` are called by who calls `look`, and only with news."""

    def __init__(
        self,
        environ: Mapping[str, str],
        show_title: Callable[[str], object],
        write: Callable[[str], object],
    ) -> None:
        self._environ = environ
        self._show_title = show_title
        self._write = write
        self.forget()

    def forget(self) -> None:
        """The transfers are those of another store from now on."""
        self._work = LongWork()
        self._title = ""

    def look(
        self,
        views: Sequence[TransferView],
        now: float,
        appearance: AppearanceSettings,
        *,
        is_watched: bool,
    ) -> None:
        """`now` are seconds of a steady clock; who watches sees it anyway."""
        told = self._work.look(views, now)
        title = self._work.title(views)
        if title != self._title:
            self._title = title
            self._show_title(title)
        if not told or is_watched:
            return
        if appearance.notices:
            self._write(notice_sequence(told, self._environ))
        if appearance.bell:
            self._write(BELL)
