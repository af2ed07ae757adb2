"""What transfers are called."""

from dataclasses import replace

import pytest

from core.transfer_view import Direction, TransferState, TransferView
from tui.wording.transfers import transfer_name

UPLOAD = TransferView(1, 2, 1, "/data/flu/OUT/RUN1", TransferState.QUEUED)
DOWNLOAD = TransferView(
    1, 12, 4, "", TransferState.QUEUED, direction=Direction.DOWNLOAD, target="/x"
)


@pytest.mark.parametrize(
    ("job", "source", "name"),
    [
        (2, "/data/flu/OUT/RUN1", "job 2 · RUN1 results"),
        (2, "/data/flu/OUT/run_4", "job 2 · run_4 results"),
        (0, "/data/flu/OUT/RUN1", "flu · RUN1 results"),
        (0, "/RUN1", " · RUN1 results"),
    ],
)
def test_upload(job: int, source: str, name: str) -> None:
    """The job, the directory, the kind; a directory that tells something while there is no job."""
    assert transfer_name(replace(UPLOAD, job_id=job, source=source)) == name


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("run_4_results.zip", "job 12 · RUN4 results"),
        ("versions/run_4_results.v0002.zip", "job 12 · RUN4 results v2"),
        ("run_4_config.json", "job 12 · RUN4 config"),
        ("run_4_logs.log", "job 12 · RUN4 logs"),
        ("job_input.zip", "job 12 · input"),
        ("something else.bin", "job 12 · something else.bin"),
    ],
)
def test_download(key: str, name: str) -> None:
    """The same, as far as the key tells it."""
    view = replace(DOWNLOAD, source=f"jobs/12/2026/11/20/120000/{key}")
    assert transfer_name(view) == name


def test_own_names() -> None:
    """A run is called as its directory is, below what belongs to its job."""
    hydra = "outputs/2026-01-01/12-00-00"
    upload = replace(UPLOAD, job_id=0, source=f"/lab/study/{hydra}", name=hydra)
    assert transfer_name(upload) == f"study · {hydra} results"
    key = "jobs/2/2026/11/20/120000/run_6_results.zip"
    download = replace(DOWNLOAD, job_id=2, source=key, name="case-A")
    assert transfer_name(download) == "job 2 · case-A (run 6) results"
