"""Which object is the current one, where a job has several of the same run and kind.

Only other tools store them so: below several prefixes, or logs as a ZIP and as a plain text. All of
them are shown, and every machine takes the same one for the current one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from core.model import Artifact, ArtifactKind
from core.ports.object_store import StoredObject
from core.stored.job_s3_prefix import JobS3Prefix, ParsedKey, key_below, parse_key
from core.stored.listed_jobs import ListedJob, ListedRun

_Rank = tuple[bool, bool, bool, datetime]


def current_runs(runs: Iterable[ListedRun], own: JobS3Prefix) -> Mapping[int, ListedRun]:
    """By run: what has manifests, else what is below the job's `own` prefix, else the newest."""
    found: dict[int, ListedRun] = {}
    for run in sorted(runs, key=lambda run: _rank_of_run(run, own)):
        found[run.run_id] = run
    return found


def current_others(others: Iterable[StoredObject], own: JobS3Prefix) -> Collection[str]:
    """Keys of kinds without versions: of logs the ZIP, else as `current_runs`."""
    places = {stored.key: place for stored in others if (place := parse_key(stored.key))}
    found: dict[tuple[int | None, ArtifactKind], str] = {}
    for key, place in sorted(places.items(), key=lambda item: _rank_of(item[1], own)):
        found[place.run_id, place.kind] = key
    return {*found.values()}


def listed_artifacts(job: ListedJob, own: JobS3Prefix) -> Iterator[Artifact]:
    """The latest of each run, and of kinds without versions, as far as a listing tells of them.

    What RunFerry knows of them stands elsewhere: they are as another tool's.
    """
    runs, others = current_runs(job.runs.values(), own), current_others(job.others, own)
    current = {*others, *(run.latest.key for run in runs.values() if run.latest)}
    latest = [run.latest for run in job.runs.values() if run.latest]
    for stored in (*job.others, *latest):
        if place := parse_key(stored.key):
            beside = "" if stored.key in current else key_below(job.id, stored.key)
            yield _unmanaged(place, stored, beside)


def _unmanaged(place: ParsedKey, stored: StoredObject, beside: str) -> Artifact:
    return Artifact(
        place.prefix.job_id,
        place.kind,
        stored.key,
        stored.size,
        place.run_id,
        managed=False,
        beside=beside,
    )


def _rank_of_run(run: ListedRun, own: JobS3Prefix) -> _Rank:
    there = run.latest is not None
    return bool(run.manifests), there, run.prefix == own, run.prefix.created_at


def _rank_of(place: ParsedKey, own: JobS3Prefix) -> _Rank:
    return True, not place.plain, place.prefix == own, place.prefix.created_at
