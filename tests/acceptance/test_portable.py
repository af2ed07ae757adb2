"""Other Unixes: without what only Linux has."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.portable.__main__ import bare_environment

REPOSITORY = Path(__file__).parents[2]
STORIES = (
    "tests/portable/test_bare.py",
    "tests/contracts/test_processes.py",
    "tests/contracts/test_results_packager.py",
    "tests/acceptance/test_upload_and_download.py",
    "tests/acceptance/test_watch.py",
)


@pytest.mark.timeout(300)
def test_elsewhere() -> None:
    """
    Given a system without inotify, `/proc` and the calls that only Linux has
    When runs are watched, stored, fetched and extracted there
    Then every story ends as it does here; `make portable` tells all of them.
    """
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", *STORIES],
        cwd=REPOSITORY,
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
