"""`runferry store probe`: what the store really guarantees."""

from collections.abc import Sequence
from contextlib import closing

import click

from core.care.probe_store import Finding
from core.errors import EXIT_FAILED, EXIT_OK
from core.ports.probe import Answer, Check
from tui.commands.options import json_option, store_options
from tui.commands.sessions import open_session
from tui.commands.table import Column, show_rows
from tui.output import emit, note

_FINDINGS = (
    Column("ANSWER", width=7, state=True),
    Column("CHECK", width=24),
    Column("MEANING"),
)
_NEEDED = (Check.LIST, Check.PUT, Check.GET)


@click.command()
@json_option
@store_options
def probe(as_json: bool, profile: str, bucket: str) -> int:
    """Try out what the store guarantees, and say what that means for uploads.

    Takes some seconds, and about a hundred small requests to an S3 server. Whatever is written
    is removed again. The exit code is 1 where uploads or downloads would not work.
    """
    code = EXIT_OK

    def observed(finding: Finding) -> Finding:
        nonlocal code
        if finding.observation.check in _NEEDED and finding.observation.answer is Answer.NO:
            code = EXIT_FAILED
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
    return code


def _emit(finding: Finding) -> None:
    seen = finding.observation
    emit(
        {
            "check": seen.check.name.lower(),
            "answer": seen.answer,
            "detail": seen.detail,
            "meaning": finding.meaning,
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
