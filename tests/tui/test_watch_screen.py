"""The watched tree, as a user drives it."""

from datetime import timedelta

import pytest

from core.events import RunDetected
from core.finish.rule import Outcome
from core.finish.run_state import RunState
from core.transfer_view import TransferState
from core.upload.upload_request import UploadRequest
from tests.builders import MIB, a_job, a_run_view
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import FLU, MEASLES, Stage, bound, stored, until
from tests.tui.screen_text import (
    drawn_text_of,
    drawn_toasts_of,
    lines_of,
    said_by,
    table_of,
    text_of,
)
from tui.screens.confirm import ConfirmScreen
from tui.screens.watch import WatchScreen
from tui.widgets.chosen_runs import why_not
from tui.widgets.run_picture import RunPicture
from tui.widgets.run_rows import RunRows
from tui.widgets.run_table import RunTable
from tui.widgets.watch_texts import crumbs

SMALL, LARGE = (80, 24), (120, 36)


def sources(stage: Stage) -> list[str]:
    return [view.source for view in stage.queue.views()]


async def test_rows(stage: Stage) -> None:
    """Results roots with their runs in natural order: state in words, days, files, size."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await until(pilot, lambda: "…" not in "".join(lines_of(table_of(pilot))))
        lines = [" ".join(line.split()[:7]) for line in lines_of(table_of(pilot))[1:9]]
    assert lines == [
        "▾ measles/OUT 31 410 MiB 0/1",
        "▌ RUN1 ✗ failed 12/365 31 410",
        "▾ simpleflu/OUT 937 3.6 GiB 0/5",
        "RUN1 ● done 180/180 204 809 MiB",
        "RUN2 ● done 180/180 204 810 MiB",
        "RUN3 ● done 180/180 204 811 MiB",
        "RUN4 ● done 180/180 204 812 MiB",
        "RUN10 ◐ running 97/180 121 441 MiB",
    ]


async def test_follows_the_tree(stage: Stage) -> None:
    """A run that appears is a row without a key being pressed; so is its countdown."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        stage.tree.runs[f"{FLU}/RUN11"] = FakeRunDirectory()
        stage.clock.advance(10)
        stage.watch.tick()
        stage.clock.advance(8)
        await until(pilot, lambda: any("◌ settling 22 s" in x for x in lines_of(table_of(pilot))))


async def test_a_failed_run_does_not_settle(stage: Stage) -> None:
    """An error that a run has just written is an error at first sight, as in `scan`."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        stage.tree.runs[f"{FLU}/RUN11"] = FakeRunDirectory(
            outcome=Outcome.FAILED, reason="err.txt: FRED ERROR: x", final=True
        )
        stage.clock.advance(10)
        stage.watch.tick()
        await until(pilot, lambda: any("RUN11" in x for x in lines_of(table_of(pilot))))
        assert any("RUN11" in x and "✗ failed" in x for x in lines_of(table_of(pilot)))


async def test_follows_the_tree_behind_a_question(stage: Stage) -> None:
    """While something is asked, what is seen behind it stays true."""
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: "RUN10" in drawn_text_of(pilot))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        stage.tree.runs[f"{FLU}/RUN11"] = FakeRunDirectory()
        stage.clock.advance(10)
        stage.watch.tick()
        await until(pilot, lambda: "RUN11" in drawn_text_of(pilot))
        assert isinstance(pilot.app.screen, ConfirmScreen)


async def test_stored_runs(stage: Stage) -> None:
    """What the catalog knows of the root's job is said to be stored, and counted above."""
    stored(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: any("job 12" in line for line in lines_of(table_of(pilot))))
        lines = lines_of(table_of(pilot))
    assert [line.split()[-1] for line in lines[3:6]] == ["2/5", "stored", "stored"]


async def test_nothing_is_said_of_the_store_before_it_is_known(stage: Stage) -> None:
    """Neither that runs are stored nor that none is, also where an upload was done before."""
    stored(stage)
    stage.queue.start()
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    assert stage.queue.wait_idle(10)
    stage.jobs.may_plan.clear()
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await until(pilot, lambda: "not known yet" in text_of(pilot, "#detail"))
        shown = lines_of(table_of(pilot))[3:6]
        assert [line.split()[-1] for line in shown] == ["…", "…", "…"]
        assert "job 12" not in shown[0]
        stage.jobs.may_plan.set()
        await until(pilot, lambda: "2/5" in lines_of(table_of(pilot))[3])
        assert [line.split()[-2:] for line in lines_of(table_of(pilot))[4:6]] == [
            ["✓", "stored"],
            ["✓", "stored"],
        ]


