"""Several watched folders, folders that are away or silent, and another process at work."""

from dataclasses import replace

from textual.pilot import Pilot
from textual.widgets import OptionList

from core.events import WatchTroubled
from core.ports.agent_lock import Holder
from core.queue.transfer_list import TransferList
from core.queue.transfer_queue import QueueLimits, TransferQueue
from tests.builders import NOON, a_run_view
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import FLU, Stage, palette, until
from tests.tui.screen_text import lines_of, said_by, table_of, text_of
from tui.widgets.run_picture import RunPicture

SMALL, LARGE = (80, 24), (120, 36)
NEAR, FAR = "/data/near", "/mnt/lab/far"


def two_roots() -> Stage:
    """A run in each of two folders; both results roots are called alike."""
    stage = Stage(roots=(NEAR, FAR))
    for root in (NEAR, FAR):
        stage.tree.runs[f"{root}/flu/OUT/RUN1"] = FakeRunDirectory()
    stage.settle()
    return stage


async def ready(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: table_of(pilot).row_count == 4)


async def test_titles_are_unambiguous() -> None:
    """With several folders the whole path is told; above the table, how many there are."""
    stage = two_roots()
    async with stage.app().run_test(size=SMALL) as pilot:
        await ready(pilot)
        lines = lines_of(table_of(pilot))
        assert "▾ /data/near/flu/OUT" in lines[1]
        assert "▾ /mnt/lab/far/flu/OUT" in lines[3]
        await until(pilot, lambda: text_of(pilot, "#crumbs").startswith(" 2 folders › /data/near"))
    stage.end()


def test_a_run_directory_is_watched() -> None:
    """What lies around the watched folder is called by its name."""
    run = a_run_view(folder="flu/OUT")
    picture = RunPicture((run.path,), (replace(run, root=run.path),))
    assert [group.title for group in picture.groups(picture.runs)] == ["OUT"]


async def test_long_titles_keep_their_end() -> None:
    """The beginning of a path tells least."""
    stage = Stage()
    root = f"{stage.tree.root}/{'deep/' * 20}OUT"
    stage.tree.runs[f"{root}/RUN1"] = FakeRunDirectory()
    stage.journal.bind_root(root, 41)
    stage.settle()
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "deep/OUT  job 41" in lines_of(table_of(pilot))[1])
        assert "▾ …" in lines_of(table_of(pilot))[1]
    stage.end()


async def test_one_of_two_is_offline() -> None:
    """Its rows say so, the line above names it; the other one goes on."""
    stage = two_roots()
    async with stage.app().run_test(size=LARGE) as pilot:
        await ready(pilot)
        stage.tree.unreadable = {f"{FAR}/flu": "permission denied"}
        stage.clock.advance(10)
        stage.watch.tick()
        said = "○ /mnt/lab/far offline: permission denied"
        await until(pilot, lambda: said in text_of(pilot, "#crumbs"))
        lines = lines_of(table_of(pilot))
        assert "● done" in lines[2]
        assert "○ offline" in lines[4]
    stage.end()


async def test_auto_upload_of_one_of_two() -> None:
    """`a` means the folder of the row under the cursor."""
    stage = two_roots()
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FAR}/flu/OUT/RUN1"))
        await pilot.press("a")
        await until(pilot, lambda: bool(pilot.app.screen.query("#question")))
        assert "Upload runs of far by themselves when they are done?" in text_of(pilot, "#question")
        assert "Now: 1 run that" in text_of(pilot, "#question")
        await pilot.press("y")
        await until(pilot, lambda: "auto in 1 of 2" in text_of(pilot, "#crumbs"))
    assert stage.journal.auto_uploads().keys() == {FAR}
    stage.end()


async def test_no_runs_in_several_folders() -> None:
    """The empty screen counts them."""
    stage = Stage(roots=(NEAR, FAR))
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: text_of(pilot, "#empty") == "Reading 2 folders …")
        stage.watch.tick()
        await until(pilot, lambda: "No runs under 2 folders yet" in text_of(pilot, "#empty"))
        stage.tree.missing = "not mounted"
        stage.clock.advance(10)
        stage.watch.tick()
        await until(pilot, lambda: "2 folders cannot be read" in text_of(pilot, "#empty"))
    stage.end()


async def test_blind_root(stage: Stage) -> None:
    """Where events are missing, it is said how it is watched instead, for as long as that lasts."""
    stage.watchers[stage.tree.root].why_blind = "nfs4 does not report what other hosts write"
    async with stage.app().run_test(size=SMALL) as pilot:
        hint = "/data/fred-out is looked at every 10 s: nfs4 does not report"
        await until(pilot, lambda: hint in text_of(pilot, "#hints"))
        assert pilot.app.screen.query_one("#hints").region.height == 1
        stage.watchers[stage.tree.root].why_blind = ""
        await until(pilot, lambda: not pilot.app.screen.query_one("#hints").display)


async def test_trouble_is_told(stage: Stage) -> None:
    """With the folder's name and what it means."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        stage.bus.publish(WatchTroubled(stage.tree.root, "no directory is watched"))
        said = "/data/fred-out: no directory is watched. Rescans go on."
        await until(pilot, lambda: said_by(pilot) == [said])


class Delegating(TransferQueue):
    """Another process does the work."""

    other: Holder | None = Holder(4711, "lab7", NOON)

    @property
    def agent(self) -> Holder | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self.other


async def test_another_process_does_the_work(stage: Stage) -> None:
    """Every screen says which one, until this one takes over."""
    queue = Delegating(
        lambda: stage.carriers,
        TransferList(stage.journal, stage.clock),
        stage.bus.publish,
        QueueLimits(parallel=1),
    )
    stage.transfers = queue
    async with stage.app().run_test(size=SMALL) as pilot:
        for key in "123":
            await pilot.press(key)
            await until(pilot, lambda: "process 4711 on lab7" in text_of(pilot, "#hints"))
        queue.other = None
        await until(pilot, lambda: not pilot.app.screen.query_one("#hints").display)


async def test_palette_tells_folders_apart() -> None:
    """Runs of the same name are told by their paths, words of which find them in any order."""
    stage = two_roots()
    async with stage.app().run_test(size=SMALL) as pilot:
        await ready(pilot)
        await palette(pilot, "run1 far")
        offered = pilot.app.screen.query_one(OptionList)
        await until(pilot, lambda: offered.option_count == 1)
        said = str(offered.get_option_at_index(0).prompt)
        assert "/mnt/lab/far/flu/OUT/RUN1" in said
    stage.end()


async def test_palette_offers_what_can_be_done(stage: Stage) -> None:
    """Every key of the screen is an action with words."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await palette(pilot, "hold back")
        await until(
            pilot, lambda: "Hold back" in pilot.app.export_screenshot().replace("&#160;", " ")
        )
        await pilot.press("enter")
        await until(pilot, lambda: f"{FLU}/RUN3" in stage.journal.held())
