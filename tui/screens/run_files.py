"""The files of a watched run, opened; somebody may be writing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.signal import Signal

from core.events import Event
from core.ports.packaging import ArchiveMember
from core.preview.inside import Inside
from core.preview.members import MemberTree
from core.printable import printable
from tui.history import Spot
from tui.parts.curves import Curves
from tui.screens.inside import VIEWER_KEYS, InsideScreen
from tui.services import AppServices, Parts
from tui.widgets.cells import Tone
from tui.widgets.keys import DO, bind
from tui.wording.action_keys import keyed
from tui.wording.formatting import short_path

_SECONDS = 1.0
"""Between two looks at the length of the open file."""


@dataclass
class RunDirectory:
    """A RUN directory, by its absolute path. A ViewedPlace. Its files lie below `place`."""

    parts: Parts
    path: str
    file: str = ""
    is_local: bool = True
    place: str = ""

    @property
    def crumbs(self) -> Sequence[str]:
        """Where it is, and its name."""
        above, _, name = self.path.rpartition("/")
        return printable(short_path(above)), printable(name)

    def copied(self, path: str) -> tuple[str, str]:
        """Where the file is."""
        return f"{self.place or self.path}/{path}", "path"

    def remembered(self) -> None:
        """There is nothing to wait for."""

    def look(self) -> Inside:
        """By one scan."""
        run = self.parts(Curves).local(self.path)
        self.place = run.place
        sizes = run.files()
        members = (ArchiveMember(path, size, size, 0, 0) for path, size in sizes.items())
        return Inside(MemberTree(members), lambda member: run.read(member.name))


class RunFilesScreen(InsideScreen):
    """Says when there is more than it shows, and reads again when it is told to."""

    MODE = "watch"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("read_again", "Read again", group=DO, tooltip="read it again"),
        *VIEWER_KEYS,
    ]

    def __init__(self, services: AppServices, events: Signal[Event], path: str) -> None:
        super().__init__(services, events, RunDirectory(services.part, path))
        self._path = path
        self._shown: Inside | None = None
        self._extent_then = self._extent()

    def on_mount(self) -> None:
        """Keeps an eye on the open file."""
        self.set_interval(_SECONDS, self._member.compare)

    def spot(self) -> Spot | None:
        """By its path."""
        return Spot(self.mode, self._path, files=True)

    def describe_state(self) -> tuple[str, Tone]:
        """Whether the run has other files by now, as far as the watch knows."""
        inside = self._tree.inside
        if self._tree.is_looking or inside is None:
            return super().describe_state()
        extent = self._extent()
        if inside is not self._shown:
            self._shown, self._extent_then = inside, extent
        root = inside.tree.root
        if extent in {self._extent_then, (root.files, root.size)}:
            return super().describe_state()
        if extent is None:
            return "the run is gone", Tone.WARN
        return keyed("changed since it was read: {read_again} reads again"), Tone.WARN

    def _extent(self) -> tuple[int | None, int | None] | None:
        """Files and bytes as they were last seen; None when the run is gone."""
        views = self.services.watch.views()
        return next(((run.files, run.bytes) for run in views if run.path == self._path), None)
