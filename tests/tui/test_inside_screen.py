"""A stored archive, opened: the tree of its members, and what is in them."""

import gzip
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.errors import StoreConnectionError
from core.events import StoreReachable
from core.model import Artifact, ArtifactKind
from core.pace.paced import as_it_comes
from core.ports.content import Content
from core.preview.save_members import Saved, SaveMembers
from core.progress import Progress
from storage.files.local_files import LocalFileSystem
from tests.fakes.content import FakeContent
from tests.tui.archives import CONFIG, INPUT, RESULTS, put, run_files, zipped
from tests.tui.builders import Stage, download, until
from tests.tui.screen_text import drawn_text_of, lines_of, said_by, table_of, text_of
from tui.screens.browse import BrowseScreen
from tui.screens.inside import InsideScreen
from tui.widgets.choices import ChoiceTable
from tui.widgets.grid_view import GridView
from tui.widgets.member_table import MemberTable
from tui.widgets.text_view import TextView

SMALL, LARGE = (80, 24), (120, 36)


@pytest.fixture
def archive(stage: Stage) -> Stage:
    """Results of run 3 in the store."""
    put(stage, RESULTS, zipped(run_files()))
    return stage


def members(pilot: Pilot[int]) -> MemberTable:
    return pilot.app.screen.query_one(MemberTable)


def tree(pilot: Pilot[int]) -> list[str]:
    """Names as they are shown, without the sizes behind them."""
    lines = [line.replace("▌", " ") for line in lines_of(members(pilot))[1:]]
    return [line[3:26].rstrip() for line in lines if line.strip()]


def text(pilot: Pilot[int]) -> list[str]:
    return lines_of(pilot.app.screen.query_one(TextView))


def grid(pilot: Pilot[int]) -> list[str]:
    return lines_of(pilot.app.screen.query_one(GridView))


async def open_artifact(pilot: Pilot[int], key: str = "") -> None:
    """From the start to an artifact of run 3, the first one if none is named."""
    await pilot.press("2", "enter")
    await until(pilot, lambda: "12 simpleflu" in text_of(pilot, "#crumbs"))
    await pilot.press("enter")
    await until(pilot, lambda: "RUN3" in text_of(pilot, "#crumbs"))
    if key:
        await until(pilot, lambda: table_of(pilot).move_to(key))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, InsideScreen))


async def open_archive(pilot: Pilot[int]) -> None:
    await open_artifact(pilot)
    await until(pilot, lambda: members(pilot).row_count > 0)


async def open_member(pilot: Pilot[int], name: str) -> None:
    """Of the archive, by its path."""
    await open_archive(pilot)
    members(pilot).focus()
    for folder in (part for part in ("RUN3/DAILY/", "RUN3/WEEKLY/") if name.startswith(part)):
        members(pilot).move_to(folder)
        await pilot.press("right")
    await until(pilot, lambda: members(pilot).move_to(name))
    await until(pilot, lambda: members(pilot).cursor_key == name)
    await pilot.press("enter")
    await until(pilot, lambda: name.rpartition("/")[2] in text_of(pilot, "#member-head"))


async def test_tree(archive: Stage) -> None:
    """Folders first and folded, with what is below them; enter unfolds; esc goes back."""
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_archive(pilot)
        assert tree(pilot)[:4] == ["▾ RUN3/", "  ▸ DAILY/", "  ▸ WEEKLY/", "    LOG"]
        await pilot.press("j", "enter")
        await until(pilot, lambda: "      Date.txt" in tree(pilot))
        assert members(pilot).cursor_key == "RUN3/DAILY/"
        await pilot.press("left")
        await until(pilot, lambda: "      Date.txt" not in tree(pilot))
        assert "1 request" in text_of(pilot, "#crumbs")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        assert "RUN3" in text_of(pilot, "#crumbs")


