"""The clock of a file system, which counts in steps."""

import time
from pathlib import Path

_PATIENCE = 10.0


def wait_for_the_clock(folder: Path) -> None:
    """Until what is written has a later time than what was written before."""
    probe = folder / "probe"
    probe.touch()
    before, deadline = probe.stat().st_ctime_ns, time.monotonic() + _PATIENCE
    while probe.stat().st_ctime_ns == before and time.monotonic() < deadline:
        probe.touch()
    probe.unlink()
