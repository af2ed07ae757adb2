"""Is there room for what RunFerry writes on this machine?"""

from collections.abc import Generator, Mapping

from core.ports.examiner import Diagnosis, Examiner, Outcome
from core.ports.volumes import Volumes

_ENOUGH = 100 << 20


class LookAtDisks(Examiner):
    """`places` are directories that may not be there yet, by what is in them."""

    def __init__(self, volumes: Volumes, places: Mapping[str, str]) -> None:
        self._volumes = volumes
        self._places = places

    def examine(self) -> Generator[Diagnosis]:
        """Each place."""
        for what, path in self._places.items():
            space = self._volumes.space(path)
            yield _room(what, path, space.free) if space else _unknown(what, path)


def _room(what: str, path: str, free: int) -> Diagnosis:
    detail = f"{free // 1_000_000:,} MB free: {path}"
    if free >= _ENOUGH:
        return Diagnosis(what, Outcome.OK, detail)
    hint = "Free some space there, or set RUNFERRY_HOME to another disk."
    return Diagnosis(what, Outcome.NOT_OK, detail, hint)


def _unknown(what: str, path: str) -> Diagnosis:
    return Diagnosis(what, Outcome.UNKNOWN, path)
