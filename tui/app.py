"""The app: modes, global keys, theme, bridge, crash hook. Everything else is in screens."""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from contextvars import Context, copy_context
from functools import partial
from pathlib import Path
from pkgutil import resolve_name
from typing import ClassVar

from rich.segment import Segments
from rich.text import Text
from textual import events
from textual.actions import ActionParseResult
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.dom import DOMNode
from textual.driver import Driver
from textual.message import Message
from textual.notifications import Notify
from textual.screen import ModalScreen, Screen
from textual.signal import Signal

from core.events import Event
from core.ports.mfa_prompt import CodeQuestion
from core.printable import harmless
from core.redaction import redact
from core.settings import AppearanceSettings
from tui.background import WorkFailedError, in_background, in_thread
from tui.bridge import Bridge, CoreEventReceived, post
from tui.clipboard import Copier, CopyRequested
from tui.diagnostics import crash_note
from tui.dialog_prompt import DialogMfaPrompt
from tui.history import History
from tui.look import IN_UNICODE, DressedApp
from tui.modes import MODES, Mode
from tui.reopening import Opened, Reopening
from tui.screens.confirm import ConfirmScreen, QuitScreen
from tui.screens.elsewhere import why_nothing_happens
from tui.screens.help import HelpScreen, key_lines, signs_of
from tui.screens.looks import AppearanceChosen
from tui.screens.mode_screen import (
    JobChosen,
    ModeChosen,
    ModeScreen,
    RunChosen,
    TransferChosen,
    UnboundKey,
    notice_of,
)
from tui.screens.opening import OpeningScreen, ReopenRequested
from tui.screens.questions import quit_question, suspend_question
from tui.screens.run import RunScreen
from tui.screens.watch import WatchScreen
from tui.services import AppServices
from tui.terminal import PATIENCE, TerminalDriver, end_on_signals
from tui.terminal_news import TerminalNews
from tui.toasts import with_news
from tui.widgets.key_bar import KeyBar
from tui.widgets.keys import ANYWHERE, Explained, bind, keymap, why_not
from tui.widgets.tab_bar import TabBar
from tui.wording.action_keys import key, use_keys
from tui.wording.notices import TOAST_SECONDS, Notice, Notices
from tui.wording.transfers import summarize

_OPENING = "opening"
"""The mode while there is no store."""
_TABS = ", ".join(mode.name for mode in MODES)
_WANTED_OF_THE_STORE = frozenset(
    [
        "adopt",
        "archive",
        "change",
        "clean",
        "delete",
        "download",
        "link",
        "move",
        "read_again",
        "rescan",
        "resume",
        "retry",
        "retry_all",
        "sync",
        "upload",
        "upload_anyway",
    ]
)
"""Actions of a user who said "not now" to a code and wants something that needs it after all."""
_TELL_SECONDS = 1.0
_MERGE_SECONDS = 0.5
"""Events this close together become one toast."""


def _palette() -> type[Provider]:
    """What the first frame does not show is imported when it is first asked for."""
    from tui.screens.palette import RunFerryCommands

    return RunFerryCommands


def _screen_of(mode: Mode) -> type[ModeScreen]:
    screen = resolve_name(mode.screen)
    if not issubclass(screen, ModeScreen):
        raise TypeError(f"{mode.screen} is no screen of the app.")
    return screen


class NativeCopyEnded(Message):
    """The desktop's tool took the text, or there is none."""

    def __init__(self, request: CopyRequested, tool: str) -> None:
        super().__init__()
        self.request = request
        self.tool = tool


class CodeAsked(Message, bubble=False):
    """A thread needs the code of an MFA device; None when it needs none any more."""

    def __init__(self, question: CodeQuestion | None) -> None:
        super().__init__()
        self.question = question


