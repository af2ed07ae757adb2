"""What each picture shows, and how a user gets there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual.pilot import Pilot

from core.transfer_view import TransferState
from screenshots.lab import (
    RUNNING,
    a_busy_lab,
    a_lab,
    a_lab_after_a_morning,
    a_lab_with_an_echo,
    a_lab_with_archives,
    a_new_machine,
    go_on,
)
from tests.tui.builders import FLU, Stage, until
from tests.tui.screen_text import lines_of, table_of, text_of
from tui.screens.ensemble import EnsembleScreen
from tui.screens.help import HelpScreen
from tui.screens.inside import InsideScreen
from tui.screens.overlay import OverlayScreen
from tui.widgets.grid_view import GridView
from tui.widgets.row_table import RowTable

Act = Callable[[Stage, Pilot[int]], Awaitable[None]]
SMALL, LARGE = (80, 24), (120, 36)


@dataclass(frozen=True)
class Scene:
    """`act` ends when all that the picture shows is there."""

    name: str
    size: tuple[int, int]
    stage: Callable[[], Stage]
    act: Act
    first_run: bool = False


async def watch(stage: Stage, pilot: Pilot[int]) -> None:
    """How far RUN5 is, and why it is not finished."""
    await until(pilot, lambda: any("stored" in line for line in lines_of(table_of(pilot))))
    await _rest_on(pilot, RUNNING)
    await pilot.pause()
    go_on(stage)
    await until(pilot, lambda: "LOG has not ended" in text_of(pilot, "#detail"))
    await until(pilot, lambda: any("63%" in line for line in lines_of(table_of(pilot))))
    if pilot.app.size == LARGE:
        await until(pilot, lambda: "peak" in text_of(pilot, "#detail"))
        await until(pilot, lambda: "job 12" in text_of(pilot, "#detail"))
        await until(pilot, lambda: "disk free" in text_of(pilot, "#crumbs"))


async def transfers(stage: Stage, pilot: Pilot[int]) -> None:
    """What went wrong with one of them, what was kept, what to do."""
    await pilot.press("3")
    await until(pilot, lambda: table_of(pilot).row_count == len(stage.queue.views()))
    failed = next(v for v in stage.queue.views() if v.state is TransferState.FAILED)
    await _rest_on(pilot, str(failed.id))
    await until(pilot, lambda: "What" in text_of(pilot, "#story"))


async def browse(stage: Stage, pilot: Pilot[int]) -> None:
    """The runs of a job, from the cache."""
    await _open_job(stage, pilot)
    await _rest_on(pilot, "2")
    shown = pilot.app.screen.query_one("#artifacts", RowTable)
    if shown.display:
        await until(pilot, lambda: "read back" in "".join(lines_of(shown)))
        await until(pilot, lambda: "204 MiB" in text_of(pilot, "#about"))


async def inside(stage: Stage, pilot: Pilot[int]) -> None:
    """A table in stored results, and the curve of one of its columns."""
    await _open_job(stage, pilot)
    await _rest_on(pilot, "2")
    await pilot.press("enter")
    await until(pilot, lambda: "RUN2" in text_of(pilot, "#crumbs"))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, InsideScreen))
    await _rest_on(pilot, "RUN2/out.csv")
    await pilot.press("enter")
    await until(pilot, lambda: "[table]" in text_of(pilot, "#member-head"))
    await until(pilot, lambda: isinstance(pilot.app.focused, GridView))
    await pilot.press(*["pagedown"] * 3)
    await until(pilot, lambda: "peak" in text_of(pilot, "#member-peak"))


async def comparison(stage: Stage, pilot: Pilot[int]) -> None:
    """Three curves, what the runs were told differently, where a file differs."""
    await _rest_on(pilot, f"{FLU}/RUN1")
    await pilot.press("space", "space", "space", "c")
    await until(pilot, lambda: isinstance(pilot.app.screen, OverlayScreen))
    await until(pilot, lambda: "■ RUN3" in text_of(pilot, "#compared-legend"))
    await pilot.press("f")
    await _rest_on(pilot, "LOG")
    await pilot.press("enter")
    await until(pilot, lambda: "differs first in line" in text_of(pilot, "#compared-lines"))


async def ensemble(stage: Stage, pilot: Pilot[int]) -> None:
    """Median and bands of all runs, and the one that is unlike."""
    await _rest_on(pilot, f"{FLU}/RUN1")
    await pilot.press("c")
    await until(pilot, lambda: isinstance(pilot.app.screen, EnsembleScreen))
    await until(pilot, lambda: "runs" in text_of(pilot, "#compared-head"))


async def activity(stage: Stage, pilot: Pilot[int]) -> None:
    """A morning, the newest first; of the error what it means, what was kept, what to do."""
    await pilot.press("4")
    await until(pilot, lambda: "Means" in text_of(pilot, "#happening"))


async def settings(stage: Stage, pilot: Pilot[int]) -> None:
    """A profile unfolded."""
    await pilot.press("5")
    await until(pilot, lambda: pilot.app.current_mode == "settings")
    await _rest_on(pilot, "profiles.lab")
    await pilot.press("enter", "j", "j")
    await until(pilot, lambda: "profiles.lab.bucket" in text_of(pilot, "#story"))


async def first_run(stage: Stage, pilot: Pilot[int]) -> None:
    """What would go up by itself."""
    await until(pilot, lambda: bool(pilot.app.screen.query("#folder-says")))
    await until(pilot, lambda: "3 runs of the kind fred" in text_of(pilot, "#folder-says"))
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen.query_one("#first-store").display)
    await pilot.press("enter")
    await until(pilot, lambda: "All is as it should be" in text_of(pilot, "#first-store-says"))
    await pilot.press("enter")
    await until(pilot, lambda: "With yes" in text_of(pilot, "#first-upload-says"))
    await pilot.press("y")


async def show_help(stage: Stage, pilot: Pilot[int]) -> None:
    """The keys of a screen, and what its signs mean."""
    await watch(stage, pilot)
    await pilot.press("question_mark")
    await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))


async def _open_job(stage: Stage, pilot: Pilot[int]) -> None:
    await pilot.press("2")
    jobs = len(stage.catalog.jobs())
    await until(pilot, lambda: table_of(pilot).row_count == jobs and table_of(pilot).has_focus)
    await pilot.press("j", "enter")
    await until(pilot, lambda: "12 simpleflu" in text_of(pilot, "#crumbs"))
    await until(pilot, lambda: table_of(pilot).has_focus)


async def _rest_on(pilot: Pilot[int], row: str) -> None:
    await until(pilot, lambda: table_of(pilot).move_to(row))
    await until(pilot, lambda: table_of(pilot).cursor_key == row)


SCENES = (
    Scene("watch-80x24", SMALL, a_busy_lab, watch),
    Scene("watch-120x36", LARGE, a_busy_lab, watch),
    Scene("browse-80x24", SMALL, a_busy_lab, browse),
    Scene("browse-120x36", LARGE, a_busy_lab, browse),
    Scene("inside-120x36", LARGE, a_lab_with_archives, inside),
    Scene("comparison-120x36", LARGE, a_lab, comparison),
    Scene("ensemble-120x36", LARGE, a_lab_with_archives, ensemble),
    Scene("transfers-120x36", LARGE, a_busy_lab, transfers),
    Scene("redacted-120x36", LARGE, a_lab_with_an_echo, transfers),
    Scene("activity-120x36", LARGE, a_lab_after_a_morning, activity),
    Scene("settings-120x36", LARGE, a_lab, settings),
    Scene("first-run-120x36", LARGE, a_new_machine, first_run, first_run=True),
    Scene("help-120x36", LARGE, a_busy_lab, show_help),
)
