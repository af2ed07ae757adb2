"""Free the room that a run takes here, when all of it is in the store."""

from core.care.runs_at_rest import RunsAtRest
from core.clean.in_store import InStore
from core.clean.proven import Proven
from core.clean.put_aside import PutAside
from core.errors import RunFerryError
from core.ports.journal.cleanings import Cleaning

_UNTOUCHED = "Nothing of it was touched."
_BACK = "It is where it was, as it was."


class CleanRun:
    """What was proven is looked at again where nobody finds it any more, and goes then.

    Killed anywhere, the run is there as a whole, or gone, or on its way out as is noted.
    """

    def __init__(self, at_rest: RunsAtRest, in_store: InStore, put_aside: PutAside) -> None:
        self._at_rest = at_rest
        self._in_store = in_store
        self._put_aside = put_aside

    def __call__(self, proven: Proven, target: str = "") -> None:
        """Deletes it, or moves it to `target`, an absolute path on the same file system.

        Raises ConflictError while it is stored, UnprovenRunError and SourceChangedError when it is not
        what was proven any more, CleanUpError, StoreError, StateError: what was kept they say.
        """
        stored = proven.stored
        with self._at_rest(stored.job_id, stored.run_id, _UNTOUCHED):
            self._check_before(proven, target)
            cleaning = self._put_aside(proven, target)
            self._check_again(proven, cleaning)
            self._put_aside.finish(cleaning)

    def _check_before(self, proven: Proven, target: str) -> None:
        """What has changed meanwhile need not vanish from the tree for a moment."""
        try:
            if target:
                self._put_aside.check_target(proven.path, target)
            self._put_aside.check(proven, proven.path)
            self._in_store.still(proven.stored)
        except RunFerryError as error:
            error.kept = _UNTOUCHED
            raise

    def _check_again(self, proven: Proven, cleaning: Cleaning) -> None:
        try:
            self._put_aside.check(proven, cleaning.aside)
            self._in_store.still(proven.stored)
            self._put_aside.mark_checked(cleaning)
        except BaseException as error:
            self._put_aside.back(cleaning)
            if isinstance(error, RunFerryError):
                error.kept = _BACK
            raise
