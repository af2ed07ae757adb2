"""What a listing of the store tells: its objects by job and run. Other keys are passed over."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from core.model import ArtifactKind, is_count
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.findings import Finding, Problem
from core.stored.job_s3_prefix import JOBS_ROOT, JobS3Prefix, ParsedKey, is_impossible, parse_key
from core.stored.record_format import MOST_BYTES


@dataclass
class ListedRun:
    """The results of one run.

    `latest` is what stands at the key of the latest results; `kept` the contents that were put
    aside, by version as `manifests`.
    """

    prefix: JobS3Prefix
    run_id: int
    latest: StoredObject | None = None
    manifests: dict[int, StoredObject] = field(default_factory=dict[int, StoredObject])
    kept: dict[int, StoredObject] = field(default_factory=dict[int, StoredObject])

    @property
    def anything(self) -> bool:
        """Whether any of it is there."""
        return bool(self.latest or self.manifests or self.kept)

    @property
    def newest(self) -> int:
        """The number of the newest version; 0 when no manifest says that there is one."""
        return max(self.manifests, default=0)

    def is_superseded(self, version: int, newest: int) -> bool:
        """Whether its content was put aside; `newest` is the newest version that can be read.

        That one was, too, when there is a newer one that cannot be read.
        """
        return version < newest or (newest < self.newest and version in self.kept)


@dataclass
class ListedJob:
    """What lies below the prefixes of one job; `others` are of the kinds without versions.

    RunFerry stores all of a job below one prefix, other tools below several. `runs` are by prefix and
    run: below two prefixes the same run is two.
    """

    id: int
    prefixes: list[JobS3Prefix] = field(default_factory=list[JobS3Prefix])
    """The oldest first."""
    runs: dict[tuple[JobS3Prefix, int], ListedRun] = field(
        default_factory=dict[tuple[JobS3Prefix, int], ListedRun]
    )
    others: list[StoredObject] = field(default_factory=list[StoredObject])

    def add(self, parsed: ParsedKey, stored: StoredObject) -> None:
        """Puts an object into its place."""
        if parsed.prefix not in self.prefixes[-1:]:
            self.prefixes.append(parsed.prefix)
        if parsed.kind is not ArtifactKind.RUN_RESULTS or parsed.run_id is None:
            self.others.append(stored)
            return
        place = parsed.prefix, parsed.run_id
        run = self.runs.setdefault(place, ListedRun(*place))
        if parsed.is_manifest:
            run.manifests[parsed.version] = stored
        elif parsed.version:
            run.kept[parsed.version] = stored
        else:
            run.latest = stored


PassedOver = Callable[[Finding], object]
"""Is told of what looks like an object of the layout and cannot be one."""


def listed_jobs(
    store: ObjectReader, below: str = JOBS_ROOT, passed_over: PassedOver = lambda finding: None
) -> Iterator[ListedJob]:
    """All below a `/`-terminated prefix, in the order of their keys. Raises StoreError."""
    return _grouped(store.list(below), passed_over)


def listed_run(store: ObjectReader, prefix: JobS3Prefix, run_id: int) -> ListedRun:
    """A fresh look at one run. Raises StoreError."""
    start = prefix.run_results(run_id).removesuffix(".zip")
    begins = start, prefix.superseded_of(run_id)
    found = [stored for begin in begins for stored in store.list(begin)]
    job = next(_grouped(found, lambda finding: None), ListedJob(prefix.job_id))
    return job.runs.get((prefix, run_id), ListedRun(prefix, run_id))


def listed_of_run(store: ObjectReader, prefix: JobS3Prefix, run_id: int) -> ListedJob:
    """A fresh look at all that a run has below one prefix. Raises StoreError."""
    begins = prefix.of_run(run_id), prefix.superseded_of(run_id)
    found = [stored for begin in begins for stored in store.list(begin)]
    return next(_grouped(found, lambda finding: None), ListedJob(prefix.job_id))


def _grouped(objects: Iterable[StoredObject], passed_over: PassedOver) -> Iterator[ListedJob]:
    """A listing is in key order, so what belongs together comes together."""
    known = _placed(objects, passed_over)
    for job_id, group in groupby(known, key=lambda found: found[0].prefix.job_id):
        job = ListedJob(job_id)
        for place, stored in group:
            job.add(place, stored)
        yield job


def _placed(
    objects: Iterable[StoredObject], passed_over: PassedOver
) -> Iterator[tuple[ParsedKey, StoredObject]]:
    for stored in objects:
        place = parse_key(stored.key)
        if place and is_count(stored.size, MOST_BYTES):
            yield place, stored
        elif place:
            size = f"{stored.size} B" if stored.size >= 0 else "its size cannot be read"
            passed_over(Finding(Problem.IMPOSSIBLE, stored.key, size))
        elif is_impossible(stored.key):
            passed_over(Finding(Problem.IMPOSSIBLE, stored.key))
