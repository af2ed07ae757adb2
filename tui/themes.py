"""The themes that the settings name. What is drawn takes its colours from their variables alone."""

from collections.abc import Iterable
from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

OWN_VARIABLES = {
    "curve": "#58d1eb",
    "band": "#9d65ff",
    "cursor-style": "bold",
    "match-style": "none",
    "found-style": "bold underline",
}
"""Beside Textual's, where a theme says nothing else.

`curve` is what was reached in a chart, `band` how far it scatters; the styles are those of what has a background otherwise.
"""

_LIGHT = Theme(
    name="light",
    primary="#005a9e",
    secondary="#00695c",
    warning="#8a5a00",
    error="#a4262c",
    success="#1b6e2f",
    accent="#8a3a00",
    foreground="#101010",
    background="#ffffff",
    surface="#f6f6f6",
    panel="#e9eef3",
    dark=False,
    variables={
        "text-primary": "#00508f",
        "text-success": "#145523",
        "text-warning": "#6b4600",
        "text-error": "#96141c",
        "text-accent": "#7a3300",
        "primary-muted": "#cfe2f3",
        "warning-muted": "#f7e3b5",
        "surface-lighten-2": "#b8c0c8",
        "surface-lighten-3": "#a0a8b0",
        "curve": "#005f87",
        "band": "#7a5cc0",
    },
)
_HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#00afff",
    secondary="#00ffff",
    warning="#ffff00",
    error="#ff8080",
    success="#5fff5f",
    accent="#ffff5f",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    boost="#202020",
    variables={
        "text-primary": "#87d7ff",
        "text-success": "#87ff87",
        "text-warning": "#ffff5f",
        "text-error": "#ffb0b0",
        "text-accent": "#ffff5f",
        "primary-muted": "#00328c",
        "warning-muted": "#5f4b00",
        "surface-lighten-2": "#ffffff",
        "surface-lighten-3": "#ffffff",
        "curve": "#00ffff",
        "band": "#af87ff",
    },
)


_OF_TERMINAL = {
    "primary-muted": "ansi_default",
    "warning-muted": "ansi_default",
    "surface-lighten-2": "ansi_bright_black",
    "surface-lighten-3": "ansi_default",
    "curve": "ansi_cyan",
    "band": "ansi_blue",
    "cursor-style": "bold reverse",
    "match-style": "reverse",
    "found-style": "bold underline reverse",
}
"""Which of its colours can be read on which, the terminal alone knows: backgrounds are told by reversing."""


def _ansi(name: str) -> Theme:
    theme = BUILTIN_THEMES[name]
    return replace(theme, variables=theme.variables | _OF_TERMINAL)


def themes() -> Iterable[Theme]:
    """By the names of the settings."""
    yield replace(BUILTIN_THEMES["textual-dark"], name="dark")
    yield _LIGHT
    yield _ansi("ansi-dark")
    yield _ansi("ansi-light")
    yield _HIGH_CONTRAST
    yield BUILTIN_THEMES["flexoki"]