async def test_what_a_command_stores_later_has_no_time_of_before(stage: Stage) -> None:
    """A run is stored as it is: when the queue of the app did so last tells nothing."""
    stored(stage)
    stage.queue.start()
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    assert stage.queue.wait_idle(10)
    async with stage.app().run_test(size=SMALL) as pilot:
        stage.tree.runs[f"{FLU}/RUN1"].bytes += MIB
        stage.clock.advance(60)
        stage.settle()
        await until(pilot, lambda: "outdated" in lines_of(table_of(pilot))[4])
        later = stage.tree.fingerprint(f"{FLU}/RUN1")
        stage.watch.mark_uploaded(f"{FLU}/RUN1", later)
        stage.watch.tick()
        await until(pilot, lambda: lines_of(table_of(pilot))[4].rstrip().endswith("✓ stored"))


async def test_an_upload_that_was_done_is_no_proof(stage: Stage) -> None:
    """Of what is not in the store any more, the list of transfers says nothing here."""
    stored(stage)
    stage.queue.start()
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    assert stage.queue.wait_idle(10)
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await until(pilot, lambda: "✓ stored" in lines_of(table_of(pilot))[4])
        stage.catalog.replace([a_job()], (), (), stage.clock.now() + timedelta(seconds=1))
        await until(pilot, lambda: "0/5" in lines_of(table_of(pilot))[3])
        assert "✓" not in "".join(lines_of(table_of(pilot)))
        await until(pilot, lambda: "✓ uploaded" not in text_of(pilot, "#detail"))


async def test_upload_the_run_under_the_cursor(stage: Stage) -> None:
    """`u` queues the finished run and says so; the row says that it waits."""
    bound(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("u")
        await until(pilot, lambda: "Queued RUN3" in said_by(pilot))
        await until(pilot, lambda: any("waiting" in line for line in lines_of(table_of(pilot))))
    assert sources(stage) == [f"{FLU}/RUN3"]


async def test_upload_marked_runs(stage: Stage) -> None:
    """Marks outrank the cursor; what is not finished is not queued, and the toast says why."""
    bound(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("space", "space", "space", "u")
        await until(pilot, lambda: len(said_by(pilot)) == 2)
        toasts = said_by(pilot)
        assert table_of(pilot).marks == {f"{FLU}/RUN10"}
    assert toasts == [
        "Queued 2 runs",
        "RUN10 is still running: out.csv is not there yet. U uploads it anyway",
    ]
    assert sources(stage) == [f"{FLU}/RUN3", f"{FLU}/RUN4"]


async def test_upload_of_a_results_root_is_confirmed(stage: Stage) -> None:
    """One key on a heading would start many uploads: the safe answer is the default."""
    bound(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/"))
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WatchScreen))
        assert sources(stage) == []
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("y")
        await until(pilot, lambda: len(stage.queue.views()) == 4)


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (RunState.SCANNING, "RUN4 is not ready: nothing written yet"),
        (RunState.OFFLINE, "RUN4 is offline: nothing written yet"),
        (RunState.SETTLING, "RUN4 is settling: ready in 0 s if nothing changes"),
        (RunState.STALLED, "RUN4 has stalled: nothing written yet"),
    ],
)
def test_why_not(state: RunState, text: str) -> None:
    """Every refusal has its reason."""
    assert why_not(a_run_view(state=state, reason="nothing written yet")) == text


async def test_filter(stage: Stage) -> None:
    """Rows follow what is typed, with the count; keys are text then; esc brings all back."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await pilot.press("slash", *"done")
        await until(pilot, lambda: text_of(pilot, "#filter-count") == "4 of 6 ")
        assert table_of(pilot).row_count == 5
        await pilot.press("enter", "escape")
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        assert pilot.app.is_running


async def test_filter_that_matches_nothing(stage: Stage) -> None:
    """Says what was looked for and how to get out."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("slash", *"[/]")
        await until(pilot, lambda: text_of(pilot, "#empty").startswith("No run matches [/]"))


async def test_filter_left_out(stage: Stage) -> None:
    """`!` shows what does not match."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("slash", *"!done")
        await until(pilot, lambda: text_of(pilot, "#filter-count") == "2 of 6 ")


async def test_sort(stage: Stage) -> None:
    """`o` goes through the orders; by state what needs attention comes first."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await pilot.press("o")
        await until(pilot, lambda: "RUN10" in lines_of(table_of(pilot))[4])


