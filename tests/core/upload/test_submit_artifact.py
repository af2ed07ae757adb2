"""Configurations, inputs and logs that the user names."""

import pytest

from core.errors import (
    ConflictError,
    InvalidArtifactError,
    JobNotFoundError,
    ResultsPackagingError,
    ResultsStorageError,
    RunFerryError,
    SourceChangedError,
    StoreConnectionError,
)
from core.model import Artifact, ArtifactKind, Run, RunStatus
from core.progress import Progress
from core.stored.job_s3_prefix import JobS3Prefix
from core.upload.find_submission import MAX_CONFIG_BYTES, FindSubmission, SubmittedFiles
from core.upload.new_object import CommitObjects
from core.upload.store_content import Stored
from core.upload.store_unversioned import StoreUnversioned
from core.upload.submit_artifact import SubmitArtifact
from core.upload.upload_request import ArtifactUpload
from core.upload.upload_result import UploadOutcome
from tests.core.bench import Bench
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.source_files import MemoryFiles, TrustingReader

PREFIX = "jobs/1/2026/11/20/140731/"
JOB_CONFIG = ArtifactUpload(ArtifactKind.JOB_CONFIG)
JOB_INPUT = ArtifactUpload(ArtifactKind.JOB_INPUT)
RUN_CONFIG = ArtifactUpload(ArtifactKind.RUN_CONFIG, 4)
RUN_LOGS = ArtifactUpload(ArtifactKind.RUN_LOGS, 4)


class Desk(Bench):
    """A workstation with a job and some files to submit."""

    def __init__(self, store: FakeObjectStore | None = None) -> None:
        super().__init__(store=store)
        self.contents["/in"] = {"model.fred": b"model", "params": b"beta = 1"}
        self.contents.beside["/w"] = {
            "job.json": b'{"days": 3}',
            "input.ZIP": b"PK zipped",
            "run.log": b"FRED started",
            "broken.json": b'{"days": \n3,,}',
            "latin.json": b'"\xe9"',
            "deep.json": b"[" * 100_000,
            "large.json": b" " * MAX_CONFIG_BYTES + b"1",
            "fake.zip": b"no zip",
        }
        self.files = MemoryFiles(self.contents.beside)
        self.submit_artifact = SubmitArtifact(
            get_job=self.get_job,
            find_submission=FindSubmission(
                scanner=self.scanner,
                folders=self.folders,
                submitted_files=SubmittedFiles(self.files, TrustingReader()),
                packager=self.packager,
            ),
            store_unversioned=StoreUnversioned(
                self.store_content, self.store, CommitObjects(self.catalog, self.clock)
            ),
            catalog=self.catalog,
        )

    def submit(
        self, upload: ArtifactUpload, path: str, *, replace: bool = False
    ) -> Stored[Artifact]:
        self.progress = Progress()
        return self.submit_artifact(1, upload, path, self.progress, replace=replace)

    def fails(
        self,
        error: type[RunFerryError],
        upload: ArtifactUpload,
        path: str,
        *,
        replace: bool = False,
    ) -> RunFerryError:
        before = list(self.store.list(""))
        with pytest.raises(error) as caught:
            self.submit(upload, path, replace=replace)
        assert list(self.store.list("")) == before
        return caught.value


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.register_job("flu")
    return desk


@pytest.mark.parametrize(
    ("upload", "path", "name", "content"),
    [
        (JOB_CONFIG, "/w/job.json", "job_config.json", b'{"days": 3}'),
        (JOB_INPUT, "/w/input.ZIP", "job_input.zip", b"PK zipped"),
        (JOB_INPUT, "/in", "job_input.zip", b"/model.fred\nmodel/params\nbeta = 1"),
        (RUN_CONFIG, "/w/job.json", "run_4_config.json", b'{"days": 3}'),
        (RUN_LOGS, "/w/run.log", "run_4_logs.zip", b"/run.log\nFRED started"),
        (RUN_LOGS, "/w/input.ZIP", "run_4_logs.zip", b"PK zipped"),
        (RUN_LOGS, "/in", "run_4_logs.zip", b"/model.fred\nmodel/params\nbeta = 1"),
    ],
)
def test_what_is_stored(
    desk: Desk, upload: ArtifactUpload, path: str, name: str, content: bytes
) -> None:
    """Below the job's prefix: files as they are, directories and single logs packed."""
    submitted = desk.submit(upload, path)
    stored = submitted.artifact
    assert desk.keys() == [name]
    assert desk.content(stored.key) == content
    assert (submitted.outcome, submitted.url) == ("uploaded", f"s3://fake/{PREFIX}{name}")
    assert (stored.kind, stored.run_id, stored.size) == (upload.kind, upload.run_id, len(content))
    assert stored.managed
    assert desk.progress.counts()[0] == desk.progress.total > 0
    assert desk.journal.intents(1, upload.run_id) == []


