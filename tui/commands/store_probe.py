"""`runferry store probe`: what the store really guarantees."""

from contextlib import closing

import click

from core.care.probe_store import Finding
from core.errors import EXIT_FAILED, EXIT_OK
from core.ports.probe import Answer, Check
from tui.commands.options import json_option, store_options
from tui.commands.output import emit, note, say
from tui.commands.sessions import open_session

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
    with (
        open_session(profile, bucket) as session,
        closing(session.probe_store()) as findings,
    ):
        note(f"Trying out {session.store.location} …")
        for finding in findings:
            _show(finding, as_json=as_json)
            if finding.observation.check in _NEEDED and finding.observation.answer is Answer.NO:
                code = EXIT_FAILED
    return code


def _show(finding: Finding, *, as_json: bool) -> None:
    seen = finding.observation
    if as_json:
        emit(
            {
                "check": seen.check.name.lower(),
                "answer": seen.answer,
                "detail": seen.detail,
                "meaning": finding.meaning,
            }
        )
        return
    detail = f" ({seen.detail})" if seen.detail else ""
    say(f"{seen.answer:<8} {seen.check:<38} {finding.meaning}{detail}")