class RunFerryApp(Explained, DressedApp):
    """Returns the exit code. Closing it stops neither the watch nor the queue: the session does."""

    TITLE = "runferry"
    CSS_PATH = Path(__file__).with_name("styles.tcss")
    DEFAULT_MODE = "watch"
    SUSPENDED_SCREEN_CLASS = "-below"
    PATIENCE: ClassVar[float] = PATIENCE
    COMMANDS = {_palette}  # noqa: RUF012 - the type is Textual's
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            bind(
                mode.name,
                mode.title,
                action=f"show('{mode.name}')",
                show=False,
                group=ANYWHERE,
                tooltip=_TABS,
            )
            for mode in MODES
        ),
        bind("help", "Help", group=ANYWHERE, tooltip="this help"),
        bind(
            "palette",
            "Palette",
            action="command_palette",
            group=ANYWHERE,
            tooltip="command palette",
        ),
        bind(
            "go_to",
            "Go to",
            show=False,
            group=ANYWHERE,
            tooltip="go to job, run, key, screen",
        ),
        bind(
            "back_in_history",
            "Place before",
            action="history(-1)",
            show=False,
            group=ANYWHERE,
            tooltip="places: before, after",
        ),
        bind(
            "on_in_history",
            "Place after",
            action="history(1)",
            show=False,
            group=ANYWHERE,
            tooltip="places: before, after",
        ),
        bind(
            "suspend",
            "Suspend",
            show=False,
            group=ANYWHERE,
            tooltip="back to the shell; fg returns",
        ),
        bind("quit", "Quit", group=ANYWHERE, tooltip="quit"),
        # Works while one types, too, whatever the settings say.
        Binding(
            "ctrl+q", "quit", "Quit", show=False, priority=True, group=ANYWHERE, tooltip="quit"
        ),
    ]

    def __init__(
        self,
        services: AppServices,
        prompt: DialogMfaPrompt | None = None,
        on_first_frame: Callable[[], None] = lambda: None,
        reopening: Reopening | None = None,
        *,
        appearance: AppearanceSettings = IN_UNICODE,
        first_run: bool = False,
    ) -> None:
        """What the `prompt` asks is shown as long as the app is open. Without `reopening` it has one store.

        On a `first_run` the user is asked what to watch and where to store it, before anything begins.
        """
        super().__init__(appearance)
        self.animation_level = "none"
        self._services = services
        self._prompt = prompt or DialogMfaPrompt()
        self._expire: Callable[[], None] = lambda: None
        self._on_first_frame = on_first_frame
        self._reopening = reopening
        self._first_run = first_run
        self._bridge = Bridge(self)
        self._notices = Notices()
        self._history = History()
        self._copier = Copier(self._write)
        self._news = TerminalNews(os.environ, self._show_title, self._write)
        self._tells_focus = False
        self.core_events = Signal[Event](self, "core-events")
        self.is_read_only = services.read_only
        self._take_keys()
        self._add_modes()

    def _take_keys(self) -> None:
        """Those of the settings, for bindings and for texts."""
        use_keys(self._services.keys)
        self.set_keymap(keymap(self._services.keys))

    def _add_modes(self) -> None:
        for mode in MODES:
            make = partial(self._make_screen, mode)
            self.add_mode(mode.name, make)  # pyright: ignore[reportUnknownMemberType] - Textual's Screen is untyped here

    def _make_screen(self, mode: Mode) -> ModeScreen:
        return _screen_of(mode)(self._services, self.core_events)

    def on_mount(self) -> None:
        """From now on core's events arrive, and the terminal is given back before the end."""
        self.app_resume_signal.subscribe(self, self._draw_all)  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
        self._services.bus.subscribe(self._bridge)
        self._prompt.show_with(lambda question: post(self, CodeAsked(question)))
        if self._driver and not self.is_headless:
            end = partial(self._end, asyncio.get_running_loop(), copy_context())
            end_on_signals(end, patience=self.PATIENCE)

    def on_ready(self) -> None:
        """The first frame is drawn: now the watch and the queue may take their share.

        Whether the store answers is found out before the user needs it.
        """
        self._on_first_frame()
        self.set_interval(_TELL_SECONDS, self._tell_terminal)
        if self._first_run:
            from tui.screens.first_run import FirstRunScreen

            self.push_screen(FirstRunScreen(self._services), self._begin)
        else:
            self._begin(None)

    def _begin(self, chosen: ReopenRequested | None) -> None:
        """With what there is, or with what was chosen first."""
        if chosen:
            self.post_message(chosen)
        else:
            self._services.start()
            self._services.store_watch.ask()

    def on_app_blur(self) -> None:
        """The user looks elsewhere; a terminal that says so will also say when that ends."""
        self._tells_focus = True

    def on_app_focus(self) -> None:
        """Shows at once what was shown now and then only."""
        self._tells_focus = True
        for screen in self.screen_stack:
            if isinstance(screen, ModeScreen):
                screen.look_now()

    def on_unmount(self) -> None:
        """No more events."""
        self._services.bus.unsubscribe(self._bridge)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """None: the palette lists what is on the keys."""
        return ()

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Where one is already there is nowhere to go; while a store is opened there is nothing else."""
        if self.current_mode == _OPENING and action != "quit":
            return "The store is being opened"
        if action == "history" and isinstance(step := parameters[0], int):
            nowhere = "There is no place after this" if step > 0 else "This is where you began"
            return "" if self._history.can_go(step) else nowhere
        return "You are here" if action == "show" and parameters[0] == self.current_mode else ""

    async def on_event(self, event: events.Event) -> None:
        """Enter in a dialog wants something of the store, as an action does."""
        entered = isinstance(event, events.Key) and event.key == "enter"
        if entered and isinstance(self.screen, ModalScreen):
            self._prompt.ask_again()
        await super().on_event(event)

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """A key that does nothing here and now says why."""
        if isinstance(action, str) and action.partition("(")[0] in _WANTED_OF_THE_STORE:
            self._prompt.ask_again()
        if await super().run_action(action, default_namespace, namespaces):
            return True
        reason = why_not(default_namespace, action) if isinstance(action, str) else ""
        if reason:
            self._toast(Notice(reason))
        return bool(reason)

    def action_command_palette(self) -> None:
        """Of the screen that is open."""
        from tui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def action_go_to(self) -> None:
        """Asks where to: a job, a run, a key, a screen."""
        from tui.screens.palette import Palette, Places

        if not isinstance(self.screen, Palette):
            asks = "job 12, RUN3, a name, a key or s3:// URI of this store, a screen"
            self.push_screen(Palette([Places], placeholder=asks, id="--command-palette"))

    async def action_show(self, mode: str) -> None:
        """One of the main screens, and there the run that was under the cursor of this one."""
        self.on_place_seen()
        left = self.screen
        subject = left.subject() if isinstance(left, ModeScreen) else None
        await self.switch_mode(mode)
        if subject:
            await self._close_opened()
        if isinstance(self.screen, ModeScreen) and (why_not := self.screen.follow(subject)):
            self._toast(Notice(why_not))

    def action_help(self) -> None:
        """The keys of this screen."""
        keys = key_lines(self.screen.active_bindings.values())
        if isinstance(self.screen, RunScreen):
            self.push_screen(HelpScreen("A run", keys, signs_of(WatchScreen.MODE)))
        elif isinstance(self.screen, ModeScreen):
            mode = self.screen.mode
            self.push_screen(HelpScreen(mode.title(), keys, signs_of(mode)))

    def on_place_seen(self) -> None:
        """Where one is by now is remembered."""
        below = next((s for s in reversed(self.screen_stack) if isinstance(s, ModeScreen)), None)
        if below and (spot := below.spot()):
            self._history.note(spot)

    async def action_history(self, step: int) -> None:
        """To the place before, or after."""
        self.on_place_seen()
        spot = self._history.go(step)
        if spot is None:
            return
        await self.switch_mode(spot.mode)
        await self._close_opened()
        if isinstance(self.screen, ModeScreen) and (why_not := self.screen.return_to(spot)):
            self._toast(Notice(why_not))

    def action_suspend(self) -> None:
        """To the shell, until that brings it back; asks while something travels, because that stands still."""
        if self._driver is None or self.is_headless or not self._driver.can_suspend:
            self._toast(Notice("There is no shell behind this app"))
            return
        summary = summarize(self._services.transfers.views())
        if not summary.active:
            self.action_suspend_process()
        elif not isinstance(self.screen, ConfirmScreen):
            question = suspend_question(summary)
            self.push_screen(ConfirmScreen(question, yes="Suspend", no="No"), self._suspend_if)

    def _suspend_if(self, answer: bool | None) -> None:
        if answer:
            self.call_after_refresh(self.action_suspend_process)

    def _draw_all(self, _app: object) -> None:
        """What the shell left on the terminal is none of ours."""
        self.refresh(layout=True)

    async def action_quit(self) -> None:
        """Asks only while something is being uploaded."""
        if isinstance(self.screen, ConfirmScreen):
            return
        if self.current_mode == _OPENING:
            self.exit(0)
            return
        summary = summarize(self._services.transfers.views())
        if not summary.active and not summary.queued:
            self.exit(0)
            return
        self.push_screen(QuitScreen(quit_question(summary), yes="Quit"), self._quit_if)

    def on_core_event_received(self, message: CoreEventReceived) -> None:
        """Passes the event down to the screens, and says what is worth saying."""
        self.core_events.publish(message.event)
        first = self._notices.empty
        if self._notices.add(message.event) and first:
            self.set_timer(_MERGE_SECONDS, self._say_notices)

    def on_code_asked(self, message: CodeAsked) -> None:
        """Shows the question on top of whatever is open; one that is none any more goes."""
        from tui.screens.mfa_code import MfaCodeScreen

        self._expire()
        if asked := message.question:
            screen = MfaCodeScreen(asked)
            self._expire = screen.expire
            self.push_screen(screen, partial(self._answer_question, asked))

    async def on_tab_bar_chosen(self, message: TabBar.Chosen) -> None:
        """A tab was clicked."""
        await self.action_show(message.mode)

    def on_key_bar_pressed(self, message: KeyBar.Pressed) -> None:
        """A key was clicked."""
        self.simulate_key(message.key)

    def on_unbound_key(self, message: UnboundKey) -> None:
        """Says where the key means something."""
        screens = ((f"{key(mode.name)} {mode.title}", _screen_of(mode)) for mode in MODES)
        self._toast(Notice(why_nothing_happens(message.key, message.character, screens)))

    async def on_run_chosen(self, message: RunChosen) -> None:
        """The palette found a run."""
        self.on_place_seen()
        await self.switch_mode("watch")
        await self._close_opened()
        if isinstance(self.screen, WatchScreen):
            self.screen.go_to(message.path)

    async def on_job_chosen(self, message: JobChosen) -> None:
        """The palette found a job."""
        from tui.screens.browse import BrowseScreen

        self.on_place_seen()
        await self.switch_mode("browse")
        await self._close_opened()
        if isinstance(self.screen, BrowseScreen):
            self.screen.open_job(message.job, message.run, message.key)

    async def on_mode_chosen(self, message: ModeChosen) -> None:
        """One of the main screens, as it was left."""
        await self.action_show(message.mode)

    def on_reopen_requested(self, message: ReopenRequested) -> None:
        """Another store, or the same one anew: everything that is shown is made again."""
        if reopening := self._reopening:
            work = self._reopen(reopening, message)
            self.run_worker(work, group="reopen", exclusive=True)
        else:
            self._toast(Notice("This app was made for one store: start another one", "warning"))

    async def _reopen(self, reopening: Reopening, asked: ReopenRequested) -> None:
        profile = asked.profile
        try:
            await in_thread("check-profile", partial(reopening.check, profile))
        except WorkFailedError as error:
            self._toast(notice_of(error.failure))
            if asked.root:
                self._begin(None)
            return
        roots = [asked.root] if asked.root else [r.path for r in self._services.watch.roots()]
        await self._leave(profile)
        try:
            opened = await in_thread("reopen", partial(reopening.reopen, profile, roots))
        except WorkFailedError as error:
            self.exit(error.failure.exit_code, message=notice_of(error.failure).text)
            return
        await self._enter(opened, "watch" if asked.root else "settings")
        if asked.auto_upload:
            await self._turn_on(opened.services, asked.root)

    async def _turn_on(self, services: AppServices, root: str) -> None:
        try:
            await in_thread("auto-upload", partial(services.set_auto_upload, root, True, None))
        except WorkFailedError as error:
            self._toast(notice_of(error.failure))

    async def _leave(self, profile: str) -> None:
        """Nothing asks the old services any more."""
        self._services.bus.unsubscribe(self._bridge)
        self.add_mode(_OPENING, lambda: OpeningScreen(profile))  # pyright: ignore[reportUnknownMemberType] - Textual's Screen is untyped here
        await self.switch_mode(_OPENING)
        for mode in MODES:
            await self.remove_mode(mode.name)

    async def _enter(self, opened: Opened, mode: str) -> None:
        self._services, self._prompt = opened.services, opened.prompt
        self._news.forget()
        self.is_read_only = opened.services.read_only
        self._take_keys()
        self._services.bus.subscribe(self._bridge)
        self._prompt.show_with(lambda question: post(self, CodeAsked(question)))
        self._add_modes()
        await self.switch_mode(mode)
        await self.remove_mode(_OPENING)
        self._services.start()
        self._services.store_watch.ask()
        if opened.failure:
            self._toast(notice_of(opened.failure))
        else:
            self._toast(Notice(f"The store is {opened.services.store_location}"))

    def on_appearance_chosen(self, message: AppearanceChosen) -> None:
        """By what is in the settings, or is tried out."""
        self.dress(message.appearance)

    async def on_transfer_chosen(self, message: TransferChosen) -> None:
        """What happened was about a transfer."""
        await self.switch_mode("transfers")
        if isinstance(self.screen, ModeScreen):
            self.screen.follow(message.subject)

    async def _close_opened(self) -> None:
        """Something behind what was opened on this screen is asked for."""
        home = next(mode for mode in MODES if mode.name == self.current_mode)
        opened = ModeScreen, RunScreen
        while isinstance(self.screen, opened) and not isinstance(self.screen, _screen_of(home)):
            await self.pop_screen()

    def on_copy_requested(self, message: CopyRequested) -> None:
        """The desktop's clipboard first; a browser has its own."""
        in_background(
            "copy",
            lambda: "" if self.is_web else self._copier.native(message.text),
            lambda tool: post(self, NativeCopyEnded(message, tool)),
            lambda _: post(self, NativeCopyEnded(message, "")),
        )

    def on_native_copy_ended(self, message: NativeCopyEnded) -> None:
        """Else the terminal's."""
        request = message.request
        if message.tool:
            self._toast(Notice(f"Copied {request.what} ({message.tool})"))
        else:
            self._toast(self._copier.through_terminal(request.text, request.what))

    def get_driver_class(self) -> type[Driver]:
        """Ours in a terminal; in a browser, Textual's."""
        chosen = super().get_driver_class()
        return TerminalDriver if issubclass(TerminalDriver, chosen) else chosen

    def panic(self, *renderables: object) -> None:
        """Textual prints what it is given; this prints a note without values."""
        self._fatal_error()

    def _fatal_error(self) -> None:
        # Textual's own would print every local variable of every frame.
        self.bell()
        note = Text(crash_note(self._exception))
        self._exit_renderables.append(Segments(self.console.render(note, self.console.options)))
        self._close_messages_no_wait()

    def _end(self, loop: asyncio.AbstractEventLoop, context: Context, code: int) -> None:
        with suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(self.exit, code, context=context)

    def _answer_question(self, asked: CodeQuestion, code: str | None) -> None:
        if code is not None:
            self._prompt.answer(asked, code)

    def _quit_if(self, answer: bool | None) -> None:
        if answer:
            self.exit(0)

    def _say_notices(self) -> None:
        """Not while a question is to be read: what happened can wait."""
        if any(isinstance(screen, ModalScreen) for screen in self.screen_stack):
            self.set_timer(_MERGE_SECONDS, self._say_notices)
            return
        for notice in self._notices.take():
            self._toast(notice)

    def _toast(self, notice: Notice) -> None:
        self.notify(
            redact(harmless(notice.text)),
            severity=notice.severity,
            timeout=TOAST_SECONDS[notice.severity],
            markup=False,
        )

    def on_notify(self, event: Notify) -> None:
        """Makes room for it, before Textual takes it."""
        up = [*self._notifications]
        told = event.notification
        told.message, gone = with_news([each.message for each in up], told.message)
        for number in gone:
            self._unnotify(up[number], refresh=False)
        for screen in self.screen_stack:
            if isinstance(screen, ModeScreen):
                screen.place_toasts()

    def _tell_terminal(self) -> None:
        if self.current_mode != _OPENING:
            services, is_watched = self._services, self.app_focus and self._tells_focus
            views, now = services.transfers.views(), services.clock.monotonic()
            self._news.look(views, now, self.appearance, is_watched=is_watched)

    def _show_title(self, title: str) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.show_title(title)

    def _write(self, sequence: str) -> None:
        if self._driver:
            self._driver.write(sequence)
