"""What is in a run of several directories is shown as it is stored: all of it."""

import shutil
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.acceptance.conftest import Command
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import lines_of, table_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session
from tui.screens.run_files import RunFilesScreen

SETTINGS = """\
[watch]
kind = "mine"
[kinds.mine]
pattern = "run_(\\\\d+)/RUN\\\\d+"
rule = "fred"
exclude = ["DAILY/Date.txt"]
"""


@pytest.fixture
def out(fred_out: Path, tmp_path: Path) -> Path:
    """Two runs of FRED with two directories each, one with one."""
    out = tmp_path / "OUT"
    for run, part, number in ((4, 1, 1), (4, 2, 2), (5, 1, 3), (5, 2, 1), (6, 1, 2)):
        shutil.copytree(fred_out / f"RUN{number}", out / f"run_{run}/RUN{part}")
    return out


def files_in(run: Path) -> list[Path]:
    return [path for path in run.rglob("*") if path.is_file()]


def test_compared(runferry: Command, out: Path) -> None:
    """
    Given runs that consist of two directories, and one with one
    When they are compared with each other, as they are here and as they are stored
    Then all their files count, and each directory's curve and seed is told by its name.
    """
    assert runferry("upload", out).code == 0
    told = runferry("compare", out / "run_4", out / "run_5").out
    assert [line.split()[0] for line in told.splitlines() if "seed" in line] == [
        "RUN1/seed",
        "RUN2/seed",
    ]
    assert "RUN1/INF.Is: peak" in told
    sizes = next(line.split() for line in told.splitlines() if line.startswith("files"))
    assert sizes == ["files", *(str(len(files_in(out / run))) for run in ("run_4", "run_5"))]

    same = runferry("compare", out / "run_4", "1:4").out
    assert "files of the same content" in same
    assert "differ:" not in same
    assert "only in" not in same
    alone = runferry("compare", out / "run_6", "1:6").out
    assert "INF.Is: peak" in alone
    assert "RUN1/" not in alone


def test_what_is_excluded(runferry: Command, out: Path, home: Path) -> None:
    """
    Given a kind that excludes a file by its path in a RUN directory
    When runs of several directories are scanned
    Then what is left out of each is told, and counted.
    """
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(SETTINGS)
    first, *_ = runferry("scan", out, "--json").records
    dates = [out / f"run_4/RUN{part}/DAILY/Date.txt" for part in (1, 2)]
    assert first["bytes_left_out"] == sum(path.stat().st_size for path in dates)
    assert first["left_out"] == [
        f"RUN{part}/DAILY/Date.txt: excluded by DAILY/Date.txt" for part in (1, 2)
    ]


async def test_in_the_app(out: Path, home: Path) -> None:
    """
    Given such a run under the cursor of Watch
    When its curve is looked at, and its files are opened
    Then there is one for each directory, and the files are in both.
    """

    def shown(pilot: Pilot[int]) -> list[str]:
        return lines_of(table_of(pilot))

    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(out)]))
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: table_of(pilot).move_to(str(out / "run_4")))
            await until(pilot, lambda: "RUN1/INF.Is" in text_of(pilot, "#detail"))
            await pilot.press("full_stop")
            await until(pilot, lambda: "RUN2/INF.Is" in text_of(pilot, "#detail"))
            await pilot.press("enter", "f")
            await until(pilot, lambda: isinstance(pilot.app.screen, RunFilesScreen))
            await until(pilot, lambda: any("RUN2/" in line for line in shown(pilot)))
            assert any("RUN1/" in line for line in shown(pilot))
