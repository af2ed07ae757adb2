"""From the key `d` on members to files of their own: asked where to, written in the background."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.errors import Failure
from core.preview.inside import Inside
from core.preview.save_members import Saved
from core.printable import brief, printable
from core.progress import Progress
from core.transfer_view import Phase
from tui.background import in_background
from tui.bridge import post
from tui.parts.previews import Previews
from tui.screens.download import DownloadScreen, Findings
from tui.screens.download_flow import proposed_directory
from tui.screens.mode_screen import ModeScreen, notice_of
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, line
from tui.wording.formatting import plural, short_path, size
from tui.wording.notices import Notice


@dataclass
class Saving:
    """What is being written now."""

    what: str
    total: int
    progress: Progress = field(default_factory=Progress)

    def describe(self) -> str:
        """As in "out.csv: 1.2 of 3.1 MiB"."""
        done, _ = self.progress.counts()
        return f"{self.what}: {size(done)} of {size(self.total)}"


class SaveFlow:
    """For one screen, on the UI thread; one at a time. Proposes the directory that was chosen last."""

    def __init__(self, screen: ModeScreen) -> None:
        self._screen = screen
        self._directory = ""
        self._saving: Saving | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return self._saving is not None

    def lines(self, keys: str = "") -> Sequence[Line]:
        """How far it is, with the `keys` that work; none while nothing is written."""
        saving = self._saving
        told = saving and f" ▼ Downloading {saving.describe()}   {keys}".rstrip()
        return [line(told, Tone.BUSY)] if told else ()

    def save(self, inside: Inside, sizes: Mapping[str, int]) -> None:
        """Asks where to, and writes the members with these paths there."""
        total, names = sum(sizes.values()), list(sizes)
        what = plural(len(names), "member")
        if len(names) == 1:
            what = brief(names[0].rpartition("/")[2])
        last, described = self._directory, f"{what}, {size(total)}"
        dialog = DownloadScreen(
            self._screen.services,
            lambda: Findings((), proposed_directory(last), described, bytes=total),
        )
        saving = Saving(what, total)
        self._screen.open(dialog, lambda: self._begin(inside, names, dialog.directory, saving))

    def cancel(self) -> None:
        """Files that are whole stay."""
        if self._saving:
            self._saving.progress.cancel()

    def _begin(self, inside: Inside, names: Sequence[str], directory: str, saving: Saving) -> None:
        self._directory, self._saving = directory, saving
        save, screen = self._screen.services.part(Previews).save_members, self._screen
        saving.progress.begin(Phase.RECEIVING, max(1, saving.total))

        def failed(failure: Failure) -> None:
            self._saving = None
            stopped = Notice("Stopped; members that are whole stay", "warning")
            notice = stopped if saving.progress.ended else notice_of(failure)
            post(screen, screen.WorkDone([notice]))

        def done(saved: Saved) -> None:
            self._saving = None
            post(screen, screen.WorkDone(_told(saved, directory)))

        in_background(
            "save-members",
            lambda: save(inside.read, names, directory, saving.progress),
            done,
            failed,
        )


def _told(saved: Saved, directory: str) -> Sequence[Notice]:
    notices: list[Notice] = []
    if len(saved.paths) == 1:
        notices.append(Notice(f"Downloaded: {printable(short_path(saved.paths[0]))}"))
    elif saved.paths:
        below = printable(short_path(directory))
        notices.append(Notice(f"Downloaded {plural(len(saved.paths), 'member')} into {below}"))
    if saved.refused:
        others = f" ({len(saved.refused) - 1} more like it)" if len(saved.refused) > 1 else ""
        first = saved.refused[0]
        told = " ".join(filter(None, (f"{first.what}{others}", first.kept, first.todo)))
        notices.append(Notice(told, "error"))
    return notices
