"""How much of a tree the system lets one user watch by events."""

from collections.abc import Generator

from core.ports.examiner import Diagnosis, Examiner, Outcome

_LIMITS = {"max_user_watches": 8192, "max_user_instances": 16}
"""Below that a tree of a few thousand directories, or a few programs that watch, are too many."""


class InotifyLimits(Examiner):
    """Directories (watches) and programs (instances); there are none but on Linux."""

    def __init__(self, directory: str = "/proc/sys/fs/inotify") -> None:
        self._directory = directory

    def examine(self) -> Generator[Diagnosis]:
        for name, enough in _LIMITS.items():
            yield self._limit(name, enough)

    def _limit(self, name: str, enough: int) -> Diagnosis:
        try:
            with open(f"{self._directory}/{name}", encoding="ascii") as file:
                limit = int(file.read())
        except (OSError, ValueError):
            return Diagnosis(name, Outcome.UNKNOWN, "not told by this system")
        if limit >= enough:
            return Diagnosis(name, Outcome.OK, f"{limit}")
        hint = (
            f"Trees are looked at every few seconds where that is too little; "
            f"`sudo sysctl fs.inotify.{name}={enough * 64}` raises it."
        )
        return Diagnosis(name, Outcome.NOT_OK, f"{limit}", hint)
