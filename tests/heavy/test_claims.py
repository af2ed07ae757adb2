"""Two workstations that register hundreds of jobs at the same time."""

from pathlib import Path

from tests.acceptance.conftest import Command
from tests.acceptance.test_claims import check_claims


def test_no_id_twice(runferry: Command, home: Path, s3_bucket: str) -> None:
    """Each registers 200 jobs as fast as it can: there are 400 different ids."""
    check_claims(runferry, home, s3_bucket, 200)
