"""How far a FRED simulation is, as its LOG tells."""

import re
from datetime import datetime

from core.ports.tree import FileSample

# Nine digits: whatever is in the file, the number stays one that can be read.
_SIMULATED = re.compile(rb"Excluding initialization, (\d{1,9}) days took")
_DAY_TIMER = re.compile(rb"DAY_TIMER day (\d{1,9}) took")
_DATE = rb"^READ_params: %s = \|(\d{4}-[A-Z][a-z]{2}-\d{2})\|"
_START = re.compile(_DATE % b"start_date", re.MULTILINE)
_END = re.compile(_DATE % b"end_date", re.MULTILINE)


def simulated_days(log: FileSample | None) -> int | None:
    """The number of days of a simulation that has ended; None while LOG does not say."""
    found = _SIMULATED.search(log.tail) if log else None
    return int(found[1]) if found else None


def days_of(log: FileSample | None) -> tuple[int, int] | None:
    """(done, planned) for display, planned 0 if unknown; None without a LOG."""
    if log is None:
        return None
    planned = _planned_days(log.head)
    simulated = simulated_days(log)
    if simulated is not None:
        return simulated, planned or simulated
    timers = _DAY_TIMER.findall(log.tail)
    return (int(timers[-1]) + 1 if timers else 0), planned


def _planned_days(head: bytes) -> int:
    start, end = _START.search(head), _END.search(head)
    if not start or not end:
        return 0
    try:
        first, last = (datetime.strptime(m[1].decode(), "%Y-%b-%d") for m in (start, end))  # noqa: DTZ007 - dates without a zone
    except ValueError:
        return 0
    return max(0, (last - first).days + 1)
