"""Who we are to a bucket, which way leads there, and what it demands."""

from collections.abc import Callable, Generator, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from core.errors import RunFerryError, StoreAccessDeniedError
from core.ports.clock import Clock
from core.ports.examiner import Diagnosis, Examiner, Outcome, StoreExaminers
from core.printable import printable
from core.settings import Profile
from core.waiting.store_waits import StoreWaits
from storage.s3.backoff import Backoff
from storage.s3.bucket import S3Bucket
from storage.s3.bucket_habits import ask_habits
from storage.s3.client import endpoint_host
from storage.s3.server_facts import ServerFacts
from storage.s3.sign_in import SignIn
from storage.s3.way import Way, configured_authorities

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NOT_TOLD = "not told: few are allowed to ask"


class S3Examiners(StoreExaminers):
    """Share one connection. Each thing is asked for once: who waits for help waits for no retry."""

    def __init__(
        self,
        profile: Profile,
        waits: StoreWaits,
        facts: ServerFacts,
        clock: Clock,
        sign_in: SignIn | None = None,
    ) -> None:
        self._sign_in = sign_in
        self._profile = profile
        self._waits = waits
        self._facts = facts
        self._clock = clock

    @property
    def by_subject(self) -> Mapping[str, Callable[[], Examiner]]:
        return {
            "credentials": lambda: CredentialsExaminer(self._bucket, self._clock),
            "way": lambda: WayExaminer(self._profile, self._bucket),
            "bucket": lambda: DemandsExaminer(self._bucket),
        }

    def close(self) -> None:
        if "_bucket" in vars(self):
            self._bucket.close()

    @cached_property
    def _bucket(self) -> S3Bucket:
        """Its name may be what is wrong."""
        once, waits = Backoff(attempts=1), self._waits
        return S3Bucket(self._profile, once, waits, facts=self._facts, sign_in=self._sign_in)


class CredentialsExaminer(Examiner):
    """Where they come from and when they end; what they are is seen by nobody."""

    def __init__(self, bucket: S3Bucket, clock: Clock) -> None:
        self._bucket = bucket
        self._clock = clock

    def examine(self) -> Generator[Diagnosis]:
        origin = self._bucket.credential_origin()
        yield Diagnosis("source", Outcome.OK, origin.source)
        if not origin.temporary:
            yield Diagnosis("end", Outcome.OK, "they stay until they are withdrawn")
        elif not origin.end:
            yield Diagnosis("end", Outcome.UNKNOWN, "temporary, they do not tell until when")
        else:
            over = origin.end <= self._clock.now()
            outcome = Outcome.NOT_OK if over else Outcome.OK
            detail = f"{origin.end:%Y-%m-%d %H:%M} UTC"
            yield Diagnosis("end", outcome, detail, origin.renewal if over else "")


class WayExaminer(Examiner):
    """Nobody is asked: it is what requests will use."""

    def __init__(self, profile: Profile, bucket: S3Bucket) -> None:
        self._profile = profile
        self._bucket = bucket

    def examine(self) -> Generator[Diagnosis]:
        endpoint, region = self._bucket.once("Describe", _endpoint_and_region)
        yield Diagnosis("endpoint", Outcome.OK, endpoint)
        asked = self._profile.region
        learnt = "" if self._bucket.client.region == asked else ", which the server has named"
        yield Diagnosis("region", Outcome.OK, f"{region}{learnt}")
        yield Diagnosis("checksums", Outcome.OK, self._checksums())

        yield from _on_the_way(self._bucket.client.way, self._profile.aws_profile)

    def _checksums(self) -> str:
        if self._bucket.checksums:
            return "sent"
        refused = self._profile.checksums
        return "none: the server refuses them" if refused else "none: switched off"


class DemandsExaminer(Examiner):
    """What the bucket does with what is stored, as far as it tells."""

    def __init__(self, bucket: S3Bucket) -> None:
        self._bucket = bucket

    def examine(self) -> Generator[Diagnosis]:
        try:
            self._bucket.probe()  # one that does not answer is not asked three times
        except StoreAccessDeniedError:
            pass  # to list: it may be allowed to ask for the rest
        except RunFerryError as error:
            yield Diagnosis("demands", Outcome.UNKNOWN, f"not asked for. {error.what}")
            return
        habits = self._bucket.once(
            "GetBucketEncryption", lambda client: ask_habits(client, self._bucket.name)
        )
        key = f", key {habits.kms_key}" if habits.kms_key else ""
        yield _told("encryption", f"{habits.encryption}{key}" if habits.encryption else "")
        yield _told("ownership", habits.ownership)
        yield self._asked("versioning", "GetBucketVersioning", self._versioning)

    def _versioning(self, client: "S3Client") -> str:
        found = client.get_bucket_versioning(Bucket=self._bucket.name).get("Status")
        return (found or "never switched on").lower()

    def _asked(self, what: str, operation: str, ask: Callable[["S3Client"], str]) -> Diagnosis:
        try:
            return _told(what, self._bucket.once(operation, ask))
        except RunFerryError as error:
            return Diagnosis(what, Outcome.UNKNOWN, error.what)


def _endpoint_and_region(client: "S3Client") -> tuple[str, str]:
    of_aws = "" if endpoint_host(client) else " (AWS)"
    return f"{client.meta.endpoint_url}{of_aws}", client.meta.region_name or "none"


def _on_the_way(way: Way, aws_profile: str) -> Iterator[Diagnosis]:
    proxy = f"{way.proxy.server} ({way.proxy.origin})" if way.proxy else "none"
    unused = f"; {way.unused} is not used" if way.unused else ""
    yield Diagnosis("proxy", Outcome.OK, proxy + unused)
    trust = way.trust.behind(configured_authorities(aws_profile))
    problem = trust.problem()
    named = f"{printable(trust.file)} ({trust.origin})" if trust.file else "the usual ones"
    if not problem:
        yield Diagnosis("authorities", Outcome.OK, named)
    else:
        todo = f"Let {trust.origin} name a file with the certificates of authorities, or remove it."
        yield Diagnosis("authorities", Outcome.NOT_OK, f"{named}, {problem}", todo)


def _told(what: str, detail: str) -> Diagnosis:
    return Diagnosis(what, Outcome.OK if detail else Outcome.UNKNOWN, detail or _NOT_TOLD)
