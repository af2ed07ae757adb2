"""Keys that are shown are keys that work, on every screen and in every state."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import pytest
from textual.binding import ActiveBinding
from textual.pilot import Pilot

from core.errors import (
    BucketNotFoundError,
    CatalogError,
    StoreAccessDeniedError,
    StoreConnectionError,
)
from core.ports.run_files import RunFiles
from core.upload.upload_request import UploadRequest
from tests.fakes.run_files import FakeRunFiles
from tests.tui.archives import RESULTS, put, run_files, zipped
from tests.tui.builders import FLU, MEASLES, STALL, Stage, bound, stored, until
from tests.tui.screen_text import lines_of, said_by, table_of, toasts_of
from tui.screens.comparison import ComparisonScreen
from tui.screens.inside import InsideScreen
from tui.screens.mode_screen import ModeScreen
from tui.widgets.filter_bar import FilterBar
from tui.widgets.key_bar import KeyBar
from tui.widgets.keys import MOVE, why_not
from tui.widgets.line_window import LineWindow
from tui.widgets.panes import TextPane
from tui.widgets.row_table import RowTable
from tui.widgets.run_preview import RunPreview
from tui.widgets.tab_bar import TabBar

_QUITS = {"q", "ctrl+q"}
_LAST = ("p", "u", "U", "h", "x", "r", "R", "s", "C", "d", "A", "M", "B", "D", "1", "2", "3")
"""What changes the state that the other keys are tried in."""


@dataclass(frozen=True)
class Scene:
    """How things are, on which screen, and the row that the cursor is put on.

    After `keys` the head says of the store what `store` says.
    """

    name: str
    mode: str
    prepare: Callable[[Stage], object]
    row: str = ""
    keys: tuple[str, ...] = ()
    store: str = ""


def no_answer() -> None:
    raise StoreConnectionError("No connection to S3.")


def _refused() -> None:
    raise StoreAccessDeniedError("ListObjectsV2 was refused (AccessDenied).")


def _nothing(stage: Stage) -> None:
    stage.tree.runs.clear()
    stage.clock.advance(10)
    stage.watch.tick()


def _offline_tree(stage: Stage) -> None:
    stage.tree.missing = "not mounted"
    stage.clock.advance(10)
    stage.watch.tick()


def _stalled(stage: Stage) -> None:
    stage.clock.advance(STALL)
    stage.watch.rescan()
    stage.watch.tick()


def _no_store(stage: Stage) -> None:
    stored(stage)
    stage.check = no_answer
    stage.sync = no_answer
    stage.store_watch.lost("No connection to S3.")


def _unreadable_store(stage: Stage) -> None:
    stored(stage)
    stage.sync = _refused


def _denied(stage: Stage) -> None:
    stored(stage)
    stage.check = stage.sync = _refused


def _no_bucket(stage: Stage) -> None:
    def missing() -> None:
        raise BucketNotFoundError('S3 has no bucket "lab".')

    stored(stage)
    stage.check = stage.sync = missing


def _stale(stage: Stage) -> None:
    def unwritten() -> None:
        raise CatalogError("The disk of the cache is full.")

    stored(stage)
    stage.sync = unwritten


def _waiting(stage: Stage) -> None:
    bound(stage)
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))


def _travelling(stage: Stage) -> None:
    bound(stage)
    script = stage.ferry.hold(f"{FLU}/RUN1", done=40, total=100)
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    stage.queue.start()
    assert script.waiting.wait(10)


def _paused(stage: Stage) -> None:
    _waiting(stage)
    assert stage.queue.pause(stage.queue.views()[0].id)


def _cancelled(stage: Stage) -> None:
    _waiting(stage)
    assert stage.queue.cancel(stage.queue.views()[0].id)


def _done(stage: Stage) -> None:
    stage.queue.start()
    _waiting(stage)
    assert stage.queue.wait_idle(10)


def _failed(stage: Stage) -> None:
    stage.ferry.fail(f"{FLU}/RUN1", StoreAccessDeniedError("PutObject was refused."))
    _done(stage)


def _archive(stage: Stage) -> None:
    put(stage, RESULTS, zipped(run_files()))


def _files(stage: Stage) -> None:
    names = ("LOG", "out.csv", "DAILY/INF.I.txt")
    files = {name: run_files()[f"RUN3/{name}"] for name in names}

    def local(path: str) -> RunFiles:
        return FakeRunFiles(files, path)

    stage.curves = replace(stage.curves, local=local)


def _curves(stage: Stage) -> None:
    def local(path: str) -> RunFiles:
        number = path.rpartition("RUN")[2]
        days = "".join(f"{day},{day % 7},{day * int(number)}\n" for day in range(1, 30))
        files = {"out.csv": f"Day,sick,well\n{days}", "LOG": f"run {number}\n", "a": "a", "b": "b"}
        told = {name: data.encode() for name, data in files.items()}
        return FakeRunFiles({**told, number: b"of this run only"}, path)

    stage.curves = replace(stage.curves, local=local)


SCENES = (
    Scene("no runs", "1", _nothing),
    Scene("done run", "1", bound, f"{FLU}/RUN3"),
    Scene("running run", "1", bound, f"{FLU}/RUN10"),
    Scene("failed run", "1", bound, f"{MEASLES}/RUN1"),
    Scene("heading", "1", bound, f"{FLU}/"),
    Scene("stalled run", "1", _stalled, f"{FLU}/RUN10"),
    Scene("run on its way", "1", _travelling, f"{FLU}/RUN1"),
    Scene("tree offline", "1", _offline_tree, f"{FLU}/RUN3"),
    Scene("curve of a run", "1", _curves, f"{FLU}/RUN3", keys=("p",)),
    Scene("files of a run", "1", _files, f"{FLU}/RUN3", keys=("f",)),
    Scene("log of a run", "1", _files, f"{FLU}/RUN3", keys=("f", "j", "enter")),
    Scene("ensemble", "1", _curves, f"{FLU}/RUN3", keys=("c",)),
    Scene("comparison", "1", _curves, f"{FLU}/RUN1", keys=("space", "space", "c")),
    Scene("unknown store", "2", lambda _: None),
    Scene("jobs", "2", stored),
    Scene("runs", "2", stored, keys=("enter",)),
    Scene("artifact", "2", stored, keys=("enter", "enter")),
    Scene("members", "2", _archive, keys=("enter", "enter", "enter")),
    Scene("table", "2", _archive, keys=("enter", "enter", "enter", "G", *"kkk", "enter")),
    Scene("text", "2", _archive, keys=("enter", "enter", "enter", "G", *"kkkkk", "enter")),
    Scene("store offline", "2", _no_store, keys=("enter",)),
    Scene("store refuses", "2", _unreadable_store, keys=("R",)),
    Scene("store denied", "2", _denied, keys=("R",), store="denied"),
    Scene("no such bucket", "2", _no_bucket, keys=("R",), store="no such bucket"),
    Scene("stale", "2", _stale, keys=("R",), store="stale"),
    Scene("no transfers", "3", lambda _: None),
    Scene("waiting transfer", "3", _waiting),
    Scene("running transfer", "3", _travelling),
    Scene("paused transfer", "3", _paused),
    Scene("cancelled transfer", "3", _cancelled),
    Scene("done transfer", "3", _done),
    Scene("failed transfer", "3", _failed),
)


def ours(pilot: Pilot[int]) -> dict[str, ActiveBinding]:
    """The keys of help, footer and palette, by key."""
    bindings = pilot.app.screen.active_bindings
    return {key: active for key, active in bindings.items() if active.binding.group}


def seen(stage: Stage, pilot: Pilot[int]) -> object:
    """All that a user can tell apart, and what came of it in the queue."""
    app, screen = pilot.app, pilot.app.screen
    tables = [(table.cursor, table.marks, *lines_of(table)) for table in screen.query(RowTable)]
    return (
        app.current_mode,
        [type(shown) for shown in app.screen_stack],
        toasts_of(pilot),
        tables,
        [(window.top, *lines_of(window)) for window in windows(pilot)],
        [pane.text for pane in screen.query(TextPane)],
        screen.classes,
        [bar.display for bar in screen.query(FilterBar)],
        [view.state for view in stage.queue.views()],
        (stage.queue.limit, stage.queue.parallel),
    )


def place(pilot: Pilot[int]) -> object:
    """Where the cursors are, and what is shown of files: other panes may follow only later."""
    cursors = [table.cursor for table in pilot.app.screen.query(RowTable)]
    return cursors, [window.top for window in windows(pilot)]


def windows(pilot: Pilot[int]) -> list[LineWindow]:
    """What is shown of a file."""
    return [window for window in pilot.app.screen.query(LineWindow) if window.is_on_screen]


def settled(pilot: Pilot[int]) -> bool:
    """Whether an archive that was opened is there, and so is a file of it."""
    screen = pilot.app.screen
    if isinstance(screen, ComparisonScreen):
        return "variable 1 of" in screen.query_one("#compared-head", TextPane).text
    if screen.has_class("-tall-detail"):
        return "peak" in screen.query_one(RunPreview).text
    if not isinstance(screen, InsideScreen):
        return True
    said = screen.query_one("#member-said", TextPane)
    fetching = said.display and "esc stops" in said.text
    return table_of(pilot).row_count > 0 and not fetching


async def go(pilot: Pilot[int], scene: Scene) -> None:
    """Back to the scene, whatever the key before has opened."""
    while not isinstance(pilot.app.screen, ModeScreen):
        await hit(pilot, "escape")
    if pilot.app.current_mode != ("watch", "browse", "transfers")[int(scene.mode) - 1]:
        await hit(pilot, scene.mode)
        assert await happens(pilot, lambda: len(pilot.app.screen.query(RowTable)) > 0)
    for bar in pilot.app.screen.query(FilterBar):
        bar.close()
    pilot.app.clear_notifications()
    table = table_of(pilot)
    if opened := windows(pilot):
        opened[0].focus()
    elif table.display and not table.has_focus:
        table.focus()
    if table.display and scene.row:
        table.move_to(scene.row)
    await pilot.pause(0)


async def hit(pilot: Pilot[int], key: str) -> None:
    """As `pilot.press`, which waits several times until the process is idle; this does once."""
    pilot.app.simulate_key(key)
    await pilot.pause()


def walk(bindings: dict[str, ActiveBinding]) -> list[str]:
    """The grey ones first, then those that change little."""
    keys = [key for key in bindings if key not in _QUITS]
    return sorted(keys, key=lambda key: (bindings[key].enabled, key in _LAST, key == "escape"))


def moves(active: ActiveBinding) -> bool:
    """Whether a key does nothing else than to move the cursor."""
    return active.binding.group == MOVE


async def happens(pilot: Pilot[int], what: Callable[[], bool]) -> bool:
    """Whether it does, within some seconds."""
    for _ in range(1000):
        if what():
            return True
        await pilot.pause(0.005)
    return False


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_keys_shown_are_keys_that_work(stage: Stage, scene: Scene) -> None:
    """Given a screen in some state, when a key that is shown is pressed, then something happens.

    A key that is not grey changes what is seen; a grey one changes nothing, and says why.
    """
    scene.prepare(stage)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await go(pilot, scene)
        for key in scene.keys:
            await hit(pilot, key)
            stage.clock.advance(1)  # what rests under the cursor is read
            assert await happens(pilot, lambda: settled(pilot))
        bar = pilot.app.screen.query_one(TabBar)
        assert await happens(pilot, lambda: scene.store in bar.render().plain)
        table, screen = table_of(pilot), pilot.app.screen
        for key in walk(ours(pilot)):
            await go(pilot, scene)
            if pilot.app.screen is not screen:
                break
            active = ours(pilot).get(key)
            if active is None or (moves(active) and table.row_count < 3):
                continue
            if moves(active):
                table.cursor = 1
                for window in windows(pilot):
                    window.go_to(1)
                await pilot.pause(0)
            look = partial(place, pilot) if moves(active) else partial(seen, stage, pilot)
            before, said = look(), len(said_by(pilot))
            reason = why_not(active.node, active.binding.action)
            assert bool(reason) is not active.enabled, key
            pilot.app.simulate_key(key)
            if active.enabled:
                assert await happens(pilot, lambda a=before, look=look: look() != a), key
                await pilot.pause()  # what it began on another thread is not of the next key
            else:
                assert await happens(pilot, lambda n=said, a=reason: said_by(pilot)[n:] == [a]), key


@pytest.mark.parametrize(
    ("mode", "key", "said"),
    [
        (
            "1",
            "x",
            "x works in 2 Browse: stop archiving, deleting, moving; 3 Transfers: give this one up",
        ),
        (
            "1",
            "r",
            (
                "r works in 2 Browse: sync again after an error; 3 Transfers: try this one again; "
                "4 Activity: try its transfer again"
            ),
        ),
        ("3", "h", "h works in 1 Watch: hold back, or release"),
        ("1", "Z", "Z does nothing here: ? shows the keys that do"),
        ("3", "comma", ", works in 1 Watch: preview; , . V its curve"),
        ("1", "left_parenthesis", "( does nothing here: ? shows the keys that do"),
    ],
)
async def test_a_key_of_another_screen_says_so(
    stage: Stage, mode: str, key: str, said: str
) -> None:
    """No key is silent; what is typed into a filter is text."""
    bound(stage)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await pilot.press(mode, key)
        await until(pilot, lambda: said_by(pilot)[-1:] == [said])


async def test_text_is_no_key(stage: Stage) -> None:
    """What is typed into a filter says nothing."""
    async with stage.app().run_test(size=(80, 24)) as pilot:
        table = table_of(pilot)
        await until(pilot, lambda: table.row_count == 8)
        await pilot.press("slash", "z", "x")
        await until(pilot, lambda: table.row_count == 0)
        assert toasts_of(pilot) == []


async def test_one_key_pauses_and_goes_on(stage: Stage) -> None:
    """The footer says what it does with the transfer under the cursor."""
    _waiting(stage)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await pilot.press("3")
        table = table_of(pilot)
        await until(pilot, lambda: table.has_focus and table.row_count == 1)
        bar = pilot.app.screen.query_one(KeyBar)
        for shown, state in (("s Pause", "paused"), ("s Go on", "queued"), ("s Pause", "paused")):
            await until(pilot, lambda shown=shown: shown in bar.render().plain)
            await pilot.press("s")
            await until(pilot, lambda state=state: stage.queue.views()[0].state.value == state)


async def test_footer_shows_what_works_first(stage: Stage) -> None:
    """Where there is not room for all keys, grey ones give way."""
    _travelling(stage)
    async with stage.app().run_test(size=(60, 16)) as pilot:
        await pilot.press("3")
        table = table_of(pilot)
        await until(pilot, lambda: table.has_focus and table.row_count == 1)
        bar = pilot.app.screen.query_one(KeyBar)
        await until(pilot, lambda: "s Pause" in bar.render().plain)
        shown = bar.render().plain
        assert "x Cancel" in shown
        assert "? Help" in shown
        assert "Retry" not in shown
