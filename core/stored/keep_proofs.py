"""Write down what was proven of stored objects; a state that cannot be written ends nothing."""

import logging
from collections.abc import Collection, Sequence
from typing import NamedTuple

from core.errors import StateError
from core.ports.clock import Clock
from core.ports.journal.proofs import Proof, ProofKind, Proofs

_log = logging.getLogger(__name__)


class Proven(NamedTuple):
    """The object at `key` has the content of this SHA-256."""

    key: str
    sha256: str


class KeepProofs:
    """Callable from any thread."""

    def __init__(self, journal: Proofs, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    def __call__(self, how: ProofKind, proven: Collection[Proven]) -> None:
        """All at once, as of now."""
        now = self._clock.now()
        if proofs := [Proof(*one, how, now) for one in proven]:
            self._put(proofs)

    def _put(self, proofs: Sequence[Proof]) -> None:
        try:
            self._journal.put_proofs(proofs)
        except StateError as error:
            _log.warning("what was proven is not remembered: %s", error.what)

    def forget(self, keys: Collection[str]) -> None:
        """They are not what they should be."""
        try:
            if keys:
                self._journal.forget_proofs(keys)
        except StateError as error:
            _log.warning("what was proven before is not forgotten: %s", error.what)
