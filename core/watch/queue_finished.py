"""Have finished runs uploaded by themselves."""

from collections.abc import Iterable, Mapping

from core.watch.auto_upload import AutoUpload
from core.watch.run_memory import RunMemory
from core.watch.stored_fingerprints import StoredFingerprints
from core.watch.watched_run import WatchedRun


class QueueFinished:
    """What was deleted from the store on purpose does not come back by itself."""

    def __init__(
        self, auto_upload: AutoUpload, stored: StoredFingerprints, memory: RunMemory
    ) -> None:
        self._auto_upload = auto_upload
        self._stored = stored
        self._memory = memory

    def __call__(self, runs: Iterable[WatchedRun]) -> float:
        """Queues those that are to be; returns when to ask again, in seconds."""
        waiting = self._waiting(runs)
        queued, again_in = self._auto_upload.consider([run.view for run in waiting.values()])
        for view in queued:
            run = waiting[view.path]
            run.submitted = view.fingerprint
            self._memory.changed(run, at_once=True)
        return again_in

    def _waiting(self, runs: Iterable[WatchedRun]) -> Mapping[str, WatchedRun]:
        return {run.path: run for run in runs if self._awaits_upload(run)}

    def _awaits_upload(self, run: WatchedRun) -> bool:
        return run.awaits_upload and not self._stored.was_deleted(run.path)
