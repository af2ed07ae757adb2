"""A catalog in memory."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from core.model import Artifact, ArtifactKind, FileId, Job, Run, RunStatus
from core.ports.catalog import Catalog, Extent, JobOrder, ReadAt, RunOrder, Tally
from tests.fakes.failing import FailsOnDemand

NaturalKey = tuple[int, int, str, str, int]
Subject = tuple[int, int, str]
STORED = RunStatus.DONE, RunStatus.ERROR


class FakeCatalog(FailsOnDemand, Catalog):
    """Behaves as the SQLite catalog does, for tests of what uses one.

    Several threads may put and remove artifacts, and nothing else.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self.closed = False
        self._jobs: dict[int, Job] = {}
        self._runs: dict[tuple[int, int], Run] = {}
        self._artifacts: dict[NaturalKey, Artifact] = {}
        self._files: dict[str, FileId] = {}
        self._extents: dict[str, Extent] = {}
        self._numbers = itertools.count(1)
        self._read_at = ReadAt()
        self._changes = 0
        self._etags: dict[str, str] = {}
        self._recorded = 0
        self._recordings: dict[Subject, int] = {}

    def put_job(self, job: Job) -> None:
        self._note((job.id, 0, "job"))
        self._jobs[job.id] = job

    def job(self, job_id: int) -> Job | None:
        return self._jobs.get(job_id)

    def jobs(self, *, offset: int = 0, limit: int | None = None) -> Sequence[Job]:
        newest_first = sorted(self._jobs.values(), key=lambda job: -job.id)
        return newest_first[offset:][:limit]

    def job_count(self) -> int:
        return len(self._jobs)

    def jobs_before(self, job_id: int) -> int:
        return sum(known > job_id for known in self._jobs)

    def job_ids(self, by: JobOrder, *, descending: bool) -> Sequence[int]:
        values: Mapping[JobOrder, Callable[[Job], Any]] = {
            JobOrder.ID: lambda job: job.id,
            JobOrder.NAME: lambda job: job.name.lower(),
            JobOrder.RUNS: lambda job: self.run_count(job.id),
            JobOrder.STATUS: lambda job: job.status.value,
            JobOrder.CREATED: lambda job: job.created_at,
        }
        return [job.id for job in sorted(self.jobs(), key=values[by], reverse=descending)]

    def jobs_of(self, job_ids: Sequence[int]) -> Sequence[Job]:
        return [self._jobs[job_id] for job_id in job_ids if job_id in self._jobs]

    def jobs_like(self, words: Sequence[str], *, limit: int) -> Sequence[Job]:
        return [job for job in self.jobs() if _says(_job_says(job), words)][:limit]

    def runs_like(self, words: Sequence[str], *, limit: int) -> Sequence[Run]:
        found = [
            run
            for job in self.jobs()
            for run in self.runs(job.id)
            if _says(f"{_job_says(job)} run {run.run_id} RUN{run.run_id} {run.directory}", words)
        ]
        return found[:limit]

    def keys_like(self, text: str, *, limit: int) -> Sequence[Artifact]:
        found = [a for a in self._artifacts.values() if _says(a.key, [text])]
        return sorted(found, key=lambda a: (len(a.key), a.key))[:limit]

    def put_run(self, run: Run) -> None:
        self._note((run.job_id, run.run_id, "run"))
        self._runs[run.job_id, run.run_id] = run

    def run(self, job_id: int, run_id: int) -> Run | None:
        return self._runs.get((job_id, run_id))

    def runs(self, job_id: int, *, offset: int = 0, limit: int | None = None) -> Sequence[Run]:
        ours = sorted((run for run in self._runs.values() if run.job_id == job_id), key=_run_id)
        return ours[offset:][:limit]

    def run_count(self, job_id: int) -> int:
        return sum(run.job_id == job_id for run in self._runs.values())

    def runs_before(self, job_id: int, run_id: int) -> int:
        return sum(job == job_id and run < run_id for job, run in self._runs)

    def run_ids(self, job_id: int, by: RunOrder, *, descending: bool) -> Sequence[int]:
        def value(run: Run) -> Any:
            uploaded = run.results_uploaded_at or datetime.min.replace(tzinfo=UTC)
            by_status = (run.status.value,) if by is RunOrder.STATUS else (run.run_id,)
            return (uploaded,) if by is RunOrder.UPLOADED else by_status

        ordered = sorted(self.runs(job_id), key=value, reverse=descending)
        if by is RunOrder.UPLOADED:
            ordered.sort(key=lambda run: run.results_uploaded_at is None)
        return [run.run_id for run in ordered]

    def runs_of(self, job_id: int, run_ids: Sequence[int]) -> Sequence[Run]:
        return [self._runs[job_id, r] for r in run_ids if (job_id, r) in self._runs]

    def tally(self, job_id: int) -> Tally:
        found = self.artifacts(job_id)
        statuses = Counter(run.status for run in self.runs(job_id))
        return Tally(statuses, len(found), sum(artifact.size for artifact in found))

    def run_counts(self, job_ids: Collection[int]) -> Mapping[int, int]:
        return Counter(run.job_id for run in self._runs.values() if run.job_id in job_ids)

    def put_artifact(self, artifact: Artifact) -> FileId:
        with self._lock:
            self._note(_subject(artifact))
            self._artifacts[_natural_key(artifact)] = artifact
            file_id = self._file_id(artifact)
            self._forget_unreferenced()
            return file_id

    def holding(self, sha256: str) -> Sequence[Artifact]:
        return [a for _, a in sorted(self._artifacts.items()) if _content(a) == sha256]

    def about(self, text: str) -> Sequence[Artifact]:
        return [
            a for _, a in sorted(self._artifacts.items()) if text.lower() in _said_of(a).lower()
        ]

    def remove_artifact(
        self,
        job_id: int,
        run_id: int | None,
        kind: ArtifactKind,
        version: int,
        beside: str = "",
    ) -> None:
        with self._lock:
            self._note((job_id, run_id or 0, kind.value))
            self._artifacts.pop((job_id, run_id or 0, kind.value, beside, version), None)
            self._forget_unreferenced()

    def remove_run(self, job_id: int, run_id: int) -> None:
        self._note((job_id, run_id, "run"))
        self._runs.pop((job_id, run_id), None)

    def remove_job(self, job_id: int, *, since: int | None = None) -> None:
        if since is None:
            kept = {subject: n for subject, n in self._recordings.items() if subject[0] != job_id}
            self._recordings = kept
            self._note((job_id, 0, "removed"))
        elif job_id in _about(self._since(since)):
            return
        self._forget_job(job_id)

    def last_recording(self) -> int:
        return self._recorded

    def put_extents(self, extents: Mapping[str, Extent]) -> None:
        self._extents |= extents

    def extent(self, content_id: str) -> Extent | None:
        return self._extents.get(content_id)

    def knows_extent(self, extent: Extent) -> bool:
        return bool(self.stored_like(extent))

    def results_of(self, content_id: str) -> Sequence[Artifact]:
        return [
            artifact
            for _, artifact in sorted(self._artifacts.items())
            if artifact.kind is ArtifactKind.RUN_RESULTS and artifact.content_id == content_id
        ]

    def stored_like(self, extent: Extent) -> Sequence[Artifact]:
        return [
            artifact
            for _, artifact in sorted(self._artifacts.items())
            if artifact.kind is ArtifactKind.RUN_RESULTS
            and self._extents.get(artifact.content_id) == extent
        ]

    def own_artifacts(self, job_id: int) -> Sequence[Artifact]:
        return [found for found in self.artifacts(job_id) if found.run_id is None]

    def artifacts(self, job_id: int, run_id: int | None = None) -> Sequence[Artifact]:
        return [
            artifact
            for key, artifact in sorted(self._artifacts.items())
            if key[0] == job_id and (run_id is None or key[1] == run_id)
        ]

    def replace(
        self,
        jobs: Sequence[Job],
        runs: Sequence[Run],
        artifacts: Sequence[Artifact],
        synced_at: datetime,
        etags: Mapping[str, str] = MappingProxyType({}),
        *,
        since: int | None = None,
        anew: bool = False,
    ) -> None:
        self._changes += 1
        recorded = self._since(since)
        self._jobs = {n: job for n, job in self._jobs.items() if (n, 0, "job") in recorded}
        self._put_jobs(jobs, since)
        self._runs = {
            key: run
            for key, run in self._runs.items()
            if (*key, "run") in recorded
            or (not anew and run.job_id in self._jobs and run.status not in STORED)
        }
        self._artifacts = {key: a for key, a in self._artifacts.items() if key[:3] in recorded}
        self._put_listed(runs, artifacts, since)
        known = {artifact.content_id for artifact in self._artifacts.values()}
        self._extents = {content: e for content, e in self._extents.items() if content in known}
        self._read_at = ReadAt(synced_at.astimezone(UTC))
        self._etags = self._told(etags, artifacts, since)

    def replace_job(
        self,
        job: Job,
        runs: Sequence[Run],
        artifacts: Sequence[Artifact],
        read_at: datetime,
        etags: Mapping[str, str] = MappingProxyType({}),
        *,
        since: int | None = None,
    ) -> None:
        self._changes += 1
        recorded = self._since(since)
        self._put_jobs([job], since)
        self._runs = {
            key: run
            for key, run in self._runs.items()
            if key[0] != job.id or (*key, "run") in recorded or run.status not in STORED
        }
        self._artifacts = {
            key: a for key, a in self._artifacts.items() if key[0] != job.id or key[:3] in recorded
        }
        self._put_listed(runs, artifacts, since)
        jobs = {**self._read_at.jobs, job.id: read_at.astimezone(UTC)}
        self._read_at = replace(self._read_at, jobs=jobs)
        self._etags |= self._told(etags, artifacts, since)

    def replace_job_list(
        self,
        jobs: Sequence[Job],
        gone: Collection[int],
        read_at: datetime,
        etags: Mapping[str, str] = MappingProxyType({}),
        *,
        since: int | None = None,
    ) -> None:
        self._changes += 1
        self._put_jobs(jobs, since)
        for job_id in {*gone} - _about(self._since(since)):
            self._forget_job(job_id)
        self._read_at = replace(self._read_at, job_list=read_at.astimezone(UTC))
        self._etags |= etags

    def etags(self, below: str = "") -> Mapping[str, str]:
        return {key: etag for key, etag in self._etags.items() if key.startswith(below)}

    def clear(self) -> None:
        """As if somebody had deleted the cache."""
        self._empty()
        self._extents.clear()
        self._changes += 1
        self._etags, self._read_at = {}, ReadAt()

    def _empty(self) -> None:
        for rows in (self._jobs, self._runs, self._artifacts, self._files):
            rows.clear()

    def synced_at(self) -> datetime | None:
        return self._read_at.everything

    def read_at(self) -> ReadAt:
        return self._read_at

    def revision(self) -> object:
        return self._changes

    def close(self) -> None:
        self.closed = True

    def _note(self, subject: Subject) -> None:
        self._changes += 1
        self._recorded += 1
        self._recordings[subject] = self._recorded

    def _since(self, number: int | None) -> set[Subject]:
        number = self._recorded if number is None else number
        return {subject for subject, n in self._recordings.items() if n > number}

    def _put_jobs(self, jobs: Sequence[Job], since: int | None) -> None:
        recorded = self._since(since)
        for job in jobs:
            if (job.id, 0, "removed") not in recorded or (job.id, 0, "job") in recorded:
                self._jobs[job.id] = job

    def _put_listed(
        self, runs: Sequence[Run], artifacts: Sequence[Artifact], since: int | None
    ) -> None:
        recorded = self._since(since)
        for run in runs:
            place = run.job_id, run.run_id
            if _tells(recorded, (*place, "run")):
                continue
            if run.status is RunStatus.DONE or place not in self._runs:
                self._runs[place] = run
        for artifact in artifacts:
            if not _tells(recorded, _subject(artifact)):
                self._artifacts[_natural_key(artifact)] = artifact
                self._file_id(artifact)
        self._forget_unreferenced()

    def _told(
        self, etags: Mapping[str, str], artifacts: Sequence[Artifact], since: int | None
    ) -> dict[str, str]:
        recorded = self._since(since)
        passed = {a.key for a in artifacts if _tells(recorded, _subject(a))}
        return {key: etag for key, etag in etags.items() if key not in passed}

    def _forget_job(self, job_id: int) -> None:
        with self._lock:
            self._jobs.pop(job_id, None)
            self._runs = {key: run for key, run in self._runs.items() if key[0] != job_id}
            kept = {key: a for key, a in self._artifacts.items() if key[0] != job_id}
            self._artifacts = kept
            self._forget_unreferenced()

    def _file_id(self, artifact: Artifact) -> FileId:
        content = _content(artifact)
        if content not in self._files:
            self._files[content] = FileId(next(self._numbers))
        return self._files[content]

    def _forget_unreferenced(self) -> None:
        referenced = {_content(artifact) for artifact in self._artifacts.values()}
        self._files = {content: n for content, n in self._files.items() if content in referenced}


def _subject(artifact: Artifact) -> Subject:
    return artifact.job_id, artifact.run_id or 0, artifact.kind.value


def _about(recorded: Collection[Subject]) -> set[int]:
    return {job_id for job_id, _, kind in recorded if kind != "removed"}


def _tells(recorded: Collection[Subject], subject: Subject) -> bool:
    return subject in recorded or (subject[0], 0, "removed") in recorded


def _run_id(run: Run) -> int:
    return run.run_id


def _natural_key(artifact: Artifact) -> NaturalKey:
    run_id, kind = artifact.run_id or 0, artifact.kind.value
    return artifact.job_id, run_id, kind, artifact.beside, artifact.version


def _content(artifact: Artifact) -> str:
    return artifact.sha256 or f"key:{artifact.key}"


def _said_of(artifact: Artifact) -> str:
    digests = artifact.sha256, artifact.content_id
    return "\n".join((artifact.key, *digests, artifact.host, artifact.app_version, *artifact.tags))


def _job_says(job: Job) -> str:
    return f"job {job.id} {job.name}"


def _says(text: str, words: Sequence[str]) -> bool:
    return all(word.lower() in text.lower() for word in words)
