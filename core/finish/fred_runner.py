"""What `simulation_runner` tells of FRED, whose output it writes into a file when FRED has ended.

It runs `FRED -d job_1/OUT/run_4` and writes `job_1/run_4_simulation.log`.
"""

import re
from collections.abc import Mapping, Sequence

from core.finish.fred_files import FredFiles
from core.finish.fred_log import death_of
from core.ports.tree import FileSample, SampleRequest, Scan

_KIB = 1024
_RUN = re.compile(r".*/(run_\d+)/[^/]+", re.DOTALL)
_FAILED = b"SIMULATION FAILED"
_SLACK_NS = 2_000_000_000


def runner_requests(scan: Scan) -> Sequence[SampleRequest]:
    """What the others need to have read of this run; nothing where it is not the runner's."""
    path = _path(scan)
    return [SampleRequest(path, head=64, tail=8 * _KIB)] if path else []


def runner_log(scan: Scan, samples: Mapping[str, FileSample]) -> FileSample | None:
    """None while FRED goes on, as far as it tells: an older log is of an earlier run."""
    log = samples.get(_path(scan))
    if log is None:
        return None
    freds = FredFiles(scan)
    written = (when for path, when in scan.file_times() if path in freds)
    last = max(written, default=scan.own_mtime_ns)
    return log if log.mtime_ns + _SLACK_NS >= last else None


def failure_of_runner(log: FileSample | None) -> bytes:
    """The line that says why FRED failed; empty when it did not, or goes on."""
    if log is None:
        return b""
    return death_of(log) or (_FAILED if log.head.startswith(_FAILED) else b"")


def _path(scan: Scan) -> str:
    found = _RUN.fullmatch(scan.path)
    return f"../../../{found[1]}_simulation.log" if found else ""
