"""Downloads of what is archived: a restore is offered, and waited for where that is wanted."""

from collections.abc import Callable, Iterable

import click

from core.care.restore_artifact import RestoreArtifact
from core.download.download_request import DownloadRequest
from core.download.wanted import Downloaded, Fetch
from core.errors import ObjectArchivedError, ObjectRestoringError
from core.model import Artifact
from core.ports.object_store import RestoreTier
from core.progress import Progress
from core.queue.restore_looks import RestoreLooks
from core.transfer_view import Phase
from tui.commands.restore import DAYS
from tui.output import has_terminal, note


class PatientFetch:
    """A `Fetch` that, with `wait`, looks again until what is being restored can be read."""

    def __init__(
        self,
        fetch: Fetch,
        artifacts: Iterable[Artifact],
        restore: Callable[[], RestoreArtifact],
        looks: RestoreLooks,
        *,
        wait: bool,
    ) -> None:
        """`artifacts` are those that requests are for."""
        self._fetch = fetch
        self._artifacts = {artifact.key: artifact for artifact in artifacts}
        self._restore = restore
        self._looks = looks
        self._wait = wait

    def __call__(self, request: DownloadRequest, progress: Progress) -> Downloaded:
        """Raises what the other one raises; ObjectRestoringError only where it does not wait."""
        looks = 0
        while True:
            try:
                return self._fetch(request, progress)
            except ObjectRestoringError:
                if not self._wait:
                    raise
                looks += 1
                progress.begin(Phase.RESTORING)
                progress.wait(self._looks(looks))

    def offer(self, error: ObjectArchivedError, request: DownloadRequest) -> bool:
        """Whether a restore is asked for now: only a person can say so, for it costs money."""
        if isinstance(error, ObjectRestoringError) or not has_terminal():
            return False
        note(error.what)
        question = f"Ask for it to be restored (hours, then readable for {DAYS} days)?"
        if not click.confirm(question, default=False, err=True):
            return False
        self._restore()(self._artifacts[request.source], RestoreTier.STANDARD, DAYS)
        return True
