"""Jobs, runs, artifacts and their identifiers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NewType, Protocol

from core.errors import InvalidIdError, InvalidNameError
from core.printable import unprintable

FileId = NewType("FileId", int)
"""Key of the `files` table: one stored content. Never leaves this machine's catalog."""

HIGHEST_ID = 10**9
"""Of jobs, runs and versions: whatever claims a higher one was not made by counting."""
LONGEST_TEXT = 1000
"""Characters of a name, of a tag, and of any other line of text that a record holds."""
MOST_TAGS = 256
_SHORTER = f"Use at most {LONGEST_TEXT:,}."
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)

# ASCII only: str.isdigit() accepts full-width digits, int() accepts "007", "+5", "1_0" and spaces.
_ID = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)
_DIGITS = re.compile(r"([0-9]+)")


def parse_id(text: str, what: str) -> int:
    """The id written as `text`; `what` ("job id") opens the message of `InvalidIdError`."""
    if not _ID.fullmatch(text) or int(text) > HIGHEST_ID:
        raise InvalidIdError(
            f"{what} {shortened(text)!r} is not valid.",
            todo="Use a positive decimal number without sign or leading zeros, such as 7; "
            f"{HIGHEST_ID} is the highest.",
        )
    return int(text)


def check_id(value: int, what: str) -> int:
    """`value`, if it is an id; raises `InvalidIdError` otherwise, whatever type it has."""
    if is_count(value, HIGHEST_ID) and value:
        return value
    return parse_id(repr(value), what)  # which says why not


def is_count(value: object, most: int) -> bool:
    """Whether it is a whole number from 0 to `most`; True, 1.0 and "1" are none."""
    return type(value) is int and 0 <= value <= most


class OfRun(Protocol):
    """What may belong to a run of its job, or to the job itself (None)."""

    @property
    def run_id(self) -> int | None:
        """The run, if there is one."""
        ...


def run_id_of(what: OfRun) -> int:
    """The run of what always has one, as results have; raises `InvalidIdError` otherwise."""
    if what.run_id is None:
        raise InvalidIdError("It belongs to no run.", todo="Name an artifact of a run.")
    return what.run_id


def check_name(name: str) -> str:
    """`name`, if a job can be called by it; raises `InvalidNameError` otherwise."""
    if not name.strip():
        raise _invalid("The name of a job cannot be blank.", "Give it a name that people can read.")
    if len(name) > LONGEST_TEXT:
        raise _invalid(f"The name has {len(name):,} characters.", _SHORTER)
    _check_printable("The name", name)
    return name


def check_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """`tags`, if a job can have them; raises `InvalidNameError` otherwise."""
    if len(tags) > MOST_TAGS:
        raise _invalid(f"The job would have {len(tags):,} tags.", f"{MOST_TAGS} are possible.")
    if (longest := max(map(len, tags), default=0)) > LONGEST_TEXT:
        raise _invalid(f"A tag has {longest:,} characters.", _SHORTER)
    return tuple(tags)


def check_new_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """`check_tags` of those that somebody gives to a job now; what is stored may have any text."""
    for tag in tags:
        _check_printable("A tag", tag)
    return check_tags(tags)


def _check_printable(what: str, text: str) -> None:
    """Else it would be another text in the record, or look like another one."""
    if found := unprintable(text):
        raise _invalid(f"{what} has a character that cannot be seen: {found}", "Leave it out.")


def _invalid(what: str, todo: str) -> InvalidNameError:
    return InvalidNameError(what, kept="Nothing was changed.", todo=todo)


