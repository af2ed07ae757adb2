"""The run under the cursor, read while it grows."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.errors import InvalidResultsDirectoryError
from core.finish.rule import Outcome
from core.ports.run_files import RunFiles
from core.preview.glance_at_run import GlanceAtRun
from tests.builders import MIB
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import FLU, MEASLES, NOT_THERE_YET, Stage, until
from tests.tui.screen_text import drawn_text_of, lines_of, said_by, table_of, text_of
from tui.parts.run_previews import RunPreviews
from tui.screens.run import RunScreen
from tui.screens.variables import VariableScreen
from tui.screens.watch import WatchScreen
from tui.widgets.chart_view import ChartView

SMALL, LARGE = (80, 24), (120, 36)
RUN10 = f"{FLU}/RUN10"
LOG = b"READ_params: days 180\nday 96 took 0.1 s\nday 97 took 0.1 s\n"


def writes(stage: Stage, name: str, data: bytes) -> None:
    """The running run writes that to one of its files, and the watch sees it."""
    run = stage.tree.runs[RUN10]
    run.contents[name] = run.contents.get(name, b"") + data
    run.bytes += len(data)
    stage.clock.advance(3)
    stage.watch.rescan()
    stage.watch.tick()


@pytest.fixture
def growing(stage: Stage) -> Stage:
    """RUN10 has files that can be read."""
    run = stage.tree.runs[RUN10]
    run.contents.update({"LOG": LOG, "DAILY/INF.I.txt": b"0\n" * 400, "DAILY/Date.txt": b"x" * 90})
    return stage


async def rests_on(stage: Stage, pilot: Pilot[int], path: str) -> None:
    """The cursor stays there long enough."""
    await until(pilot, lambda: table_of(pilot).move_to(path))
    await until(pilot, lambda: table_of(pilot).cursor_key == path)
    await pilot.pause()
    stage.clock.advance(1)


def look_now(pilot: Pilot[int]) -> None:
    """As four times a second."""
    assert isinstance(pilot.app.screen, WatchScreen)
    pilot.app.screen.look_now()


def detail(pilot: Pilot[int]) -> list[str]:
    """The lines of the pane without what pads them."""
    return [" ".join(line.split()) for line in text_of(pilot, "#detail").splitlines()]


async def test_contents(growing: Stage) -> None:
    """At the side: the end of the log, sizes by kind, the largest files."""
    async with growing.app().run_test(size=LARGE) as pilot:
        await rests_on(growing, pilot, RUN10)
        await until(pilot, lambda: "SIZE BY KIND" in detail(pilot))
        shown = detail(pilot)
    at = shown.index("LOG")
    assert shown[at + 1 : at + 4] == [
        "READ_params: days 180",
        "day 96 took 0.1 s",
        "day 97 took 0.1 s",
    ]
    at = shown.index("FILES largest of 121 first")
    assert shown[at + 1].split() == ["DAILY/INF.I.txt", "800", "B"]
    assert any(line.startswith("DAILY/ ━") for line in shown)


async def test_log_goes_on(growing: Stage) -> None:
    """What the simulator says is there without a key, and what it is writing."""
    async with growing.app().run_test(size=LARGE) as pilot:
        await rests_on(growing, pilot, RUN10)
        await until(pilot, lambda: "day 97 took 0.1 s" in detail(pilot))
        writes(growing, "LOG", b"day 98 took 0.1 s\n")
        await until(pilot, lambda: "day 98 took 0.1 s" in detail(pilot))
        await until(pilot, lambda: "LOG being written" in detail(pilot))
        title = "FILES 1 file being written, then the largest"
        assert detail(pilot)[detail(pilot).index(title) + 1] == "LOG +18 B 76 B"
        growing.clock.advance(20)
        await until(pilot, lambda: "LOG" in detail(pilot))
        assert title not in detail(pilot)


async def test_two_lines(growing: Stage) -> None:
    """In a narrow terminal a running run says the last line of its log."""
    async with growing.app().run_test(size=SMALL) as pilot:
        await rests_on(growing, pilot, RUN10)
        await until(pilot, lambda: detail(pilot)[-1] == "LOG day 97 took 0.1 s")


async def test_moving_fast_reads_nothing(growing: Stage) -> None:
    """Only the run that the cursor rests on is read, once as long as it does not change."""
    async with growing.app().run_test(size=LARGE) as pilot:
        aside = growing.scanner.read_aside
        await until(pilot, lambda: table_of(pilot).cursor_key == f"{MEASLES}/RUN1")
        await until(pilot, lambda: table_of(pilot).has_focus)
        await pilot.pause()
        growing.clock.advance(1)
        await until(pilot, lambda: aside == [f"{MEASLES}/RUN1"])
        aside.clear()
        await pilot.press(*"jjjjjj")
        await until(pilot, lambda: table_of(pilot).cursor_key == RUN10)
        look_now(pilot)
        assert aside == []
        growing.clock.advance(1)
        await until(pilot, lambda: "SIZE BY KIND" in detail(pilot))
        for _ in range(3):
            growing.clock.advance(10)
            growing.watch.rescan()
            growing.watch.tick()
            look_now(pilot)
        writes(growing, "LOG", b"day 98 took 0.1 s\n")

        def goes_on() -> bool:
            growing.clock.advance(1)  # the rest after the reading before may begin only now
            return "day 98 took 0.1 s" in detail(pilot)

        await until(pilot, goes_on)
        assert aside == [RUN10, RUN10]


async def test_what_comes_late_is_dropped(growing: Stage) -> None:
    """A run that takes long to read is not shown in the place of the one that is looked at now."""
    growing.scanner.answers.clear()
    async with growing.app().run_test(size=LARGE) as pilot:
        await rests_on(growing, pilot, RUN10)
        await until(pilot, growing.scanner.asked.is_set)
        await rests_on(growing, pilot, f"{FLU}/RUN1")
        growing.scanner.answers.set()
        await until(pilot, lambda: growing.scanner.read_aside[-1] == f"{FLU}/RUN1")
        await pilot.pause()
        assert "SIZE BY KIND" not in detail(pilot)


async def test_unreadable(growing: Stage) -> None:
    """What could not be read is said; what could be is shown."""
    growing.tree.runs[RUN10].problems = ("DAILY: Permission denied",)
    async with growing.app().run_test(size=LARGE) as pilot:
        await rests_on(growing, pilot, RUN10)
        await until(pilot, lambda: "DAILY: Permission denied" in detail(pilot))
        assert "SIZE BY KIND" in detail(pilot)


async def test_left_out(growing: Stage) -> None:
    """What would not be stored is said before anything is."""
    glance_at_run = GlanceAtRun(growing.scanner, growing.clock, lambda scan: ["RUN10/p: a FIFO"])
    growing.run_previews = RunPreviews(glance_at_run, growing.run_previews.disks)
    async with growing.app().run_test(size=LARGE) as pilot:
        await rests_on(growing, pilot, RUN10)
        await until(pilot, lambda: "left out: RUN10/p: a FIFO" in detail(pilot))


async def test_offline(growing: Stage) -> None:
    """Of a tree that is away it is said from when that is which is shown."""
    async with growing.app().run_test(size=LARGE) as pilot:
        await rests_on(growing, pilot, RUN10)
        await until(pilot, lambda: "SIZE BY KIND" in detail(pilot))
        growing.tree.missing = "not mounted"
        growing.clock.advance(180)
        growing.watch.tick()
        await until(pilot, lambda: "what is in it, as of 3 min ago" in detail(pilot))


async def test_hostile_log(growing: Stage) -> None:
    """Markup and control characters are shown, never obeyed."""
    growing.tree.runs[RUN10].contents["LOG"] = b"[/red]\x1b[2J \xff\n"
    async with growing.app().run_test(size=LARGE) as pilot:
        await rests_on(growing, pilot, RUN10)
        await until(pilot, lambda: r"[/red]\x1b[2J \xff" in drawn_text_of(pilot))


async def test_expected_end(growing: Stage) -> None:
    """Said of a run whose days go by evenly, with the size that others of its kind came to."""
    run = growing.tree.runs[RUN10]
    async with growing.app().run_test(size=LARGE) as pilot:
        await rests_on(growing, pilot, RUN10)
        await until(pilot, lambda: "97/180 days" in text_of(pilot, "#detail"))
        assert "ends" not in text_of(pilot, "#detail")
        for day in range(98, 108):
            run.days = (day, 180)
            writes(growing, "LOG", b"day\n")
        # 73 days of three seconds from 14:08:32 on.
        await until(pilot, lambda: "ends ≈ 14:13, in 5 min" in detail(pilot))
        assert "→ ≈ 811 MiB, as others here" in text_of(pilot, "#detail")
        growing.clock.advance(60)
        growing.watch.rescan()
        growing.watch.tick()
        await until(pilot, lambda: "ends" not in text_of(pilot, "#detail"))


async def test_size_without_others(growing: Stage) -> None:
    """By its growth it is a lower bound: simulators write much at their end."""
    for number in range(1, 5):
        growing.tree.runs[f"{FLU}/RUN{number}"].days = (90, 90)
    run = growing.tree.runs[RUN10]
    async with growing.app().run_test(size=LARGE) as pilot:
        await rests_on(growing, pilot, RUN10)
        for day in range(98, 108):
            run.days = (day, 180)
            run.bytes += 4 * MIB
            writes(growing, "LOG", b"day\n")
        await until(pilot, lambda: "→ ≈ 773 MiB or more" in text_of(pilot, "#detail"))


def daily(peak: int, days: int = 97) -> bytes:
    """As FRED writes it: days and numbers, the largest on day 60."""
    return "".join(f"{day} {max(0, peak - 3 * abs(60 - day))}\n" for day in range(days)).encode()


@pytest.fixture
def epidemic(growing: Stage) -> Stage:
    """RUN10 and RUN1 tell of the same variables, MEASLES of none."""
    for path, peak in ((RUN10, 1204), (f"{FLU}/RUN1", 900)):
        contents = growing.tree.runs[path].contents
        for name, share in (("I", 1), ("E", 2), ("newI", 4)):
            contents[f"DAILY/INF.{name}.txt"] = daily(peak // share)
    return growing


async def test_curve_of_a_growing_run(epidemic: Stage) -> None:
    """What is worth most comes first, with its peak; it grows with the run."""
    async with epidemic.app().run_test(size=LARGE) as pilot:
        await rests_on(epidemic, pilot, RUN10)
        await until(pilot, lambda: "INF.I peak 1 204, day 60 so far , . 1 of 3" in detail(pilot))
        chart = pilot.app.screen.query_one(ChartView)
        await until(pilot, lambda: chart.size.height >= 8)
        run = epidemic.tree.runs[RUN10]
        run.contents["DAILY/INF.I.txt"] = b""
        writes(epidemic, "DAILY/INF.I.txt", daily(1204) + b"97 4000\n")
        await until(pilot, lambda: "INF.I peak 4 000, day 97 so far , . 1 of 3" in detail(pilot))
        run.outcome, run.days = Outcome.DONE, (180, 180)
        for _ in range(2):
            epidemic.settle()
        await until(pilot, lambda: "INF.I peak 4 000, day 97 , . 1 of 3" in detail(pilot))


async def test_variables(epidemic: Stage) -> None:
    """`,` and `.` go round; other runs are shown with what was chosen, where they have it."""
    async with epidemic.app().run_test(size=LARGE) as pilot:
        await rests_on(epidemic, pilot, RUN10)
        await until(pilot, lambda: any(x.startswith("INF.I peak") for x in detail(pilot)))
        await pilot.press("full_stop")
        await until(pilot, lambda: any(x.startswith("INF.newI peak 301") for x in detail(pilot)))
        await rests_on(epidemic, pilot, f"{FLU}/RUN1")
        await until(pilot, lambda: any(x.startswith("INF.newI peak 225") for x in detail(pilot)))
        await pilot.press("comma", "comma")
        await until(pilot, lambda: any(x.startswith("INF.E peak 450") for x in detail(pilot)))
        await rests_on(epidemic, pilot, f"{MEASLES}/RUN1")
        await until(pilot, lambda: not pilot.app.screen.query_one(ChartView).is_on_screen)
        await pilot.press("full_stop")
        await until(pilot, lambda: "There is no curve of this run" in said_by(pilot))


def names(pilot: Pilot[int]) -> list[str]:
    """What is listed, without the marks of rows."""
    return [line.lstrip("▌ ") for line in lines_of(table_of(pilot))[1:] if line.strip()]


async def test_list_of_variables(epidemic: Stage) -> None:
    """`V` lists them; what is typed filters, and what is chosen is shown."""
    async with epidemic.app().run_test(size=LARGE) as pilot:
        await rests_on(epidemic, pilot, RUN10)
        await until(pilot, lambda: any(x.startswith("INF.I peak") for x in detail(pilot)))
        await pilot.press("V")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        assert names(pilot) == ["INF.I", "INF.newI", "INF.E"]
        await pilot.press(*"new")
        await until(pilot, lambda: names(pilot) == ["INF.newI"])
        await pilot.press("x", "enter")
        assert isinstance(pilot.app.screen, VariableScreen), "nothing is left to choose"
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: any(x.startswith("INF.newI peak 301") for x in detail(pilot)))
        await pilot.press("V")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press("down", "escape")
        await until(pilot, lambda: any(x.startswith("INF.newI peak 301") for x in detail(pilot)))
        await pilot.press("V")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press("down", "enter")
        await until(pilot, lambda: any(x.startswith("INF.E peak") for x in detail(pilot)))


async def test_curve_of_an_earlier_run(epidemic: Stage) -> None:
    """Files that an earlier run into the directory left are not said to be of this one."""
    epidemic.tree.runs[RUN10].contents["DAILY/INF.I.txt"] = daily(1204, days=180)
    async with epidemic.app().run_test(size=LARGE) as pilot:
        await rests_on(epidemic, pilot, RUN10)
        said = "INF.I peak 1 204, day 60 of an earlier run , . 1 of 3"
        await until(pilot, lambda: said in detail(pilot))


async def test_no_room_for_a_curve(epidemic: Stage) -> None:
    """In two lines none is read; `p` makes room."""
    read: list[str] = []
    local = epidemic.curves.local

    def told(path: str) -> RunFiles:
        read.append(path)
        return local(path)

    epidemic.curves = replace(epidemic.curves, local=told)
    async with epidemic.app().run_test(size=SMALL) as pilot:
        await rests_on(epidemic, pilot, RUN10)
        await until(pilot, lambda: detail(pilot)[-1].startswith("LOG"))
        assert read == []
        await pilot.press("p")
        await until(pilot, lambda: any(x.startswith("INF.I peak 1 204") for x in detail(pilot)))
        assert read == [RUN10]
        await pilot.press("full_stop")
        await until(pilot, lambda: any(x.startswith("INF.newI") for x in detail(pilot)))
        assert read == [RUN10], "another variable is of the same look"


async def test_broken_curve(epidemic: Stage) -> None:
    """What cannot be read is said, and the rest is shown."""

    def broken(path: str) -> RunFiles:
        raise InvalidResultsDirectoryError("The disk says no.")

    epidemic.curves = replace(epidemic.curves, local=broken)
    async with epidemic.app().run_test(size=LARGE) as pilot:
        await rests_on(epidemic, pilot, RUN10)
        await until(pilot, lambda: "The disk says no." in detail(pilot))
        assert "SIZE BY KIND" in detail(pilot)


async def test_curve_of_an_opened_run(epidemic: Stage) -> None:
    """It has the same keys."""
    async with epidemic.app().run_test(size=SMALL) as pilot:
        await rests_on(epidemic, pilot, RUN10)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        await until(pilot, lambda: "INF.I  peak 1 204" in text_of(pilot, "#whole-run"))
        await pilot.press("full_stop")
        await until(pilot, lambda: "INF.newI  peak" in text_of(pilot, "#whole-run"))
        await pilot.press("V")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "INF.E  peak" in text_of(pilot, "#whole-run"))
        await until(pilot, lambda: pilot.app.screen.query_one(ChartView).size.height == 12)


async def test_opened(growing: Stage) -> None:
    """An opened run shows all of it, and goes on while it is open."""
    async with growing.app().run_test(size=SMALL) as pilot:
        await rests_on(growing, pilot, RUN10)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        await until(pilot, lambda: "FILES" in text_of(pilot, "#whole-run"))
        writes(growing, "LOG", b"day 98 took 0.1 s\n")
        await until(pilot, lambda: "day 98 took 0.1 s" in text_of(pilot, "#whole-run"))


async def test_without_files() -> None:
    """A run in which nothing is, has nothing to show but why."""
    stage = Stage()
    path = f"{FLU}/RUN1"
    stage.tree.runs[path] = FakeRunDirectory(0, 0, Outcome.RUNNING, NOT_THERE_YET, None)
    stage.settle()
    async with stage.app().run_test(size=LARGE) as pilot:
        await rests_on(stage, pilot, path)
        await until(pilot, lambda: path in stage.scanner.read_aside)
        await pilot.pause()
        assert "FILES" not in text_of(pilot, "#detail")
    stage.end()
