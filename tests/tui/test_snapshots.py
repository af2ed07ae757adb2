"""Pictures of the screens. `make snap-accept` takes new ones, after looking at the report."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.errors import StoreAccessDeniedError
from core.finish.rule import Outcome
from core.ports.journal.activity import ActivityEntry, ActivityKind, Level
from core.settings import AppearanceSettings, Symbols
from core.transfer_view import TransferState
from core.upload.upload_request import UploadRequest
from tests.builders import MIB, a_job
from tests.fakes.tree import FakeRunDirectory
from tests.tui.archives import RESULTS, epidemic, put, run_files, zipped
from tests.tui.builders import FLU, MEASLES, RUNNING_CHECKS, STALL, HeardApp, Stage, stored, until
from tests.tui.compared_runs import tell_curves
from tests.tui.screen_text import lines_of, table_of, text_of
from tui.app import RunFerryApp
from tui.look import IN_UNICODE
from tui.screens.bind import BindScreen
from tui.screens.ensemble import EnsembleScreen
from tui.screens.help import HelpScreen
from tui.screens.inside import InsideScreen
from tui.screens.overlay import OverlayScreen
from tui.screens.settings import SettingsScreen
from tui.widgets.grid_view import GridView

SnapCompare = Callable[..., bool]
SMALL, LARGE = (80, 24), (120, 36)


def answering(stage: Stage) -> RunFerryApp:
    """The app, on a store that has answered already, and was read."""
    stage.read_store.job_list()
    stage.store_watch.answered()
    return stage.app()


@pytest.fixture
def busy(stage: Stage) -> Stage:
    """Two uploads travel, one was refused, one waits, two are stored."""
    stored(stage)
    refused = StoreAccessDeniedError(
        "PutObject was refused: AccessDenied (HTTP 403, request 7H2K).",
        kept="6 of 31 parts; nothing local was changed.",
        todo="Ask for s3:PutObject below jobs/, then retry.",
    )
    stage.ferry.fail(f"{MEASLES}/RUN1", refused)
    travelling = [
        stage.ferry.hold(f"{FLU}/RUN3", done=503 * MIB, total=811 * MIB),
        stage.ferry.hold(f"{FLU}/RUN4", done=92 * MIB, total=812 * MIB),
    ]
    stage.queue.start()
    stage.queue.submit(UploadRequest(f"{MEASLES}/RUN1"))
    assert stage.queue.wait_idle(10)
    for number in (3, 4, 1):
        stage.queue.submit(UploadRequest(f"{FLU}/RUN{number}"))
    assert all(script.waiting.wait(10) for script in travelling)
    stage.queue.views()
    for script in travelling:
        script.read(46 * MIB)
    stage.clock.advance(5)
    return stage


@pytest.fixture
def eventful(stage: Stage) -> Stage:
    """A morning: runs that ended, uploads, one of which was refused three times, a deletion, an outage."""
    entries = [
        (
            -3000,
            ActivityKind.UPLOAD,
            Level.INFO,
            "upload",
            'OUT is stored as new job 12 "simpleflu"',
        ),
        (-2950, ActivityKind.UPLOAD, Level.SUCCESS, "job 12 · RUN1 results", "uploaded, 809 MiB"),
        (-2400, ActivityKind.STORE, Level.WARNING, "store", "the store does not answer: No route."),
        (-2380, ActivityKind.STORE, Level.INFO, "store", "the store answers again"),
        (
            -1900,
            ActivityKind.SYNC,
            Level.SUCCESS,
            "store",
            "read: 41 jobs, 212 runs, 1 840 artifacts",
        ),
        (-1200, ActivityKind.DELETION, Level.SUCCESS, "job 3", "deleted: 2 artifacts of 1 run"),
        (-600, ActivityKind.RUN, Level.WARNING, "measles · RUN1", "failed: err.txt: no such place"),
    ]
    for seconds, kind, level, about, what in entries:
        moment = stage.clock.now() + timedelta(seconds=seconds)
        entry = ActivityEntry(kind, level, about, what, moment, moment, what)
        stage.activity_log.add([entry])
    for seconds in (-500, -300, -20):
        moment = stage.clock.now() + timedelta(seconds=seconds)
        refused = ActivityEntry(
            ActivityKind.UPLOAD, Level.ERROR, "measles · RUN1 results",
            "PutObject was refused: AccessDenied (HTTP 403, request 7H2K).", moment, moment,
            "refused", kept="6 of 31 parts; nothing local was changed.",
            todo="Ask for s3:PutObject below jobs/, then retry.", cause="StoreAccessDeniedError",
            path=f"{MEASLES}/RUN1",
        )  # fmt: skip
        stage.activity_log.add([refused])
    return stage


async def show_activity(pilot: Pilot[int]) -> None:
    await pilot.press("4")
    await until(pilot, lambda: "Means" in text_of(pilot, "#happening"))


def test_activity_small(eventful: Stage, snap_compare: SnapCompare) -> None:
    """What happened, the newest first; of the error what it means, what was kept, what to do."""
    assert snap_compare(answering(eventful), terminal_size=SMALL, run_before=show_activity)


def test_activity_large(eventful: Stage, snap_compare: SnapCompare) -> None:
    """The same with kinds."""
    assert snap_compare(answering(eventful), terminal_size=LARGE, run_before=show_activity)


def test_watch_small(busy: Stage, snap_compare: SnapCompare) -> None:
    """Results roots, runs, states, uploads, two lines of detail."""

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN10"))
        await until(pilot, lambda: any("stored" in line for line in lines_of(table_of(pilot))))
        await until(pilot, lambda: "day 97/180" in text_of(pilot, "#detail"))

    assert snap_compare(answering(busy), terminal_size=SMALL, run_before=before)


def test_watch_large(busy: Stage, snap_compare: SnapCompare) -> None:
    """The detail at the side says why RUN10 is not finished."""

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN10"))
        await until(pilot, lambda: any("stored" in line for line in lines_of(table_of(pilot))))
        await until(pilot, lambda: "FINISH CHECK" in text_of(pilot, "#detail"))
        await until(pilot, lambda: "disk free" in text_of(pilot, "#crumbs"))

    assert snap_compare(answering(busy), terminal_size=LARGE, run_before=before)


def growing(stage: Stage) -> Stage:
    """RUN10 has a log, an epidemic so far, and days that go by evenly."""
    run = stage.tree.runs[f"{FLU}/RUN10"]
    files = {name.removeprefix("RUN3/"): data for name, data in run_files().items()}
    wave = epidemic(97).splitlines()[1:]
    daily = "".join(f"{n} {row.split(',')[3]}\n" for n, row in enumerate(wave))
    run.contents = {
        "LOG": files["LOG"],
        "DAILY/INF.I.txt": daily.encode(),
        "DAILY/INF.E.txt": daily.encode(),
        "DAILY/Date.txt": files["DAILY/Date.txt"],
        "health_records.txt": b"x" * 9000,
    }
    for day in range(86, 98):
        run.days = day, 180
        run.bytes += MIB
        stage.clock.advance(8)
        stage.watch.rescan()
        stage.watch.tick()
    return stage


async def rest_on_run10(stage: Stage, pilot: Pilot[int]) -> None:
    """Until all of it was read."""
    await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN10"))
    await until(pilot, lambda: table_of(pilot).cursor_key == f"{FLU}/RUN10")
    await pilot.pause()
    stage.clock.advance(1)
    await until(pilot, lambda: "peak 1 204, day 96" in text_of(pilot, "#detail"))
    await until(pilot, lambda: "new job" in text_of(pilot, "#detail"))


def test_preview_large(stage: Stage, snap_compare: SnapCompare) -> None:
    """How far it is and when it will end, the curve, the log, sizes, files, checks, upload."""

    async def before(pilot: Pilot[int]) -> None:
        await rest_on_run10(stage, pilot)
        await until(pilot, lambda: "disk free" in text_of(pilot, "#crumbs"))

    assert snap_compare(answering(growing(stage)), terminal_size=LARGE, run_before=before)


def test_preview_small(stage: Stage, snap_compare: SnapCompare) -> None:
    """What has room below the runs."""

    async def before(pilot: Pilot[int]) -> None:
        await pilot.press("p")
        await rest_on_run10(stage, pilot)

    assert snap_compare(answering(growing(stage)), terminal_size=SMALL, run_before=before)


def test_transfers_with_a_failure(busy: Stage, snap_compare: SnapCompare) -> None:
    """Bars, and for the one that failed what happened, what was kept, what to do."""

    async def before(pilot: Pilot[int]) -> None:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 4)
        failed = next(v for v in busy.queue.views() if v.state is TransferState.FAILED)
        table_of(pilot).move_to(str(failed.id))
        await until(pilot, lambda: "What" in text_of(pilot, "#story"))

    assert snap_compare(answering(busy), terminal_size=SMALL, run_before=before)


def test_help(stage: Stage, snap_compare: SnapCompare) -> None:
    """The keys of the Watch screen fit 80 by 24."""

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "new job" in text_of(pilot, "#detail"))
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))

    assert snap_compare(answering(stage), terminal_size=SMALL, run_before=before)


def test_empty_tree(snap_compare: SnapCompare) -> None:
    """What, why, and the one key."""
    stage = Stage()
    stage.watch.tick()

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "No runs" in text_of(pilot, "#empty"))

    assert snap_compare(answering(stage), terminal_size=SMALL, run_before=before)
    stage.end()


@pytest.fixture
def automatic(stage: Stage) -> Stage:
    """Auto-upload is on: one run counts down, one is held, one is stored, one has stalled."""
    stored(stage)
    stage.journal.bind_root(MEASLES, 13)
    stage.tree.runs[f"{MEASLES}/RUN2"] = FakeRunDirectory(
        202, 940 * MIB, Outcome.RUNNING, "LOG has not ended", (211, 365), RUNNING_CHECKS
    )
    stage.settle()
    stage.clock.advance(STALL)
    stage.tree.runs[f"{FLU}/RUN10"].bytes += MIB
    for number in (1, 2):
        stage.watch.mark_uploaded(f"{FLU}/RUN{number}", f"204/{(808 + number) * MIB}")
    stage.watch.rescan()
    stage.watch.tick()
    stage.auto_upload.hold(f"{FLU}/RUN3")
    stage.auto_upload.set_on(stage.tree.root, on=True)
    stage.watch.tick()
    stage.clock.advance(2)
    return stage


def test_watch_by_itself(automatic: Stage, snap_compare: SnapCompare) -> None:
    """What is about to happen, what is held back, what has stalled, and where it goes."""

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN4"))
        await until(pilot, lambda: "→ job 12, run 4" in text_of(pilot, "#detail"))
        await until(pilot, lambda: any("job 13" in line for line in lines_of(table_of(pilot))))

    assert snap_compare(answering(automatic), terminal_size=SMALL, run_before=before)


def test_first_upload(stage: Stage, snap_compare: SnapCompare) -> None:
    """Which runs, as which, in which store; a new job, or one of those that exist."""

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await until(pilot, lambda: "new job" in text_of(pilot, "#detail"))
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, BindScreen))
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await until(pilot, lambda: text_of(pilot, "#job-state").startswith("/ filter"))

    stage.catalog.put_job(a_job(11, "baseline"))
    stage.catalog.put_job(a_job(12, "simpleflu"))
    assert snap_compare(answering(stage), terminal_size=SMALL, run_before=before)


async def open_out_csv(pilot: Pilot[int]) -> None:
    """From the start to a table in stored results."""
    await pilot.press("2", "enter")
    await until(pilot, lambda: "12 simpleflu" in text_of(pilot, "#crumbs"))
    await pilot.press("enter")
    await until(pilot, lambda: "RUN3" in text_of(pilot, "#crumbs"))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, InsideScreen))
    await until(pilot, lambda: table_of(pilot).move_to("RUN3/out.csv"))
    await until(pilot, lambda: table_of(pilot).cursor_key == "RUN3/out.csv")
    await pilot.press("enter")
    await until(pilot, lambda: "[table]" in text_of(pilot, "#member-head"))
    await until(pilot, lambda: isinstance(pilot.app.focused, GridView))


def test_viewer_large(stage: Stage, snap_compare: SnapCompare) -> None:
    """The tree, at its side a table, and the chart of a column below it."""
    put(stage, RESULTS, zipped(run_files()))

    async def before(pilot: Pilot[int]) -> None:
        await open_out_csv(pilot)
        await pilot.press("full_stop")
        await until(pilot, lambda: "peak 1 204, day 97" in text_of(pilot, "#member-peak"))

    assert snap_compare(answering(stage), terminal_size=LARGE, run_before=before)


def test_viewer_light(stage: Stage, snap_compare: SnapCompare) -> None:
    """The same in a light theme; the tree has the keys."""
    put(stage, RESULTS, zipped(run_files()))

    async def before(pilot: Pilot[int]) -> None:
        pilot.app.theme = "light"
        await open_out_csv(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: table_of(pilot).has_focus)
        await until(pilot, lambda: "peak" in text_of(pilot, "#member-peak"))

    assert snap_compare(answering(stage), terminal_size=LARGE, run_before=before)


def test_viewer_without_colours(
    stage: Stage, snap_compare: SnapCompare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found, and which column is chosen, can be told apart all the same."""
    monkeypatch.setenv("NO_COLOR", "1")
    put(stage, RESULTS, zipped(run_files()))

    async def before(pilot: Pilot[int]) -> None:
        await open_out_csv(pilot)
        await pilot.press("slash", *"2020-02", "enter")
        await until(pilot, lambda: "“2020-02” in line" in text_of(pilot, "#member-status"))

    assert snap_compare(answering(stage), terminal_size=SMALL, run_before=before)


