"""The same times and colours on every machine."""

import time
from collections.abc import Iterator

import pytest

from tests.tui.builders import Stage, a_stage


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


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Two jobs: four finished runs and a running one, and a failed one; proved by two scans."""
    made = a_stage()
    made.settle()
    yield made
    made.end()