@pytest.mark.parametrize("upload", [JOB_CONFIG, RUN_CONFIG])
def test_rows(desk: Desk, upload: ArtifactUpload) -> None:
    """Written along the way or read from the store, the catalog says the same."""
    stored = desk.submit(upload, "/w/job.json").artifact
    assert list(desk.catalog.artifacts(1)) == [stored]
    other = Bench(store=desk.store)
    other.refresh()
    assert other.catalog.artifacts(1) == desk.catalog.artifacts(1)
    assert other.catalog.runs(1) == desk.catalog.runs(1)


def test_a_run_begins_with_its_configuration(desk: Desk) -> None:
    """It is known from then on, and done when its results are stored; never back again."""
    desk.submit(RUN_CONFIG, "/w/job.json")
    assert desk.catalog.run(1, 4) == Run(1, 4, RunStatus.NOT_STARTED)
    done = desk.ferry(job_id=1)
    desk.submit(RUN_LOGS, "/w/run.log")
    desk.refresh()
    run = desk.catalog.run(1, 4)
    assert run
    assert (run.status, run.results_url) == (RunStatus.DONE, done.url)
    assert run.results_uploaded_at == done.manifest.stored_at


def test_same_again(desk: Desk) -> None:
    """Equal content is recognised, also by a machine that knows nothing; nothing is written."""
    desk.submit(JOB_INPUT, "/in")
    before = list(desk.store.list(""))
    assert desk.submit(JOB_INPUT, "/in").outcome is UploadOutcome.UNCHANGED
    again = Desk(desk.store).submit(JOB_INPUT, "/in")
    assert (again.outcome, again.artifact) == ("unchanged", desk.catalog.artifacts(1)[0])
    assert list(desk.store.list("")) == before


def test_other_content(desk: Desk) -> None:
    """Refused, unless the user says that it is to be replaced."""
    desk.submit(JOB_CONFIG, "/w/job.json")
    desk.contents.beside["/w"]["job.json"] = b"[]"
    error = desk.fails(ConflictError, JOB_CONFIG, "/w/job.json")
    assert "other content" in error.what
    assert "--replace" in error.todo
    submitted = desk.submit(JOB_CONFIG, "/w/job.json", replace=True)
    assert submitted.outcome is UploadOutcome.UPLOADED
    assert desk.content(submitted.artifact.key) == b"[]"
    assert list(desk.catalog.artifacts(1)) == [submitted.artifact]


def test_what_another_tool_stored(desk: Desk) -> None:
    """Refused as well, and replaced only when the user says so."""
    desk.store.put(f"{PREFIX}job_config.json", b"theirs")
    error = desk.fails(ConflictError, JOB_CONFIG, "/w/job.json")
    assert "RunFerry did not store" in error.what
    assert desk.submit(JOB_CONFIG, "/w/job.json", replace=True).artifact.managed


def test_replaced_meanwhile(desk: Desk) -> None:
    """What is replaced is what was looked at, and nothing that came after it."""
    desk.submit(JOB_INPUT, "/in")
    desk.contents["/in"]["params"] = b"beta = 2"
    other = Desk(desk.store)
    other.contents["/in"]["params"] = b"beta = 3"
    times = iter(range(9))

    def theirs() -> None:
        if next(times) == 1:
            other.submit(JOB_INPUT, "/in", replace=True)

    desk.packager.while_packing = theirs
    with pytest.raises(ConflictError):
        desk.submit(JOB_INPUT, "/in", replace=True)
    assert b"beta = 3" in desk.content(f"{PREFIX}job_input.zip")


@pytest.mark.parametrize(
    ("upload", "path", "words"),
    [
        (JOB_CONFIG, "/w/broken.json", "is not JSON: line 2, column 3"),
        (JOB_CONFIG, "/w/latin.json", "is not JSON"),
        (RUN_CONFIG, "/w/deep.json", "is not JSON"),
        (RUN_CONFIG, "/w/large.json", "has 4,194,305 bytes"),
        (JOB_CONFIG, "/in", "cannot be read"),
        (JOB_CONFIG, "/w/nothing.json", "cannot be read"),
        (JOB_INPUT, "/w/run.log", "is not a ZIP"),
        (JOB_INPUT, "/w/fake.zip", "is not a ZIP"),
        (RUN_LOGS, "/w/fake.zip", "is not a ZIP"),
        (RUN_LOGS, "/w/nothing.log", "cannot be read"),
        (JOB_INPUT, "/empty", "is empty"),
    ],
)
def test_what_cannot_be_submitted(
    desk: Desk, upload: ArtifactUpload, path: str, words: str
) -> None:
    """Found out before anything is sent; the file's content is in no message."""
    desk.contents["/empty"] = {}
    error = desk.fails(InvalidArtifactError, upload, path)
    assert words in error.what
    assert "days" not in str(error)
    assert error.exit_code == 2


