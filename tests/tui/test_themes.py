"""The colours of all themes can be read, and nothing is drawn in others."""

import re
from itertools import product
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

import tui
from core.settings import THEMES
from tui.themes import OWN_VARIABLES, themes

SOURCES = Path(tui.__file__).parent
READABLE = 4.5
TONES = ("primary", "success", "warning", "error", "accent")
TEXTS = ("foreground", "foreground 60%", "text", *(f"text-{tone}" for tone in TONES))
BACKGROUNDS = ("background", "surface", "panel", "primary-muted")
KNOWN = [theme for theme in themes() if not theme.ansi]


def luminance(colour: Color) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part / 255) for part in colour.rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """As the guidelines for accessible pages have it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def over(below: Color, colour: Color) -> Color:
    return below.blend(colour, colour.a, 1)


def colour(theme: Theme, name: str) -> Color:
    variable, _, share = name.partition(" ")
    value = {**OWN_VARIABLES, **theme.to_color_system().generate(), **theme.variables}[variable]
    parsed = Color.parse("white" if value.startswith("auto") else value)
    if value.startswith("auto"):
        parsed = Color.parse("white" if theme.dark else "black")
    return parsed.multiply_alpha(float(share.rstrip("%")) / 100) if share else parsed


@pytest.mark.parametrize("theme", KNOWN, ids=lambda theme: theme.name)
def test_readable(theme: Theme) -> None:
    """Whatever is written, on whatever it stands; what does not work here and now may be paler."""
    ground = colour(theme, "background")
    unreadable = {
        (text, background): round(ratio, 1)
        for text, background in product(TEXTS, BACKGROUNDS)
        if (
            ratio := contrast(
                over(below := over(ground, colour(theme, background)), colour(theme, text)), below
            )
        )
        < READABLE
    }
    assert unreadable == {}


@pytest.mark.parametrize("theme", KNOWN, ids=lambda theme: theme.name)
def test_found(theme: Theme) -> None:
    """Also what a search has found."""
    below = over(colour(theme, "background"), colour(theme, "warning-muted"))
    assert contrast(colour(theme, "foreground"), below) >= READABLE


def test_as_in_settings() -> None:
    """Each name that the settings have is a theme."""
    assert tuple(theme.name for theme in themes()) == THEMES


def test_no_other_colours() -> None:
    """A colour that a theme does not know would be lost on some background."""
    own = re.compile(r"#[0-9a-fA-F]{6}\b|(?:color|background|border)[a-z-]*:[^;$\n]*;|rgb\(")
    found = {
        f"{source.name}: {match[0]}"
        for source in (*SOURCES.rglob("*.py"), *SOURCES.rglob("*.tcss"))
        if source.name != "themes.py"
        for match in own.finditer(source.read_text())
        if not re.search(r": (?:none|transparent)\b", match[0])
    }
    assert found == set()
