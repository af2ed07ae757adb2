"""What is drawn has a twin in ASCII that tells as much."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest
from rich.cells import cell_len

import tui
from tui.wording.signs import (
    ACTIVITY_SIGNS,
    DOWNLOADING,
    RESTORING,
    RUN_SIGNS,
    TRANSFER_SIGNS,
    Sign,
)
from tui.wording.twins import twins

SOURCES = Path(tui.__file__).parent


def drawn_in(source: Path) -> set[str]:
    """What is not ASCII in the texts of a module."""
    tree = ast.parse(source.read_text())
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    )
    return {character for text in texts for character in text if not character.isascii()}


def test_every_sign_has_one() -> None:
    """Whoever draws something new says what stands for it."""
    drawn = {sign for source in SOURCES.rglob("*.py") for sign in drawn_in(source)}
    assert {"●", "━", "…"} <= drawn
    assert {sign for sign in drawn if ord(sign) not in twins()} == set()


def test_as_wide() -> None:
    """Nothing moves."""
    assert all(cell_len(chr(code)) == len(twin) == 1 for code, twin in twins().items())
    assert all(twin.isascii() and twin.isprintable() for twin in twins().values())


@pytest.mark.parametrize(
    "signs",
    [
        RUN_SIGNS.values(),
        [*TRANSFER_SIGNS.values(), DOWNLOADING, RESTORING],
        ACTIVITY_SIGNS.values(),
    ],
    ids=["runs", "transfers", "activity"],
)
def test_states_differ(signs: Iterable[Sign]) -> None:
    """By their signs as well as by their words."""
    signs = [*signs]
    glyphs = [sign.glyph.translate(twins()) for sign in signs]
    assert len({*glyphs}) == len({sign.glyph for sign in signs})
    assert all(sign.word for sign in signs)