def test_directories_that_cannot_be_packed(desk: Desk) -> None:
    """Unreadable ones, and ones with something odd in them."""
    desk.contents["/in"]["odd"] = b""
    desk.fails(ResultsPackagingError, JOB_INPUT, "/in")
    desk.scanner.problems = ("sub: Permission denied",)
    assert "sub: Permission denied" in desk.fails(InvalidArtifactError, JOB_INPUT, "/in").what


def test_file_that_changes(desk: Desk) -> None:
    """What was sent must be what the metadata says; the next try goes well."""
    line = iter(range(9))

    def grow() -> None:
        desk.contents.beside["/w"]["job.json"] = b"%d" % next(line)

    desk.files.while_reading = grow
    assert desk.fails(SourceChangedError, JOB_CONFIG, "/w/job.json").retryable
    desk.files.while_reading = lambda: None
    assert desk.submit(JOB_CONFIG, "/w/job.json").outcome is UploadOutcome.UPLOADED


def test_lost_reply(desk: Desk) -> None:
    """What was stored without our knowing is adopted, and no claim on an id is touched by it."""
    desk.store.fail_next("complete", StoreConnectionError("Gone."), after=True)
    with pytest.raises(ResultsStorageError):
        desk.submit(JOB_CONFIG, "/w/job.json")
    desk.store.fail_next("read", StoreConnectionError("It is no claim: nobody looks into it."))
    assert desk.register_job("other").id == 2
    assert len(desk.journal.intents(1, None)) == 1
    assert desk.submit(JOB_CONFIG, "/w/job.json").outcome is UploadOutcome.UNCHANGED
    assert desk.journal.intents(1, None) == []


def test_no_such_job(desk: Desk) -> None:
    """The job comes first: its moment is in the key."""
    desk.contents.beside["/w"].clear()
    with pytest.raises(JobNotFoundError):
        desk.submit_artifact(9, JOB_CONFIG, "/w/job.json", Progress())


def test_results_are_not_submitted(desk: Desk) -> None:
    """They have versions, and a use case of their own."""
    with pytest.raises(ValueError, match="versions"):
        desk.submit(ArtifactUpload(ArtifactKind.RUN_RESULTS, 4), "/in")


def test_one_prefix(desk: Desk) -> None:
    """Whatever is stored whenever: one LIST finds all of it."""
    for upload, path in (
        (JOB_CONFIG, "/w/job.json"), (JOB_INPUT, "/in"), (RUN_CONFIG, "/w/job.json"),
        (RUN_LOGS, "/w/run.log"),
    ):  # fmt: skip
        desk.clock.advance(86_400)
        desk.submit(upload, path)
    desk.clock.advance(86_400)
    desk.ferry(job_id=1)
    prefix = JobS3Prefix.from_job(desk.get_job(1))
    found = [stored.key.removeprefix(PREFIX) for stored in desk.store.list(str(prefix))]
    assert found == [
        "job_config.json", "job_input.zip", "run_4_config.json", "run_4_logs.zip",
        "run_4_results.v0001.json", "run_4_results.zip",
    ]  # fmt: skip


class TestFilesBesideTheRun:
    """`upload --sidecars` stores logs under the same key."""

    def test_submitted_logs_stay(self, desk: Desk) -> None:
        """What the user named is not replaced unasked; the results are stored, and it is said."""
        key = desk.submit(RUN_LOGS, "/w/run.log").artifact.key
        result = desk.ferry(job_id=1, sidecars=True)
        assert (result.outcome, result.logs) == (UploadOutcome.UPLOADED, UploadOutcome.KEPT)
        assert result.describe() == "uploaded, kept the submitted logs"
        assert desk.content(key) == b"/run.log\nFRED started"

    def test_submitted_instead(self, desk: Desk) -> None:
        """Logs that the user put in the place of those files are submitted ones from then on."""
        desk.ferry(job_id=1, sidecars=True)
        key = desk.submit(RUN_LOGS, "/w/run.log", replace=True).artifact.key
        assert desk.ferry(job_id=1, sidecars=True).logs is UploadOutcome.KEPT
        assert desk.content(key) == b"/run.log\nFRED started"