async def test_sort_the_other_way(stage: Stage) -> None:
    """By `O`, or by a click at the head of a column; the head and the crumbs say so."""
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        before = lines_of(table_of(pilot))
        await pilot.press("O")
        await until(pilot, lambda: "by name, reversed" in text_of(pilot, "#crumbs"))
        assert lines_of(table_of(pilot))[0].strip().startswith("RUN↓")
        await pilot.click(RunTable, offset=(before[0].index("RUN"), 0))
        await until(pilot, lambda: lines_of(table_of(pilot))[1:] == before[1:])
        at = before[0].index("SIZE")
        await pilot.click(RunTable, offset=(at, 0))
        await until(pilot, lambda: "SIZE↓" in lines_of(table_of(pilot))[0])
        await pilot.click(RunTable, offset=(at, 0))
        await until(pilot, lambda: "SIZE↑" in lines_of(table_of(pilot))[0])


async def test_fold(stage: Stage) -> None:
    """Enter on a results root hides its runs, and shows them again."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/"))
        await pilot.press("enter")
        await until(pilot, lambda: table_of(pilot).row_count == 3)
        await pilot.press("enter")
        await until(pilot, lambda: table_of(pilot).row_count == 8)


async def test_detail_at_the_side(stage: Stage) -> None:
    """A wide terminal shows why the run under the cursor is not finished."""
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN10"))
        await until(pilot, lambda: "FINISH CHECK" in text_of(pilot, "#detail"))
        detail = text_of(pilot, "#detail")
    assert "97/180 days" in detail
    assert "✗ final header       out.csv is not there yet" in detail
    assert "✓ no temporary files" in detail


async def test_detail_below(stage: Stage) -> None:
    """A narrow terminal shows two lines, and everything after `p`; esc closes it."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN10"))
        await until(pilot, lambda: "day 97/180 (53%)" in text_of(pilot, "#detail"))
        await pilot.press("p")
        await until(pilot, lambda: "FINISH CHECK" in text_of(pilot, "#detail"))
        await pilot.press("escape")
        await until(pilot, lambda: "FINISH CHECK" not in text_of(pilot, "#detail"))


async def test_unknown_change(stage: Stage) -> None:
    """Files whose times tell nothing do not make a change of this moment."""
    stage.tree.runs[f"{FLU}/RUN11"] = FakeRunDirectory(outcome=Outcome.RUNNING)
    stage.clock.advance(10)
    stage.watch.tick()
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN11"))
        await until(pilot, lambda: "last change unknown" in text_of(pilot, "#detail"))


async def test_growth(stage: Stage) -> None:
    """A running run's growth is told once there are two seconds of it."""
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN10"))
        await until(pilot, lambda: "441 MiB" in text_of(pilot, "#detail"))
        stage.tree.runs[f"{FLU}/RUN10"].bytes += 8 * MIB
        stage.clock.advance(4)
        stage.watch.rescan()
        stage.watch.tick()
        await until(pilot, lambda: "growing 2.0 MiB/s" in text_of(pilot, "#detail"))


async def test_store_never_read(stage: Stage) -> None:
    """How many runs are stored, and where one goes, is not told before anybody looked."""
    stage.catalog.clear()
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await until(pilot, lambda: "→ not known yet" in text_of(pilot, "#detail"))
        assert "0/5" not in "".join(lines_of(table_of(pilot)))
        stage.catalog.replace((), (), (), stage.clock.now())
        await until(pilot, lambda: "0/5" in "".join(lines_of(table_of(pilot))))
        await until(pilot, lambda: "→ new job" in text_of(pilot, "#detail"))


async def test_empty_tree() -> None:
    """Says what, why, and the one key."""
    stage = Stage()
    stage.watch.tick()
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "No runs under /data/fred-out yet" in text_of(pilot, "#empty"))
    stage.end()


async def test_loading() -> None:
    """Before the tree has been read once, nobody claims that it is empty."""
    stage = Stage()
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: text_of(pilot, "#empty") == "Reading /data/fred-out …")
        assert text_of(pilot, "#crumbs").strip() == "/data/fred-out"
        stage.watch.tick()
        await until(pilot, lambda: text_of(pilot, "#crumbs").endswith("0 runs  0 B "))
    stage.end()


def test_counted_so_far() -> None:
    """Of a tree that is being read for the first time it is said that there may be more."""
    picture = RunPicture(("/data",), (a_run_view(),))
    rows, roots = RunRows(picture), ()
    for passed, counted in ((False, "1 run so far "), (True, "1 run ")):
        right = crumbs(rows, roots, (), 80, passed=passed)[-1][0]
        assert right.startswith(counted)


