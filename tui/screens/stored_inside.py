"""A stored artifact, opened: its members come to this machine, one or many."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.signal import Signal

from core.events import Event
from core.preview.inside import Inside
from tui.screens.download_flow import DownloadFlow
from tui.screens.inside import NOT_LOOKED, VIEWER_KEYS, InsideScreen
from tui.screens.inside_tree import sizes_below
from tui.screens.link_flow import copy_link
from tui.screens.save_flow import SaveFlow
from tui.screens.viewed_place import StoredPlace
from tui.services import AppServices
from tui.widgets.keys import DO, SELECT, bind
from tui.widgets.panes import Line
from tui.wording.action_keys import keyed


class StoredInsideScreen(InsideScreen):
    """Members are written by the screen itself, not by the queue: they are small, and wanted now."""

    MODE = "browse"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("download", "Download", group=DO, tooltip="download, also what is marked"),
        *VIEWER_KEYS,
        bind("read_again", "Read again", show=False, group=DO, tooltip="read it again"),
        bind("link", "Link", show=False, group=DO, tooltip="copy a link to all of it"),
        bind("mark_all", "", show=False, group=SELECT, tooltip="mark all"),
        bind("stop", "Stop", show=False, group=DO, tooltip="stop the download"),
    ]

    def __init__(
        self,
        services: AppServices,
        events: Signal[Event],
        place: StoredPlace,
        downloads: DownloadFlow,
        saves: SaveFlow,
    ) -> None:
        """`downloads` and `saves` are of a screen that stays when this one is closed."""
        super().__init__(services, events, place)
        self._artifact = place.artifact
        self._downloads = downloads
        self._saves = saves

    def hints(self) -> Sequence[Line]:
        """And what is being written."""
        return [*super().hints(), *self._saves.lines(keyed("{stop} stops"))]

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs members, or something under way."""
        reasons: Mapping[str, Callable[[], str]] = {
            "download": self._why_no_download,
            "mark_all": self._why_no_marks,
            "stop": lambda: "" if self._saves.busy else "Nothing is being written",
        }
        reason = reasons.get(action)
        return reason() if reason else super().why_not(action, parameters)

    def action_download(self) -> None:
        """Marked members, else the open one, else what is under the cursor; all: the archive."""
        inside = self._tree.inside
        sizes = self._chosen(inside) if inside else None
        if inside is None or sizes is None or 1 < len(sizes) == inside.tree.root.files:
            self._downloads.download(lambda: [self._artifact], pinned=True)
        elif sizes:
            self._saves.save(inside, sizes)

    def action_link(self) -> None:
        """To the artifact: nobody can link to a member."""
        copy_link(self, self._artifact)

    def action_mark_all(self) -> None:
        """All members; once more: none."""
        self._tree.mark_all()

    def action_stop(self) -> None:
        """Stops writing; what is whole stays."""
        self._saves.cancel()

    def _chosen(self, inside: Inside) -> Mapping[str, int]:
        """The paths of the members that are meant, with their sizes."""
        if self._in_member and self._member.is_open:
            return sizes_below(inside.tree, [self._member.path])
        return self._tree.chosen()

    def _why_no_download(self) -> str:
        if not self._is_tree:
            return ""
        if self._tree.inside is None:
            return NOT_LOOKED
        busy = keyed("One download of members at a time: {stop} stops it")
        return busy if self._saves.busy else ""

    def _why_no_marks(self) -> str:
        if not self._is_tree:
            return keyed("This is one file: {download} downloads it")
        return "" if self._tree.inside else NOT_LOOKED
