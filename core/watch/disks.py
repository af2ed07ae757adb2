"""How much room there is where runs are written, and when there will be none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from core.ports.clock import Clock
from core.ports.volumes import Space, Volumes
from core.run_view import DiskView, RunView
from core.threads import begin_thread
from core.watch.growth import Growth

_ASK_INTERVAL = 10.0
_STALE = 60.0


def _by_volume(spaces: Iterable[tuple[str, Space | None]]) -> Mapping[int, DiskView]:
    disks: dict[int, DiskView] = {}
    for root, space in spaces:
        if space:
            known = disks.get(space.volume, DiskView((), space.free, space.total))
            disks[space.volume] = replace(known, roots=(*known.roots, root))
    return disks


class Disks:
    """Looked at by one thread, which never waits: each root is asked for on a thread of its own.

    What has not answered for a minute is not known any more.
    """

    def __init__(self, volumes: Volumes, clock: Clock) -> None:
        self._volumes = volumes
        self._clock = clock
        self._asked: dict[str, float] = {}
        self._asking: set[str] = set()
        self._answers: dict[str, tuple[float, Space | None]] = {}
        self._growths: dict[int, Growth] = {}

    def look(self, roots: Sequence[str], runs: Sequence[RunView]) -> Sequence[DiskView]:
        """What is known now of the volumes of `roots`; asks anew every ten seconds."""
        now = self._clock.monotonic()
        self._ask_where_due(roots, now)
        disks = _by_volume((root, self._space(root, now)) for root in roots)
        return [self._growing(volume, disk, runs, now) for volume, disk in disks.items()]

    def _is_due(self, root: str, *, now: float) -> bool:
        asked_at = self._asked.get(root, float("-inf"))
        return root not in self._asking and now - asked_at >= _ASK_INTERVAL

    def _ask_where_due(self, roots: Iterable[str], now: float) -> None:
        for root in filter(partial(self._is_due, now=now), roots):
            self._asked[root] = now
            self._asking.add(root)
            begin_thread(partial(self._answer, root), "disk-space")

    def _answer(self, root: str) -> None:
        try:
            self._answers[root] = self._clock.monotonic(), self._volumes.space(root)
        finally:
            self._asking.discard(root)

    def _space(self, root: str, now: float) -> Space | None:
        answered_at, space = self._answers.get(root, (now, None))
        return space if now - answered_at <= _STALE else None

    def _growing(
        self, volume: int, disk: DiskView, runs: Iterable[RunView], now: float
    ) -> DiskView:
        growth = self._growths.setdefault(volume, Growth())
        growth.note(now, filter(lambda run: run.root in disk.roots, runs))
        return replace(disk, full_in=growth.seconds_to(disk.free))