def test_viewer_small(stage: Stage, snap_compare: SnapCompare) -> None:
    """A chart by itself; the tree is one step back."""
    put(stage, RESULTS, zipped(run_files()))

    async def before(pilot: Pilot[int]) -> None:
        await open_out_csv(pilot)
        await pilot.press("tab", "full_stop")
        await until(pilot, lambda: "peak 1 204, day 97" in text_of(pilot, "#member-peak"))

    assert snap_compare(answering(stage), terminal_size=SMALL, run_before=before)


def test_members_small(stage: Stage, snap_compare: SnapCompare) -> None:
    """Folders with what is below them, one of them marked."""
    put(stage, RESULTS, zipped(run_files()))

    async def before(pilot: Pilot[int]) -> None:
        await open_out_csv(pilot)
        await pilot.press("escape", "g", "j", "space")
        await until(pilot, lambda: "1 marked" in text_of(pilot, "#crumbs"))

    assert snap_compare(answering(stage), terminal_size=SMALL, run_before=before)


def test_comparison(stage: Stage, snap_compare: SnapCompare) -> None:
    """Three curves with their signs, what the runs were told differently, where a file differs."""
    tell_curves(stage)

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await until(pilot, lambda: table_of(pilot).cursor_key == f"{FLU}/RUN1")
        await pilot.press("space", "space", "space", "c")
        await until(pilot, lambda: isinstance(pilot.app.screen, OverlayScreen))
        await until(pilot, lambda: "■ RUN3" in text_of(pilot, "#compared-legend"))
        await pilot.press("f")
        await until(pilot, lambda: table_of(pilot).move_to("LOG"))
        await until(pilot, lambda: table_of(pilot).cursor_key == "LOG")
        await pilot.press("enter")
        await until(pilot, lambda: "differs first in line" in text_of(pilot, "#compared-lines"))

    assert snap_compare(answering(stage), terminal_size=LARGE, run_before=before)


