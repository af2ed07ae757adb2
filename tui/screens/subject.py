"""The run that somebody looks at, by which one screen finds it when the other one is left for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """A run on this machine by its `path`, in the store by job and run id; 0 or empty is unknown."""

    name: str
    path: str = ""
    job_id: int = 0
    run_id: int = 0

    def is_same(self, other: "Subject | None") -> bool:
        """Whether both are known to be the same run."""
        if other is None:
            return False
        if self.job_id and other.job_id:
            return (self.job_id, self.run_id) == (other.job_id, other.run_id)
        return bool(self.path) and self.path == other.path
