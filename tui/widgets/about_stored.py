"""What is known of a job, a run or an artifact that is stored, as lines of a pane."""

from collections.abc import Sequence

from core.model import Artifact, Job, Run
from core.ports.catalog import Tally
from core.ports.journal.proofs import ProofKind
from core.printable import printable
from core.stored.archived import Archived
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, line
from tui.widgets.store_rows import KIND_NAMES, Known, artifact_name, run_status
from tui.wording.formatting import date_time, number, plural, short_path, size
from tui.wording.restores import archive_words
from tui.wording.titles import run_title

_PROVEN = {
    ProofKind.UPLOADED: "read back after the upload: size, and who wrote it",
    ProofKind.COPIED: "read back after a copy in the store: size, and who wrote it",
    ProofKind.DOWNLOADED: "downloaded: all of it has this digest",
    ProofKind.READ: "read by a check of the store: all of it has this digest",
}
_LABEL = 10
_MOST_VERSIONS = 4
_MOST_LEFT_OUT = 3
_UNKNOWN = "not known: nothing of ours says so"


def about_job(job: Job, tally: Tally | None) -> Sequence[Line]:
    """Whose it is, what it holds; without a tally that is still being counted."""
    owner = " on ".join(filter(None, (job.owner, job.host)))
    lines = [
        line(f" job {job.id} {printable(job.name)}", Tone.STRONG),
        _labelled("status", job.status.value),
        _labelled("created", f"{date_time(job.created_at)}{f' by {owner}' if owner else ''}"),
    ]
    if job.tags:
        lines.append(_labelled("tags", "  ".join(job.tags)))
    if tally is None:
        return [*lines, _labelled("holds", "counting …")]
    by_status = (f"{number(count)} {s.value.lower()}" for s, count in sorted(tally.runs.items()))
    runs = ", ".join(by_status) or "none"
    holds = f"{plural(tally.artifacts, 'artifact')}, {size(tally.bytes)} as stored"
    return [*lines, _labelled("runs", runs.replace("_", " ")), _labelled("holds", holds)]


def about_run(run: Run, artifacts: Sequence[Artifact]) -> Sequence[Line]:
    """Its state and its versions, the newest first."""
    results = [a for a in artifacts if a.is_current_results]
    others = [_other(a) for a in artifacts if a not in results]
    lines = [
        line(f" {run_title(run.run_id, run.directory)}", Tone.STRONG),
        _labelled("status", run_status(run)),
        *map(_version, results[:1]),
        *(_left_out(results[0].left_out) if results else ()),
        *map(_version, results[1:_MOST_VERSIONS]),
    ]
    if len(results) > _MOST_VERSIONS:
        more = plural(len(results) - _MOST_VERSIONS, "older version")
        lines.append(_labelled("", f"and {more}"))
    if others:
        lines.append(_labelled("beside", ", ".join(others)))
    return [*lines, _labelled("at", run.results_url)] if run.results_url else lines


def about_job_files(artifacts: Sequence[Artifact]) -> Sequence[Line]:
    """What belongs to the job itself."""
    names = (f"{artifact_name(a)}, {size(a.size)}" for a in artifacts)
    return [line(" job files", Tone.STRONG), *(_labelled("", name) for name in names)]


def about_artifact(
    artifact: Artifact,
    beside: Sequence[Artifact],
    known: Known,
    archived: Archived | None = None,
) -> Sequence[Line]:
    """All that identifies it; `beside` is what is listed with it, itself included.

    `archived` where the store says that it has to be restored.
    """
    same = (a for a in beside if (a.kind, a.current) == (artifact.kind, artifact.current))
    versions = [a.version for a in same if a.version]
    of_them = ""
    if artifact.version and len(versions) > 1:
        latest = max(versions) == artifact.version
        of_them = f", the latest of {len(versions)}" if latest else f", {len(versions)} are stored"
    version = f"  version {artifact.version}{of_them}" if artifact.version else ""
    lines = [
        line(f" {printable(artifact.key)}", Tone.STRONG),
        _labelled("kind", f"{KIND_NAMES[artifact.kind]}{version}  {size(artifact.size)}"),
        _labelled("stored", _stored(artifact)),
        _labelled("sha-256", artifact.sha256 or _UNKNOWN),
    ]
    if artifact.content_id:
        lines.append(_labelled("content", artifact.content_id))
    if archived:
        lines.append(_labelled("archive", archive_words(archived), Tone.WARN))
    if proof := known.proof(artifact):
        lines.append(_labelled("verified", f"{_PROVEN[proof.how]}, {date_time(proof.proven_at)}"))
    elif not artifact.verified:
        lines.append(
            _labelled("verified", "no: it could not be read back when it was stored", Tone.WARN)
        )
    if directory := known.directory(artifact):
        lines.append(_labelled("local", f"the same content is in {short_path(directory)}"))
    if artifact.tags:
        lines.append(_labelled("tags", "  ".join(artifact.tags)))
    lines += _left_out(artifact.left_out)
    if not artifact.current:
        lines.append(_labelled("", "another one is the current one of its kind", Tone.WARN))
    if not artifact.managed:
        lines.append(_labelled("", "unmanaged: stored by another tool", Tone.WARN))
    return lines


def _other(artifact: Artifact) -> str:
    return KIND_NAMES[artifact.kind] if artifact.current else f"other {KIND_NAMES[artifact.kind]}"


def _version(artifact: Artifact) -> Line:
    name = f"v{artifact.version}" if artifact.version else "unmanaged"
    return _labelled(name, f"{size(artifact.size)}  {_stored(artifact)}")


def _stored(artifact: Artifact) -> str:
    if artifact.stored_at is None:
        return _UNKNOWN
    at = f" on {artifact.host}" if artifact.host else ""
    by = f" by RunFerry {artifact.app_version}" if artifact.app_version else ""
    return f"{date_time(artifact.stored_at)}{at}{by}"


def _left_out(lines: Sequence[str]) -> Sequence[Line]:
    """Of a version, or of what a run's newest one lacks."""
    told = [printable(text) for text in lines[:_MOST_LEFT_OUT]]
    if len(lines) > _MOST_LEFT_OUT:
        told.append(f"and {plural(len(lines) - _MOST_LEFT_OUT, 'line')} more in the manifest")
    labels = ["left out", *([""] * len(told))]
    return [_labelled(label, text) for label, text in zip(labels, told, strict=False)]


def _labelled(label: str, text: str, tone: Tone = Tone.PLAIN) -> Line:
    return [(f" {label:<{_LABEL}}", Tone.DIM), (text, tone)]
