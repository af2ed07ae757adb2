"""What is installed holds everything that the app needs, and is not disturbed by its neighbours."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
BUILD = ["--no-deps", "--no-build-isolation"]
OPEN_THE_APP = """
import asyncio, runpy, sys

sys.argv = ["runferry", "--version"]
try:
    runpy.run_module("runferry_app", run_name="__main__")
except SystemExit:
    pass

import tui
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


class Installation:
    """An environment of its own, with RunFerry's dependencies and without this checkout."""

    def __init__(self, base: Path) -> None:
        venv.create(base, with_pip=False)
        self.python = base / "bin/python"
        self.runferry = base / "bin/runferry"
        self.packages = Path(sysconfig.get_path("purelib", vars={"base": str(base)}))
        # .pth files of a directory that is named in one do not count: the checkout stays out.
        (self.packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))

    def install(self, *what: str) -> None:
        """By pip, without an index."""
        install = ["install", "--no-deps", "--no-index", *what]
        pip = [*PIP, "--python", str(self.python)]
        subprocess.run([*pip, *install], check=True, capture_output=True)

    def run(
        self, *command: str | Path, home: Path, python_path: Path | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """With `home` as current directory."""
        environ = {**os.environ, "RUNFERRY_HOME": str(home), "PYTHONPATH": str(python_path or "")}
        return subprocess.run(
            [*command], cwd=home, env=environ, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """The wheel of this checkout, installed."""
    base = tmp_path_factory.mktemp("wheel")
    build = ["wheel", *BUILD, "--wheel-dir", str(base), str(ROOT)]
    subprocess.run([*PIP, *build], check=True, capture_output=True)
    (built,) = base.glob("runferry-*.whl")
    installation = Installation(base / "environment")
    installation.install(str(built))
    return installation


@pytest.fixture(scope="module")
def editable(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """This checkout, installed as `make demo` does it."""
    installation = Installation(tmp_path_factory.mktemp("editable") / "environment")
    installation.install("--no-build-isolation", "--editable", str(ROOT))
    return installation


@pytest.fixture(params=["wheel", "editable"])
def installed(request: pytest.FixtureRequest) -> Installation:
    """Both ways."""
    installation = request.getfixturevalue(request.param)
    assert isinstance(installation, Installation)
    return installation


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """What a cluster's modules may put on PYTHONPATH."""
    path = tmp_path / "hostile"
    for name in ("core/__init__.py", "core/errors.py", "storage.py", "tui/__init__.py"):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text("raise SystemExit('the package of somebody else')\n")
    return path


def test_one_name(wheel: Installation) -> None:
    """Neither tests nor benchmarks nor anything that others may have; the style sheet is there."""
    names = {path.name for path in wheel.packages.iterdir() if path.suffix != ".dist-info"}
    assert names == {"runferry_app", "dependencies.pth"}
    assert (wheel.packages / "runferry_app/tui/styles.tcss").is_file()


def test_command_line(installed: Installation, hostile: Path, tmp_path: Path) -> None:
    """The version, a scan and an upload, whatever is on PYTHONPATH."""
    (tmp_path / "OUT/RUN1").mkdir(parents=True)
    (tmp_path / "OUT/RUN1/out.csv").write_text("day,cases\n")
    for arguments, told in (
        (["--version"], "runferry "),
        (["scan", "OUT"], "RUN1"),
        (["upload", "OUT/RUN1", "--name", "epidemic", "--json"], '"outcome":"uploaded"'),
    ):
        command = [installed.runferry, *arguments]
        done = installed.run(*command, home=tmp_path, python_path=hostile)
        assert told in done.stdout.replace(": ", ":"), done.stderr


def test_hostile_directory(installed: Installation, hostile: Path) -> None:
    """`python -m` puts the current directory first; what lies there is not taken for RunFerry."""
    module = (installed.python, "-m", "runferry_app")
    jobs = installed.run(*module, "jobs", "list", "--json", home=hostile)
    assert (jobs.returncode, jobs.stdout) == (0, ""), jobs.stderr


def test_app(wheel: Installation, hostile: Path, tmp_path: Path) -> None:
    """The app with its screens, from the wheel."""
    done = wheel.run(wheel.python, "-c", OPEN_THE_APP, home=tmp_path, python_path=hostile)
    assert str(wheel.packages) in done.stdout, done.stderr


@pytest.mark.parametrize("name", ["core/__init__.py", "storage.py"])
def test_loaded_before(installed: Installation, tmp_path: Path, name: str) -> None:
    """Another package that Python had loaded at its start is named, with what to do."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    (tmp_path / "sitecustomize.py").write_text(f"import {name[:-3].partition('/')[0]}\n")
    done = installed.run(installed.runferry, "jobs", "list", home=tmp_path, python_path=tmp_path)
    assert done.returncode == 2
    assert str(tmp_path / name) in done.stderr
    assert "env -u PYTHONPATH runferry" in done.stderr
    assert "Traceback" not in done.stderr
