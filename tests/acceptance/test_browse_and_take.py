"""A researcher takes results out of the store, and gives a colleague a link, without a command."""

import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.test_link import fetched, signature
from tests.acceptance.test_no_secret_leaks import everything_below
from tests.acceptance.test_upload_and_download import same_tree
from tests.tui.builders import HeardApp, download, until
from tests.tui.screen_text import lines_of, said_by, table_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session
from tui.widgets.choices import ChoiceTable


@pytest.fixture
def clipboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What a desktop's clipboard holds."""
    content, tool = tmp_path / "clipboard", tmp_path / "bin/xclip"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\n/bin/cat > "{content}"\n')
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", str(tool.parent))
    monkeypatch.setenv("DISPLAY", ":0")
    for name in ("SSH_CONNECTION", "SSH_TTY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    return content.read_text


async def test_download_in_the_app(runferry: Command, fred_out: Path, tmp_path: Path) -> None:
    """
    Given the app on a local store with a run
    When the run is downloaded whole, and once more to be taken apart
    Then both are there, the queue shows both, and a toast names the path.
    """
    assert runferry("upload", fred_out / "RUN1").code == 0
    back = tmp_path / "back"
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("2", "enter")
            await until(pilot, lambda: table_of(pilot).cursor_key == "1")
            await download(pilot, str(back))
            zipped = back / "run_1_results.zip"
            await until(pilot, zipped.is_file)
            said = f"run_1_results.zip downloaded: {zipped}"
            await until(pilot, lambda: said in said_by(pilot))
            await download(pilot, str(back / "apart"), extract=True)
            await until(pilot, lambda: "extracted" in " ".join(said_by(pilot)))
            await pilot.press("3")
            await until(
                pilot, lambda: "✓ job 1 · RUN1 results" in "".join(lines_of(table_of(pilot)))
            )
    assert same_tree(fred_out / "RUN1", back / "apart/RUN1")


async def test_link_in_the_app(
    runferry: Command, fred_out: Path, home: Path, s3_bucket: str, clipboard: Callable[[], str]
) -> None:
    """
    Given the app on a bucket with a run
    When a link for a day is asked for
    Then the clipboard has one that works so long, and it is in no file and on no screen.
    """
    assert runferry("upload", fred_out / "RUN1", "--bucket", f"s3://{s3_bucket}").code == 0
    with Session(Options(bucket=f"s3://{s3_bucket}")) as session:
        app = HeardApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("2", "enter")
            await until(pilot, lambda: "jobs › 1 " in text_of(pilot, "#crumbs"))
            await pilot.press("l")
            await until(pilot, lambda: isinstance(app.focused, ChoiceTable))
            shown = app.export_screenshot()
            await pilot.press("2")
            await until(pilot, lambda: "Copied link, good until" in " ".join(said_by(pilot)))
            shown += app.export_screenshot()
    url = clipboard()
    assert fetched(url).startswith(b"PK")
    assert "X-Amz-Expires=86400&" in url
    assert signature(url) not in shown
    assert signature(url).encode() not in everything_below(home)


async def test_path_in_the_app(
    runferry: Command, fred_out: Path, clipboard: Callable[[], str]
) -> None:
    """
    Given the app on a local store
    When a link to an artifact is asked for
    Then the clipboard has its path.
    """
    assert runferry("upload", fred_out / "RUN1").code == 0
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("2", "enter", "enter")
            await until(pilot, lambda: "RUN1" in text_of(pilot, "#crumbs"))
            await pilot.press("l")
            await until(pilot, lambda: "Copied path (xclip)" in said_by(pilot))
    assert zipfile.is_zipfile(clipboard())


async def test_command_in_the_app(
    runferry: Command,
    fred_out: Path,
    s3_bucket: str,
    clipboard: Callable[[], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given the app on a bucket with a run and its configuration
    When the command that downloads its results is copied, and run elsewhere
    Then the results are there, and nothing else.
    """
    bucket = f"s3://{s3_bucket}"
    assert runferry("upload", fred_out / "RUN1", "--bucket", bucket).code == 0
    config = tmp_path / "config.json"
    config.write_text("{}")
    run = ("--job-id", "1", "--run-id", "1", "--bucket", bucket)
    assert runferry("runs", "config", "submit", config, *run).code == 0
    with Session(Options(bucket=bucket)) as session:
        app = HeardApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("2", "enter")
            await until(pilot, lambda: "jobs › 1 " in text_of(pilot, "#crumbs"))
            await pilot.press("enter")
            await until(pilot, lambda: "RUN1" in text_of(pilot, "#crumbs"))
            await until(pilot, lambda: table_of(pilot).cursor_key.endswith("_results.zip"))
            await pilot.press("y")
            await until(pilot, lambda: isinstance(app.focused, ChoiceTable))
            await pilot.press("G", "enter")
            await until(pilot, lambda: "Copied runferry command (xclip)" in said_by(pilot))
    back = tmp_path / "elsewhere"
    back.mkdir()
    monkeypatch.chdir(back)
    program, *arguments = shlex.split(clipboard())
    assert program == "runferry"
    assert runferry(*arguments).code == 0
    assert [path.name for path in back.iterdir()] == ["run_1_results.zip"]
