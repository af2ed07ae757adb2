"""FRED's finish rule.

FRED rewrites `out.csv` several times after the simulation has ended, and turns its spaces into
commas in the very last write. Neither the end of LOG nor the existence of `out.csv` means that a
run is complete; a full disk can even cut the final file, so its rows are counted as well.

The order of evidence: a live FRED, its return code, its error, the run's own files, the job around
it. A live process comes first, because a run into a finished directory leaves the files as they
are until its end. `errors.txt` beside the RUN directories describes only the latest run into them:
it explains why a run is not complete, and says nothing of one that is.
"""

from collections.abc import Mapping, Sequence

from core.finish.fred_checks import (
    REQUESTS,
    RETURN_CODE,
    ROOT_ERRORS,
    STATUS,
    Samples,
    is_cut_short,
    is_finished,
    job_ended,
    log_ended,
    readable,
    run_checks,
)
from core.finish.fred_days import days_of
from core.finish.fred_earlier import earlier_words
from core.finish.fred_files import ERR, LOG, OUT
from core.finish.fred_log import death_of, error_line, never_simulated
from core.finish.fred_runner import failure_of_runner, runner_log, runner_requests
from core.finish.job_process import JobProcess, SeenJob
from core.finish.pid_file import NamedProcess
from core.finish.rule import Check, Evidence, Outcome, Verdict, first_failing
from core.finish.running import fred_directory, job_directory, no_writer
from core.ports.processes import Process
from core.ports.tree import FileSample, SampleRequest, Scan
from core.printable import one_line

_LAST_SLACK_NS = 2_000_000_000
_SIGNS = frozenset({LOG, OUT, ERR, "health_records.txt", "births.txt", "deaths.txt"})
_FOLDERS = ("DAILY/", "VIS/", "API/")
_EMPTY = "nothing written yet, which is normal until a FRED simulation ends"


class FredRule:
    """Complete: final header, all rows, log ended, nothing temporary, nothing newer, job ended."""

    program = "FRED"
    job = JobProcess("fred_job", job_directory)

    def __init__(self, name: str = "fred") -> None:
        self.name = name

    def requests(self, scan: Scan) -> Sequence[SampleRequest]:
        """What is written last of all is read first: then the run is not older than what others say."""
        return (*runner_requests(scan), *REQUESTS)

    def places_of(self, process: Process) -> Sequence[str]:
        """By its arguments alone: FRED works elsewhere."""
        return (fred_directory(process),)

    def named_processes(
        self, scan: Scan, samples: Mapping[str, FileSample]
    ) -> Sequence[NamedProcess]:
        """None: FRED leaves no such file."""
        return ()

    def judge(self, evidence: Evidence) -> Verdict:
        """See the module."""
        idle = no_writer(self.program, evidence.processes)
        earlier = earlier_words(evidence.scan, evidence.samples)
        samples = {name: text for name, text in evidence.samples.items() if name not in earlier}
        first = [readable(evidence.scan, evidence.samples), *map(_of_earlier, sorted(earlier))]
        checks, outcome, reason = _by_files(evidence.scan, samples, first, evidence.dead_job)
        if not idle.passed:
            outcome, reason = Outcome.RUNNING, idle.reason
        days = days_of(samples.get(LOG))
        final = outcome is Outcome.FAILED and _failed_last(evidence.scan, samples)
        return Verdict(outcome, reason, (idle, *checks), days, alive=not idle.passed, final=final)

    def settle_seconds(self, quiet_seconds: float, longest_pause: float) -> float:
        """FRED says when it has finished: pauses mean nothing."""
        return quiet_seconds


_Judged = tuple[Sequence[Check], Outcome, str]


def _by_files(
    scan: Scan, samples: Samples, first: Sequence[Check], dead_job: SeenJob | None
) -> _Judged:
    if RETURN_CODE in samples:
        return _by_return_code(samples, first)
    error = _error(scan, samples)
    checks = [error, *first, *run_checks(scan, samples)]
    refusal = _refusal(samples, run_complete=all(check.passed for check in checks))
    checks.append(refusal)
    if STATUS in samples:
        checks.append(job_ended(samples[STATUS], dead_job))
    why = first_failing(checks)
    if not why:
        told = f": {checks[-1].reason}" if checks[-1].around and dead_job else ""
        return checks, Outcome.DONE, f"all finish checks hold{told}"
    if failed := first_failing([error, refusal]):
        return checks, Outcome.FAILED, failed
    if not first_failing(first) and (end := _end_without_results(scan, samples, checks)):
        return checks, Outcome.STOPPED, end
    return checks, Outcome.RUNNING, _EMPTY if scan.empty else _foreign(scan) or why


