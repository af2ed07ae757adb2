"""What is in the store, as rows: jobs, the runs of a job, artifacts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from core.jobs.list_jobs import JobSummary, ListArtifacts, ListJobs, ListRuns
from core.model import Artifact, ArtifactKind, Job, Run, RunStatus, natural_order
from core.ports.catalog import JobOrder, RunOrder
from core.ports.journal.proofs import Proof, ProofKind
from core.watch.local_copies import LocalCopy
from tui.widgets.cells import Cell, Column, Order, Row, Tone
from tui.widgets.row_source import ListSource, PagedSource, RowSource, SortedSource
from tui.wording.formatting import date_time, number, plural, size
from tui.wording.titles import own_name, run_title

NEWEST_JOBS, FIRST_RUNS, BY_KIND = Order("id", descending=True), Order("id"), Order("kind")
"""How the three lists are sorted at first."""
JOB_COLUMNS = (
    Column("JOB", 6, right=True, order=NEWEST_JOBS),
    Column("NAME", 12, flexible=True, order=Order("name")),
    Column("RUNS", 7, right=True, order=Order("runs", descending=True)),
    Column("STATUS", 10, from_width=60, order=Order("status")),
    Column("CREATED", 16, from_width=60, order=Order("created", descending=True)),
    Column("TAGS", 24, from_width=100),
)
RUN_COLUMNS = (
    Column("RUN", 9, order=FIRST_RUNS),
    Column("STATUS", 11, order=Order("status")),
    Column("UPLOADED", 16, from_width=41, order=Order("uploaded", descending=True)),
    Column("RESULTS", 20, flexible=True, from_width=60),
)
_NAMED_RUN_COLUMNS = (
    replace(RUN_COLUMNS[0], flexible=True),
    *RUN_COLUMNS[1:3],
    Column("RESULTS", 40, from_width=120),
)
_LOOKED_AT = 100
ARTIFACT_COLUMNS = (
    Column("ARTIFACT", 17, flexible=True, order=Order("name")),
    Column("KIND", 10, from_width=90, order=BY_KIND),
    Column("VERSION", 9, order=Order("version", descending=True)),
    Column("SIZE", 8, right=True, order=Order("size", descending=True)),
    Column("STORED", 16, from_width=70, order=Order("stored", descending=True)),
    Column("LOCAL", 5, from_width=45),
    Column("VERIFIED", 10, from_width=56),
    Column("ON", 10, from_width=84),
    Column("SHA-256", 16, from_width=120),
)
JOB_FILES = "job-files"
"""Key of the row that stands for the artifacts of the job itself."""


def job_rows(jobs: ListJobs, order: Order = NEWEST_JOBS) -> RowSource:
    """All jobs, read page by page; those of another order than at first have all their ids read."""
    if order != NEWEST_JOBS:
        ids = jobs.ids(JobOrder(order.by), descending=order.descending)
        return SortedSource(
            [*map(str, ids)], lambda keys: [*map(job_row, jobs.these([*map(int, keys)]))]
        )

    def find(key: str) -> int | None:
        return jobs.before(int(key)) if jobs.find(int(key)) else None

    return PagedSource(
        jobs.count(),
        lambda offset, limit: [*map(job_row, jobs(offset=offset, limit=limit))],
        lambda offset, limit: [*map(str, jobs.ids()[offset : offset + limit])],
        find,
    )


def run_rows(
    runs: ListRuns, artifacts: ListArtifacts, job: Job, order: Order = FIRST_RUNS
) -> RowSource:
    """The job's runs in the same way; last its own files, when it has some."""
    count, own = runs.count(job.id), len(artifacts.of_job(job.id))
    last = [JOB_FILES] if own else []

    def these(keys: Sequence[str]) -> Sequence[Row]:
        rows = map(run_row, runs.these(job.id, [int(key) for key in keys if key != JOB_FILES]))
        return [*rows, *([_job_files_row(own)] if JOB_FILES in keys else [])]

    def keys(by: Order) -> Sequence[str]:
        ids = runs.ids(job.id, RunOrder(by.by), descending=by.descending)
        return [*map(str, ids), *last]

    if order != FIRST_RUNS:
        return SortedSource(keys(order), these)

    def fetch(offset: int, limit: int) -> Sequence[Row]:
        rows = list(map(run_row, runs(job.id, offset=offset, limit=limit)))
        is_end = offset <= count < offset + limit
        return [*rows, _job_files_row(own)] if own and is_end else rows

    def find(key: str) -> int | None:
        if key == JOB_FILES:
            return count if own else None
        return runs.before(job.id, int(key)) if runs.these(job.id, [int(key)]) else None

    return PagedSource(
        count + bool(own),
        fetch,
        lambda offset, limit: keys(FIRST_RUNS)[offset : offset + limit],
        find,
    )


