"""The table of actions is what the screens have, and the user's own keys are heard, shown and told."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.actions import ACTIONS
from tests.tui.builders import HeardApp, Stage, palette, until
from tests.tui.screen_text import drawn_text_of, said_by, table_of
from tests.tui.screens import SCREENS, bindings
from tui.screens.help import HelpScreen
from tui.widgets.key_bar import KeyBar
from tui.widgets.keys import keys_now, written
from tui.widgets.tab_bar import TabBar
from tui.wording.action_keys import key, keyed, use_keys

FIXED = {"ctrl+q", "enter", "space"}
"""The way out, and what an opened run knows besides."""


def test_actions_of_screens() -> None:
    """Each is where the table says, and nowhere else; keys that have no name there are few."""
    there = {
        title: {b.id for owner in owners for b in bindings(owner)}
        for title, owners in SCREENS.items()
    }
    assert {title: names - {None} for title, names in there.items()} == {
        title: {name for name, action in ACTIONS.items() if title in action.screens}
        for title in SCREENS
    }
    unnamed = {
        b.key for owners in SCREENS.values() for o in owners for b in bindings(o) if not b.id
    }
    assert unnamed == FIXED


@pytest.mark.parametrize("name", ACTIONS)
def test_keys_are_read_as_they_are_shown(name: str) -> None:
    """What the app hears is what it says, and what the settings say."""
    binding = next(
        b for owners in SCREENS.values() for o in owners for b in bindings(o) if b.id == name
    )
    signs = {
        "↑": "up",
        "↓": "down",
        "←": "left",
        "→": "right",
        "pgup": "pageup",
        "pgdn": "pagedown",
    }
    shown = [written(key) for key in keys_now(binding)]
    assert [signs.get(key, key) for key in shown] == [*ACTIONS[name].keys]


@pytest.fixture
def own_keys() -> Iterator[None]:
    """What sentences say is everybody's again afterwards."""
    yield
    use_keys({})


@pytest.mark.usefixtures("own_keys")
def test_sentences() -> None:
    """They name the keys that count."""
    use_keys({"upload": ("^u", "f5")})
    told = keyed("{upload} in Watch uploads it; {download} does not")
    assert told == "^u in Watch uploads it; d does not"
    assert key("row_up") == "↑"


@pytest.mark.usefixtures("own_keys")
async def test_own_keys(stage: Stage) -> None:
    """They do it, the keys before do not, and everything on the screen says so."""
    own = {"filter": ("f5",), "browse": ("b",), "help": ("H", "f1"), "fold": ("z",)}
    app = HeardApp(replace(stage.services(), keys=own))
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        assert " b Browse " in app.screen.query_one(TabBar).render().plain
        bar = app.screen.query_one(KeyBar)
        await until(pilot, lambda: "f5 Filter" in bar.render().plain)
        assert "H Help" in bar.render().plain
        await pilot.press("slash")
        nothing = "/ does nothing here: H shows the keys that do"
        await until(pilot, lambda: nothing in said_by(pilot))
        await pilot.press("f5", "z")
        await until(pilot, lambda: bool(app.screen.query("#filter").first().display))
        await pilot.press("escape", "z")
        await until(pilot, lambda: table_of(pilot).row_count < 8)
        await pilot.press("H")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        assert "f5         filter as you type" in drawn_text_of(pilot)
        await pilot.press("escape", "b")
        await until(pilot, lambda: app.current_mode == "browse")
        await palette(pilot, "this help")
        await until(pilot, lambda: "key: H" in drawn_text_of(pilot))
