"""The same times and colours on every machine."""

import time
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from textual.css.tokenize import tokenize, tokenize_value
from textual.css.tokenizer import Token

from tests.tui.builders import Stage, a_stage
from tui.clipboard import terminal_sequence
from tui.wording.notices import TOAST_SECONDS


@pytest.fixture(scope="session", autouse=True)
def styles_read_once() -> Iterator[None]:
    """Every app reads the same style sheets, and that several times: a tenth of the CPU time here."""

    @cache
    def of_sheet(code: str, read_from: tuple[str, str]) -> list[Token]:
        return list(tokenize(code, read_from))

    @cache
    def of_value(code: str, read_from: tuple[str, str]) -> list[Token]:
        return list(tokenize_value(code, read_from))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.css.parse.tokenize", of_sheet)
        patch.setattr("textual.css.tokenize.tokenize_value", of_value)
        yield


@pytest.fixture(autouse=True)
def same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """UTC, no desktop, no terminal that says who it is."""
    for name in ("NO_COLOR", "TMUX", "DISPLAY", "WAYLAND_DISPLAY", "TEXTUAL_THEME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def toasts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was said can be read at the end, however long a step takes on a busy machine."""
    for severity in TOAST_SECONDS:
        monkeypatch.setitem(TOAST_SECONDS, severity, 3600.0)


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the terminal is given for its clipboard."""
    texts: list[str] = []

    def note(text: str, environ: Mapping[str, str]) -> str:
        texts.append(text)
        return terminal_sequence(text, environ) or ""

    monkeypatch.setattr("tui.clipboard.terminal_sequence", note)
    return texts


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Two jobs: four finished runs and a running one, and a failed one; proved by two scans."""
    made = a_stage()
    made.settle()
    yield made
    made.end()