def shortened(text: str, longest: int = 60) -> str:
    """`text`, cut at its end when it is longer than that."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def natural_order(path: str) -> list[tuple[bool, int, str]]:
    """Sorts RUN9 before RUN10."""
    parts = (part for part in _DIGITS.split(path) if part)
    return [
        (p.isascii() and p.isdigit(), int(p) if p.isascii() and p.isdigit() else 0, p)
        for p in parts
    ]


class JobStatus(StrEnum):
    """Where a job is in its life. It goes forward, over steps that nobody tells of, to an end.

    A failed job may be tried again; completed and cancelled ones stay what they are.
    """

    CREATED = "created"
    SUBMITTED = "submitted"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    def following(self) -> "tuple[JobStatus, ...]":
        """What it may become."""
        return _FOLLOWING[self]


_ENDS = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)
_FOLLOWING: dict[JobStatus, tuple[JobStatus, ...]] = {
    JobStatus.CREATED: (JobStatus.SUBMITTED, JobStatus.PROCESSING, *_ENDS),
    JobStatus.SUBMITTED: (JobStatus.PROCESSING, *_ENDS),
    JobStatus.PROCESSING: _ENDS,
    JobStatus.FAILED: (JobStatus.SUBMITTED, JobStatus.PROCESSING, JobStatus.CANCELLED),
    JobStatus.COMPLETED: (),
    JobStatus.CANCELLED: (),
}


class RunStatus(StrEnum):
    """What is known about a run in the store; a run whose results are stored is DONE."""

    QUEUED = "QUEUED"
    NOT_STARTED = "NOT_STARTED"
    RUNNING = "RUNNING"
    ERROR = "ERROR"
    DONE = "DONE"


class ArtifactKind(StrEnum):
    """The five kinds of objects of a job."""

    JOB_CONFIG = "job_config"
    JOB_INPUT = "job_input"
    RUN_CONFIG = "run_config"
    RUN_RESULTS = "run_results"
    RUN_LOGS = "run_logs"

    @property
    def of_run(self) -> bool:
        """Whether artifacts of this kind belong to one run."""
        return self.value.startswith("run_")


@dataclass(frozen=True)
class Job:
    """What one results root belongs to. `created_at` is UTC in whole seconds, read from the claim.

    `owner` (a user's name) and `host` are those of the claim, empty when it does not tell.
    """

    id: int
    name: str
    created_at: datetime
    status: JobStatus = JobStatus.CREATED
    tags: tuple[str, ...] = ()
    owner: str = ""
    host: str = ""

    def __post_init__(self) -> None:
        check_id(self.id, "Job id")
        check_moment(self.created_at)


@dataclass(frozen=True)
class Run:
    """One run of a job; `run_id` is unique within its job only. `directory` as of its manifest.

    Unmanaged results make it DONE, too, but nobody knows when they were uploaded. It is an ERROR when
    a manifest tells of results that are not in the store any more.
    """

    job_id: int
    run_id: int
    status: RunStatus = RunStatus.NOT_STARTED
    results_url: str = ""
    results_uploaded_at: datetime | None = None
    directory: str = ""

    def __post_init__(self) -> None:
        check_id(self.job_id, "Job id")
        check_id(self.run_id, "Run id")

    @property
    def stored(self) -> bool:
        """Whether a manifest says that its results are stored."""
        return self.status is RunStatus.DONE and self.results_uploaded_at is not None


@dataclass(frozen=True)
class Artifact:
    """One stored object of a job. `managed` is False when no manifest or record of ours knows it.

    `size` in bytes as stored; `sha256` and `content_id` in lower-case hex, empty when unknown;
    `version` 0 for kinds without versions and for unmanaged objects. `host`, `app_version` and `tags`
    (of the job and of the batch job, at that time) are those of its manifest, where the kind has one. `beside` is where it is
    below its job (`2025/10/23/220005/run_6_config.json`) when another one of its run and kind is the
    current one; so only other tools store them. It is not `verified` where whoever stored it could not
    read it back. `directory` is that of the run below its results root, and `left_out` in lines what of it is
    not stored, where its manifest tells.
    """

    job_id: int
    kind: ArtifactKind
    key: str
    size: int
    run_id: int | None = None
    version: int = 0
    sha256: str = ""
    content_id: str = ""
    stored_at: datetime | None = None
    managed: bool = True
    host: str = ""
    app_version: str = ""
    tags: tuple[str, ...] = ()
    beside: str = ""
    verified: bool = True
    directory: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def current(self) -> bool:
        """Whether it is of those that its run, or its job, has of this kind now."""
        return not self.beside

    @property
    def is_current_results(self) -> bool:
        """Whether it is of the results that its run has now, in whatever version."""
        return self.current and self.kind is ArtifactKind.RUN_RESULTS

    @property
    def is_version(self) -> bool:
        """Whether it is a version of a run's results: a manifest of ours says what is in it."""
        return self.managed and self.kind is ArtifactKind.RUN_RESULTS


@dataclass(frozen=True)
class Manifest:
    """Commits one version of a run's results; immutable once stored.

    `raw_bytes` is the sum of the members' sizes, `stored_bytes` the size of the ZIP at `key`. `tags`
    are those of the job when the version was made, then those of the batch job that made it. What could
    not be read back then is not `verified`. `left_out` tells in lines what of the run is not stored.
    `directory` is the name that the run has below its results root, printable and redacted; empty where
    that was not written down.
    """

    job_id: int
    run_id: int
    version: int
    key: str
    content_id: str
    sha256: str
    write_token: str
    files: int
    raw_bytes: int
    stored_bytes: int
    stored_at: datetime
    encoder: str
    host: str = ""
    app_version: str = ""
    etag: str = ""
    tags: tuple[str, ...] = ()
    verified: bool = True
    left_out: tuple[str, ...] = ()
    directory: str = ""


def whole_seconds(moment: datetime) -> datetime:
    """`moment` in UTC without microseconds; naive datetimes are refused, never guessed."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without time zone cannot be placed in time")
    return moment.astimezone(UTC).replace(microsecond=0)


def check_moment(moment: datetime) -> datetime:
    """`whole_seconds(moment)`, if anything can have been stored then; raises ValueError otherwise.

    Years that take fewer than four digits, or leave no room for time zones, have no place in a key.
    """
    if moment.tzinfo is not None and not _EARLIEST <= moment < _LATEST:
        raise ValueError(f"nothing was stored in the year {moment.year}")
    return whole_seconds(moment)
