"""Room on the disks that RunFerry writes to."""

from core.doctor.look_at_disks import LookAtDisks
from core.ports.examiner import Outcome
from core.ports.volumes import Space, Volumes


class Disks(Volumes):
    """One that is full, one that is not, one that does not tell."""

    def space(self, path: str) -> Space | None:
        free = {"/full": 1000, "/fine": 1 << 40}.get(path)
        return None if free is None else Space(1, free, 1 << 41)


def test_disks() -> None:
    places = {"state": "/full", "cache": "/fine", "store": "/away"}
    seen = {found.what: found for found in LookAtDisks(Disks(), places).examine()}
    assert [seen[what].outcome for what in places] == [
        Outcome.NOT_OK,
        Outcome.OK,
        Outcome.UNKNOWN,
    ]
    assert seen["state"].hint
