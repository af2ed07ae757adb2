"""The app beside commands of the same user: what these do is seen without a restart."""

from pathlib import Path

from tests.acceptance.processes import runferry_process
from tests.tui.builders import until
from tests.tui.screen_text import lines_of, table_of
from tui.app import RunFerryApp
from tui.composition.options import Options
from tui.composition.session import Session


async def test_stored_and_deleted_by_commands(home: Path, fred_out: Path) -> None:
    """
    Given the app on a tree of finished runs
    When another process uploads one of them, and one deletes the job again
    Then the app comes to say that it is stored, and no longer, by itself.
    """
    with Session(Options()) as session:
        app = RunFerryApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(120, 30)) as pilot:

            def row() -> str:
                return next((row for row in lines_of(table_of(pilot)) if " RUN1 " in row), "")

            await until(pilot, lambda: "done" in row())
            with runferry_process("upload", fred_out / "RUN1", "--name", "flu") as upload:
                assert upload.wait() == 0
            await until(pilot, lambda: "✓ stored" in row())
            delete = ("jobs", "delete", "--job-id", "1", "--confirm", "flu")
            with runferry_process(*delete) as command:
                assert command.wait() == 0, command.errors
            await until(pilot, lambda: "done" in row() and "stored" not in row())
