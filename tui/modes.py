"""The screens of the app. A new screen is a file and a line here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mode:
    """`name` is that of the action that shows it, too; `screen` is a class as "module:name", imported when it is first shown."""

    name: str
    title: str
    screen: str


MODES = (
    Mode("watch", "Watch", "tui.screens.watch:WatchScreen"),
    Mode("browse", "Browse", "tui.screens.browse:BrowseScreen"),
    Mode("transfers", "Transfers", "tui.screens.transfers:TransfersScreen"),
    Mode("activity", "Activity", "tui.screens.activity:ActivityScreen"),
    Mode("settings", "Settings", "tui.screens.settings:SettingsScreen"),
)

# What is opened from these, imported when it is.
RUN_FILES = "tui.screens.run_files:RunFilesScreen"
COMPARE_WATCHED = "tui.screens.compare_flow:compare_watched"
COMPARE_STORED = "tui.screens.compare_flow:compare_stored"
CHOOSE_VARIABLE = "tui.screens.variables:choose_variable"
