"""From the key `l` to the clipboard. A link is shown and logged nowhere."""

from collections.abc import Callable, Sequence

from core.errors import ArtifactNotFoundError, Failure
from core.model import Artifact
from core.printable import printable
from core.stored.links import LINK_SECONDS, Link
from tui.background import in_background
from tui.bridge import post
from tui.clipboard import CopyRequested
from tui.parts.addresses import Addresses
from tui.screens.chosen import Chosen
from tui.screens.link import Linkable, LinkScreen
from tui.screens.mode_screen import ModeScreen, notice_of
from tui.services import AppServices
from tui.widgets.store_rows import JOB_FILES
from tui.wording.formatting import date_time, plural


def copy_links(screen: ModeScreen, chosen: Chosen) -> None:
    """Asks how long it is to work, and copies a link to each of the rows.

    Of a local store the paths, which are of more use than their URLs.
    """
    _ask(screen, chosen.describe(screen.services), lambda: chosen.results(screen.services))


def copy_link(screen: ModeScreen, artifact: Artifact) -> None:
    """Likewise, to this one."""
    _ask(screen, printable(artifact.key.rpartition("/")[2]), lambda: [artifact])


def why_no_link(chosen: Chosen) -> str:
    """Empty for what a link can lead to."""
    if not chosen.keys:
        return "There is nothing in this list"
    if chosen.job is None or chosen.keys == (JOB_FILES,):
        return "Open it: a link is to one artifact"
    return ""


def _ask(screen: ModeScreen, what: str, find: Callable[[], Sequence[Artifact]]) -> None:
    services = screen.services
    dialog = LinkScreen(what, services.clock, lambda: _linkable(services, what, find()))
    screen.open(dialog, lambda: _copy(screen, dialog))


def _linkable(services: AppServices, what: str, found: Sequence[Artifact]) -> Linkable:
    if not found:
        raise ArtifactNotFoundError(
            f"No results are stored of {what}.",
            todo="Open it: d and l are for what is listed there.",
        )
    addresses = services.part(Addresses)
    url = addresses.link(found[0], LINK_SECONDS).url  # asks nobody: tells what it is signed with
    return Linkable(found, url.expires, url.temporary, url.credentials_end, url.charged)


def _copy(screen: ModeScreen, dialog: LinkScreen) -> None:
    services, artifacts, seconds = screen.services, dialog.artifacts, dialog.seconds

    def request() -> CopyRequested:
        addresses = services.part(Addresses)
        if not addresses.remote:
            paths = [addresses.store.url(artifact.key) for artifact in artifacts]
            return CopyRequested("\n".join(paths), _counted(len(paths), "path"))
        links = [addresses.link(artifact, seconds) for artifact in artifacts]
        return CopyRequested([link.url for link in links], _said(links))

    def failed(failure: Failure) -> None:
        post(screen, screen.WorkDone([notice_of(failure)]))

    in_background("link", request, lambda made: post(screen, made), failed)


def _said(links: Sequence[Link]) -> str:
    end = min(link.expires_at for link in links if link.expires_at)
    return f"{_counted(len(links), 'link')}, good until {date_time(end)}"


def _counted(count: int, noun: str) -> str:
    return noun if count == 1 else plural(count, noun)
