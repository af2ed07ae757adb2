"""How fast a directory grows, as seen by whoever looks at it now."""

from core.progress import Pacer


class Growth:
    """Follows one path at a time; a new path starts again."""

    def __init__(self) -> None:
        self._path = ""
        self._pacer = Pacer()

    def sample(self, path: str, now: float, count: int | None) -> float | None:
        """Bytes per second over the last five; None while there is too little to tell."""
        if path != self._path or count is None:
            self._path, self._pacer = path, Pacer()
        if count is None:
            return None
        return self._pacer.sample(now, count, count).rate
