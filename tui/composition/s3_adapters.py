"""The adapters of an S3 bucket."""

from core.ports.access import AccessPolicies
from core.ports.clock import Clock
from core.ports.examiner import StoreExaminers
from core.ports.lifecycle import Lifecycle
from core.ports.object_store import ObjectStore
from core.ports.probe import StoreProbe
from storage.prefixed_store import PrefixedStore
from storage.s3.backoff import Backoff
from storage.s3.examiners import S3Examiners
from storage.s3.lifecycle import S3Lifecycle
from storage.s3.policies import S3AccessPolicies
from storage.s3.probe.store_probe import S3StoreProbe
from storage.s3.server_facts import ServerFacts
from storage.s3.sign_in import SignIn
from storage.s3.store import S3Store, S3Tuning
from tui.composition.store_adapters import StoreAdapters, StoreNeeds


class S3Adapters(StoreAdapters):
    """Of the bucket of the profile."""

    def __init__(self, needs: StoreNeeds) -> None:
        self._profile = needs.profile
        self._facts = ServerFacts(needs.places.server_facts(needs.profile))
        self._waits = needs.waits
        self._pauses = needs.pauses
        self._job_tags = needs.job_tags
        self._sign_in = SignIn(needs.prompt, needs.waits)

    def store(self) -> ObjectStore:
        """The bucket, or what is in it below the profile's prefix."""
        backoff = Backoff(base_seconds=Backoff.base_seconds * self._pauses.share)
        tuning = S3Tuning(part_bytes=self._profile.part_size, backoff=backoff)
        whole = S3Store(
            self._profile, tuning, self._waits, self._facts, self._job_tags, self._sign_in
        )
        return PrefixedStore(whole, self._profile.prefix) if self._profile.prefix else whole

    def lifecycle(self) -> Lifecycle:
        """Its rules."""
        return S3Lifecycle(self._profile, facts=self._facts, sign_in=self._sign_in)

    def access_policies(self) -> AccessPolicies:
        """IAM policies for it."""
        return S3AccessPolicies(self._profile)

    def probe(self) -> StoreProbe:
        """Tries out server and bucket."""
        return S3StoreProbe(self._profile, self._facts, self._sign_in)

    def examiners(self, clock: Clock) -> StoreExaminers:
        """Of its credentials, the way there, and the bucket."""
        return S3Examiners(self._profile, self._waits, self._facts, clock, self._sign_in)

    def etags_tell_content(self) -> bool:
        """Servers make it of the content, or anew for each object that is put."""
        return True

    def remark(self) -> str:
        """What its server turned out to want."""
        return self._facts.remark()
