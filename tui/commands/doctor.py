"""`runferry doctor`: what to run before asking for help."""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import click

from core.doctor.examine import Examined
from core.errors import EXIT_FAILED, EXIT_OK
from core.ports.examiner import Outcome
from core.printable import harmless
from core.redaction import redact
from tui.commands.options import json_option, store_options
from tui.commands.sessions import open_session
from tui.commands.table import Column, show_rows
from tui.output import OutputError, emit, note, say

_COLUMNS = (
    Column("OUTCOME", width=7, state=True),
    Column("WHAT", width=24),
    Column("DETAIL"),
)


@click.command()
@click.option("--report", is_flag=True, help="Write it into a file that is safe to mail.")
@json_option
@store_options
def doctor(report: bool, as_json: bool, profile: str, bucket: str) -> int:
    """Look at everything that RunFerry needs, one line each, and say what is wrong.

    Versions, settings and their origins, credentials (never what they are), the way to the store,
    what can be done there (with one small object, which is removed), disks, limits, state and cache.
    The exit code is 1 where something is not as it should be.
    """
    seen = list[Examined]()

    def noted(found: Iterable[Examined]) -> Iterator[Examined]:
        for examined in found:
            seen.append(examined)
            yield examined

    with open_session(profile, bucket) as session:
        note("Looking at everything that RunFerry needs …")
        found = noted(session.examine())
        if as_json:
            for examined in found:
                _emit(examined)
        else:
            show_rows(found, _COLUMNS, _cells, _line)
        if report:
            say(f"Written to {_write(seen, session.clock.now())}.")
    return EXIT_FAILED if any(map(_is_wrong, seen)) else EXIT_OK


def _is_wrong(examined: Examined) -> bool:
    return examined.diagnosis.outcome is Outcome.NOT_OK


def _emit(examined: Examined) -> None:
    diagnosis = examined.diagnosis
    emit(
        {
            "subject": examined.subject,
            "what": diagnosis.what,
            "outcome": diagnosis.outcome,
            "detail": diagnosis.detail,
            "hint": diagnosis.hint,
        }
    )


def _cells(examined: Examined) -> Sequence[str]:
    return (examined.diagnosis.outcome, _what(examined), _told(examined))


def _line(examined: Examined) -> str:
    return f"{examined.diagnosis.outcome:<8} {_what(examined):<32} {_told(examined)}".rstrip()


def _what(examined: Examined) -> str:
    subject, what = examined.subject, examined.diagnosis.what
    return subject if what == subject else f"{subject}: {what}"


def _told(examined: Examined) -> str:
    return " ".join(filter(None, (examined.diagnosis.detail, examined.diagnosis.hint)))


def _write(seen: Sequence[Examined], now: datetime) -> str:
    """The name of a new file in the working directory. Raises OutputError."""
    name = f"runferry-report-{now:%Y%m%d-%H%M%S}.txt"
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in _report(seen, now))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise OutputError(
            f"The report {name} cannot be written here: {why}.",
            todo="Run it in a directory that you can write, or send what it prints.",
        ) from None
    return name


def _report(seen: Sequence[Examined], now: datetime) -> Iterator[str]:
    yield f"RunFerry, {now:%Y-%m-%d %H:%M} UTC. Names of directories, buckets and hosts are in it;"
    yield "credentials are not."
    yield ""
    home = os.path.expanduser("~")
    for examined in seen:
        line = harmless(redact(_line(examined)))
        yield line.replace(home, "~") if len(home) > 1 else line
