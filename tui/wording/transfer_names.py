"""What a transfer is called, the same everywhere."""

import re
from os.path import basename

from core.transfer_view import Direction, TransferView

_RESULTS = "OUT"
"""FRED's name for every results root: it tells nothing."""
_OF_RUN = re.compile(r"run_(\d+)_([a-z]+)(?:\.v0*(\d+))?\.[a-z]+")
_OF_JOB = re.compile(r"job_([a-z]+)\.[a-z]+")


def transfer_name(view: TransferView) -> str:
    """As in "job 2 · RUN1 results": the job, and what of it travels.

    While its job is not known, the nearest directory whose name tells something.
    """
    if view.direction is Direction.DOWNLOAD:
        return f"job {view.job_id} · {_of_key(basename(view.source))}"
    folders = [part for part in view.source.split("/")[:-1] if part not in {"", _RESULTS}]
    where = f"job {view.job_id}" if view.job_id else (folders or [""])[-1]
    return f"{where} · {basename(view.source)} results"


def _of_key(name: str) -> str:
    """The kind, of a run the run too; the name itself where it is not one of RunFerry's."""
    if found := _OF_RUN.fullmatch(name):
        run, kind, version = found.groups()
        return f"RUN{run} {kind}{f' v{version}' if version else ''}"
    found = _OF_JOB.fullmatch(name)
    return found[1] if found else name
