"""Everything that RunFerry raises on purpose.

RunFerryError
├── InvalidIdError                      an id that is not a positive decimal number
├── InvalidNameError                    a name that says nothing, or cannot be seen
├── SettingsError                       settings file, environment or flag
├── StateError                          the state directory or its databases cannot be used
├── CatalogError                        the cache; disposable, so never fatal for stored data
├── JobNotFoundError
├── OtherJobError                       a results root belongs to a job of another name
├── RunNotFoundError
├── ArtifactNotFoundError
├── ConflictError                       somebody else's object, version or id is in the way
│   └── OtherRunError                   … the run of that id is another directory's: the next id is free
├── UnprovenRunError                    not all of a local run is provably in the store: it stays
├── CleanUpError                        a local run was not moved, or not deleted as a whole
├── NotifyError                         the program of [notify] did not start, failed, or did not end
├── InvalidArtifactError                a file that cannot be what it was submitted as
├── ResultsUploadError
│   ├── InvalidResultsDirectoryError    nothing there that could be uploaded
│   ├── ResultsPackagingError           the source could not be read as a whole
│   │   └── SourceChangedError          … because it changed while it was packed
│   ├── ResultsStorageError             the store refused or could not be reached
│   └── ResultsMetadataError            content stored, record missing: carries `orphaned_s3_url`
├── DownloadError
│   ├── ContentDiffersError             the object is not what its record says
│   ├── GarbledError                    the connection changes bytes
│   ├── NameTakenError                  something of that name is there already
│   ├── NameRefusedError                no file here can have that name
│   └── UnsafeArchiveError              a ZIP with entries that must not be extracted
│       ├── LooseArchiveError           … where only RUN directories are expected
│       └── LargeArchiveError           … unless the user says so: it becomes very large
├── TransferCancelledError              the user asked for it
│   └── TransferStoppedError            … for now: it goes on at the next start
└── StoreError                          what an ObjectStore raises
    ├── StoreConnectionError            no answer; a retry may help
    ├── StoreEndpointError              no way to the store: address, certificate or proxy are wrong
    ├── StoreThrottledError             asked to slow down; a retry will help
    ├── StoreCredentialsError           who we are was not accepted
    ├── StoreAccessDeniedError          who we are may not do this
    ├── StoreClockError                 this machine's clock is wrong
    ├── BucketNotFoundError
    ├── ObjectNotFoundError
    ├── ObjectArchivedError             it has to be restored before it can be read
    │   └── ObjectRestoringError        … and somebody has asked for that
    ├── PreconditionFailedError         If-Match / If-None-Match did not hold
    └── UploadGoneError                 the multipart upload no longer exists
"""

from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

from core.redaction import redact

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_CONNECTION = 3
EXIT_INTERRUPTED = 130
READ_ONLY = "This RunFerry is read-only"


class RunFerryError(Exception):
    """Base of all errors. Its texts have crossed the redactor when it exists.

    Attributes:
        what: What happened, one sentence.
        kept: What is safe, or empty.
        todo: What the user can do, or empty.
        retryable: Whether the same action may succeed later without a change by the user.
        exit_code: Of the command line (design: 1 failed, 2 usage or settings, 3 connection).
        answered: Whether a store said so itself, so that it can be reached.
        cause: The name of the class of what is behind it, where that is another one.
    """

    retryable: bool = False
    exit_code: int = EXIT_FAILED
    answered: bool = False
    cause: str = ""
    default_todo: ClassVar[str] = ""

    def __init__(self, what: str, *, kept: str = "", todo: str = "") -> None:
        self.what = redact(what)
        self.kept = redact(kept)
        self.todo = redact(todo or self.default_todo)
        super().__init__(self.what)

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.kept, self.todo) if part)

    @property
    def offline(self) -> bool:
        """Whether it may heal by itself: no answer of the store, or one that says "not now"."""
        return self.retryable and self.exit_code == EXIT_CONNECTION

    @property
    def unreachable(self) -> bool:
        """Whether there was no answer at all: it may go on when there is one."""
        return self.offline and not self.answered


E = TypeVar("E", bound="RunFerryError")


def read_only_error(kind: type[E]) -> E:
    """For whoever raises it where nothing may be changed."""
    return kind(
        f"{READ_ONLY}: nothing is changed from here.",
        kept="Everything is as it was.",
        todo="Open RunFerry without --read-only to change something.",
    )


def _named(error: RunFerryError) -> str:
    """The class of the tree above: what others derive from it says no more to a user."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == __name__)


class InvalidIdError(RunFerryError):
    """A job or run id that is not a positive decimal number."""

    exit_code = EXIT_USAGE


class InvalidNameError(RunFerryError):
    """A name or tag of a job that is blank, too long, or cannot be printed as it is."""

    exit_code = EXIT_USAGE


class SettingsError(RunFerryError):
    """A setting that cannot be used; names the file and the line, never the line's text."""

    exit_code = EXIT_USAGE


class StateError(RunFerryError):
    """The state directory cannot be created, read or written."""

    exit_code = EXIT_USAGE


class CatalogError(RunFerryError):
    """The catalog could not be read or written. It is a cache: stored data is not affected."""


class JobNotFoundError(RunFerryError):
    """No job has this id."""


class OtherJobError(RunFerryError):
    """A job was asked for by name, and the results root belongs to one that is called otherwise."""

    exit_code = EXIT_USAGE


class RunNotFoundError(RunFerryError):
    """The job has no run with this id."""


class ArtifactNotFoundError(RunFerryError):
    """Nothing of this kind is stored for the job or run."""


class ConflictError(RunFerryError):
    """Something that is not ours is where we would have to write."""


class OtherRunError(ConflictError):
    """A run of that id was stored from a directory with another name: it is not the same run."""