def test_ensemble(stage: Stage, snap_compare: SnapCompare) -> None:
    """Median and bands of all runs, numbers, the run that is unlike, the runs one by one."""
    tell_curves(stage)

    async def before(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await until(pilot, lambda: table_of(pilot).cursor_key == f"{FLU}/RUN1")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnsembleScreen))
        await until(pilot, lambda: "5 of 5 runs" in text_of(pilot, "#compared-head"))

    assert snap_compare(answering(stage), terminal_size=SMALL, run_before=before)


def test_comparison_ascii(stage: Stage, snap_compare: SnapCompare) -> None:
    """Curves with their signs, borders and states on a terminal that has nothing but ASCII."""
    tell_curves(stage)

    async def before(pilot: Pilot[int]) -> None:
        dress(pilot, AppearanceSettings(symbols=Symbols.ASCII))
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await until(pilot, lambda: table_of(pilot).cursor_key == f"{FLU}/RUN1")
        await pilot.press("space", "space", "space", "c")
        await until(pilot, lambda: isinstance(pilot.app.screen, OverlayScreen))
        await until(pilot, lambda: "■ RUN3" in text_of(pilot, "#compared-legend"))

    assert snap_compare(answering(stage), terminal_size=LARGE, run_before=before)


def test_transfers_ansi(busy: Stage, snap_compare: SnapCompare) -> None:
    """In the colours that the terminal is set to."""

    async def before(pilot: Pilot[int]) -> None:
        dress(pilot, replace(IN_UNICODE, theme="ansi-dark"))
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count > 0)

    assert snap_compare(answering(busy), terminal_size=SMALL, run_before=before)


