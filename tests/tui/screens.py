"""The screens of the app, by the names that `core.actions` has of them, and what they have bindings of."""

from collections.abc import Iterable

from textual.binding import Binding

from tui.app import RunFerryApp
from tui.screens.activity import ActivityScreen
from tui.screens.browse import BrowseScreen
from tui.screens.ensemble import EnsembleScreen
from tui.screens.overlay import OverlayScreen
from tui.screens.run import RunScreen
from tui.screens.run_files import RunFilesScreen
from tui.screens.settings import SettingsScreen
from tui.screens.store_table import StoreTable
from tui.screens.stored_inside import StoredInsideScreen
from tui.screens.transfers import TransfersScreen
from tui.screens.watch import WatchScreen
from tui.widgets.member_table import MemberTable
from tui.widgets.row_table import RowTable
from tui.widgets.run_table import RunTable
from tui.widgets.text_view import TextView

_VIEWER = (MemberTable, TextView, RunFerryApp)
SCREENS: dict[str, tuple[type, ...]] = {
    "Watch": (WatchScreen, RunTable, RunFerryApp),
    "Browse": (BrowseScreen, StoreTable, RunFerryApp),
    "Transfers": (TransfersScreen, RowTable, RunFerryApp),
    "Activity": (ActivityScreen, RowTable, RunFerryApp),
    "Settings": (SettingsScreen, RowTable, RunFerryApp),
    "files": (RunFilesScreen, *_VIEWER),
    "stored": (StoredInsideScreen, *_VIEWER),
    "comparison": (OverlayScreen, RowTable, RunFerryApp),
    "ensemble": (EnsembleScreen, RowTable, RunFerryApp),
    "run": (RunScreen,),
}


def bindings(owner: type) -> Iterable[Binding]:
    """Those that are in the help, also inherited ones."""
    for kind in owner.__mro__:
        for binding in vars(kind).get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.group:
                yield binding