async def test_filter(archive: Stage) -> None:
    """What matches is shown with its whole path, and counted; esc shows the tree again."""
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_archive(pilot)
        await pilot.press("slash", *"inf.i", "enter")
        await until(pilot, lambda: text_of(pilot, "#filter #filter-count") == "2 of 9 ")
        assert tree(pilot) == ["RUN3/DAILY/INF.I.txt", "RUN3/WEEKLY/INF.I.txt"]
        await pilot.press("escape")
        await until(pilot, lambda: tree(pilot)[0] == "▾ RUN3/")
        await pilot.press("slash", *"!.txt", "enter")
        await until(pilot, lambda: text_of(pilot, "#filter #filter-count") == "5 of 9 ")
        assert "RUN3/DAILY/INF.I.txt" not in tree(pilot)


async def test_table_and_chart(archive: Stage) -> None:
    """A CSV is a table, below it a chart of the chosen column, and by itself; the peak is named."""
    async with archive.app().run_test(size=LARGE) as pilot:
        await open_member(pilot, "RUN3/out.csv")
        assert "180 rows × 5 columns   4.7 KiB" in text_of(pilot, "#member-head")
        assert "[table] chart  text" in text_of(pilot, "#member-head")
        await until(pilot, lambda: "INF.S" in text_of(pilot, "#member-peak"))
        assert grid(pilot)[0] == " Day  Date        INF.S  INF.I  INF.newI"
        assert grid(pilot)[1].split() == ["1", "2020-01-02", "45318", "0", "0"]
        await pilot.press("full_stop")
        peak = "INF.I   peak 1 204, day 97"
        await until(pilot, lambda: peak in text_of(pilot, "#member-peak"))
        await pilot.press("G")
        await until(pilot, lambda: grid(pilot)[-1].split()[0] == "180")
        await pilot.press("tab")
        await until(pilot, lambda: "[chart]" in text_of(pilot, "#member-head"))
        await until(pilot, lambda: "1 000┤" in drawn_text_of(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: members(pilot).has_focus)


async def test_one_after_the_other(archive: Stage) -> None:
    """At 80 columns the tree and the member are two steps of one path."""
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_member(pilot, "RUN3/out.csv")
        assert text_of(pilot, "#crumbs").startswith(" …")
        assert "› RUN3/out.csv" in text_of(pilot, "#crumbs")
        assert not members(pilot).is_on_screen
        await pilot.press("escape")
        await until(pilot, lambda: members(pilot).has_focus)
        assert members(pilot).cursor_key == "RUN3/out.csv"


async def test_series(archive: Stage) -> None:
    """A file of nothing but numbers can be drawn."""
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_member(pilot, "RUN3/DAILY/INF.I.txt")
        await until(pilot, lambda: "chart" in text_of(pilot, "#member-head"))
        await pilot.press("tab")
        await until(pilot, lambda: "peak 900, row 61" in text_of(pilot, "#member-peak"))


async def test_text(archive: Stage) -> None:
    """Lines with numbers; found words by n and N, at the ends from the other one."""
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_member(pilot, "RUN3/LOG")
        assert text(pilot)[0].split() == ["1", "day", "1", "[done]", "of", "the", "run"]
        await pilot.press("slash", *"DAY 39", "enter")
        await until(pilot, lambda: "“DAY 39” is not in" in text_of(pilot, "#member-status"))
        await pilot.press("slash", *"day 39", "enter")
        await until(pilot, lambda: "“day 39” in line 39" in text_of(pilot, "#member-status"))
        await pilot.press("n")
        await until(pilot, lambda: "in line 390 " in text_of(pilot, "#member-status"))
        assert any("day 390 " in line for line in text(pilot))
        await pilot.press("N", "N")
        said = "in line 399, from the other end"
        await until(pilot, lambda: said in text_of(pilot, "#member-status"))


async def test_long_lines(archive: Stage) -> None:
    """Very long lines are survived, wrapped or not; control characters are escapes."""
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_member(pilot, "RUN3/wide.txt")
        assert text(pilot)[1].split() == ["2", r"\x00\x1b[31mred"]
        await pilot.press("w")
        await until(pilot, lambda: text(pilot)[1].strip().startswith("xxx"))
        await pilot.press("G", *["k"] * 3, "w", "slash", *"needle", "enter")
        said = "“needle” in line 1, beyond what is shown of it"
        await until(pilot, lambda: said in text_of(pilot, "#member-status"))


@pytest.mark.parametrize(
    ("name", "head", "shown"),
    [
        ("RUN3/summary.json", "[json] text", '"name": "[flu]"'),
        ("RUN3/state.bin", "1.0 KiB", "40 41 42 43"),
        ("RUN3/map.png", "PNG image   640 × 480", "not drawn here"),
    ],
)
async def test_kinds(archive: Stage, name: str, head: str, shown: str) -> None:
    """JSON in lines, binary as hex, an image as its type and size."""
    async with archive.app().run_test(size=LARGE) as pilot:
        await open_member(pilot, name)
        await until(pilot, lambda: head in text_of(pilot, "#member-head"))
        await until(pilot, lambda: shown in drawn_text_of(pilot))


async def test_another_artifact(archive: Stage) -> None:
    """The same for what is no archive: there is no tree, and esc goes back to the list."""
    put(archive, CONFIG, b'{"beta": [0.3]}', ArtifactKind.RUN_CONFIG)
    async with archive.app().run_test(size=LARGE) as pilot:
        await open_artifact(pilot, CONFIG)
        await until(pilot, lambda: '   2    "beta": [' in text(pilot))
        assert not members(pilot).is_on_screen
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))


