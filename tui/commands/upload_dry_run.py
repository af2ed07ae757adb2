"""`runferry upload --dry-run`: what would be uploaded, where, and what would not."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.errors import (
    EXIT_FAILED,
    EXIT_OK,
    InvalidResultsDirectoryError,
    ResultsPackagingError,
)
from core.finish.run_state import RunState
from core.printable import printable
from core.source.scan_tree import ScannedRun
from core.upload.foresee_upload import Foreseen, ForeseenUpload
from core.upload.upload_request import UploadRequest
from tui.composition.session import Session
from tui.output import complain, emit, note, say
from tui.wording.formatting import plural, size
from tui.wording.titles import own_name

_WORDS = {
    Foreseen.UPLOAD: "would be uploaded",
    Foreseen.NEW_VERSION: "would be uploaded as its next version",
    Foreseen.NOTHING: "is stored as it is: nothing to upload",
}


class UploadDryRun:
    """Tells of each run; nothing is written, neither here nor in the store, which is not asked."""

    def __init__(self, session: Session, *, as_json: bool) -> None:
        self._session = session
        self._as_json = as_json
        self._would = list[ForeseenUpload]()

    def __call__(self, path: str, asked: UploadRequest, directories: Sequence[str]) -> int:
        """The exit code of the upload, were the store to take everything; of one run raises what that would."""
        requests = [replace(asked, source=directory) for directory in directories]
        tell = self._tell if len(requests) == 1 else self._told
        refused = len(requests) - sum(map(tell, requests))
        for missed in self._session.trees.near_misses(path):
            self._say_missed(missed)
        for line in () if self._as_json else self._summary(len(requests)):
            say(line)
        if refused:
            note(f"{refused} of {plural(len(requests), 'run')} would not be stored.")
        return EXIT_FAILED if refused else EXIT_OK

    def _told(self, request: UploadRequest) -> bool:
        try:
            return self._tell(request)
        except (InvalidResultsDirectoryError, ResultsPackagingError) as error:
            if self._as_json:
                emit({"path": request.source, "would": "refuse", "why": error.what})
            complain(error)
            return False

    def _tell(self, request: UploadRequest) -> bool:
        foreseen = self._session.foreseeing.foresee_upload(request)
        run = self._session.trees.scan_tree.look_at(request.source)
        if foreseen.outcome is not Foreseen.NOTHING:
            self._would.append(foreseen)
        if self._as_json:
            emit(_record(request.source, foreseen, run))
            return True
        for line in _lines(self._session.trees.name_of(request.source), foreseen, run):
            say(line)
        return True

    def _say_missed(self, path: str) -> None:
        why = "it is only nearly called as runs of this kind are"
        if self._as_json:
            emit({"path": path, "would": "leave", "why": why})
        else:
            say(f"{printable(path)} is not taken for a run: {why}")

    def _summary(self, count: int) -> Iterator[str]:
        to = dict.fromkeys(_job(each) for each in self._would)
        together = size(sum(each.bytes for each in self._would))
        where = self._session.foreseeing.location
        if to:
            goes = f"{len(self._would)} of {plural(count, 'run')}, {together}"
            yield f"{goes}, to {' and '.join(to)} in {printable(where)}."
        else:
            yield f"Nothing of {plural(count, 'run')} would be sent to {printable(where)}."
        yield "Nothing was written. The store was not asked: what it holds may be found and not sent again."


def _record(path: str, foreseen: ForeseenUpload, run: ScannedRun) -> dict[str, object]:
    job = {"job_id": foreseen.job_id} if foreseen.job_id else {"new_job": foreseen.new_job}
    record: dict[str, object] = {
        "path": path,
        "would": foreseen.outcome.value,
        **job,
        "run_id": foreseen.run_id,
        "state": run.state.value,
        "reason": run.reason,
        "files": foreseen.files,
        "bytes": foreseen.bytes,
    }
    return record | ({"left_out": [*foreseen.left_out]} if foreseen.left_out else {})


def _lines(name: str, foreseen: ForeseenUpload, run: ScannedRun) -> Iterator[str]:
    own = own_name(foreseen.run_id, name)
    which = f"{printable(own)} is run {foreseen.run_id}" if own else f"run {foreseen.run_id}"
    extent = f"{plural(foreseen.files, 'file')}, {foreseen.bytes:,} B"
    early = "" if run.state is RunState.DONE else f", as it is now: {run.reason}"
    late = "" if foreseen.outcome is Foreseen.NOTHING else early
    yield f"{which}: {_WORDS[foreseen.outcome]} ({run.state.value}, {extent}){late}"
    for line in foreseen.left_out:
        yield f"  not stored: {line}"


def _job(foreseen: ForeseenUpload) -> str:
    if foreseen.job_id:
        return f"job {foreseen.job_id}"
    return f'a new job "{printable(foreseen.new_job)}"'
