"""Links to fetch what is stored of a job."""

from collections.abc import Iterable, Iterator, Sequence

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
        return self._links(job, (s.key for s in stored), run_id, kind, expires_seconds)

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
        return self._links(self._get_job(job_id), keys, run_id, kind, expires_seconds)

    def _links(
        self,
        job: Job,
        keys: Iterable[str],
        run_id: int | None,
        kind: ArtifactKind | None,
        expires_seconds: int,
    ) -> Sequence[Link]:
        wanted = [
            place
            for place in _latest(keys)
            if run_id in {None, place.run_id} and kind in {None, place.kind}
        ]
        if not wanted:
            raise _nothing(job, run_id, kind)
        wanted.sort(key=_order)
        return [
            self._link(place.prefix, place.kind, place.run_id, LinkMethod.GET, expires_seconds)
            for place in wanted
        ]


def _order(place: ParsedKey) -> tuple[int, int]:
    run_id = run_id_of(place) if place.kind.of_run else 0
    return run_id, _KINDS.index(place.kind)


def _latest(keys: Iterable[str]) -> Iterator[ParsedKey]:
    places = map(parse_key, keys)
    return (place for place in places if place and not place.version)


def _nothing(job: Job, run_id: int | None, kind: ArtifactKind | None) -> ArtifactNotFoundError:
    what = f"No {kind}" if kind else "Nothing"
    of_run = f"run {run_id} of " if run_id else ""
    return ArtifactNotFoundError(
        f"{what} is stored of {of_run}job {job.id}.",
        todo=f"`runferry jobs uploads list --job-id {job.id}` lists what is.",
    )
