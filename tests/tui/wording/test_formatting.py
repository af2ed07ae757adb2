"""Numbers and times as text."""

from datetime import timedelta

import pytest

from core.pace.byte_rate import parse_rate
from tests.builders import NOON
from tui.wording import formatting


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 KiB"),
        (10 * 1024, "10 KiB"),
        (811 << 20, "811 MiB"),
        (1023 << 20, "1.0 GiB"),
        (int(9.96 * (1 << 30)), "10 GiB"),
        (12 << 40, "12 TiB"),
    ],
)
def test_size(count: int, text: str) -> None:
    """Three digits at most, one decimal below ten."""
    assert formatting.size(count) == text


@pytest.mark.parametrize(
    "text",
    ["3 MB/s", "20 MB/s", "100 MB/s", "1.5 MB/s", "500 kB/s", "1.5 MiB/s", "20 MiB/s", "2 GB/s"],
)
def test_limit_as_it_was_written(text: str) -> None:
    """A limit is shown in the unit that it was written in."""
    assert formatting.limit(parse_rate(text)) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "—"), (0.4, "0m00s"), (64, "1m04s"), (3_840, "1h04m"), (300_000, "3d11h")],
)
def test_duration(seconds: float | None, text: str) -> None:
    """The two units that matter."""
    assert formatting.duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s ago"), (2, "2 s ago"), (150, "2 min ago"), (10_900, "3 h ago"), (2e5, "2 d ago")],
)
def test_age(seconds: float, text: str) -> None:
    """One unit; a clock that was set back is not told."""
    assert formatting.age(NOON, NOON + timedelta(seconds=seconds)) == text


def test_percent_is_rounded_down() -> None:
    """100 % is said only of what is complete."""
    assert formatting.percent(0.9999) == " 99%"
    assert formatting.percent(1.0) == "100%"


def test_sparkline() -> None:
    """Right-aligned; growth is never drawn as nothing."""
    assert formatting.sparkline((0, 1, 1000), 5) == "  ▁▂█"
    assert formatting.sparkline((0, 0), 2) == "▁▁"
    assert formatting.sparkline((), 2) == "  "


def test_short_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The home directory, and nothing that only begins like it, becomes a tilde."""
    monkeypatch.setenv("HOME", "/home/ada")
    assert formatting.short_path("/home/ada/out") == "~/out"
    assert formatting.short_path("/home/adam/out") == "/home/adam/out"