def run_columns(runs: ListRuns, job: Job) -> tuple[Column, ...]:
    """With room for names, where the first runs have some of their own."""
    first = runs(job.id, limit=_LOOKED_AT)
    named = any(own_name(run.run_id, run.directory) for run in first)
    return _NAMED_RUN_COLUMNS if named else RUN_COLUMNS


@dataclass(frozen=True)
class Known:
    """Of the content of a job: when it was last proven, by key; which directories here hold it, by run."""

    proofs: Mapping[str, Proof] = field(default_factory=dict[str, Proof])
    copies: Mapping[int, Sequence[LocalCopy]] = field(
        default_factory=dict[int, Sequence[LocalCopy]]
    )

    def proof(self, artifact: Artifact) -> Proof | None:
        """Of exactly this content."""
        proof = self.proofs.get(artifact.key)
        return proof if proof and proof.sha256 == artifact.sha256 else None

    def directory(self, artifact: Artifact) -> str:
        """One that holds exactly this content now; empty when none is known."""
        copies = self.copies.get(artifact.run_id or 0, ())
        equal = (copy.path for copy in copies if copy.content_id == artifact.content_id)
        return next(equal, "") if artifact.kind is ArtifactKind.RUN_RESULTS else ""


def artifact_rows(
    artifacts: ListArtifacts,
    job: Job,
    run_id: int | None,
    order: Order = BY_KIND,
    known: Known = Known(),
) -> RowSource:
    """What is stored of a run; without a run id, of the job itself."""
    found = listed_artifacts(artifacts, job, run_id)
    versions = [a.version for a in found if a.is_current_results]
    latest = versions[0] if len(versions) > 1 else None
    shown = sorted(found, key=_ARTIFACTS_BY[order.by], reverse=order.descending)
    return ListSource(
        shown, lambda artifact: artifact.key, lambda artifact: artifact_row(artifact, latest, known)
    )


def listed_artifacts(artifacts: ListArtifacts, job: Job, run_id: int | None) -> Sequence[Artifact]:
    """The same as artifacts: kind by kind, the newest version first."""
    found = artifacts.of_job(job.id) if run_id is None else artifacts(job.id, run_id)
    return sorted(found, key=_by_kind)


def job_row(summary: JobSummary) -> Row:
    """One job."""
    job = summary.job
    return Row(
        str(job.id),
        (
            Cell(str(job.id), Tone.STRONG),
            Cell(job.name),
            Cell(number(summary.runs)),
            Cell(job.status.value, Tone.DIM),
            Cell(date_time(job.created_at), Tone.DIM),
            Cell(" ".join(job.tags), Tone.DIM),
        ),
    )


def run_row(run: Run) -> Row:
    """One run."""
    when = date_time(run.results_uploaded_at) if run.results_uploaded_at else ""
    return Row(
        str(run.run_id),
        (
            Cell(run_title(run.run_id, run.directory), Tone.STRONG),
            Cell(run_status(run), _run_tone(run)),
            Cell(when, Tone.DIM),
            Cell(run.results_url, Tone.DIM),
        ),
    )


