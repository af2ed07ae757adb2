"""The app beside commands of the same user: what these do is seen without a restart."""

import time
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.transfer_view import TransferState
from core.upload.upload_request import UploadRequest
from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_process
from tests.acceptance.test_watch import refuse_links
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import lines_of, said_by, table_of
from tui.app import RunFerryApp
from tui.composition.options import Options
from tui.composition.session import Session
from tui.widgets.tab_bar import TabBar


def set_up(home: Path, shelf: Path | None = None) -> None:
    """A machine that does not wait for long; several may have their store at one path."""
    store = f"[profiles.local]\nkind = 'local'\npath = '{shelf}'\n" if shelf else ""
    home.mkdir()
    (home / "settings.toml").write_text(f"{store}[watch]\nquiet_seconds = 1\n")


def line_of(pilot: Pilot[int], text: str) -> str:
    """The first line of the table with `text` in it; empty while there is none."""
    return next((line for line in lines_of(table_of(pilot)) if text in line), "")


async def test_stored_and_deleted_by_commands(
    home: Path, fred_out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given the app on a tree of finished runs
    When another process uploads one of them, and one deletes the job again
    Then the app comes to say that it is stored, and no longer, by itself.
    """
    monkeypatch.setenv("RUNFERRY_QUIET_SECONDS", "0.2")
    with Session(Options()) as session:
        app = RunFerryApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(120, 30)) as pilot:

            def row() -> str:
                return line_of(pilot, " RUN1 ")

            await until(pilot, lambda: "done" in row())
            with runferry_process("upload", fred_out / "RUN1", "--name", "flu") as upload:
                assert upload.wait() == 0
            await until(pilot, lambda: "✓ stored" in row())
            delete = ("jobs", "delete", "--job-id", "1", "--confirm", "flu")
            with runferry_process(*delete) as command:
                assert command.wait() == 0, command.errors
            await until(pilot, lambda: "done" in row() and "stored" not in row())


async def test_failed_in_the_app_and_stored_by_a_command(home: Path, fred_out: Path) -> None:
    """
    Given a run that cannot be uploaded, which the app was asked for twice
    When the reason is gone, and a command uploads it
    Then the app, which said that one transfer failed, comes to say nothing of it.
    """
    refuse_links(home)
    link = fred_out / "RUN1/link"
    link.symlink_to(fred_out)
    with Session(Options()) as session:
        services = session.app_services([str(fred_out)])
        app = RunFerryApp(services)
        async with app.run_test(size=(120, 30)) as pilot:

            def failed() -> list[int]:
                views = services.transfers.views()
                return [view.attempts for view in views if view.state is TransferState.FAILED]

            services.transfers.submit(UploadRequest(str(link.parent)))
            await until(pilot, lambda: failed() == [1])
            services.transfers.submit(UploadRequest(str(link.parent)))
            await until(pilot, lambda: failed() == [2])
            await until(pilot, lambda: "!1" in app.screen.query_one(TabBar).render().plain)
            link.unlink()
            with runferry_process("upload", link.parent, "--name", "flu") as upload:
                assert upload.wait() == 0, upload.errors
            await until(pilot, lambda: "!1" not in app.screen.query_one(TabBar).render().plain)
            assert not failed()


async def test_store_that_was_never_read(
    home: Path, fred_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a store in which another machine has a job, and a machine that never read it
    When its app is opened on a tree
    Then the store is read by itself, and only then the app says how many runs are stored.
    """
    other = tmp_path / "other"
    for place in (home, other):
        set_up(place, shelf=tmp_path / "shelf")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("RUNFERRY_HOME", str(other))
        with runferry_process("jobs", "register", "--name", "flu") as command:
            assert command.wait() == 0, command.errors
    with Session(Options()) as session:
        app = RunFerryApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(120, 30)) as pilot:
            await until(pilot, lambda: "0/" in line_of(pilot, " OUT "))
            assert [job.job.name for job in session.jobs.list_jobs()] == ["flu"]


