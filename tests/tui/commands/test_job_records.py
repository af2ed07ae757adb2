"""What is told of jobs and runs."""

from dataclasses import replace

from core.stored.archived import Archived
from tests.builders import a_run
from tui.commands.job_records import results_of_runs


def test_archived_beside() -> None:
    """Of several results of a run those count that it has now: others may be archived or not."""
    here, below = "jobs/12/2026/11/20/120000/run_{}_results.zip", "jobs/12/2025/01/01/000000/{}"
    archived = {
        here.format(4): Archived("GLACIER", None),
        below.format("run_4_results.zip"): Archived("DEEP_ARCHIVE", None),
        below.format("run_5_results.zip"): Archived("DEEP_ARCHIVE", None),
        here.format(6).replace("run_6_results", "run_6_logs"): Archived("GLACIER", None),
    }
    runs = [replace(a_run(), run_id=n, results_url=f"s3://lab/{here.format(n)}") for n in (4, 5, 6)]
    found = results_of_runs(runs, archived, lambda key: f"s3://lab/{key}")
    assert found == {4: Archived("GLACIER", None)}
