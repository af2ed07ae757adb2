"""A bucket as a system fills it that has no records, no manifests, and more than one prefix for a job."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.acceptance.conftest import Put

JOB_12 = "jobs/12/2025/10/23/211500/"
JOB_13 = tuple(f"jobs/13/2025/10/23/{moment}/" for moment in ("220000", "220001", "220005"))
RUN_6 = f"{JOB_13[0]}run_6_results.zip"
LOGS = f"{JOB_12}run_4_logs.log"
OLDER_LAYOUT = "results/job_3/run_1.zip"


def _zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, (2025, 10, 23, 21, 15, 0))
            archive.writestr(entry, f"content of {name}\n" * 50)
    return buffer.getvalue()


OBJECTS: Mapping[str, bytes] = {
    f"{JOB_12}job_config.json": b'{"jobId": 12, "fredVersion": "11.0.1"}',
    f"{JOB_12}job_input.zip": _zipped("main.fred", "vars.fred"),
    f"{JOB_12}run_4_config.json": b'{"runId": 4}',
    LOGS: b"log line\n" * 100,
    f"{JOB_12}run_4_results.zip": _zipped("RUN4/out.csv", "RUN4/DAILY/C.txt"),
    f"{JOB_12}run_5_config.json": b'{"runId": 5}',
    f"{JOB_12}run_5_results.zip": _zipped("RUN1/out.csv", "RUN2/out.csv"),
    RUN_6: _zipped("RUN6/out.csv"),
    f"{JOB_13[1]}job_config.json": b"{}",
    f"{JOB_13[2]}run_6_config.json": b"{} ",
}
"""All that belongs to jobs."""


def fill(put: Put) -> None:
    """Writes it, and one object of a layout that is older still."""
    for key, content in {**OBJECTS, OLDER_LAYOUT: _zipped("RUN1/out.csv")}.items():
        put(key, content)


def of_job(job_id: int) -> Mapping[str, bytes]:
    """The objects of one job."""
    return {k: data for k, data in OBJECTS.items() if k.startswith(f"jobs/{job_id}/")}


def taken_apart(key: str, directory: Path) -> Path:
    """The files of a stored ZIP, as the run had them."""
    with zipfile.ZipFile(io.BytesIO(OBJECTS[key])) as archive:
        archive.extractall(directory)
    return directory


def names_of(keys: Sequence[str]) -> list[str]:
    """Without what stands before the last slash, sorted."""
    return sorted(key.rpartition("/")[2] for key in keys)
