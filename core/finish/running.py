"""Live processes as evidence: a program at work in a RUN directory has not finished it.

One that was seen there and has ended has, well or not: what it left tells which.
"""

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from core.finish.rule import Check, Evidence, Outcome, Verdict
from core.ports.processes import Process

NO_WRITER = "no process writes here"
_MOST_NAMED = 4
RunAt = Callable[[str], str | None]
"""The RUN directory that a directory or file is or is in."""


def no_writer(program: str, processes: Sequence[Process]) -> Check:
    """Fails while a process writes into the RUN directory or below it."""
    if not processes:
        return Check(NO_WRITER, True, f"no {program} of this host is seen to write here")
    return Check(NO_WRITER, False, f"{_names(processes, program)} is running {_pids(processes)}")


def unless_dead(verdict: Verdict, evidence: Evidence, program: str) -> Verdict:
    """Stopped, where the verdict says that it runs and whoever wrote here has ended.

    Complete but for what is around it, it did not die: somebody else goes on. Of several parts each is
    asked by itself.
    """
    if evidence.scan.parts[1:]:
        return verdict
    if verdict.outcome is not Outcome.RUNNING or not evidence.ended or _is_whole(verdict):
        return verdict
    what = "has written nothing" if evidence.scan.empty else f"but {verdict.reason}"
    joint = " and " if evidence.scan.empty else ", "
    who = f"{_names(evidence.ended, program)} {_pids(evidence.ended)}"
    reason = f"{who} was writing here and has ended{joint}{what}"
    return replace(verdict, outcome=Outcome.STOPPED, reason=reason)


def _is_whole(verdict: Verdict) -> bool:
    failing = [check for check in verdict.checks if not check.passed]
    return bool(failing) and all(check.around for check in failing)


def _names(processes: Sequence[Process], program: str) -> str:
    """A pattern may have found several programs."""
    return " and ".join(dict.fromkeys(process.program or program for process in processes))


def _pids(processes: Sequence[Process]) -> str:
    pids = [str(process.pid) for process in processes]
    if len(pids) > _MOST_NAMED:
        pids[_MOST_NAMED - 1 :] = [f"{len(pids) - _MOST_NAMED + 1} more"]
    return f"(pid {', '.join(pids)})"


def working_places(process: Process) -> Sequence[str]:
    """Where a program works, and what its arguments may name: `RUN1`, `--out=RUN1`, `-oRUN1`."""
    named = [value for argument in process.arguments for value in _values(argument)]
    paths = (posixpath.join(process.directory, value) for value in named)
    return (posixpath.normpath(process.directory), *dict.fromkeys(map(posixpath.normpath, paths)))


def runs_of(places: Sequence[str], run_at: RunAt) -> frozenset[str]:
    """The run that a program works in, first of `places`; else those that it was told.

    Of those, some may be what it reads: one that is named itself counts before one that only a
    file was named of.
    """
    if (works_in := run_at(places[0])) is not None:
        return frozenset({works_in})
    told = {place: run for place in places[1:] if (run := run_at(place)) is not None}
    itself = {run for place, run in told.items() if run_at(posixpath.dirname(place)) != run}
    return frozenset(itself or told.values())


def run_finder(runs: Mapping[str, str]) -> RunAt:
    """Finds among runs that are known by the real path of each, without links."""

    def run_at(path: str) -> str | None:
        while path not in runs and path.strip("/"):
            path = path.rpartition("/")[0]
        return runs.get(path)

    return run_at


def job_directory(run: str) -> str:
    """Where fred_job works from before the first of its runs, one after another, to its end."""
    return posixpath.normpath(posixpath.join(run, "../../WORK"))


def fred_directory(process: Process) -> str:
    """The RUN directory that FRED was told to write, by `-d` (else OUT) and `-r` (else 1)."""
    options = dict(_options(process.arguments))
    number = options.get("-r", "1")
    with suppress(ValueError):
        number = str(int(number))
    target = posixpath.join(process.directory, options.get("-d", "OUT"), f"RUN{number}")
    return posixpath.normpath(target)


def _values(argument: str) -> Iterator[str]:
    if not argument.startswith("-"):
        yield argument
    elif not argument.startswith("--"):
        yield argument[2:]
    yield argument.partition("=")[2]


def _options(arguments: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """`-d X` and `-dX` alike; the last of a kind wins, as it does in FRED."""
    rest = iter(arguments)
    for argument in rest:
        if argument in {"-d", "-r", "-p"}:
            yield argument, next(rest, "")
        elif argument.startswith(("-d", "-r")):
            yield argument[:2], argument[2:]