@pytest.mark.parametrize(
    ("key", "kind", "data", "shown"),
    [
        ("run_3_config.json", ArtifactKind.RUN_CONFIG, b"[1.50]", "1.50"),
        (
            "run_3_config.json",
            ArtifactKind.RUN_CONFIG,
            gzip.compress(b"[1.50]", mtime=0),
            "unpacked",
        ),
        ("run_3_logs.log", ArtifactKind.RUN_LOGS, b"day 7 of 9\n", "day 7 of 9"),
        ("run_3_logs.zip", ArtifactKind.RUN_LOGS, zipped({"err.txt": b"no"}), "err.txt"),
    ],
    ids=["config", "packed config", "log", "logs"],
)
async def test_whatever_is_stored_of_a_run(
    stage: Stage, key: str, kind: ArtifactKind, data: bytes, shown: str
) -> None:
    """Configurations, logs and what is gzip'd open like results."""
    put(stage, f"jobs/12/{key}", data, kind)
    async with stage.app().run_test(size=SMALL) as pilot:
        await open_artifact(pilot)
        await until(pilot, lambda: shown in drawn_text_of(pilot))


async def test_input_of_a_job(stage: Stage) -> None:
    """Job files stand last, and only when there are some; an input is an archive."""
    put(stage, RESULTS, zipped(run_files()))
    put(stage, INPUT, zipped({"params": b"days = 180\n"}), ArtifactKind.JOB_INPUT, run_id=None)
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2", "enter")
        await until(pilot, lambda: "job files" in drawn_text_of(pilot))
        await pilot.press("G", "enter")
        await until(pilot, lambda: "job_input.zip" in drawn_text_of(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, InsideScreen))
        await until(pilot, lambda: tree(pilot) == ["  params"])
        await pilot.press("enter")
        await until(pilot, lambda: any("days = 180" in line for line in text(pilot)))


async def test_both_texts_of_json(stage: Stage) -> None:
    """Formatted and as it is: what was fetched for one is there for the other."""
    fetched = FakeContent(b'{"beta": [0.3]}', "config.json")
    put(stage, CONFIG, b"", ArtifactKind.RUN_CONFIG)

    def stored(_: Artifact) -> Content:
        return fetched

    stage.previews = replace(stage.previews, stored=stored)
    async with stage.app().run_test(size=SMALL) as pilot:
        await open_artifact(pilot)
        await until(pilot, lambda: '   2    "beta": [' in text(pilot))
        await pilot.press("tab")
        await until(pilot, lambda: '   1  {"beta": [0.3]}' in text(pilot))
    assert (fetched.begun, fetched.open) == (1, 0)