async def test_rows_that_come_late_have_the_keys() -> None:
    """The first rows of an empty tree can be used at once."""
    stage = Stage()
    stage.watch.tick()
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "No runs" in text_of(pilot, "#empty"))
        for number in (1, 2):
            stage.tree.runs[f"{FLU}/RUN{number}"] = FakeRunDirectory()
        stage.clock.advance(10)
        stage.watch.tick()
        await until(pilot, lambda: table_of(pilot).has_focus)
        await pilot.press("G")
        assert table_of(pilot).cursor_key == f"{FLU}/RUN2"
    stage.end()


async def test_offline(stage: Stage) -> None:
    """A tree that cannot be read keeps its rows and says so; it is told when it is back."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        stage.tree.missing = "/data/fred-out is not mounted."
        stage.clock.advance(10)
        stage.watch.tick()
        await until(pilot, lambda: "○ offline: /data/fred-out is not" in text_of(pilot, "#crumbs"))
        assert any("○ offline" in line for line in lines_of(table_of(pilot)))
        stage.tree.missing = ""
        stage.clock.advance(10)
        stage.watch.tick()
        await until(pilot, lambda: "offline" not in text_of(pilot, "#crumbs"))


async def test_hostile_names() -> None:
    """Markup and control characters in folder names and reasons are shown, never obeyed."""
    stage = Stage()
    path = f"{stage.tree.root}/[/red]\x1b[2J\n模拟\udcff/RUN1"
    stage.tree.runs[path] = FakeRunDirectory(outcome=Outcome.RUNNING, reason="[/] \x1b]0;x\x07")
    stage.settle()
    async with stage.app().run_test(size=LARGE, notifications=True) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(path))
        await until(pilot, lambda: "RUN1" in text_of(pilot, "#detail"))
        await pilot.press("u")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert "[/] \x1b]0;x\x07" in text_of(pilot, "#question")
        await pilot.press("escape", "h")
        await until(pilot, lambda: len(drawn_toasts_of(pilot)) == 1)
        shown = pilot.app.export_screenshot()
        assert "[/red]\\x1b[2J\\n模拟\\xff" in "\n".join(lines_of(table_of(pilot)))
        assert drawn_toasts_of(pilot)[0].startswith("RUN1 is held")
    assert "\x1b" not in shown
    stage.end()


async def test_copy_path(stage: Stage) -> None:
    """`y` copies the path through the terminal, and the toast says what was copied."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("y")
        await until(pilot, lambda: said_by(pilot) == ["Copied path (through the terminal)"])


async def test_quit_with_uploads(stage: Stage) -> None:
    """While something is queued, quitting asks; the queue keeps what is left."""
    bound(stage)
    script = stage.ferry.hold(f"{FLU}/RUN1", done=10, total=100)
    stage.queue.start()
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await pilot.press("u")
        await until(pilot, script.waiting.is_set)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert "They stay queued" in text_of(pilot, "#question")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, WatchScreen))
        await pilot.press("ctrl+q", "y")
        await until(pilot, lambda: not pilot.app.is_running)
        assert pilot.app.return_value == 0
    assert stage.queue.views()[0].state is TransferState.ACTIVE


async def test_quit_at_once(stage: Stage) -> None:
    """Without uploads nobody is asked; esc never quits."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("escape", "escape")
        assert pilot.app.is_running
        await pilot.press("q")
        await until(pilot, lambda: not pilot.app.is_running)


@pytest.mark.parametrize("size", [(59, 24), (80, 15)])
async def test_too_small(stage: Stage, size: tuple[int, int]) -> None:
    """The refusal names both sizes, and goes away when the terminal grows."""
    async with stage.app().run_test(size=size) as pilot:
        await pilot.pause()
        shown = pilot.app.screen.query_one("TooSmall").render()
        assert str(shown) == f"needs 60x16, is {size[0]}x{size[1]}"
        assert not table_of(pilot).region
        await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: table_of(pilot).region.height > 0)


async def test_events_reach_toasts_once(stage: Stage) -> None:
    """Thirty runs that finish together are one toast; being detected is none."""
    async with stage.app().run_test(size=SMALL) as pilot:
        stage.bus.publish(RunDetected(a_run_view()))
        for number in range(30):
            stage.tree.runs[f"{MEASLES}/RUN{number + 100}"] = FakeRunDirectory()
        stage.clock.advance(10)
        stage.settle()
        await until(pilot, lambda: said_by(pilot) == ["30 runs are done"])
