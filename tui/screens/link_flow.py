"""From the key `l` to the clipboard. A link is shown and logged nowhere."""

import os
from urllib.parse import unquote_to_bytes, urlsplit

from core.stored.job_s3_prefix import ParsedKey
from core.stored.links import LINK_SECONDS, Link
from tui.background import WorkFailedError, in_thread
from tui.clipboard import CopyRequested
from tui.screens.mode_screen import ModeScreen, notice_of

_HOURS = LINK_SECONDS // 3600


async def copy_link(screen: ModeScreen, place: ParsedKey | None) -> None:
    """Copies a link to the latest version of an artifact, as far as the cache knows it."""
    if place is None or why_no_link(place):
        return
    links = screen.services.links
    try:
        found = await in_thread(
            "link", lambda: links(place.prefix.job_id, place.run_id, place.kind)
        )
    except WorkFailedError as error:
        screen.say([notice_of(error.failure)])
        return
    screen.post_message(_copied(found[0]))


def why_no_link(place: ParsedKey | None) -> str:
    """Empty for what a link can lead to."""
    if place is None:
        return "Open it: a link is to one artifact"
    return "An older version has no link" if place.version else ""


def _copied(link: Link) -> CopyRequested:
    """Of a local store the path, which is of more use than its URL."""
    if link.expires_at:
        return CopyRequested(link.url, f"link, valid for {_HOURS} h")
    path = unquote_to_bytes(urlsplit(link.url.reveal()).path)
    return CopyRequested(os.fsdecode(path), "path")