def _foreign(scan: Scan) -> str:
    """What to say where nothing is of FRED: it would be of no use to miss its files one by one."""
    if any(name in _SIGNS or name.startswith(_FOLDERS) for name in scan.names):
        return ""
    return "nothing of FRED is here: for another simulator, choose a rule of `runferry rules list`"


def _end_without_results(scan: Scan, samples: Samples, checks: Sequence[Check]) -> str:
    """What proves that nothing will follow, though the run is not complete; empty when nothing does."""
    why = first_failing(checks)
    if is_finished(samples.get(STATUS)):
        return f"the job has ended but {why}"
    if never_simulated(samples.get(LOG)):
        return "LOG says that FRED was not to simulate, only to check"
    if is_cut_short(samples, [check for check in checks if not check.passed]):
        return f"FRED has ended but {why}: was the disk full?"
    if runner_log(scan, samples):
        return f"FRED has ended but {why}"
    return ""


def _of_earlier(name: str) -> Check:
    return Check(f"{name} set aside", True, f"{name} is of an earlier run into the directory")


def _by_return_code(samples: Samples, first: Sequence[Check]) -> _Judged:
    """FRED 13 writes the code last; a LOG beside it must have ended all the same."""
    said = one_line(samples[RETURN_CODE].head)
    reason = f"return_code.txt says {said}" if said else "return_code.txt is being written"
    checks = [Check("return code", said == "0", reason), *first]
    if LOG in samples:
        checks.append(log_ended(samples[LOG]))
    if said not in {"", "0"}:
        return checks, Outcome.FAILED, reason
    if why := first_failing(checks):
        return checks, Outcome.RUNNING, why
    return checks, Outcome.DONE, reason


def _failed_last(scan: Scan, samples: Samples) -> bool:
    """Whether nothing in the run is newer than its error, after which FRED writes nothing.

    Otherwise the error may be of an earlier run into the directory, as may errors.txt beside it.
    """
    name = RETURN_CODE if RETURN_CODE in samples else _last_words(scan, samples)[0]
    times = dict(scan.file_times())
    return name in times and times[name] + _LAST_SLACK_NS >= max(times.values())


def _error(scan: Scan, samples: Samples) -> Check:
    name, (file, line) = "no error", _last_words(scan, samples)
    if not file:
        reason = (
            "err.txt has no FRED ERROR" if ERR in samples else "there is no err.txt of this run"
        )
        return Check(name, True, reason)
    hint = ""
    times = {path: mtime for path, mtime in scan.file_times() if path in {file, OUT}}
    if file in times and times[file] < times.get(OUT, 0):
        # FRED never removes err.txt, and writes nothing after an error.
        hint = f" (older than out.csv: remove {file} if it is of an earlier run)"
    return Check(name, False, f"{file}: {one_line(line)}{hint}")


def _last_words(scan: Scan, samples: Samples) -> tuple[str, bytes]:
    """Which file says why FRED died, and the line; both empty where none does."""
    err = samples.get(ERR)
    if line := error_line(err) if err else None:
        return ERR, line
    if line := death_of(samples.get(LOG)):
        return LOG, line
    line = failure_of_runner(runner_log(scan, samples))
    return ("its simulation log", line) if line else ("", b"")


def _refusal(samples: Samples, *, run_complete: bool) -> Check:
    """FRED that finds nothing to simulate says so beside the RUN directories, and exits with 0."""
    name, errors = "no errors.txt", samples.get(ROOT_ERRORS)
    text = one_line(errors.head) if errors else ""
    if not text:
        return Check(name, True, "errors.txt is empty yet" if errors else "there is none")
    if run_complete:
        return Check(name, True, "errors.txt is of another run: this one is complete")
    return Check(name, False, f"errors.txt: {text}")
