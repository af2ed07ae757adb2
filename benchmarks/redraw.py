"""Four curves of 5,000 days over each other are drawn anew: what the event loop pays. Budget: 50 ms.

The peer is the same chart with curves of 50 days.
"""

import asyncio
import gc
import time
from array import array
from collections.abc import Sequence
from statistics import median

from textual.app import App, ComposeResult

from core.series import Series
from tui.screens.overlay import MOST_POINTS
from tui.widgets.chart_view import ChartView
from tui.widgets.curve import curve_of
from tui.widgets.layers import Stroke

ROUNDS, CURVES, SIZE = 20, 4, (120, 36)


class Charted(App[None]):
    """One chart, as wide as the terminal."""

    def compose(self) -> ComposeResult:
        """Nothing in it yet."""
        yield ChartView(id="chart")


def series(days: int, peak: int) -> Series:
    """Up to the peak and down again."""
    values = (max(0, peak - abs(day - days // 2)) for day in range(days))
    return Series("I", "day", array("d", range(days)), array("d", values))


def _layers(found: Sequence[Series]) -> list[Stroke]:
    curves = [curve_of(one, "", "", MOST_POINTS) for one in found]
    return [Stroke(curve.across, curve.up) for curve in curves if curve]


async def _measure(days: int) -> list[float]:
    times: list[float] = []
    app = Charted()
    async with app.run_test(size=SIZE) as pilot:
        chart = app.query_one(ChartView)
        for turn in range(ROUNDS + 1):
            found = [series(days, days + 7 * curve + turn) for curve in range(CURVES)]
            start = time.process_time()
            chart.draw_layers(_layers(found))
            chart.render()
            times.append(time.process_time() - start)
            await pilot.pause()
    return times[1:]  # plotting is imported by the first


def main() -> None:
    """Prints medians of CPU time."""
    gc.set_threshold(50_000, 20, 20)  # as the program sets it
    print(
        f"\nredraw of {CURVES} curves in {SIZE[0]}x{SIZE[1]}  ({ROUNDS} rounds, CPU; budget 50 ms)"
    )
    for days in (5000, 50):
        times = asyncio.run(_measure(days))
        print(
            f"  {days:>5} days  median {median(times) * 1000:5.1f}  max {max(times) * 1000:5.1f} ms"
        )


if __name__ == "__main__":
    main()