async def test_link(archive: Stage, copied: list[str]) -> None:
    """From inside an archive a link to all of it is copied."""
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_archive(pilot)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(pilot.app.focused, ChoiceTable))
        await pilot.press("enter")
        await until(pilot, lambda: any("Copied link" in said for said in said_by(pilot)))
    assert f"/{RESULTS}?" in copied[0]


async def test_not_an_archive(stage: Stage) -> None:
    """What went wrong stays on the screen; r tries again."""
    put(stage, RESULTS, b"PK but not really")
    async with stage.app().run_test(size=SMALL) as pilot:
        await open_artifact(pilot)
        await until(pilot, lambda: "could not be looked into" in text_of(pilot, "#error"))
        put(stage, RESULTS, zipped({"RUN3/LOG": b"fine"}))
        await pilot.press("r")
        await until(pilot, lambda: "could not be" in text_of(pilot, "#error"))
        await pilot.press("escape", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, InsideScreen))
        await until(pilot, lambda: members(pilot).row_count > 0)


def files_below(directory: Path) -> list[str]:
    found = (path for path in directory.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(directory)) for path in found)


async def test_download_of_members(archive: Stage, tmp_path: Path) -> None:
    """One comes right into the directory, marked ones with their folders; nothing is replaced."""
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_member(pilot, "RUN3/out.csv")
        await download(pilot, str(tmp_path))
        await until(pilot, lambda: f"Downloaded: {tmp_path}/out.csv" in said_by(pilot))
        assert (tmp_path / "out.csv").read_bytes() == run_files()["RUN3/out.csv"]
        (tmp_path / "out.csv").write_text("mine")
        await download(pilot, str(tmp_path))
        await until(pilot, lambda: "out.csv" in said_by(pilot)[-1] and len(said_by(pilot)) == 2)
        assert (tmp_path / "out.csv").read_text() == "mine"
        await pilot.press("escape", "g", "j", "space", "j", "space")
        await until(pilot, lambda: "2 marked" in text_of(pilot, "#crumbs"))
        await download(pilot, str(tmp_path))
        await until(pilot, lambda: "Downloaded 3 members" in said_by(pilot)[-1])
    assert files_below(tmp_path) == [
        "RUN3/DAILY/Date.txt",
        "RUN3/DAILY/INF.I.txt",
        "RUN3/LOG",
        "out.csv",
    ]


class HalfSaved(SaveMembers):
    """Half of it is written; then it waits until somebody stops it."""

    def __call__(
        self,
        read: Callable[[str], Content],
        names: Sequence[str],
        directory: str,
        progress: Progress,
    ) -> Saved:
        progress.add_read(progress.total // 2)
        progress.wait(20)
        return Saved((), ())


async def test_download_that_is_stopped(archive: Stage, tmp_path: Path) -> None:
    """How far it is stays on the screen, also when the archive is closed; x stops it."""
    half = HalfSaved(LocalFileSystem(), as_it_comes)
    archive.previews = replace(archive.previews, save_members=half)
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_archive(pilot)
        await pilot.press("G", "k", "k")
        await download(pilot, str(tmp_path))
        said = "▼ Downloading state.bin: 512 B of 1.0 KiB   x stops"
        await until(pilot, lambda: said in text_of(pilot, "#hints"))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        said = " ▼ Downloading state.bin: 512 B of 1.0 KiB"
        await until(pilot, lambda: text_of(pilot, "#hints") == said)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, InsideScreen))
        await until(pilot, lambda: members(pilot).row_count > 0)
        await pilot.press("x")
        await until(pilot, lambda: "Stopped; members that are whole stay" in said_by(pilot))
        await until(pilot, lambda: not pilot.app.screen.query_one("#hints").display)


async def test_download_of_all(archive: Stage, tmp_path: Path) -> None:
    """Everything is the archive, which goes to the queue."""
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_archive(pilot)
        await pilot.press("ctrl+a")
        await download(pilot, str(tmp_path))
        await until(pilot, lambda: "Queued 1 download" in said_by(pilot))
    (view,) = archive.queue.views()
    assert view.source == RESULTS


