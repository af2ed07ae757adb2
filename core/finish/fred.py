"""FRED's finish rule.

FRED rewrites `out.csv` several times after the simulation has ended, and turns its spaces into
commas in the very last write. Neither the end of LOG nor the existence of `out.csv` means that a
run is complete; a full disk can even cut the final file, so its rows are counted as well.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from core.finish.rule import Check, Outcome, Verdict, first_failing
from core.ports.tree import EntryType, FileSample, SampleRequest, Scan

_KIB = 1024
_OUT, _LOG, _DATES = "out.csv", "LOG", "DAILY/Date.txt"
_ERR, _RETURN_CODE = "err.txt", "return_code.txt"
_ROOT_ERRORS, _STATUS = "../errors.txt", "../../META/STATUS"
_HEADER = b"Day,Date,EpiWeek,Popsize"
_TEMPORARY = (".csv.tmp", ".header")
_NEWER_SLACK_NS = 50_000_000
_SIMULATED = re.compile(rb"Excluding initialization, (\d+) days took")
_LAST_LINE = re.compile(rb"^FRED took [\d.]+ seconds", re.MULTILINE)
_DAY_TIMER = re.compile(rb"DAY_TIMER day (\d+) took")
_DATE = rb"^READ_params: %s = \|(\d{4}-[A-Z][a-z]{2}-\d{2})\|"
_START = re.compile(_DATE % b"start_date", re.MULTILINE)
_END = re.compile(_DATE % b"end_date", re.MULTILINE)

Samples = Mapping[str, FileSample]


class FredRule:
    """Complete: final header, all rows, log ended, nothing temporary, nothing newer, job ended."""

    name = "fred"
    requests: Sequence[SampleRequest] = (
        SampleRequest(_OUT, head=4 * _KIB, tail=1, count_lines=True),
        SampleRequest(_DATES, tail=1, count_lines=True),
        SampleRequest(_LOG, head=64 * _KIB, tail=8 * _KIB),
        SampleRequest(_ERR, head=64 * _KIB),
        SampleRequest(_RETURN_CODE, head=64),
        SampleRequest(_ROOT_ERRORS, head=4 * _KIB),
        SampleRequest(_STATUS, head=64),
    )

    def judge(self, scan: Scan, samples: Samples) -> Verdict:
        """See the module; errors outrank everything but an explicit return code."""
        days = _days(samples)
        if code := samples.get(_RETURN_CODE):
            return _by_return_code(code.head.strip())
        if (err := samples.get(_ERR)) and b"FRED ERROR" in err.head:
            return Verdict(
                Outcome.FAILED, f"err.txt: {_line_with(err.head, b'FRED ERROR')}", days=days
            )
        checks = _checks(scan, samples)
        if all(check.passed for check in checks):
            return Verdict(Outcome.COMPLETE, "all finish checks hold", checks, days)
        return _incomplete(scan, samples, checks, days)


def _checks(scan: Scan, samples: Samples) -> tuple[Check, ...]:
    checks = [
        _no_temporary_files(scan),
        _final_header(samples),
        _all_rows(samples),
        _nothing_newer(scan),
    ]
    if _LOG in samples:
        checks.insert(0, _log_ended(samples[_LOG]))
    if (status := _job_status(samples)) is not None:
        checks.append(_job_ended(status))
    return tuple(checks)


def _incomplete(
    scan: Scan, samples: Samples, checks: Sequence[Check], days: tuple[int, int] | None
) -> Verdict:
    why = first_failing(checks)
    run_complete = all(check.passed for check in checks if check.name != "job ended")
    if not run_complete and (errors := samples.get(_ROOT_ERRORS)):
        return Verdict(Outcome.FAILED, f"errors.txt: {_text(errors.head)}", tuple(checks), days)
    if _job_status(samples) == "FINISHED":
        return Verdict(Outcome.FAILED, f"the job has ended but {why}", tuple(checks), days)
    if not scan.entries:
        return Verdict(Outcome.EMPTY, "nothing written yet", tuple(checks), days)
    return Verdict(Outcome.RUNNING, why, tuple(checks), days)


def _by_return_code(code: bytes) -> Verdict:
    passed = code == b"0"
    check = Check("return code", passed, f"return_code.txt says {_text(code) or 'nothing'}")
    return Verdict(Outcome.COMPLETE if passed else Outcome.FAILED, check.reason, (check,))


def _log_ended(log: FileSample) -> Check:
    ended = bool(_LAST_LINE.search(log.tail))
    return Check("log ended", ended, "LOG has its last line" if ended else "LOG has not ended")


def _no_temporary_files(scan: Scan) -> Check:
    names = [e.path for e in scan.entries if "/" not in e.path and e.path.endswith(_TEMPORARY)]
    reason = f"{names[0]} is being written" if names else "no temporary file"
    return Check("no temporary files", not names, reason)


def _final_header(samples: Samples) -> Check:
    name = "final header"
    if _OUT not in samples:
        return Check(name, False, "out.csv is not there yet")
    final = samples[_OUT].head.startswith(_HEADER)
    return Check(name, final, "out.csv has its final header" if final else "out.csv is not final")


def _all_rows(samples: Samples) -> Check:
    name, out, expected = "all rows", samples.get(_OUT), _simulated_days(samples)
    if out is None or expected is None:
        return Check(name, False, "the number of simulated days is not known yet")
    if out.tail != b"\n":
        return Check(name, False, "the last line of out.csv is cut")
    rows = out.lines - 1
    return Check(name, rows == expected, f"out.csv has {rows} of {expected} rows")


def _nothing_newer(scan: Scan) -> Check:
    """A file newer than `out.csv` belongs to a later run into the same directory.

    WEEKLY/ is added by fred_job after all runs have ended.
    """
    files = [e for e in scan.entries if e.type is EntryType.FILE]
    written = next((e.mtime_ns for e in files if e.path == _OUT), None)
    name = "nothing newer"
    if written is None:
        return Check(name, False, "out.csv is not there yet")
    newer = next(
        (
            e.path
            for e in files
            if e.mtime_ns > written + _NEWER_SLACK_NS and not e.path.startswith("WEEKLY/")
        ),
        None,
    )
    reason = f"{newer} is newer than out.csv" if newer else "nothing is newer than out.csv"
    return Check(name, newer is None, reason)


def _job_status(samples: Samples) -> str | None:
    status = samples.get(_STATUS)
    return _text(status.head) if status else None


def _job_ended(status: str) -> Check:
    # STATUS is truncated and then written: an empty read means "look again".
    ended = status == "FINISHED"
    reason = "the job has ended" if ended else f"the job is {status.lower() or 'being updated'}"
    return Check("job ended", ended, reason)


def _simulated_days(samples: Samples) -> int | None:
    if (log := samples.get(_LOG)) and (found := _SIMULATED.search(log.tail)):
        return int(found[1])
    if _DATES in samples:
        return samples[_DATES].lines
    return None


def _days(samples: Samples) -> tuple[int, int] | None:
    log = samples.get(_LOG)
    if log is None:
        return None
    planned = _planned_days(log.head)
    if found := _SIMULATED.search(log.tail):
        return int(found[1]), planned or int(found[1])
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


def _line_with(text: bytes, part: bytes) -> str:
    return _text(next(line for line in text.splitlines() if part in line))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").strip()
