"""Links to fetch what is stored of a job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.errors import ArtifactNotFoundError
from core.jobs.get_job import GetJob
from core.model import Artifact, ArtifactKind, Job
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectReader
from core.stored.current_artifacts import listed_artifacts
from core.stored.job_s3_prefix import JobS3Prefix, job_root, parse_key
from core.stored.links import LINK_SECONDS, Link, LinkMaker
from core.stored.listed_jobs import ListedJob, listed_jobs

_KINDS = list(ArtifactKind)


class LinkArtifacts:
    """All that is wanted by one LIST, whoever stored it; of results the latest versions."""

    def __init__(
        self, *, get_job: GetJob, store: ObjectReader, catalog: CatalogReader, link: LinkMaker
    ) -> None:
        self._get_job = get_job
        self._store = store
        self._catalog = catalog
        self._link = link

    def __call__(
        self,
        job_id: int,
        run_id: int | None = None,
        kind: ArtifactKind | None = None,
        *,
        expires_seconds: int = LINK_SECONDS,
    ) -> Sequence[Link]:
        """Of a job or one of its runs, those of the job first; the current ones of a kind first.

        Raises JobNotFoundError, ArtifactNotFoundError when there is nothing, SettingsError,
        StoreError.
        """
        job = self._get_job(job_id)
        listed = next(listed_jobs(self._store, job_root(job_id)), ListedJob(job_id))
        found = listed_artifacts(listed, JobS3Prefix.from_job(job))
        return self._links(found, _Scope(job, run_id, kind), expires_seconds)

    def known(
        self,
        job_id: int,
        run_id: int | None = None,
        kind: ArtifactKind | None = None,
        *,
        expires_seconds: int = LINK_SECONDS,
    ) -> Sequence[Link]:
        """The same of what the catalog knows: for a store that does not answer."""
        scope = _Scope(self._get_job(job_id), run_id, kind)
        known = filter(_is_latest, self._catalog.artifacts(job_id, run_id))
        return self._links(known, scope, expires_seconds)

    def _links(
        self, found: Iterable[Artifact], scope: "_Scope", expires_seconds: int
    ) -> Sequence[Link]:
        artifacts = sorted(filter(scope.includes, found), key=_order)
        if not artifacts:
            raise scope.nothing()
        return [self._link.to(artifact, expires_seconds) for artifact in artifacts]


@dataclass(frozen=True)
class _Scope:
    """All of a job, or what is of one run, of one kind."""

    job: Job
    run_id: int | None
    kind: ArtifactKind | None

    def includes(self, artifact: Artifact) -> bool:
        return self.run_id in {None, artifact.run_id} and self.kind in {None, artifact.kind}

    def nothing(self) -> ArtifactNotFoundError:
        """The error that says that none of it is stored."""
        what = f"No {self.kind}" if self.kind else "Nothing"
        of_run = f"run {self.run_id} of " if self.run_id else ""
        return ArtifactNotFoundError(
            f"{what} is stored of {of_run}job {self.job.id}.",
            todo=f"`runferry jobs uploads list --job-id {self.job.id}` lists what is.",
        )


def _order(artifact: Artifact) -> tuple[int, int, str]:
    return artifact.run_id or 0, _KINDS.index(artifact.kind), artifact.beside


def _is_latest(artifact: Artifact) -> bool:
    """Content that was put aside is of an older version."""
    place = parse_key(artifact.key)
    return place is not None and not place.version
