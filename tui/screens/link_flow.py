"""From the key `l` to the clipboard. A link is shown and logged nowhere."""

import os
from collections.abc import Callable, Sequence
from urllib.parse import unquote_to_bytes, urlsplit

from core.errors import ArtifactNotFoundError
from core.model import Artifact
from core.ports.presigned_url import PresignedUrl
from core.stored.links import LINK_SECONDS, Link
from tui.background import WorkFailedError, in_thread
from tui.clipboard import CopyRequested
from tui.screens.chosen import Chosen
from tui.screens.mode_screen import ModeScreen, notice_of
from tui.services import AppServices
from tui.widgets.store_rows import JOB_FILES
from tui.wording.formatting import plural

_HOURS = LINK_SECONDS // 3600


async def copy_links(screen: ModeScreen, chosen: Chosen) -> None:
    """Copies links to artifacts, one a line, as far as the cache knows what is stored."""
    await _copy(screen, lambda: _links(screen.services, chosen))


async def copy_link(screen: ModeScreen, artifact: Artifact) -> None:
    """Copies a link to this one."""
    await _copy(screen, lambda: [screen.services.link(artifact, LINK_SECONDS)])


async def _copy(screen: ModeScreen, make: Callable[[], Sequence[Link]]) -> None:
    try:
        links = await in_thread("link", make)
    except WorkFailedError as error:
        screen.say([notice_of(error.failure)])
        return
    screen.post_message(_copied(links))


def why_no_link(chosen: Chosen) -> str:
    """Empty for what a link can lead to."""
    if not chosen.keys:
        return "There is nothing in this list"
    if chosen.job is None or chosen.keys == (JOB_FILES,):
        return "Open it: a link is to one artifact"
    return ""


def _links(services: AppServices, chosen: Chosen) -> Sequence[Link]:
    found = chosen.results(services)
    if not found:
        raise ArtifactNotFoundError(
            f"No results are stored of {chosen.describe()}.",
            todo="Open it: d and l are for what is listed there.",
        )
    return [services.link(artifact, LINK_SECONDS) for artifact in found]


def _copied(links: Sequence[Link]) -> CopyRequested:
    """Of a local store the paths, which are of more use than their URLs."""
    count = len(links)
    if links[0].expires_at:
        urls = PresignedUrl("\n".join(link.url.reveal() for link in links))
        what = "link" if count == 1 else plural(count, "link")
        return CopyRequested(urls, f"{what}, valid for {_HOURS} h")
    paths = (os.fsdecode(unquote_to_bytes(urlsplit(link.url.reveal()).path)) for link in links)
    return CopyRequested("\n".join(paths), "path" if count == 1 else plural(count, "path"))
