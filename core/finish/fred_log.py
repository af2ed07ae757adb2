"""How a FRED simulation has ended, as the end of its LOG tells, and err.txt.

FRED says why it aborts in err.txt too, when that can be written. Where it gives up while it reads
its program, and where it was killed, LOG alone may tell.
"""

import re

from core.ports.tree import FileSample

_LAST_LINE = re.compile(rb"^FRED took [\d.]+ seconds", re.MULTILINE)
_ABORTED = re.compile(rb"^FRED ERROR: .*", re.MULTILINE)
_NO_ERR_TXT = b"FRED ERROR: Can't open errorfile"
_STARTED = b"FRED started "
_LAST_WORDS = 6
"""Lines: a shell, a library or a scheduler adds its own to the one that says why."""
_GAVE_UP = re.compile(
    rb"FRED (?:Error: |failed reading program file |program file .* not found)"
    rb"|.*(?:COMPILE RULE UNKNOWN TYPE: |FRED terminating compile \d+ error 1)"
    rb"|County .* not found|file .* could not be opened"
    rb"|.*: Assertion .* failed\.|terminate called "
    rb"|(?:slurmstepd|srun): error: .*(?:CANCELLED|oom|Killed|Aborted|Segmentation fault)"
    rb"|(?:.*: line \d+: +\d+ )?(?:Killed|Terminated|Aborted|Bus error|Segmentation fault"
    rb"|Floating point exception)(?: *\(core dumped\).*| {2,}.*)?$"
)
_NO_SIMULATION = re.compile(rb"FRED terminating (?:compile 1 error 0|after check_properties)")


def has_ended(log: FileSample) -> bool:
    """Whether the simulation is over; its results are still to come."""
    return bool(_LAST_LINE.search(_latest(log)))


def death_of(log: FileSample | None) -> bytes:
    """The line that says why FRED died, after which it writes nothing; empty where none does."""
    if log is None:
        return b""
    errors = _ABORTED.findall(_latest(log))
    if errors:
        return next((e for e in reversed(errors) if not e.startswith(_NO_ERR_TXT)), errors[-1])
    lines = [line for line in _latest(log).splitlines() if line.strip()][-_LAST_WORDS:]
    return next((line for line in lines if _GAVE_UP.match(line)), b"")


def error_line(err: FileSample) -> bytes | None:
    """The line of err.txt that ended FRED, which warns there too and aborts at its end."""
    lines = b"\n".join((err.head, err.tail)).splitlines()
    return next((line for line in lines if b"FRED ERROR" in line), None)


def never_simulated(log: FileSample | None) -> bool:
    """Whether FRED was asked for no simulation: results will not come."""
    return bool(log and _NO_SIMULATION.search(_latest(log)))


def _latest(log: FileSample) -> bytes:
    """What the latest FRED has written: whoever starts it again cuts LOG, or writes on."""
    return log.tail.rpartition(_STARTED)[2]
