"""The screens of the app, by the keys that show them. A new screen is a file and a line here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    """`screen` is a class as "module:name", imported when it is first shown."""

    key: str
    name: str
    title: str
    screen: str


MODES = (
    Mode("1", "watch", "Watch", "tui.screens.watch:WatchScreen"),
    Mode("2", "browse", "Browse", "tui.screens.browse:BrowseScreen"),
    Mode("3", "transfers", "Transfers", "tui.screens.transfers:TransfersScreen"),
    Mode("4", "activity", "Activity", "tui.screens.activity:ActivityScreen"),
    Mode("5", "settings", "Settings", "tui.screens.settings:SettingsScreen"),
)

# What is opened from these, imported when it is.
RUN_FILES = "tui.screens.run_files:RunFilesScreen"
COMPARE_WATCHED = "tui.screens.compare_flow:compare_watched"
COMPARE_STORED = "tui.screens.compare_flow:compare_stored"
CHOOSE_VARIABLE = "tui.screens.variables:choose_variable"
