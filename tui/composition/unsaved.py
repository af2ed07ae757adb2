"""What could not be saved on this machine, though nothing failed because of it."""

from collections.abc import Callable

from core.errors import RunFerryError


class Unsaved:
    """Collected on any thread, said once."""

    def __init__(self) -> None:
        self._reasons: dict[str, RunFerryError] = {}

    def add(self, what: str) -> Callable[[RunFerryError], None]:
        """To be called with the reason, when there is one."""
        return lambda error: self._reasons.update({what: error})

    def remark(self) -> str:
        """One line; empty when all was saved."""
        if not self._reasons:
            return ""
        what = list(self._reasons)
        listed = " and ".join(filter(None, (", ".join(what[:-1]), what[-1])))
        return f"Not saved: {listed}. {next(iter(self._reasons.values())).what}"