async def test_deleted_by_another_machine(
    home: Path, fred_out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a run that the app has stored, and another machine that deletes its job
    When the app reads the store again
    Then nothing is said to be stored there any more, and the next upload asks where to.
    """
    other = tmp_path / "other"
    for place in (home, other):
        set_up(place, shelf=tmp_path / "shelf")
    with Session(Options()) as session:
        app = RunFerryApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(120, 30)) as pilot:

            def row() -> str:
                return line_of(pilot, " RUN1 ")

            def heading() -> str:
                return line_of(pilot, " OUT ")

            await until(pilot, lambda: table_of(pilot).move_to(f"{fred_out}/RUN1"))
            await until(pilot, lambda: "● done" in row())
            await pilot.press("u")
            await until(pilot, lambda: bool(app.screen.query("#job-name:focus")))
            await pilot.press("enter")
            await until(pilot, lambda: heading().endswith("1/3") and "✓" in row())
            assert "job 1" in heading()
            monkeypatch.setenv("RUNFERRY_HOME", str(other))
            delete = ("jobs", "delete", "--job-id", "1", "--confirm", "sample60")
            with runferry_process(*delete) as command:
                assert command.wait() == 0, command.errors
            await pilot.press("2")
            await until(pilot, lambda: app.current_mode == "browse" and bool(app.focused))
            await pilot.press("R", "1")
            await until(pilot, lambda: heading().endswith("0/3"))
            await until(pilot, lambda: "✓" not in row() and "stored" not in row())
            assert "job" not in heading()
            await pilot.press("u")
            await until(pilot, lambda: bool(app.screen.query("#job-name:focus")))


async def test_deleted_by_another_machine_and_not_known_yet(
    home: Path,
    fred_out: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    runferry: Command,
) -> None:
    """
    Given a run that the app has stored, and another machine that deletes its job
    When another run is uploaded before the app has read the store
    Then no job is made for it unasked: that upload fails, and the next one asks where to.
    """
    other = tmp_path / "other"
    for place in (home, other):
        set_up(place, shelf=tmp_path / "shelf")
    with Session(Options()) as session:
        app = RunFerryApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(120, 30)) as pilot:

            def row(name: str) -> str:
                return line_of(pilot, f" {name} ")

            await until(pilot, lambda: table_of(pilot).move_to(f"{fred_out}/RUN1"))
            await until(pilot, lambda: "done" in row("RUN1") and "done" in row("RUN2"))
            await pilot.press("u")
            await until(pilot, lambda: bool(app.screen.query("#job-name:focus")))
            await pilot.press("enter")
            await until(pilot, lambda: "✓" in row("RUN1"))
            monkeypatch.setenv("RUNFERRY_HOME", str(other))
            delete = ("jobs", "delete", "--job-id", "1", "--confirm", "sample60")
            with runferry_process(*delete) as command:
                assert command.wait() == 0, command.errors
            table_of(pilot).move_to(f"{fred_out}/RUN2")
            await pilot.press("u")
            await until(pilot, lambda: "failed" in row("RUN2"))
            await until(pilot, lambda: "✓" not in row("RUN1"))
            await pilot.press("u")
            await until(pilot, lambda: bool(app.screen.query("#job-name:focus")))
    monkeypatch.setenv("RUNFERRY_HOME", str(home))
    assert runferry("jobs", "list", "--json").records == []


async def test_content_that_is_gone_from_the_store(
    home: Path, fred_out: Path, runferry: Command
) -> None:
    """
    Given a stored run, the object of which somebody deletes by hand
    When the app reads the store again
    Then neither screen says that it is stored, nor does a command list it.
    """
    runferry("upload", fred_out / "RUN1", "--name", "flu")
    uploaded = int(time.time())
    (stored,) = runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(120, 30)) as pilot:

            def rows() -> str:
                return "\n".join(lines_of(table_of(pilot)))

            await until(pilot, lambda: "1/3" in rows() and "✓ stored" in rows())
            (home / "store" / stored["key"]).unlink()
            # What was stored in the second of a reading is believed to be there still.
            await until(pilot, lambda: int(time.time()) > uploaded)
            await pilot.press("2", "R")
            await until(pilot, lambda: "The store was read" in said_by(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: "RUN1" in rows())
            assert "✓" not in rows()
            assert "error" in rows()
            await pilot.press("1")
            await until(pilot, lambda: "0/3" in rows() and "✓" not in rows())
    assert runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records == []


async def test_a_file_that_was_made_anew_with_the_same_content(
    home: Path, fred_out: Path, runferry: Command
) -> None:
    """
    Given a stored run, one file of which is deleted and made again with the same bytes
    When a command finds that its content is what is stored
    Then the app, which could not know it, says that it is stored as it is.
    """
    set_up(home)
    runferry("upload", fred_out / "RUN1", "--name", "flu")
    with Session(Options()) as session:
        app = RunFerryApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(120, 30)) as pilot:

            def row() -> str:
                return line_of(pilot, " RUN1 ")

            await until(pilot, lambda: "done" in row() and "✓ stored" in row())
            log = fred_out / "RUN1/LOG"
            content = log.read_bytes()
            log.unlink()
            log.write_bytes(content)
            await until(pilot, lambda: "in store" in row())
            with runferry_process("upload", fred_out / "RUN1") as upload:
                assert upload.wait() == 0
            await until(pilot, lambda: "✓ stored" in row())
