"""StoreProbe on an S3 bucket."""

from collections.abc import Generator

from core.errors import StoreAccessDeniedError, StoreError
from core.ports.probe import Answer, Check, Observation, StoreProbe
from core.settings import Profile
from storage.probing import observe, refused
from storage.s3.backoff import Backoff
from storage.s3.bucket import S3Bucket
from storage.s3.probe.access import access_looks, permission_looks
from storage.s3.probe.conditions import condition_looks
from storage.s3.probe.integrity import integrity_looks
from storage.s3.probe.scratch import Scratch
from storage.s3.server_facts import ServerFacts
from storage.s3.sign_in import SignIn


class S3StoreProbe(StoreProbe):
    """Asks for each thing once, and takes no answer for more than it says."""

    def __init__(
        self,
        profile: Profile,
        facts: ServerFacts | None = None,
        sign_in: SignIn | None = None,
    ) -> None:
        self._profile = profile
        self._bucket = S3Bucket(profile, Backoff(attempts=2), facts=facts, sign_in=sign_in)

    @property
    def location(self) -> str:
        return f"s3://{self._bucket.name}/{self._bucket.prefix}".removesuffix("/")

    def observations(self, scratch: str) -> Generator[Observation]:
        whole = self._bucket.prefix + scratch
        yield self._listed(whole)
        yield self._in_region()
        there = Scratch(self._bucket, whole)
        try:
            yield from observe(permission_looks(there))
            yield from observe(integrity_looks(there))
            yield from observe(condition_looks(there))
            yield from observe(access_looks(there))
        finally:
            there.clear()

    def _listed(self, scratch: str) -> Observation:
        """Who may not list may still write; everything else means that there is no store to ask."""
        try:
            self._bucket.probe(scratch)
        except StoreAccessDeniedError as error:
            return refused(Check.LIST, error)
        return self._listed_in_part(scratch)

    def _listed_in_part(self, scratch: str) -> Observation:
        """Names of which only the beginning is known, too."""
        try:
            self._bucket.probe(f"{scratch}begin")
        except StoreError as error:
            if error.answered:
                return refused(Check.LIST, error)
            raise
        return Observation(Check.LIST, Answer.YES)

    def _in_region(self) -> Observation:
        wanted, asked = self._bucket.client.region, self._profile.region
        if wanted == asked:
            return Observation(Check.REGION, Answer.YES, asked)
        todo = f'Set region = "{wanted}" in the profile, for other tools too.'
        return Observation(Check.REGION, Answer.NO, f"the server wants {wanted}", todo)

    def close(self) -> None:
        self._bucket.close()
