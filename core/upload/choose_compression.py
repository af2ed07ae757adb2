"""How hard an upload is to be compressed: as hard as its link gives time for."""

from core.pace.throttle import Throttle
from core.ports.journal.uploads import LinkRates
from core.ports.packaging import Compression

BREAK_EVEN = 50_000_000
"""Bytes per second (400 Mbit/s) of the link above which compact archives arrive later.

Of min(processors, link x ratio) on two cores: ISA-L 1 takes in some 1,200 MB/s and makes a fifth
of it, zlib-ng 5 some 250 MB/s and a sixth. Down to 300 Mbit/s both are about as fast; below,
compact archives are there 1.3 times sooner.
"""


class ChooseCompression:
    """Asked once for each upload. Callable from any thread.

    Without one that is `wanted`, the slower of the user's limit and the link as it was measured
    last decides. As long as nothing is known the link counts as fast.
    """

    def __init__(self, wanted: Compression | None, journal: LinkRates, throttle: Throttle) -> None:
        self._wanted = wanted
        self._journal = journal
        self._throttle = throttle

    def __call__(self) -> Compression:
        """Raises StateError."""
        if self._wanted:
            return self._wanted
        return Compression.COMPACT if self._slowest() < BREAK_EVEN else Compression.FAST

    def _slowest(self) -> int:
        measured = self._journal.link_rate()
        rates = (self._throttle.limit, measured.bytes_per_second if measured else 0)
        return min(filter(None, rates), default=BREAK_EVEN)
