"""Settings: profiles, watched trees, and everything else, as the file has it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.app import SuspendNotSupported
from textual.binding import BindingType
from textual.message import Message
from textual.signal import Signal
from textual.widget import Widget

from core.errors import READ_ONLY, Failure, RunFerryError
from core.events import Event
from core.settings import Settings
from core.transfer_view import TransferView
from tui.background import failure_of, in_background
from tui.bridge import post
from tui.clipboard import CopyRequested
from tui.editor import edit
from tui.parts.configuration import Configuration
from tui.screens.listing import ListingScreen
from tui.screens.looks import LOOKS, AppearanceChosen, LooksScreen
from tui.screens.new_profile import NewProfileScreen
from tui.screens.opening import ReopenRequested
from tui.screens.questions import reopen_question
from tui.screens.setting import FormScreen, SettingScreen
from tui.screens.settings_read import SettingsRead, read_settings
from tui.screens.settings_reports import JudgedRuns, TestReport
from tui.screens.table_screen import TableScreen, nothing_to_close
from tui.screens.typed import Operation, TypedScreen
from tui.screens.typed import Outcome as Done
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.filter_bar import FilterBar
from tui.widgets.keys import DO, FIND, SELECT, bind
from tui.widgets.panes import Line, hanging, line
from tui.widgets.row_table import RowTable
from tui.widgets.setting_detail import SettingDetail
from tui.widgets.settings_rows import (
    RARE,
    SETTING_COLUMNS,
    Item,
    NewProfile,
    ProfileItem,
    RootItem,
    Section,
    SettingItem,
    SettingsPicture,
)
from tui.wording.action_keys import key, keyed_lines
from tui.wording.formatting import plural, short_path
from tui.wording.notices import Notice
from tui.wording.settings import dotted
from tui.wording.transfers import summarize

_NO_ROW = "Put the cursor on a setting"
_NO_PROFILE = "It is about profiles: put the cursor on one"
_NO_TREE = "It is about watched trees: put the cursor on one"
_NOT_SET = "It is not in the file: the default counts already"
_NOT_READ = "The file is being read"
_LATER = (
    " ◌ The file says something else than this app goes by: P on the profile in use has it count"
)
_READING = (line("Reading the settings …", Tone.DIM),)
_NO_MATCH = (line("No setting matches", Tone.STRONG), line("{back} clears the filter", Tone.DIM))


class SettingsScreen(TableScreen):
    """Written into the file by `enter`, `D` or an editor. Nothing is written over what was not seen."""

    MODE = "settings"
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("test", "Test", group=DO, tooltip="test a profile"),
        bind("use", "Use", group=DO, tooltip="use the store of a profile, here and now"),
        bind("preview", "Dry run", group=DO, tooltip="what the rule says of a tree's runs"),
        bind("take_out", "Take out", group=DO, tooltip="take a setting or profile out"),
        bind("edit", "Edit", group=DO, tooltip="open the file in $EDITOR"),
        bind("read_again", "Read", group=DO, tooltip="read the file again"),
        bind("copy", "Copy", group=DO, tooltip="copy name and value"),
        bind("filter", "Filter", group=FIND, tooltip="filter as you type"),
        bind("back", "clear", show=False, group=SELECT),
    ]

    class FileRead(Message):
        """The settings were read, or not even that."""

        def __init__(self, read: SettingsRead | None, failure: Failure | None = None) -> None:
            super().__init__()
            self.read = read
            self.failure = failure

    def __init__(self, services: AppServices, events: Signal[Event]) -> None:
        table = RowTable(SETTING_COLUMNS, id="settings")
        super().__init__(services, events, table)
        self._filter = FilterBar("name or value")
        self._detail = SettingDetail(id="story")
        self._read: SettingsRead | None = None
        self._failure: Failure | None = None
        self._folded, self._unfolded = RARE, frozenset[str]()
        self._picture: SettingsPicture | None = None
        self._items: Mapping[str, Item] = {}
        self._shown_before = False

    def compose_body(self) -> Iterable[Widget]:
        """The settings, and what is under the cursor."""
        return self.compose_table(self._detail, panes="queue")

    def on_mount(self) -> None:
        """Reads the file."""
        self._empty.show(_READING)
        self.action_read_again()

    def on_screen_resume(self) -> None:
        """Somebody may have changed it meanwhile."""
        self.action_read_again()

    def look(self, transfers: tuple[TransferView, ...]) -> None:
        """Rows that differ from those shown."""
        read = self._read
        self.refresh_bindings()
        if read is None:
            self.reveal_table(has_rows=False)
            self._detail.display = False
            return
        self._crumbs.show(
            [[(" settings", Tone.PLAIN), (f" › {short_path(read.configuration.path)}", Tone.DIM)]]
        )
        picture = SettingsPicture(
            read.shown,
            self.services.profile,
            tuple(root.path for root in self.services.watch.roots()),
            read.configuration.location,
            self._folded,
            self._unfolded,
            self._filter.needle,
        )
        if picture != self._picture:
            self._show(picture)

    def hints(self) -> Sequence[Line]:
        """What is wrong with the file, and what of it does not count yet."""
        lines = [*super().hints()]
        failure = self._failure or (self._read.failure if self._read else None)
        if failure:
            text = f"{failure.what} {failure.todo} {key('edit')} opens it; this app goes on as it began."
            lines += hanging(line(" ✗ ", Tone.WARN), text, Tone.WARN, self.size.width - 1)
        elif self._read and self._read.is_news:
            lines.append(line(_LATER, Tone.WARN))
        return lines

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what is about certain rows."""
        of_rows = {
            "use": lambda: "" if isinstance(self._item, ProfileItem) else _NO_PROFILE,
            "test": lambda: "" if isinstance(self._item, ProfileItem) else _NO_PROFILE,
            "preview": lambda: "" if isinstance(self._item, RootItem) else _NO_TREE,
            "take_out": self._why_not_taken_out,
            "copy": lambda: "" if isinstance(self._item, SettingItem) else _NO_ROW,
            "edit": lambda: "" if self._read or self._failure else _NOT_READ,
            "back": lambda: "" if self._filter.display else nothing_to_close(),
        }
        reason = of_rows.get(action)
        return reason() if reason else super().why_not(action, parameters)

    def action_read_again(self) -> None:
        """The file as it is now."""
        in_background(
            "settings",
            self._look_at_file,
            lambda read: post(self, self.FileRead(read)),
            lambda failure: post(self, self.FileRead(None, failure)),
        )

    def action_test(self) -> None:
        """Does the store of the profile do what is asked of it?"""
        if self._read and isinstance(item := self._item, ProfileItem):
            name, examine = item.profile.name, self._read.configuration.examine
            report = TestReport()
            self.app.push_screen(  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
                ListingScreen(
                    f"Test of {name}",
                    "Asking the store",
                    lambda: report.told(examine(name)),
                    report.summary,
                )
            )

    def action_use(self) -> None:
        """This app, at once; asks where something travels, because that stops."""
        if not isinstance(item := self._item, ProfileItem):
            return
        name = item.profile.name
        summary = summarize(self.services.transfers.views())
        question = reopen_question(summary, self.services.profile, name)
        if question:
            self.confirm(question, "Use it", lambda: self._reopen(name))
        else:
            self._reopen(name)

    def _reopen(self, profile: str) -> None:
        self.post_message(ReopenRequested(profile))

    def action_preview(self) -> None:
        """What would be stored: each run with what its finish rule says."""
        if self._read and isinstance(item := self._item, RootItem):
            report = JudgedRuns(self._read.configuration, item.path)
            title = f"{short_path(item.path)} by the rule {item.rule}"
            self.app.push_screen(  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
                ListingScreen(title, "Looking at the runs", report.told, report.summary)
            )

    def action_take_out(self) -> None:
        """A setting goes at once, a profile after its name was typed."""
        item = self._item
        if isinstance(item, SettingItem) and item.origin.startswith("file"):
            self.work("take-out", lambda: self._take_out(item))
        elif isinstance(item, ProfileItem):
            from_file = partial(self._delete_profile, item.profile.name)
            self.open(
                TypedScreen("Delete a profile", lambda: _deletion(item)),
                lambda: self.work("delete-profile", from_file),
            )

    def action_edit(self) -> None:
        """In the user's editor, which has the terminal until it is closed."""
        configuration = self.services.part(Configuration)
        path = configuration.path
        try:
            if self._read and not self._read.revision:
                configuration.create()
            with self.app.suspend():  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
                edit(path)
        except SuspendNotSupported:
            self.toast(
                f"There is no terminal to give to an editor: open {path} yourself", "warning"
            )
        except RunFerryError as error:
            failure = failure_of(error)
            self.toast(" ".join(filter(None, (failure.what, failure.todo))), "error")
        self.action_read_again()

    def action_copy(self) -> None:
        """As in a file: it can be pasted where somebody else needs it."""
        if isinstance(item := self._item, SettingItem):
            self.post_message(CopyRequested(f"{item.key} = {item.value}", "setting"))

    def action_back(self) -> None:
        """Clears the filter. Never quits."""
        self.close_filter()
        self.look_now()

    def on_settings_screen_file_read(self, message: FileRead) -> None:
        """Shows it, and has it count where that is possible at once."""
        before, self._failure = self._read, message.failure
        self._read = message.read or before
        if before and before.settings and self._read and (now := self._read.settings):
            self.work("limits", lambda: self._limits(before.shown, now))
            if now.appearance != before.settings.appearance:
                self.post_message(AppearanceChosen(now.appearance))
        self.look_now()
        self._show_detail()

    def on_row_table_row_highlighted(self) -> None:
        """The pane and the keys follow the cursor."""
        self._show_detail()
        self.refresh_bindings()

    def on_row_table_row_selected(self) -> None:
        """Folds what has something below it, and changes what has not."""
        match item := self._item:
            case NewProfile() | RootItem() | SettingItem() if self.services.read_only:
                self.toast(READ_ONLY)
            case Section():
                self._folded ^= {item.title}
            case ProfileItem():
                self._unfolded ^= {item.profile.name}
            case NewProfile():
                self._open_form(NewProfileScreen(self._add_profile))
            case RootItem():
                about = "The kind of the runs of this tree: `runferry config show` lists kinds."
                self._ask(dotted(item.keys), about, item.kind)
            case SettingItem():
                self._ask(item.key, item.about, item.value)
            case _:
                pass
        self.look_now()

    @property
    def _item(self) -> Item | None:
        return self._items.get(self._table.cursor_key)

    def _why_not_taken_out(self) -> str:
        match item := self._item:
            case ProfileItem():
                return "" if item.origin != "built in" else "It is built in"
            case SettingItem():
                return "" if item.origin.startswith("file") else _NOT_SET
            case _:
                return _NO_ROW

    def _look_at_file(self) -> SettingsRead:
        return read_settings(self.services.part(Configuration))

    def _show(self, picture: SettingsPicture) -> None:
        self._picture = picture
        source = picture.rows()
        self._items = {item.key: item for item in source.items}
        self._table.show(source)
        if not self._shown_before:
            self._shown_before = self._table.move_to(f"profiles.{self.services.profile}")
        self._filter.show_count(len(source), picture.count)
        self.reveal_table(has_rows=len(source) > 0)
        self._detail.display = len(source) > 0
        self._empty.show(keyed_lines(_NO_MATCH))
        self._show_detail()

    def _show_detail(self) -> None:
        if self._read:
            self._detail.show_item(self._item, self._read.configuration.running)

    def _ask(self, name: str, about: str, value: str) -> None:
        if read := self._read:
            lines = [line(about, Tone.DIM)] if about else []
            write = partial(_write, read, name)
            if name in LOOKS:
                looks = read.shown.appearance
                self._open_form(LooksScreen(name, lines, value, looks, write))
            else:
                self._open_form(SettingScreen(name, lines, value, write))

    def _open_form(self, form: FormScreen) -> None:
        self.open(form, self.action_read_again)

    def _add_profile(self, name: str, fields: Mapping[str, object]) -> None:
        if read := self._read:
            read.configuration.profiles.add(name, fields, read.revision)

    def _take_out(self, item: SettingItem) -> Sequence[Notice]:
        if read := self._read:
            read.configuration.set_setting.unset(item.key, read.revision)
        post(self, self.FileRead(self._look_at_file()))
        return [Notice(f"Took {item.key} out of the file; it said {item.value}")]

    def _delete_profile(self, name: str) -> Sequence[Notice]:
        if read := self._read:
            read.configuration.profiles.delete(name, read.revision)
        post(self, self.FileRead(self._look_at_file()))
        return [Notice(f"Took the profile {name} out of the file")]

    def _limits(self, before: Settings, now: Settings) -> Sequence[Notice]:
        """They count for what travels already."""
        transfers, told = self.services.transfers, list[Notice]()
        if now.transfers.limit != before.transfers.limit:
            transfers.set_limit(now.transfers.limit)
            told.append(Notice("The limit counts from now on"))
        if now.transfers.parallel != before.transfers.parallel:
            transfers.set_parallel(now.transfers.parallel)
            told.append(
                Notice(f"{plural(now.transfers.parallel, 'transfer')} at a time from now on")
            )
        return told


def _write(read: SettingsRead, name: str, typed: str) -> None:
    """Empty takes it out."""
    setting = read.configuration.set_setting
    if typed:
        setting(name, typed, read.revision)
    else:
        setting.unset(name, read.revision)


def _deletion(item: ProfileItem) -> Operation:
    name = item.profile.name
    return Operation(
        [
            line(f"The profile {name} is taken out of the settings file.", Tone.STRONG),
            line(f"Everything in {item.location} stays."),
            line("This app goes on with it until it is closed." if item.used else "", Tone.DIM),
        ],
        verb="Delete",
        do=lambda _: Done(""),
        name=name,
    )
