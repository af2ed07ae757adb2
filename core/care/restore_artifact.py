"""Ask a store to make a copy of what is archived that can be read for some days."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import ObjectNotFoundError, StoreError
from core.model import Artifact
from core.ports.object_store import ObjectStore, Restored, RestoreTier, StoredObject
from core.stored.storage_classes import needs_restore


class RestoreState(StrEnum):
    """How it is with a restore, as the store says."""

    NOT_NEEDED = "not_needed"
    """It can be read as it is."""
    ONGOING = "ongoing"
    READY = "ready"
    ASKED = "asked"
    """The store took the request, and does not say what became of it."""


@dataclass(frozen=True)
class RestoreAnswer:
    """`until` it can be read, when it is ready. It was `asked` for just now, or somebody had before."""

    artifact: Artifact
    state: RestoreState
    storage_class: str
    until: datetime | None = None
    asked: bool = False


class RestoreArtifact:
    """Looks first and afterwards: what is told is what the store says then."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def __call__(self, artifact: Artifact, tier: RestoreTier, days: int) -> RestoreAnswer:
        """What is being restored is not asked for again; of what is ready the days begin anew.

        Raises ObjectNotFoundError, StoreError also for what the store does not do.
        """
        stored = self._look(artifact)
        answer = _answer(artifact, stored)
        if answer.state in {RestoreState.NOT_NEEDED, RestoreState.ONGOING}:
            return answer
        _check_tier(stored, tier)
        self._store.restore(artifact.key, tier=tier, days=days)
        return _answer(artifact, self._look(artifact), asked=True)

    def _look(self, artifact: Artifact) -> StoredObject:
        self._store.check_classes()
        stored = self._store.head(artifact.key)
        if stored is None:
            raise ObjectNotFoundError(f"{self._store.url(artifact.key)} is not there.")
        return stored


def _answer(artifact: Artifact, stored: StoredObject, *, asked: bool = False) -> RestoreAnswer:
    if not needs_restore(stored.storage_class):
        return RestoreAnswer(artifact, RestoreState.NOT_NEEDED, stored.storage_class)
    until = stored.restored.until if stored.restored else None
    return RestoreAnswer(artifact, _state(stored.restored), stored.storage_class, until, asked)


def _state(restored: Restored | None) -> RestoreState:
    if restored is None:
        return RestoreState.ASKED
    return RestoreState.READY if restored.until else RestoreState.ONGOING


def _check_tier(stored: StoredObject, tier: RestoreTier) -> None:
    if stored.storage_class == "DEEP_ARCHIVE" and tier is RestoreTier.EXPEDITED:
        raise StoreError(
            "What is in DEEP_ARCHIVE cannot be restored in minutes.",
            kept="Nothing was asked for.",
            todo="`--tier standard` takes about 12 hours, `--tier bulk` about two days.",
        )
