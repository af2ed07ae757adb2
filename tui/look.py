"""How the app looks: by the settings, and at any time by others."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual.app import App
from textual.filter import LineFilter, Monochrome, NoColor

from core.printable import show_in
from core.settings import AppearanceSettings, Symbols
from tui.terminal import TerminalDriver
from tui.terminal_locale import UTF8, has_narrow_signs, terminal_encoding
from tui.themes import OWN_VARIABLES, themes
from tui.widgets.drawn_symbols import AsciiSigns
from tui.wording.twins import twins

IN_UNICODE = AppearanceSettings(symbols=Symbols.UNICODE)
"""Where nobody asked for anything, whatever the terminal."""


class DressedApp(App[int]):
    """Has a theme of the settings, and draws what the terminal can show."""

    def __init__(self, appearance: AppearanceSettings) -> None:
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.appearance = appearance
        self.set_reactive(App.theme, appearance.theme)
        self.no_color = bool(os.environ.get("NO_COLOR"))
        self._grey, self._colourless = Monochrome(), NoColor()
        self._signs: Sequence[LineFilter] = ()

    def on_load(self) -> None:
        """Before anything is drawn."""
        self._draw_with(self.appearance.symbols)

    def on_mount(self) -> None:
        """Now there is a terminal to write to."""
        self._write_as(self.appearance.symbols)

    def on_unmount(self) -> None:
        """What is said afterwards is no part of the app."""
        show_in(UTF8)

    def dress(self, appearance: AppearanceSettings) -> None:
        """From now on, on all screens."""
        before, self.appearance = self.appearance, appearance
        if appearance.symbols is not before.symbols:
            self._draw_with(appearance.symbols)
            self.set_reactive(App.theme, appearance.theme)
            self.mutate_reactive(App.theme)
        else:
            self.theme = appearance.theme

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Also the one that draws with other signs; without colours, what is right for the theme."""
        given = super().get_line_filters()
        filters = [each for each in given if not isinstance(each, Monochrome | NoColor)]
        if self.no_color:
            filters.append(self._colourless if self.native_ansi_color else self._grey)
        return [*filters, *self._signs]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Those of ours."""
        return OWN_VARIABLES

    def _draw_with(self, symbols: Symbols) -> None:
        encoding = encoding_for(symbols, os.environ)
        in_ascii = draws_ascii(symbols, os.environ)
        self._signs = (AsciiSigns(encoding),) if in_ascii else ()
        show_in(encoding, twins() if in_ascii else {})
        self._write_as(symbols)

    def _write_as(self, symbols: Symbols) -> None:
        if isinstance(self._driver, TerminalDriver):
            self._driver.write_in(encoding_for(symbols, os.environ))


def encoding_for(symbols: Symbols, environ: Mapping[str, str]) -> str:
    """Who asks for Unicode has a terminal for it, whatever the locale."""
    return UTF8 if symbols is Symbols.UNICODE else terminal_encoding(environ)


def draws_ascii(symbols: Symbols, environ: Mapping[str, str]) -> bool:
    """Whether signs are drawn in ASCII alone."""
    if symbols is Symbols.AUTO:
        return not has_narrow_signs(environ)
    return symbols is Symbols.ASCII


def previewed(appearance: AppearanceSettings, name: str, value: str) -> AppearanceSettings:
    """With one of its settings, as `theme` or `symbols`, as it is in the file."""
    if name == "symbols":
        return replace(appearance, symbols=Symbols(value))
    return replace(appearance, theme=value)