def dress(pilot: Pilot[int], appearance: AppearanceSettings) -> None:
    assert isinstance(pilot.app, RunFerryApp)
    pilot.app.dress(appearance)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x36"])
def test_settings(stage: Stage, snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    """Profiles, one of them unfolded, the watched tree, and what counts before the file."""

    async def unfold(pilot: Pilot[int]) -> None:
        await pilot.press("5")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        await until(pilot, lambda: table_of(pilot).row_count > 0)
        await until(pilot, lambda: table_of(pilot).move_to("profiles.lab"))
        await until(pilot, lambda: table_of(pilot).cursor_key == "profiles.lab")
        await pilot.press("enter", *"jj")
        await until(pilot, lambda: "profiles.lab.bucket" in text_of(pilot, "#story"))

    assert snap_compare(answering(stage), terminal_size=size, run_before=unfold)


async def show_proposal(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: bool(pilot.app.screen.query("#folder-says")))
    await until(pilot, lambda: "3 runs of the kind fred" in text_of(pilot, "#folder-says"))
    await until(pilot, lambda: len(lines_of(table_of(pilot))) == 4)


async def show_last_step(pilot: Pilot[int]) -> None:
    await show_proposal(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: pilot.app.screen.query_one("#first-store").display)
    await pilot.press("enter")
    await until(pilot, lambda: "All is as it should be" in text_of(pilot, "#first-store-says"))
    await pilot.press("enter")
    await until(pilot, lambda: "With yes" in text_of(pilot, "#first-upload-says"))
    await pilot.press("y")


def test_first_run_small(stage: Stage, snap_compare: SnapCompare) -> None:
    """The folder: what is proposed, how many runs of which kind, what is nearly called so."""
    app = HeardApp(stage.services(), first_run=True)
    assert snap_compare(app, terminal_size=SMALL, run_before=show_proposal)


def test_first_run_large(stage: Stage, snap_compare: SnapCompare) -> None:
    """The last step: which runs would go up now."""
    app = HeardApp(stage.services(), first_run=True)
    assert snap_compare(app, terminal_size=LARGE, run_before=show_last_step)