class UnprovenRunError(RunFerryError):
    """Not all that a run of this machine holds is provably in the store now: it was not touched."""


class CleanUpError(RunFerryError):
    """A directory of this machine was not moved, or not deleted as a whole."""


class NotifyError(RunFerryError):
    """The user's program for notifications did not start, failed, or did not end."""


class InvalidArtifactError(RunFerryError):
    """What was submitted cannot be an artifact of that kind; nothing was stored."""

    exit_code = EXIT_USAGE


class ResultsUploadError(RunFerryError):
    """A run could not be uploaded."""


class InvalidResultsDirectoryError(ResultsUploadError):
    """The path is not a RUN directory and does not directly contain one."""

    exit_code = EXIT_USAGE


class ResultsPackagingError(ResultsUploadError):
    """A file of the run could not be read; nothing incomplete was stored."""


class SourceChangedError(ResultsPackagingError):
    """A file of the run changed while it was packed; nothing mixed was stored."""

    retryable = True


class ResultsStorageError(ResultsUploadError):
    """The store refused the upload; takes over the attributes of its cause."""

    @classmethod
    def because(cls, cause: "StoreError", *, kept: str) -> "ResultsStorageError":
        """The upload's view of a store error."""
        error = cls(cause.what, kept=kept, todo=cause.todo)
        error.retryable = cause.retryable
        error.exit_code = cause.exit_code
        error.answered = cause.answered
        error.cause = _named(cause)
        return error


class ResultsMetadataError(ResultsUploadError):
    """The content is stored but its record is not; takes over `exit_code` of a lost connection.

    Attributes:
        orphaned_s3_url: Where the content is; recorded as an orphan, adopted by the next upload.
    """

    retryable = True

    def __init__(self, what: str, *, orphaned_s3_url: str, kept: str = "", todo: str = "") -> None:
        super().__init__(what, kept=kept, todo=todo)
        self.orphaned_s3_url = redact(orphaned_s3_url)


class DownloadError(RunFerryError):
    """A download could not be finished; the target file was not touched."""


class ContentDiffersError(DownloadError):
    """The object is not what its record says: it was replaced, or is damaged."""


class GarbledError(DownloadError):
    """What arrives is not what the store holds; nothing speaks against the object itself."""

    retryable = True


class NameTakenError(DownloadError):
    """What the ZIP holds has the name of something that is there; nothing was extracted."""


class NameRefusedError(DownloadError):
    """No file of this machine can have that name; nothing was written."""


class UnsafeArchiveError(DownloadError):
    """The ZIP holds an entry that must not be extracted; nothing was extracted."""


class LooseArchiveError(UnsafeArchiveError):
    """Not all that the ZIP holds is in RUN directories; nothing was extracted."""


class LargeArchiveError(UnsafeArchiveError):
    """The ZIP would take far more room than itself; nothing was extracted."""


class TransferCancelledError(RunFerryError):
    """The transfer was cancelled by the user."""


class TransferStoppedError(TransferCancelledError):
    """The transfer was stopped and is to be gone on with: what was sent is kept."""


class StoreError(RunFerryError):
    """The object store did not do what was asked."""


class StoreConnectionError(StoreError):
    """The store did not answer, or the connection broke."""

    retryable = True
    exit_code = EXIT_CONNECTION


class StoreEndpointError(StoreError):
    """The way to the store is set up wrongly: its address, its certificate, or a proxy."""

    exit_code = EXIT_USAGE


class StoreThrottledError(StoreError):
    """The store asked to slow down or is overloaded."""

    retryable = True
    exit_code = EXIT_CONNECTION


class StoreCredentialsError(StoreError):
    """Missing, unknown, wrong or expired credentials."""

    exit_code = EXIT_USAGE


class StoreAccessDeniedError(StoreError):
    """The credentials are good but do not allow this operation."""


class StoreClockError(StoreError):
    """The difference between this machine's clock and the store's is too large for signing."""


class BucketNotFoundError(StoreError):
    """The bucket (or the local store's directory) does not exist."""

    exit_code = EXIT_USAGE


class ObjectNotFoundError(StoreError):
    """No object has this key."""


class ObjectArchivedError(StoreError):
    """The object is in a storage class that is not read before somebody asked for it."""


class ObjectRestoringError(ObjectArchivedError):
    """The store is making a copy that can be read: minutes to two days later the same works."""

    exit_code = EXIT_CONNECTION


class PreconditionFailedError(StoreError):
    """The object exists already, or is not the version that was expected."""


class UploadGoneError(StoreError):
    """The multipart upload was completed or aborted by somebody."""


def in_words(error: Exception) -> str:
    """What to tell of an error that may be a bug; redacted."""
    if isinstance(error, RunFerryError):
        return str(error)
    return f"Unexpected {type(error).__name__}: {redact(str(error))}"


@dataclass(frozen=True)
class Failure:
    """A redacted error as it is shown and stored: what happened, what was kept, what to do.

    `exit_code` is that of the command line; `answered` as of the error, whose class is called `cause`:
    the queue does not keep it.
    """

    what: str
    kept: str = ""
    todo: str = ""
    retryable: bool = False
    exit_code: int = 1
    answered: bool = False
    cause: str = field(default="", compare=False)

    @classmethod
    def of(cls, error: RunFerryError) -> "Failure":
        """As the error says."""
        return cls(
            error.what,
            error.kept,
            error.todo,
            error.retryable,
            error.exit_code,
            error.answered,
            error.cause or _named(error),
        )

    @property
    def offline(self) -> bool:
        """Whether it may heal by itself, and goes on by itself then."""
        return self.retryable and self.exit_code == EXIT_CONNECTION

    @property
    def unreachable(self) -> bool:
        """Whether the store did not answer: it goes on when that does."""
        return self.offline and not self.answered
