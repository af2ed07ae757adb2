"""`runferry store probe`: what the store really guarantees."""

from collections.abc import Sequence
from contextlib import closing

import click

from core.care.probe_store import Finding
from core.errors import EXIT_FAILED, EXIT_OK
from tui.commands.options import json_option, store_options
from tui.commands.sessions import open_session
from tui.commands.table import Column, show_rows
from tui.output import emit, note

_FINDINGS = (
    Column("ANSWER", width=7, state=True),
    Column("CHECK", width=24),
    Column("MEANING"),
)


@click.command()
@json_option
@store_options
def probe(as_json: bool, profile: str, bucket: str) -> int:
    """Try out what the store guarantees, and say what that means for uploads.

    Takes some seconds, about a hundred small requests to an S3 server, and one as large as a part
    of an upload. Whatever is written is removed again. The exit code is 1 where uploads or
    downloads would not work: what hinders them, and what to do, is said at the end.
    """
    hindrances = list[Finding]()

    def observed(finding: Finding) -> Finding:
        hindrances.extend([finding] if finding.hinders else [])
        return finding

    with (
        open_session(profile, bucket) as session,
        closing(session.probe_store()) as findings,
    ):
        note(f"Trying out {session.store.location} …")
        told = map(observed, findings)
        if as_json:
            for finding in told:
                _emit(finding)
        else:
            show_rows(told, _FINDINGS, _cells, _line)
    _conclude(hindrances)
    return EXIT_FAILED if hindrances else EXIT_OK


def _conclude(hindrances: Sequence[Finding]) -> None:
    """What one cause hinders is named together, with the cause once."""
    for todo in dict.fromkeys(finding.todo for finding in hindrances):
        alike = [finding for finding in hindrances if finding.todo == todo]
        checks = ", ".join(finding.observation.check for finding in alike)
        note(f"runferry: not as needed: {checks}. {alike[0].observation.detail}".rstrip())
        if todo:
            note(f"  {todo}")
    if not hindrances:
        note("Uploads and downloads work.")


def _emit(finding: Finding) -> None:
    seen = finding.observation
    emit(
        {
            "check": seen.check.name.lower(),
            "answer": seen.answer,
            "detail": seen.detail,
            "meaning": finding.meaning,
            "todo": finding.todo,
            "hinders": finding.hinders,
        }
    )


def _line(finding: Finding) -> str:
    seen = finding.observation
    return f"{seen.answer:<8} {seen.check:<38} {_meaning(finding)}"


def _cells(finding: Finding) -> Sequence[str]:
    seen = finding.observation
    return (seen.answer, seen.check, _meaning(finding))


def _meaning(finding: Finding) -> str:
    detail = finding.observation.detail
    return f"{finding.meaning} ({detail})" if detail else finding.meaning
