"""Old trees: runs that ended, one way or another, long before anybody looked."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.finish.rule import Outcome
from core.finish.run_state import RunState
from tests.builders import MIB, a_run_view
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import FLU, NOT_THERE_YET, QUIET, Stage, until
from tests.tui.screen_text import lines_of, table_of, text_of, toasts_of
from tui.widgets.cells import Row
from tui.widgets.run_picture import RunPicture
from tui.widgets.run_rows import RunRows

SIZE = (100, 30)


@pytest.fixture
def cold() -> Iterator[Stage]:
    """Killed runs of three months ago, one that failed, one whose job ended without it."""
    stage = Stage()
    written = stage.clock.now() - timedelta(days=90)
    outcomes = [Outcome.RUNNING] * 3 + [Outcome.FAILED, Outcome.STOPPED, Outcome.DONE]
    for number, outcome in enumerate(outcomes, start=1):
        stage.tree.runs[f"{FLU}/RUN{number}"] = FakeRunDirectory(
            12, 40 * MIB, outcome, NOT_THERE_YET, written=written
        )
    yield stage
    stage.end()


def rows_of(stage: Stage) -> dict[str, str]:
    return {view.name: view.state.value for view in stage.watch.views()}


async def test_a_cold_tree_of_killed_runs(cold: Stage) -> None:
    """Each is called what it is at first sight, none has grown, and no toast greets, ever."""
    async with cold.app().run_test(size=SIZE) as pilot:
        cold.watch.tick()
        await until(pilot, lambda: any("RUN6" in line for line in lines_of(table_of(pilot))))
        rows = [
            line for line in lines_of(table_of(pilot)) if " RUN" in line and "STATE" not in line
        ]
        words = ["? stalled"] * 3 + ["✗ failed", "■ stopped", "◌ settling"]
        assert [word in row for word, row in zip(words, rows, strict=True)] == 6 * [True]
        assert not any("▁" in row or "█" in row for row in rows)
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await until(pilot, lambda: "last change 90 d ago" in text_of(pilot, "#detail"))
        for _ in range(3):
            cold.clock.advance(QUIET)
            cold.watch.rescan()
            cold.watch.tick()
        assert rows_of(cold)["RUN6"] == "done"
        await until(pilot, lambda: any("● done" in line for line in lines_of(table_of(pilot))))
        assert toasts_of(pilot) == []


def test_what_happens_is_told(cold: Stage) -> None:
    """A run that had been still for months and is written again is no longer old."""
    cold.watch.tick()
    cold.tree.runs[f"{FLU}/RUN1"] = FakeRunDirectory(13, 41 * MIB)
    cold.watch.rescan()
    cold.watch.tick()
    old = {view.name: view.old for view in cold.watch.views()}
    assert old == {f"RUN{number}": number != 1 for number in range(1, 7)}
    assert cold.watch.views()[0].activity == (0, MIB)


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(days=4000)])
def test_times_in_the_future(cold: Stage, ahead: timedelta) -> None:
    """A clock that is wrong proves nothing: the run is watched like a new one."""
    cold.tree.runs[f"{FLU}/RUN1"].written = cold.clock.now() + ahead
    cold.watch.tick()
    assert rows_of(cold)["RUN1"] == "running"


def test_the_next_session(cold: Stage) -> None:
    """What was known is known again; nothing has grown in between."""
    cold.watch.tick()
    later = Stage(tree=cold.tree, journal=cold.journal)
    later.watch.remember()
    later.watch.tick()
    assert rows_of(later)["RUN1"] == "stalled"
    assert [view.activity for view in later.watch.views()] == 6 * [(0,)]
    later.end()


def test_not_looked_at_yet() -> None:
    """A run that nobody has looked at shows no number, and no sum pretends to be whole."""
    runs = (a_run_view("RUN1"), a_run_view("RUN2", RunState.SCANNING, days=None, looked_at=False))
    rows = RunRows(RunPicture(runs=runs))
    group, first, second = (words_of(row) for row in rows.fetch(0, 3))
    assert "· scanning" in second
    assert "0" not in second
    assert "204" in first
    assert "≥204" in group
    assert "≥811 MiB" in group
    alone = RunRows(RunPicture(runs=runs[1:]))
    assert "0 B" not in words_of(alone.fetch(0, 1)[0])
    assert alone.total_bytes.known is None


def words_of(row: Row) -> str:
    """All its cells, the numbers too."""
    return " ".join(text for cell in row.cells for text, _ in cell.parts(24, right=False))
