"""`… submit FILE`: store a configuration, an input or logs that the user names."""

import os

import click

from core.errors import EXIT_OK
from core.model import Artifact, ArtifactKind
from core.ports.journal.activity import ActivityKind
from core.printable import printable
from core.progress import Progress
from core.upload.store_content import Stored
from core.upload.upload_request import ArtifactUpload
from tui.commands.options import ID, PATH, job_id_option, json_option, store_options
from tui.commands.progress_line import ProgressLine
from tui.commands.sessions import open_session
from tui.output import emit, say


def submit_command(kind: ArtifactKind, summary: str) -> click.Command:
    """The command `submit` for one kind; `summary` says what FILE may be."""

    @click.command("submit", help=summary)
    @click.argument("path", type=PATH, metavar="FILE")
    @job_id_option
    @click.option("--replace", is_flag=True, help="Replace other content that is stored already.")
    @json_option
    @store_options
    def submit(
        path: str,
        job_id: int,
        replace: bool,
        as_json: bool,
        profile: str,
        bucket: str,
        run_id: int | None = None,
    ) -> int:

        progress = Progress()
        with (
            open_session(profile, bucket) as session,
            ProgressLine(os.path.basename(path.rstrip("/")), progress, session),
        ):
            upload = ArtifactUpload(kind, run_id)
            submitted = session.submit_artifact(job_id, upload, path, progress, replace=replace)
            session.activity.done(
                ActivityKind.UPLOAD,
                _named(submitted.artifact),
                f"{submitted.outcome} ({submitted.artifact.size:,} B)",
                job_id=job_id,
                run_id=run_id or 0,
            )
            https_url = session.https_urls(submitted.artifact.key) if as_json else {}
        _show(submitted, https_url, as_json=as_json)
        return EXIT_OK

    of_run = click.option("--run-id", type=ID, required=True, metavar="M", help="The run.")
    return of_run(submit) if kind.of_run else submit


def _named(artifact: Artifact) -> str:
    run = f"RUN{artifact.run_id} " if artifact.run_id else ""
    return f"job {artifact.job_id} · {run}{artifact.kind.value.rpartition('_')[2]}"


def _show(submitted: Stored[Artifact], https_url: dict[str, str], *, as_json: bool) -> None:
    stored = submitted.artifact
    if not as_json:
        outcome = submitted.outcome + ("" if stored.verified else ", not verified")
        say(f"{stored.kind}: {outcome} ({stored.size:,} B) {printable(submitted.url)}")
        return
    emit(
        {
            "job_id": stored.job_id,
            "run_id": stored.run_id,
            "kind": stored.kind.value,
            "outcome": submitted.outcome.value,
            "key": stored.key,
            "url": submitted.url,
            **https_url,
            "sha256": stored.sha256,
            "content_id": stored.content_id,
            "stored_bytes": stored.size,
            "verified": stored.verified,
        }
    )
