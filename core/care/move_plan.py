"""What it takes for a run to be in another job, or under another id."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import ConflictError
from core.model import Artifact, Job, Manifest
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.results_versions import artifact_of, superseded

NOTHING_MOVED = "Nothing was moved: the run is where it was."


@dataclass(frozen=True)
class VersionMove:
    """One version as it is, and as it is to be; or the one that holds its content `there`.

    The newest is to be `in_place`, at the key of the run.
    """

    source: Manifest
    target: Manifest
    there: bool
    in_place: bool


@dataclass(frozen=True)
class ObjectMove:
    """Likewise of a kind without versions."""

    source: Artifact
    target: Artifact
    there: bool


@dataclass(frozen=True)
class MovePlan:
    """All `versions`, the newest first, and other `objects` go along: they are the `artifacts`.

    `prefix` is that of its versions, `to` where it goes. `stays` are keys of what other tools stored or
    uploads left behind. `sources` are directories of
    this machine that are stored as the run, and `roots` those of their results roots that are bound to
    its job.
    """

    job: Job
    run_id: int
    to_job: Job
    to_run: int
    prefix: JobS3Prefix
    to: JobS3Prefix
    versions: Sequence[VersionMove]
    objects: Sequence[ObjectMove]
    artifacts: Sequence[Artifact]
    stays: Sequence[str] = ()
    sources: Sequence[str] = ()
    roots: Sequence[str] = ()

    @property
    def copied(self) -> Sequence[Artifact]:
        """What is not there yet, as it is to be; older versions first."""
        new = [v for v in reversed(self.versions) if not v.there]
        versions = [_placed(v.target, self.to, in_place=v.in_place) for v in new]
        return [*versions, *(o.target for o in self.objects if not o.there)]

    @property
    def copied_bytes(self) -> int:
        """Of what is not there yet."""
        return sum(artifact.size for artifact in self.copied)


def _placed(manifest: Manifest, prefix: JobS3Prefix, *, in_place: bool) -> Artifact:
    artifact = artifact_of(manifest)
    return artifact if in_place else superseded(artifact, prefix)


def version_moves(
    source: Mapping[int, Manifest], there: Mapping[int, Manifest], to: JobS3Prefix, to_run: int
) -> Sequence[VersionMove]:
    """For the versions of a run, and of the run that they are to be.

    Raises ConflictError where that has others, which is no move that was cut off.
    """
    if not there or _is_begun(source, there):
        return [*_by_number(source, there, to, to_run)]
    by_content = {manifest.content_id: manifest for manifest in there.values()}
    if any(manifest.content_id not in by_content for manifest in source.values()):
        raise ConflictError(
            f"Run {to_run} of job {to.job_id} is there already, with other content.",
            kept=NOTHING_MOVED,
            todo="Give it another id with --to-run.",
        )
    return [
        VersionMove(source[version], by_content[source[version].content_id], True, False)
        for version in sorted(source, reverse=True)
    ]


def _is_begun(source: Mapping[int, Manifest], there: Mapping[int, Manifest]) -> bool:
    """Whether a move of it may have got so far: the newest goes first."""
    if max(source, default=0) not in there:
        return False
    return all(version in source and _equal(source[version], there[version]) for version in there)


def _by_number(
    source: Mapping[int, Manifest], there: Mapping[int, Manifest], to: JobS3Prefix, to_run: int
) -> Iterator[VersionMove]:
    newest = max(source, default=0)
    for version in sorted(source, reverse=True):
        manifest = source[version]
        moved = replace(
            manifest, job_id=to.job_id, run_id=to_run, key=to.run_results(to_run), etag=""
        )
        known = there.get(version)
        yield VersionMove(manifest, known or moved, known is not None, version == newest)


def _equal(one: Manifest, other: Manifest) -> bool:
    return one.content_id == other.content_id


def moved_object(source: Artifact, to: JobS3Prefix, to_run: int) -> Artifact:
    """As it is to be."""
    key = to.moved(source.key, to_run)
    return replace(source, job_id=to.job_id, run_id=to_run, key=key)
