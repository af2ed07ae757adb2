"""The conditions of a complete FRED run, each answered with its reason."""

from collections.abc import Iterator, Mapping, Sequence

from core.finish import fred_log
from core.finish.fred_copy import is_copy
from core.finish.fred_days import simulated_days
from core.finish.fred_files import DATES, ERR, LOG, OUT, FredFiles
from core.finish.job_process import SeenJob
from core.finish.rule import Check
from core.ports.tree import FileSample, SampleRequest, Scan
from core.printable import one_line

_KIB = 1024
RETURN_CODE = "return_code.txt"
ROOT_ERRORS, STATUS = "../errors.txt", "../../META/STATUS"
REQUESTS: Sequence[SampleRequest] = (
    SampleRequest(STATUS, head=64),
    SampleRequest(ROOT_ERRORS, head=4 * _KIB),
    SampleRequest(RETURN_CODE, head=64),
    SampleRequest(ERR, head=64 * _KIB, tail=64 * _KIB),
    SampleRequest(OUT, head=4 * _KIB, tail=1, count_lines=True),
    SampleRequest(DATES, tail=1, count_lines=True),
    SampleRequest(LOG, head=64 * _KIB, tail=8 * _KIB),
)
_IN_RUN = frozenset(r.path for r in REQUESTS if not r.path.startswith(".."))
_HEADER = b"Day,Date,EpiWeek,Popsize"
_TEMPORARY = (".csv.tmp", ".header")
_NEWER_SLACK_NS = 50_000_000
_ALL_ROWS, _JOB_ENDED = "all rows", "job ended"
_NOT_THERE = "out.csv is not there yet"

Samples = Mapping[str, FileSample]


def readable(scan: Scan, samples: Samples) -> Check:
    """What could not be read proves nothing: neither that a run is complete nor that it failed."""
    unread = sorted(_IN_RUN.intersection(scan.names) - samples.keys())
    reason = f"{unread[0]} cannot be read as a file" if unread else "all that is needed was read"
    return Check("readable", not unread, reason)


def run_checks(scan: Scan, samples: Samples) -> Iterator[Check]:
    """Of the RUN directory itself; the first that fails is the reason."""
    if LOG in samples:
        yield log_ended(samples[LOG])
    yield _no_temporary_files(scan)
    yield _final_header(samples)
    yield _all_rows(samples)
    yield _nothing_newer(scan, samples)


def log_ended(log: FileSample) -> Check:
    """LOG is cut when a run begins, so a LOG without its end is a run that goes on or died."""
    ended = fred_log.has_ended(log)
    return Check("log ended", ended, "LOG has its last line" if ended else "LOG has not ended")


def job_ended(status: FileSample, dead: SeenJob | None = None) -> Check:
    """The job adds files to its runs after the last one, unless it is killed: then it goes on to say that it runs.

    STATUS is truncated and then written: an empty read means "look again". Written after the `dead`
    process was seen last, it is another one's.
    """
    ended = is_finished(status)
    said = one_line(status.head).lower() or "being updated"
    if dead and said == "running" and status.mtime_ns <= dead.seen_at * 1e9:
        who = f"{dead.process.program} (pid {dead.process.pid})"
        return Check(_JOB_ENDED, True, f"{who} has ended before its job had", around=True)
    reason = "the job has ended" if ended else f"the job is {said}"
    return Check(_JOB_ENDED, ended, reason, around=True)


def is_finished(status: FileSample | None) -> bool:
    """Whether fred_job's script has ended; not that its runs have succeeded."""
    return status is not None and status.head.strip() == b"FINISHED"


def is_cut_short(samples: Samples, failing: Sequence[Check]) -> bool:
    """Whether out.csv was written for the last time, and lacks rows: FRED does not notice a full disk."""
    out, expected = samples.get(OUT), _expected_rows(samples)
    if {check.name for check in failing} - {_JOB_ENDED} != {_ALL_ROWS} or not out or not expected:
        return False
    return out.lines - 1 < expected or out.tail != b"\n"


def _no_temporary_files(scan: Scan) -> Check:
    found = (n for n in scan.names if n.endswith(_TEMPORARY) and "/" not in n)
    name = min(found, default="")
    reason = f"{one_line(name)} is being written" if name else "no temporary file"
    return Check("no temporary files", not name, reason)


def _final_header(samples: Samples) -> Check:
    name = "final header"
    if OUT not in samples:
        return Check(name, False, _NOT_THERE)
    final = samples[OUT].head.startswith(_HEADER)
    return Check(name, final, "out.csv has its final header" if final else "out.csv is not final")


def _all_rows(samples: Samples) -> Check:
    name, out, expected = _ALL_ROWS, samples.get(OUT), _expected_rows(samples)
    if out is None:
        return Check(name, False, _NOT_THERE)
    if expected is None:
        return Check(name, False, "the number of simulated days is not known yet")
    if out.tail != b"\n":
        return Check(name, False, "the last line of out.csv is cut")
    rows = out.lines - 1
    return Check(name, rows == expected, f"out.csv has {rows} of {expected} rows")


def _expected_rows(samples: Samples) -> int | None:
    simulated = simulated_days(samples.get(LOG))
    if simulated is not None:
        return simulated
    dates = samples.get(DATES)
    # A full disk cuts this file as well; then it counts nothing.
    return dates.lines if dates and dates.tail == b"\n" else None


def _nothing_newer(scan: Scan, samples: Samples) -> Check:
    """A file of FRED's that is newer than out.csv, its last, belongs to a later run.

    Files of others prove nothing, whenever they were written; nor do the times of a copy. What may be either is
    taken for a later run, and the reason says what helps.
    """
    name = "nothing newer"
    times = dict(scan.file_times())
    if OUT not in times:
        return Check(name, False, _NOT_THERE)
    limit, freds = times[OUT] + _NEWER_SLACK_NS, FredFiles(scan)
    newer = {path: mtime for path, mtime in times.items() if mtime > limit and path in freds}
    if not newer:
        return Check(name, True, "nothing is newer than out.csv")
    if OUT in samples and is_copy(scan, samples, newer):
        return Check(name, True, "file times are not FRED's: the run was copied without them")
    latest = one_line(max(newer, key=lambda path: newer[path]))
    reason = f"{latest} is newer than out.csv: a later run, or copied without times"
    return Check(name, False, reason)
