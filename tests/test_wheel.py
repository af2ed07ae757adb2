"""The wheel holds everything that the app needs, and works outside the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OPEN_THE_APP = """
import asyncio, tui
from tui.composition.options import Options
from tui.composition.session import Session
from tui.app import RunFerryApp

async def main():
    with Session(Options()) as session:
        async with RunFerryApp(session.app_services(".")).run_test(size=(80, 24)) as pilot:
            await pilot.press("3")
            print(tui.__file__)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with nothing but what the wheel contains."""
    base = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(base), str(ROOT)]
    subprocess.run([*pip, *build], check=True, capture_output=True)
    (wheel,) = base.glob("runferry-*.whl")
    site = base / "site"
    install = ["install", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    subprocess.run([*pip, *install], check=True, capture_output=True)
    return site


def run(installed: Path, home: Path, *arguments: str) -> str:
    environ = {**os.environ, "PYTHONPATH": str(installed), "RUNFERRY_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=home, env=environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_only_the_three_packages(installed: Path) -> None:
    """Neither tests nor benchmarks are installed; the style sheet is."""
    names = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"bin", "core", "storage", "tui"}
    assert (installed / "tui/styles.tcss").is_file()


def test_command_line_and_app(installed: Path, tmp_path: Path) -> None:
    """Version, a scan, and the app with its screens."""
    assert run(installed, tmp_path, "-m", "tui", "--version").startswith("runferry ")
    (tmp_path / "OUT/RUN1").mkdir(parents=True)
    assert "RUN1" in run(installed, tmp_path, "-m", "tui", "scan", ".")
    assert str(installed) in run(installed, tmp_path, "-c", OPEN_THE_APP)
