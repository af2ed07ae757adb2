"""A researcher puts a bucket in order in the app: archives, deletes, moves what is in the wrong job."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual.pilot import Pilot
from textual.widgets import Input

from tests.acceptance.conftest import Command
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import said_by, table_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session
from tui.screens.typed import TypedScreen
from tui.widgets.job_list import JobTable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


async def asked(pilot: Pilot[int]) -> str:
    """What a dialog lists."""
    await until(pilot, lambda: isinstance(pilot.app.screen, TypedScreen))
    await until(pilot, lambda: bool(pilot.app.screen.query("#operation")))
    return text_of(pilot, "#operation")


async def type_name(pilot: Pilot[int], name: str) -> None:
    await until(pilot, lambda: isinstance(pilot.app.focused, Input))
    await pilot.press(*name, "enter")


async def browse(pilot: Pilot[int]) -> None:
    """The jobs, when the store was read."""
    await pilot.press("2")
    await until(pilot, lambda: pilot.app.current_mode == "browse")
    await until(pilot, lambda: table_of(pilot).row_count > 0)


async def test_archive_and_delete(
    runferry: Command, fred_out: Path, s3_bucket: str, s3_client: "S3Client"
) -> None:
    """
    Given a job with three runs in a bucket
    When it is archived and one of its runs deleted, each after its name was typed
    Then what is left is in the archive, a wrong name changed nothing, and the commands agree.
    """
    bucket = ["--bucket", f"s3://{s3_bucket}"]
    assert runferry("upload", fred_out, "--name", "simpleflu", *bucket).code == 0
    with Session(Options(bucket=bucket[1])) as session:
        app = HeardApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(100, 30)) as pilot:
            await browse(pilot)
            await pilot.press("A")
            assert "3 objects" in await asked(pilot)
            await type_name(pilot, "simpleflu")
            await until(pilot, lambda: "Archived 3 objects" in " ".join(said_by(pilot)))
            await pilot.press("enter")
            await until(pilot, lambda: "1 simpleflu" in text_of(pilot, "#crumbs"))
            await pilot.press("j", "D")
            assert "Delete RUN2 of job 1" in await asked(pilot)
            await type_name(pilot, "RUN1")
            await until(pilot, lambda: "not the name" in text_of(pilot, "#typed-says"))
            app.screen.query_one(Input).value = ""
            await type_name(pilot, "RUN2")
            await until(pilot, lambda: "Deleted RUN2: 1 object" in " ".join(said_by(pilot)))
            await until(pilot, lambda: table_of(pilot).row_count == 2)
    listed = s3_client.list_objects_v2(Bucket=s3_bucket, Prefix="jobs/").get("Contents", [])
    found = {o.get("Key", "")[-17:]: o.get("StorageClass") for o in listed}
    classes = {name: of for name, of in found.items() if name.endswith(".zip")}
    assert classes == {"run_1_results.zip": "GLACIER_IR", "run_3_results.zip": "GLACIER_IR"}
    left = runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *bucket).records
    assert [record["run_id"] for record in left] == [1, 3]


async def test_move_and_delete_a_job(runferry: Command, fred_out: Path) -> None:
    """
    Given a run that was stored in the wrong job of a local store
    When it is moved to the right one, and the wrong one deleted by its name
    Then the run is in the right job, and the wrong one is listed no more.
    """
    assert runferry("upload", fred_out / "RUN1", "--name", "right").code == 0
    other = fred_out.parent / "other/OUT"
    (other / "RUN7").mkdir(parents=True)
    (other / "RUN7/out.csv").write_text("Day,Date\n1,2020-01-01\n")
    assert runferry("upload", other / "RUN7", "--name", "wrong").code == 0
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(other)]))
        async with app.run_test(size=(100, 30)) as pilot:
            await browse(pilot)
            await pilot.press("enter")
            await until(pilot, lambda: "2 wrong" in text_of(pilot, "#crumbs"))
            await pilot.press("B")
            await until(pilot, lambda: isinstance(app.focused, JobTable))
            await until(pilot, lambda: app.screen.query_one(JobTable).move_to("1"))
            await pilot.press("enter")
            assert 'Move RUN7 of job 2 "wrong" to run 7 of job 1 "right"' in await asked(pilot)
            await pilot.press("enter")
            await until(pilot, lambda: "Moved RUN7 to run 7 of job 1" in " ".join(said_by(pilot)))
            await pilot.press("escape")
            await until(pilot, lambda: table_of(pilot).row_count == 2)
            await pilot.press("g", "D")
            await asked(pilot)
            await type_name(pilot, "wrong")
            await until(pilot, lambda: 'Deleted job 2 "wrong"' in " ".join(said_by(pilot)))
            await until(pilot, lambda: table_of(pilot).row_count == 1)
    runs = runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records
    assert [record["run_id"] for record in runs] == [1, 7]
    assert [job["job_id"] for job in runferry("jobs", "list", "--json").records] == [1]
