"""From the key `d` to the queue: what is asked on the way, and what happens on other threads."""

import os
from collections.abc import Callable, Sequence
from functools import partial

from core.download.download_request import DownloadRequest
from core.model import Artifact
from core.printable import harmless
from tui.screens.download import DownloadScreen, Findings
from tui.screens.mode_screen import ModeScreen
from tui.wording.formatting import plural
from tui.wording.notices import Notice


class DownloadFlow:
    """For one screen, on the UI thread. Proposes the directory that was chosen last."""

    def __init__(self, screen: ModeScreen) -> None:
        self._screen = screen
        self._transfers = screen.services.transfers
        self._directory = ""

    def download(
        self,
        find: Callable[[], Sequence[Artifact]],
        *,
        pinned: bool,
        what: str = "",
        queued: Callable[[], None] = lambda: None,
    ) -> None:
        """Queues what `find` finds: the versions found if `pinned`, else the latest by then.

        `what` are words for several, as in "3 marked runs"; `queued` is called after a yes.
        """
        last = self._directory
        dialog = DownloadScreen(
            self._screen.services, lambda: Findings(find(), proposed_directory(last), what=what)
        )

        def queue() -> None:
            self._queue(dialog, pinned=pinned)
            queued()

        self._screen.open(dialog, queue)

    def _queue(self, dialog: DownloadScreen, *, pinned: bool) -> None:
        if not dialog.artifacts:
            self._screen.toast("Nothing is stored there", "warning")
            return
        self._directory = dialog.directory
        arrange = partial(
            self._screen.services.arrange_downloads(),
            dialog.artifacts,
            dialog.directory,
            version=lambda artifact: (artifact.version or None) if pinned else None,
            extract=dialog.extract,
        )
        self._screen.work("queue-downloads", lambda: self._submit(arrange()))

    def _submit(self, requests: Sequence[DownloadRequest]) -> Sequence[Notice]:
        for request in requests:
            self._transfers.submit(request)
        return [Notice(f"Queued {plural(len(requests), 'download')}")]


def proposed_directory(last: str) -> str:
    """Where the last download went; else the current directory, if it can be typed."""
    try:
        here = last or os.getcwd()
    except OSError:
        return "~"
    return here if harmless(here) == here else "~"
