"""Live processes as evidence: a program at work in a RUN directory has not finished it.

Paths are compared as they are written: what asks the system has resolved the links of working
directories and scanned paths.
"""

import posixpath
from collections.abc import Callable, Iterator
from contextlib import suppress

from core.finish.rule import Check, Evidence
from core.ports.processes import Process

NO_WRITER = "no process writes here"


def no_writer(program: str, evidence: Evidence, directory_of: Callable[[Process], str]) -> Check:
    """Fails while a process writes into the RUN directory or below it."""
    run = posixpath.normpath(evidence.scan.path)
    pids = [str(p.pid) for p in evidence.processes if _is_inside(directory_of(p), run)]
    reason = f"no {program} of this host is seen to write here"
    if pids:
        reason = f"{program} is running (pid {', '.join(pids)})"
    return Check(NO_WRITER, not pids, reason)


def working_directory(process: Process) -> str:
    """Where a program writes that is not told where."""
    return posixpath.normpath(process.directory)


def fred_directory(process: Process) -> str:
    """The RUN directory that FRED was told to write, by `-d` (else OUT) and `-r` (else 1)."""
    options = dict(_options(process.arguments))
    number = options.get("-r", "1")
    with suppress(ValueError):
        number = str(int(number))
    target = posixpath.join(process.directory, options.get("-d", "OUT"), f"RUN{number}")
    return posixpath.normpath(target)


def _is_inside(directory: str, run: str) -> bool:
    return directory == run or directory.startswith(f"{run}/")


def _options(arguments: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """`-d X` and `-dX` alike; the last of a kind wins, as it does in FRED."""
    rest = iter(arguments)
    for argument in rest:
        if argument in {"-d", "-r", "-p"}:
            yield argument, next(rest, "")
        elif argument.startswith(("-d", "-r")):
            yield argument[:2], argument[2:]
