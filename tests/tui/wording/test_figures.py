"""Numbers of files, in few characters."""

import pytest

from tui.wording.figures import figure, ticks


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1204.0, "1 204"),
        (-45318.0, "-45 318"),
        (0.03125, "0.03125"),
        (2020.01, "2 020"),
        (97.5, "97.5"),
        (6.02e23, "6.02e+23"),
        (float("inf"), "inf"),
    ],
)
def test_figure(value: float, text: str) -> None:
    """Digits in groups, four of them where there is a point."""
    assert figure(value) == text


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (0, 1204, 5, [0, 500, 1000]),
        (1, 180, 5, [50, 100, 150]),
        (0, 1, 3, [0, 0.5, 1]),
        (-3, 3, 4, [-2, 0, 2]),
        (7, 7, 5, [7]),
        (0, 10, 1, [0]),
    ],
)
def test_ticks(low: float, high: float, most: int, expected: list[float]) -> None:
    """Round numbers within, no more than fit."""
    assert [round(tick, 9) for tick in ticks(low, high, most)] == expected
