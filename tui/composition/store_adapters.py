"""What every kind of store is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.ports.access import AccessPolicies
from core.ports.clock import Clock
from core.ports.examiner import StoreExaminers
from core.ports.lifecycle import Lifecycle
from core.ports.mfa_prompt import MfaPrompt
from core.ports.object_store import ObjectStore
from core.ports.probe import StoreProbe
from core.settings import Profile
from core.waiting.store_waits import StoreWaits
from storage.settings.places import Places
from tui.composition.options import Pauses


@dataclass(frozen=True)
class StoreNeeds:
    """What the adapters of one store are made from, of which each kind takes what it needs.

    What the store waits for is told to `waits`. `job_tags` are those of a job as far as they are known
    here, called on any thread; `prompt` asks a person for codes.
    """

    profile: Profile
    places: Places
    waits: StoreWaits
    pauses: Pauses
    job_tags: Callable[[int], Sequence[str]]
    prompt: MfaPrompt


class StoreAdapters(Protocol):
    """Each call makes a new one; nothing is asked of the store yet."""

    def store(self) -> ObjectStore:
        """The store itself."""
        ...

    def lifecycle(self) -> Lifecycle:
        """The lifecycle rules of the bucket; raises StoreError for a store that has none."""
        ...

    def access_policies(self) -> AccessPolicies:
        """What rights people need in it; raises StoreError for a store that gives out none."""
        ...

    def probe(self) -> StoreProbe:
        """What finds out what the store guarantees."""
        ...

    def examiners(self, clock: Clock) -> StoreExaminers:
        """What looks at the way to the store, and at what it demands."""
        ...

    def etags_tell_content(self) -> bool:
        """Whether an object whose bytes are changed by anybody has another etag then."""
        ...

    def remark(self) -> str:
        """What was found out about the store in this process, to be said once; empty for nothing."""
        ...
