"""Links to fetch what is stored of a job."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.errors import ArtifactNotFoundError
from core.jobs.get_job import GetJob
from core.model import ArtifactKind, Job, run_id_of
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectReader
from core.ports.presigned_url import LinkMethod
from core.stored.job_s3_prefix import JobS3Prefix, ParsedKey, parse_key
from core.stored.links import LINK_SECONDS, Link, LinkMaker

_KINDS = list(ArtifactKind)


class LinkArtifacts:
    """All that is wanted by one LIST, whoever stored it; of results the latest version."""

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
        """Of a job or one of its runs, those of the job first.

        Raises JobNotFoundError, ArtifactNotFoundError when there is nothing, SettingsError,
        StoreError.
        """
        job = self._get_job(job_id)
        stored = self._store.list(str(JobS3Prefix.from_job(job)))
        scope = _Scope(job, run_id, kind)
        return self._links((s.key for s in stored), scope, expires_seconds)

    def known(
        self,
        job_id: int,
        run_id: int | None = None,
        kind: ArtifactKind | None = None,
        *,
        expires_seconds: int = LINK_SECONDS,
    ) -> Sequence[Link]:
        """The same of what the catalog knows: for a store that does not answer."""
        keys = (artifact.key for artifact in self._catalog.artifacts(job_id, run_id))
        scope = _Scope(self._get_job(job_id), run_id, kind)
        return self._links(keys, scope, expires_seconds)

    def _links(self, keys: Iterable[str], scope: "_Scope", expires_seconds: int) -> Sequence[Link]:
        places = sorted(filter(scope.includes, _latest(keys)), key=_order)
        if not places:
            raise scope.nothing()
        return [
            self._link(place.prefix, place.kind, place.run_id, LinkMethod.GET, expires_seconds)
            for place in places
        ]


@dataclass(frozen=True)
class _Scope:
    """All of a job, or what is of one run, of one kind."""

    job: Job
    run_id: int | None
    kind: ArtifactKind | None

    def includes(self, place: ParsedKey) -> bool:
        return self.run_id in {None, place.run_id} and self.kind in {None, place.kind}

    def nothing(self) -> ArtifactNotFoundError:
        """The error that says that none of it is stored."""
        what = f"No {self.kind}" if self.kind else "Nothing"
        of_run = f"run {self.run_id} of " if self.run_id else ""
        return ArtifactNotFoundError(
            f"{what} is stored of {of_run}job {self.job.id}.",
            todo=f"`runferry jobs uploads list --job-id {self.job.id}` lists what is.",
        )


def _order(place: ParsedKey) -> tuple[int, int]:
    run_id = run_id_of(place) if place.kind.of_run else 0
    return run_id, _KINDS.index(place.kind)


def _latest(keys: Iterable[str]) -> Iterator[ParsedKey]:
    places = filter(None, map(parse_key, keys))
    return (place for place in places if not place.version)