async def test_offline(archive: Stage) -> None:
    """Members that were seen are remembered, with their age; back online, the store is asked again."""
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_archive(pilot)
        await pilot.press("escape")
        for _ in range(2):
            archive.store.fail_next("excerpt", StoreConnectionError("No connection to S3."))
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        archive.clock.advance(3 * 3600)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, InsideScreen))
        await until(pilot, lambda: "as of 14:08 (3 h ago)" in text_of(pilot, "#crumbs"))
        assert tree(pilot)[0] == "▾ RUN3/"
        members(pilot).move_to("RUN3/LOG")
        await pilot.press("enter")
        await until(pilot, lambda: "No connection to S3." in text_of(pilot, "#member-said"))
        archive.bus.publish(StoreReachable())
        await until(pilot, lambda: any("day 1 [done]" in line for line in text(pilot)))
        await until(pilot, lambda: "request" in text_of(pilot, "#crumbs"))


class SlowContent(Content):
    """Gives a block, and then waits."""

    def __init__(self) -> None:
        self.go_on, self.ended = threading.Event(), threading.Event()
        self.read_to_the_end = False

    @property
    def name(self) -> str:
        return "slow.txt"

    @property
    def size(self) -> int:
        return 3 << 20

    def blocks(self) -> Generator[bytes]:
        try:
            yield b"a line\n" * (1 << 17)
            assert self.go_on.wait(20)
            yield b"more\n" * 1000
            self.read_to_the_end = True
            yield b"too much\n"
        finally:
            self.ended.set()


async def test_esc_while_fetching(archive: Stage) -> None:
    """The pane says how far it is; esc ends the request and goes back at once."""
    slow = SlowContent()

    def stored(_: Artifact) -> Content:
        return slow

    put(archive, CONFIG, b"", ArtifactKind.RUN_CONFIG)
    archive.previews = replace(archive.previews, stored=stored)
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_artifact(pilot, CONFIG)
        await until(pilot, lambda: any("a line" in line for line in text(pilot)))
        await pilot.press("G")
        said = "896 KiB of 3.0 MiB, esc stops"
        await until(pilot, lambda: said in text_of(pilot, "#member-status"))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        slow.go_on.set()
        assert slow.ended.wait(10)
        assert not slow.read_to_the_end


async def test_search_stops_at_the_limit(archive: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is large is searched up to the limit; m reads on, and n finds it then."""
    monkeypatch.setattr("tui.screens.member_reading.LIMIT", 1 << 20)
    lines = b"".join(b"line %d\n" % number for number in range(150_000))
    put(archive, RESULTS, zipped({"big.txt": lines + b"the end\n"}))
    async with archive.app().run_test(size=SMALL) as pilot:
        await open_member(pilot, "big.txt")
        await until(pilot, lambda: "more comes as you go on" in text_of(pilot, "#member-status"))
        await pilot.press("slash", *"the end", "enter")
        await until(pilot, lambda: "is not in what was read" in text_of(pilot, "#member-status"))
        await until(pilot, lambda: "read   m reads on" in text_of(pilot, "#member-status"))
        await pilot.press("m")
        await until(pilot, lambda: "m reads on" not in text_of(pilot, "#member-status"))
        await pilot.press("n")
        await until(pilot, lambda: "in line 150 001" in text_of(pilot, "#member-status"))


async def test_very_many_members(stage: Stage) -> None:
    """100,000 members are there at once: nothing of them is drawn but what is seen."""
    many = {f"RUN3/day{number}.txt": b"" for number in range(100_000)}
    put(stage, RESULTS, zipped(many))
    async with stage.app().run_test(size=SMALL) as pilot:
        await open_archive(pilot)
        await until(pilot, lambda: members(pilot).row_count == 100_001)
        await pilot.press("G")
        await until(pilot, lambda: members(pilot).cursor_key == "RUN3/day99999.txt")
        await pilot.press("slash", *"4242", "enter")
        await until(pilot, lambda: text_of(pilot, "#filter #filter-count") == "20 of 100000 ")
