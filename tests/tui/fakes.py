"""An upload that goes as far as a test wants."""

import threading
from dataclasses import dataclass, field

from core.events import Phase
from core.model import Manifest, run_number
from core.progress import Progress
from core.transfer_queue import UploadRequest
from core.upload_result import UploadOutcome, UploadResult
from tests.builders import NOON

_PATIENCE = 30.0


@dataclass
class Script:
    """How the upload of one source goes: `done` of `total` bytes are sent, then it waits."""

    done: int = 0
    total: int = 100
    phase: Phase = Phase.SENDING
    error: Exception | None = None
    progress: Progress | None = None
    go_on: threading.Event = field(default_factory=threading.Event)
    waiting: threading.Event = field(default_factory=threading.Event)

    def read(self, count: int) -> None:
        """So many bytes more; only while it is waiting."""
        assert self.progress
        self.done += count
        self.progress.set_packed(self.done, self.done)
        self.progress.add_sent(count)


class ScriptedFerry:
    """A Ferry that follows scripts; a source without one is uploaded at once."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}

    def __call__(self, request: UploadRequest, progress: Progress) -> UploadResult:
        script = self.scripts.get(request.source)
        if script:
            self._follow(script, progress)
        return _uploaded(request)

    def hold(self, source: str, *, done: int, total: int, phase: Phase = Phase.SENDING) -> Script:
        """The next upload of `source` stops there until the script's `go_on` is set."""
        self.scripts[source] = Script(done, total, phase)
        return self.scripts[source]

    def fail(self, source: str, error: Exception) -> None:
        """Uploads of `source` fail until another script replaces this one."""
        self.scripts[source] = Script(error=error)

    def release(self) -> None:
        """Lets everything go on."""
        for script in self.scripts.values():
            script.go_on.set()

    def _follow(self, script: Script, progress: Progress) -> None:
        if script.error:
            raise script.error
        script.progress = progress
        progress.begin(Phase.SENDING, script.total)
        progress.add_read(script.done)
        progress.set_packed(script.done, script.done)
        progress.add_sent(script.done)
        progress.begin(script.phase)
        script.waiting.set()
        script.go_on.wait(_PATIENCE)
        progress.check_cancelled()


def _uploaded(request: UploadRequest) -> UploadResult:
    run_id = run_number(request.source.rpartition("/")[2]) or 1
    manifest = Manifest(
        request.job_id or 12,
        run_id,
        version=1,
        key=f"jobs/12/2026/11/20/120000/run_{run_id}_results.zip",
        content_id="",
        sha256="",
        write_token="",
        files=204,
        raw_bytes=811 << 20,
        stored_bytes=203 << 20,
        stored_at=NOON,
        encoder="",
    )
    return UploadResult(UploadOutcome.UPLOADED, manifest, "")
