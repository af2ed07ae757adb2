"""From the key `d` to the queue: what is asked on the way, and what happens on other threads."""

import os
from collections.abc import Callable, Sequence

from core.download_request import DownloadRequest
from core.model import Artifact
from core.printable import printable
from tui.awaiting import WorkFailedError, in_thread
from tui.formatting import plural
from tui.notices import Notice
from tui.screens.download import DownloadScreen
from tui.screens.mode_screen import ModeScreen, notice_of


class DownloadFlow:
    """For one screen, on the UI thread. Proposes the directory that was chosen last."""

    def __init__(self, screen: ModeScreen) -> None:
        self._screen = screen
        self._transfers = screen.services.transfers
        self._directory = ""

    async def download(self, find: Callable[[], Sequence[Artifact]], *, pinned: bool) -> None:
        """Queues what `find` finds: the versions found if `pinned`, else the latest by then."""
        try:
            notices = await self._queue(find, pinned=pinned)
        except WorkFailedError as error:
            notices = [notice_of(error.failure)]
        self._screen.say(notices)

    async def _queue(
        self, find: Callable[[], Sequence[Artifact]], *, pinned: bool
    ) -> Sequence[Notice]:
        artifacts = await in_thread("find-artifacts", find)
        if not artifacts:
            return [Notice("Nothing is stored there", "warning")]
        dialog = DownloadScreen(artifacts, self._directory or await in_thread("where", _here))
        if not await self._screen.ask(dialog):
            return ()
        self._directory, extract = dialog.directory, dialog.extract
        requests = [
            DownloadRequest.of(
                artifact,
                dialog.directory,
                version=(artifact.version or None) if pinned else None,
                extract=extract,
            )
            for artifact in artifacts
        ]
        return await in_thread("queue-downloads", lambda: self._submit(requests))

    def _submit(self, requests: Sequence[DownloadRequest]) -> Sequence[Notice]:
        for request in requests:
            self._transfers.submit(request)
        return [Notice(f"Queued {plural(len(requests), 'download')}")]


def _here() -> str:
    """The current directory, if it is still there and can be typed."""
    try:
        here = os.getcwd()
    except OSError:
        return "~"
    return here if printable(here) == here else "~"
