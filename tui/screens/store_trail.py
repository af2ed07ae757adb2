"""What is where: three lists of the store, one inside the other, and the one that has the keys."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.model import Job
from tui.screens.store_place import StorePlace

JOBS, RUNS, ARTIFACTS = LEVELS = range(3)


@dataclass(frozen=True)
class StoreTrail:
    """All jobs, the runs of one `job`, what is stored of one `run` of it; `level` has the keys.

    Shown side by side, the lists further in are those of the rows under the cursors; shown one by one,
    those that were opened. `directory` is that of the run, where it is known.
    """

    level: int = JOBS
    job: Job | None = None
    run: str = ""
    directory: str = ""

    @property
    def here(self) -> StorePlace:
        """The list that has the keys."""
        return self.place(self.level) or StorePlace()

    def place(self, level: int) -> StorePlace | None:
        """The list at a level; None where nothing is open."""
        if level == JOBS:
            return StorePlace()
        if self.job is None or (level == ARTIFACTS and not self.run):
            return None
        if level == RUNS:
            return StorePlace(self.job)
        return StorePlace(self.job, self.run, self.directory)

    def on(self, level: int, key: str, job: Job | None, directory: str = "") -> "StoreTrail":
        """The cursor of a list is on a row, of `job` where rows are jobs, else of `directory`: it is what lists further in are of.

        A list with the keys whose row is gone closes.
        """
        if level == ARTIFACTS:
            return self
        opened, here = self._opened(level, key, job, directory), self.place(self.level)
        stays = here is None or here.is_same(opened.place(self.level))
        return opened if stays else replace(opened, level=min(level, self.level))

    def inside(self) -> "StoreTrail | None":
        """One list further in; None where there is none."""
        further = self.level + 1
        return self.at(further) if further in LEVELS and self.place(further) else None

    def outside(self) -> "StoreTrail | None":
        """One list further out."""
        return self.at(self.level - 1) if self.level else None

    def at(self, level: int) -> "StoreTrail":
        """The keys to another list."""
        return replace(self, level=level)

    @property
    def crumbs(self) -> Sequence[str]:
        """From the outside in, one for each list up to the one with the keys."""
        return self.here.crumbs

    def _opened(self, level: int, key: str, job: Job | None, directory: str) -> "StoreTrail":
        if level == RUNS:
            return replace(self, run=key, directory=directory)
        if job is not None and self.job is not None and job.id == self.job.id:
            return replace(self, job=job)
        return replace(self, job=job, run="", directory="")
