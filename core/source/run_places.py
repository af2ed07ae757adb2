"""Which run a directory holds, and what is bound to its job, as its path tells it."""

from dataclasses import dataclass

from core.kinds.built_in_kinds import default_kind
from core.kinds.run_kind import KindOf
from core.kinds.run_names import RunName


@dataclass(frozen=True)
class RunPlaces:
    """By the names that the kinds of runs have there."""

    _kind_of: KindOf = default_kind

    def named(self, run_directory: str) -> RunName:
        """The run; what has no name of one is one all the same, as somebody said so.

        >>> RunPlaces().named("/data/job_3/OUT/run_17/RUN11998")
        RunName(path='/data/job_3/OUT/run_17', root='/data/job_3/OUT', number=17, part=True)
        """
        named = self._kind_of(run_directory).names.named(run_directory)
        return named or RunName(run_directory, run_directory.rpartition("/")[0] or "/", None)

    def results_root_of(self, path: str) -> str:
        """What belongs to one job: where the run at `path` is, else `path` itself."""
        named = self._kind_of(path).names.named(path)
        return named.root if named else path

    def leads(self, above: str, folder: str) -> bool:
        """Whether what is in the folder may be runs that are named by the directory above."""
        names = self._kind_of(folder).names
        named = names.named(folder) if names.has_parts(folder) else None
        return names.leads(above, folder) or (named is not None and named.root == above)

    def root_of_run(self, run_directory: str) -> str:
        """The same of a directory that is one."""
        return self.named(run_directory).root
