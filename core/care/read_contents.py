"""Read what is stored, to see that it is what it was."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator

from core.care.check_run import Content
from core.errors import ObjectArchivedError, ObjectNotFoundError, PreconditionFailedError
from core.ports.journal.proofs import ProofKind
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.findings import Checked, Finding, Problem
from core.stored.keep_proofs import KeepProofs, Proven

_RANDOM = secrets.SystemRandom()


class ReadContents:
    """Hashes `percent` of the objects, chosen at random, and counts them in `counts`.

    What is right is proven; what is wrong is so no more.
    """

    def __init__(
        self, store: ObjectReader, counts: Checked, percent: float, keep_proofs: KeepProofs
    ) -> None:
        self._store = store
        self._counts = counts
        self._percent = percent
        self._keep_proofs = keep_proofs
        self._proven: list[Proven] = []

    def __call__(self, contents: Iterable[Content]) -> Iterator[Finding]:
        """Those with another SHA-256 than they should have. Raises StoreError."""
        try:
            for stored, expected in contents:
                if _RANDOM.uniform(0, 100) < self._percent:
                    yield from self._read(stored, expected)
        finally:  # whoever takes them may have had enough
            self._keep_proofs(ProofKind.READ, self._proven)
            self._proven = []

    def _read(self, stored: StoredObject, expected: str) -> Iterator[Finding]:
        try:
            yield from self._compared(stored, expected)
        except ObjectArchivedError:
            self._counts.archived += 1
        except (ObjectNotFoundError, PreconditionFailedError):
            return  # replaced or deleted since it was listed, which may be hours ago

    def _compared(self, stored: StoredObject, expected: str) -> Iterator[Finding]:
        """A byte may have changed on the way: what is wrong is read twice before it is damaged."""
        digest = self._digest(stored)
        if digest != expected:
            digest = self._digest(stored)
        self._counts.read += 1
        if digest == expected:
            self._proven.append(Proven(stored.key, digest))
            return
        self._keep_proofs.forget([stored.key])
        yield Finding(Problem.DAMAGED, stored.key, f"SHA-256 is {digest}")

    def _digest(self, stored: StoredObject) -> str:
        digest = hashlib.sha256()
        for block in self._store.read(stored.key, if_match=stored.etag):
            digest.update(block)
            self._counts.read_bytes += len(block)
        return digest.hexdigest()
