"""Which tags of a job the objects of it do not get."""

from collections.abc import Callable, Sequence

from core.printable import printable
from tui.output import note
from tui.wording.formatting import plural


class LeftOutTags:
    """Says it, once for each job. `find` is `Session.left_out_tags`."""

    def __init__(self, find: Callable[[Sequence[str]], Sequence[str]]) -> None:
        self._find = find
        self._told: set[int] = set()

    def __call__(self, job_id: int, tags: Sequence[str]) -> None:
        """`tags` are those of the job."""
        if job_id in self._told or not (left := self._find(tags)):
            return
        self._told.add(job_id)
        listed = ", ".join(map(printable, left))
        note(
            f"Objects of job {job_id} are stored without {plural(len(left), 'tag')} of it, which "
            f"S3 does not take or has no room for: {listed}"
        )
