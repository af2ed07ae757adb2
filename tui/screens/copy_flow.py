"""From the key `y` to the clipboard: in which words, and what is made on other threads."""

from collections.abc import Sequence

from core.errors import Failure
from tui.background import in_background
from tui.bridge import post
from tui.clipboard import Copyable, CopyRequested
from tui.parts.addresses import Addresses
from tui.screens.chosen import Chosen
from tui.screens.copy_as import CopyScreen
from tui.screens.copy_ways import CopyWay, copy_ways, named
from tui.screens.mode_screen import ModeScreen, notice_of
from tui.services import AppServices


def copy_as(screen: ModeScreen, chosen: Chosen) -> None:
    """Asks in which words the rows are to be copied, and copies them."""
    services = screen.services
    dialog = CopyScreen(chosen.describe(services), lambda: _ways(services, chosen))
    screen.open(dialog, lambda: _copy(screen, dialog.chosen))


def _ways(services: AppServices, chosen: Chosen) -> Sequence[CopyWay]:
    addresses = services.part(Addresses)
    found = named(chosen, services, addresses)
    return copy_ways(found, addresses) if found else ()


def _copy(screen: ModeScreen, way: CopyWay | None) -> None:
    if way is None:
        screen.toast("It is not stored any more", "warning")
        return

    def made(text: Copyable) -> None:
        post(screen, CopyRequested(text, way.said))

    def failed(failure: Failure) -> None:
        post(screen, screen.WorkDone([notice_of(failure)]))

    in_background("copy-as", way.make, made, failed)