def artifact_row(artifact: Artifact, latest: int | None, known: Known) -> Row:
    """One stored object; what no manifest knows is unmanaged. `latest` is said where there are more."""
    version = f"v{artifact.version}" if artifact.version else ""
    of_several = latest is not None and artifact.is_current_results
    is_latest = artifact.version == latest
    proof = known.proof(artifact)
    return Row(
        artifact.key,
        (
            Cell(artifact_name(artifact), keep_end=not artifact.current),
            Cell(KIND_NAMES[artifact.kind]),
            Cell(
                f"{version} latest".strip() if of_several and is_latest else version,
                Tone.DIM if of_several and not is_latest else Tone.PLAIN,
            ),
            Cell(size(artifact.size)),
            Cell(date_time(artifact.stored_at) if artifact.stored_at else "", Tone.DIM),
            Cell("✓" if known.directory(artifact) else "", Tone.GOOD),
            _proven(artifact, proof),
            Cell(date_time(proof.proven_at)[:10] if proof else "", Tone.DIM),
            Cell(artifact.sha256[:15] if artifact.managed else "unmanaged", Tone.DIM),
        ),
    )


def artifact_name(artifact: Artifact) -> str:
    """That of its object; with what stands before it where another one is the current one."""
    return artifact.beside or artifact.key.rpartition("/")[2]


def _proven(artifact: Artifact, proof: Proof | None) -> Cell:
    if not proof and not artifact.verified:
        return Cell("no", Tone.WARN)
    return Cell(PROOF_NAMES[proof.how] if proof else "", Tone.DIM)


def _by_kind(artifact: Artifact) -> tuple[int, str, bool, int]:
    """What is at the key of a run without a version was put there by somebody else, and counts as newest."""
    place = _ORDER.index(artifact.kind), artifact.beside
    return *place, bool(artifact.version), -artifact.version


_ARTIFACTS_BY: Mapping[str, Callable[[Artifact], Any]] = {
    "name": lambda artifact: natural_order(artifact.key.rpartition("/")[2]),
    "kind": _by_kind,
    "version": lambda artifact: artifact.version,
    "size": lambda artifact: artifact.size,
    "stored": lambda artifact: artifact.stored_at or datetime.min.replace(tzinfo=UTC),
}
PROOF_NAMES = {
    ProofKind.UPLOADED: "read back",
    ProofKind.COPIED: "copied",
    ProofKind.DOWNLOADED: "downloaded",
    ProofKind.READ: "read",
}
_ORDER = (
    ArtifactKind.RUN_RESULTS,
    ArtifactKind.RUN_LOGS,
    ArtifactKind.RUN_CONFIG,
    ArtifactKind.JOB_CONFIG,
    ArtifactKind.JOB_INPUT,
)
KIND_NAMES = {
    ArtifactKind.JOB_CONFIG: "job config",
    ArtifactKind.JOB_INPUT: "job input",
    ArtifactKind.RUN_CONFIG: "run config",
    ArtifactKind.RUN_RESULTS: "results",
    ArtifactKind.RUN_LOGS: "logs",
}


def _job_files_row(count: int) -> Row:
    return Row(JOB_FILES, (Cell("job files"), Cell(plural(count, "file"), Tone.DIM, span=3)))


def run_status(run: Run) -> str:
    """What is in the store of it, in words."""
    if run.stored:
        return "✓ stored"
    done = run.status is RunStatus.DONE
    return "unmanaged" if done else run.status.value.lower().replace("_", " ")


def _run_tone(run: Run) -> Tone:
    if run.status is RunStatus.DONE and not run.stored:
        return Tone.DIM
    tones = {RunStatus.DONE: Tone.GOOD, RunStatus.ERROR: Tone.BAD, RunStatus.RUNNING: Tone.BUSY}
    return tones.get(run.status, Tone.DIM)
