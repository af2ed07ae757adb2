"""What somebody wants to have uploaded."""

from dataclasses import dataclass

from core.model import ArtifactKind


@dataclass(frozen=True)
class UploadRequest:
    """Which directory goes where.

    Without a job id the job is the one its results root is bound to (`job_name` names a new one);
    without a run id the run is the one it was stored as before, or the one that its path names.
    `sidecars` asks for the files beside the run, too. `size` in bytes, 0 where nobody has looked.
    With `known_run` something of that run must be stored in that job already: who mistypes an id
    makes no run of it. With `bound` its results root must be bound to a job that is there: that this
    was deleted is no reason to make another one unasked. `batch` are tags of the batch job that asks,
    separated by spaces. `name` is what the run is called below its results root; empty where it is
    only known by its path. With `new_version` the run of that id may have been stored from a directory
    with another name.
    """

    source: str
    job_id: int | None = None
    run_id: int | None = None
    job_name: str | None = None
    sidecars: bool = False
    size: int = 0
    known_run: bool = False
    bound: bool = False
    batch: str = ""
    name: str = ""
    new_version: bool = False


@dataclass(frozen=True)
class ArtifactUpload:
    """An artifact by its place in a job; `run_id` for the kinds of a run only."""

    kind: ArtifactKind
    run_id: int | None = None
