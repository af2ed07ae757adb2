"""`d` in Browse: where to, and what is to be known before."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.download.look_at_target import LookAtTarget
from core.ports.volumes import Space, Volumes
from storage.files.local_files import LocalFileSystem
from tests.tui.builders import Stage, stored, until
from tests.tui.screen_text import drawn_text_of, lines_of, said_by, table_of, text_of
from tui.parts.targets import Targets
from tui.screens.download import DownloadScreen
from tui.screens.target_choice import FolderTable, PathInput

SIZES = [(60, 16), (80, 24), (120, 36)]


class Disk(Volumes):
    """So much is left, whatever is asked."""

    def __init__(self, free: int) -> None:
        self._free = free

    def space(self, path: str) -> Space | None:
        return Space(1, self._free, self._free)


@pytest.fixture
def back(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with two folders; RUN1 and RUN2 are stored."""
    stored(stage)
    stage.targets = Targets(LookAtTarget(LocalFileSystem(), Disk(2 << 30)))
    for name in ("archive", "back"):
        (tmp_path / name / "inner").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def asked(pilot: Pilot[int]) -> PathInput:
    """At the first run, with the dialog on top and what is proposed looked at."""
    await pilot.press("2")
    await until(pilot, lambda: pilot.app.current_mode == "browse")
    await until(pilot, lambda: table_of(pilot).row_count > 0)
    await pilot.press("enter", "d")
    await until(pilot, lambda: isinstance(pilot.app.focused, PathInput))
    await looked(pilot)
    return pilot.app.screen.query_one(PathInput)


async def looked(pilot: Pilot[int]) -> None:
    screen = pilot.app.screen
    await until(pilot, lambda: isinstance(screen, DownloadScreen) and bool(screen.directory))


def says(pilot: Pilot[int]) -> str:
    return text_of(pilot, "#target-says")


async def test_typing_goes_on(stage: Stage, back: Path) -> None:
    """The proposed path is there to be gone on with; what does not exist yet is said to be made."""
    async with stage.app().run_test(size=(120, 36)) as pilot:
        path = await asked(pilot)
        assert path.value == str(back)
        assert "will be made" not in says(pilot)
        await pilot.press(*"/new")
        assert path.value == f"{back}/new"
        await looked(pilot)
        assert f"{back}/new will be made" in says(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "Queued 1 download" in said_by(pilot))
    assert stage.queue.views()[0].target == f"{back}/new/run_1_results.zip"
    assert not (back / "new").exists()


async def test_enter_before_the_look(stage: Stage, back: Path) -> None:
    """Nothing is made that was not said before: a path that is not there is asked about."""
    async with stage.app().run_test(size=(120, 36)) as pilot:
        path = await asked(pilot)
        path.value = f"{back}/missing"
        path.post_message(PathInput.Submitted(path, path.value))
        await looked(pilot)
        await until(pilot, lambda: "will be made" in says(pilot))
        assert isinstance(pilot.app.screen, DownloadScreen)
        path.value = f"{back}/back"
        path.post_message(PathInput.Submitted(path, path.value))
        await until(pilot, lambda: "Queued 1 download" in said_by(pilot))


async def test_folders(stage: Stage, back: Path) -> None:
    """Walked with the arrows: into one, out again, and completed while it is typed."""
    async with stage.app().run_test(size=(120, 36)) as pilot:
        path = await asked(pilot)
        await pilot.press("/")
        await looked(pilot)
        table = pilot.app.screen.query_one(FolderTable)
        assert [line.strip() for line in lines_of(table)[1:4]] == ["../", "archive/", "back/"]
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: path.value == f"{back}/back/")
        await looked(pilot)
        assert "inner/" in "".join(lines_of(table))
        await pilot.press("left")
        await until(pilot, lambda: path.value == f"{back}/")
        await looked(pilot)
        await pilot.press("up")
        await until(pilot, lambda: path.has_focus)
        await pilot.press(*"arc")
        await looked(pilot)
        await pilot.press("right")
        await until(pilot, lambda: path.value == f"{back}/archive/")


async def test_room_and_what_is_in_the_way(stage: Stage, back: Path) -> None:
    """Free bytes against those that come; files of the same name, before they are in the way."""
    (back / "back/run_1_results.zip").write_bytes(b"other")
    async with stage.app().run_test(size=(120, 36)) as pilot:
        await asked(pilot)
        assert "203 MiB to come, 2.0 GiB free" in says(pilot)
        await pilot.press(*"/back")
        await looked(pilot)
        assert "run_1_results.zip is there" in says(pilot)
        stage.targets = Targets(LookAtTarget(LocalFileSystem(), Disk(1 << 20)))
        await pilot.press("tab", "space")
        await until(pilot, lambda: "Not enough room: 203 MiB to come, 1.0 MiB free" in says(pilot))
        assert "run_1_results.zip" not in says(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_it_fits(stage: Stage, back: Path, size: tuple[int, int]) -> None:
    """All that is said and asked is seen."""
    (back / "run_1_results.zip").write_bytes(b"other")
    async with stage.app().run_test(size=size) as pilot:
        await asked(pilot)
        await until(pilot, lambda: "enter downloads" in drawn_text_of(pilot))
        shown = drawn_text_of(pilot)
        for words in ("203 MiB", "free", "is there", "Take ZIPs apart", "FOLDER"):
            assert words in shown
