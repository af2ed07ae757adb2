"""Themes, colours and signs of the app as it runs."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.printable import harmless
from core.settings import AppearanceSettings, Symbols
from core.upload.upload_request import UploadRequest
from tests.builders import ROOT
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import FLU, Stage, palette, stored, until
from tests.tui.compared_runs import tell_curves
from tests.tui.screen_text import drawn_text_of, lines_of, table_of
from tests.tui.test_settings_screen import MINE, configured, content, file, settings
from tui.app import RunFerryApp
from tui.look import IN_UNICODE
from tui.modes import MODES
from tui.screens.ensemble import EnsembleScreen
from tui.screens.looks import LooksScreen
from tui.screens.overlay import OverlayScreen
from tui.screens.settings import SettingsScreen

__all__ = ["configured", "file"]

OF_PICTURE = frozenset({"ff5f57", "febc2e", "28c840", "c5c8c6"})
"""The buttons of its window, and what stands for the colour that the terminal writes with."""
IN_ASCII = AppearanceSettings(symbols=Symbols.ASCII)


def app_of(pilot: Pilot[int]) -> RunFerryApp:
    assert isinstance(pilot.app, RunFerryApp)
    return pilot.app


@pytest.fixture
def utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that has every character: nothing is replaced for want of one."""
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


async def all_ascii(pilot: Pilot[int]) -> None:
    """All that is drawn, once that is on the screen."""
    await until(pilot, lambda: drawn_text_of(pilot).isascii())


async def test_every_screen_in_ascii(stage: Stage, utf8: None) -> None:
    """What is drawn in signs, bars, borders and curves goes through one table."""
    stored(stage)
    travelling = stage.ferry.hold(f"{FLU}/RUN3", done=3 << 20, total=8 << 20)
    stage.queue.start()
    stage.queue.submit(UploadRequest(f"{FLU}/RUN3"))
    assert travelling.waiting.wait(10)
    async with stage.app(IN_ASCII).run_test(size=(100, 30), notifications=True) as pilot:
        for number, mode in enumerate(MODES, 1):
            await pilot.press(str(number))
            await until(pilot, lambda mode=mode: pilot.app.current_mode == mode.name)
            await all_ascii(pilot)
            await pilot.press("question_mark")
            await all_ascii(pilot)
            await pilot.press("escape")
        await pilot.press("1")
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        for keys in (["p"], ["y"], ["escape", "a"], ["escape", "slash"]):
            await pilot.press(*keys)
            await all_ascii(pilot)
        await palette(pilot, "RUN")
        await all_ascii(pilot)


async def test_charts_in_ascii(stage: Stage, utf8: None) -> None:
    """Curves and bands, too."""
    tell_curves(stage)
    async with stage.app(IN_ASCII).run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnsembleScreen))
        await until(pilot, lambda: "5 of 5 runs" in drawn_text_of(pilot))
        await all_ascii(pilot)
        await pilot.press("escape", "space", "space", "c")
        await until(pilot, lambda: isinstance(pilot.app.screen, OverlayScreen))
        await until(pilot, lambda: "180 days" in drawn_text_of(pilot))
        await all_ascii(pilot)


async def test_names_that_the_terminal_lacks(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are escaped before anything is measured; what the terminal has stays."""
    monkeypatch.setenv("LC_ALL", "de_DE.ISO-8859-1")
    stage.tree.runs[f"{ROOT}/Zürich_東京/OUT/RUN1"] = FakeRunDirectory()
    stage.settle()
    async with stage.app(AppearanceSettings()).run_test(size=(110, 30)) as pilot:
        await until(pilot, lambda: r"Zürich_\u6771\u4eac/OUT" in drawn_text_of(pilot))
        assert "* done" in drawn_text_of(pilot)
    assert harmless("東京") == "東京"


async def test_chosen_by_its_look(configured: Stage, file: Path) -> None:
    """What is under the cursor is shown at once; `esc` brings back what was, `enter` keeps it."""
    async with configured.app().run_test(size=(100, 40)) as pilot:
        await settings(pilot, "appearance.theme")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LooksScreen))
        await pilot.press("down")
        await until(pilot, lambda: pilot.app.theme == "light")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.theme == "dark")
        assert content(file) == MINE
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LooksScreen))
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        await until(pilot, lambda: "light" in "\n".join(lines_of(table_of(pilot))))
        await until(pilot, lambda: pilot.app.theme == "light")
        await settings(pilot, "appearance.symbols")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LooksScreen))
        await pilot.press("3")
        await until(pilot, lambda: 'symbols = "ascii"' in content(file))
        await all_ascii(pilot)
        await pilot.press("1")
        await all_ascii(pilot)
    assert content(file).endswith('[appearance]\ntheme = "light"\nsymbols = "ascii"\n')


@pytest.mark.parametrize("theme", ["dark", "light", "ansi-dark"])
async def test_without_colours(stage: Stage, monkeypatch: pytest.MonkeyPatch, theme: str) -> None:
    """Whatever the theme, nothing but greys or what the terminal has; states are words."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage.app(replace(IN_UNICODE, theme=theme)).run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "● done" in drawn_text_of(pilot))
        assert app_of(pilot).no_color
        svg = pilot.app.export_screenshot()
        colours = {*re.findall(r'fill[=:] ?"?#([0-9a-f]{6})', svg)} - OF_PICTURE
        assert {c for c in colours if not c[:2] == c[2:4] == c[4:]} == set()


async def test_an_empty_no_color(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says nothing, as everywhere."""
    monkeypatch.setenv("NO_COLOR", "")
    async with stage.app().run_test() as pilot:
        assert not app_of(pilot).no_color
