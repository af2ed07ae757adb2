"""One bucket: the only door to its client. Every call is translated, and may be repeated."""

import contextlib
import threading
import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, TypeVar

from core.errors import ObjectNotFoundError, RunFerryError, StoreError
from core.ports.credential_origin import CredentialOrigin
from core.ports.object_store import StoredObject
from core.settings import Profile
from core.stored.job_s3_prefix import OWN_ROOT
from core.waiting.giving_up import is_given_up
from core.waiting.store_waits import StoreWaits
from storage.machine.system import SystemClock
from storage.s3.answers import class_of, restored_of
from storage.s3.backoff import Backoff, Pause, Tries
from storage.s3.body import Body, Content
from storage.s3.bucket_client import BucketClient
from storage.s3.bucket_habits import BucketHabits, ask_habits
from storage.s3.client import endpoint_host
from storage.s3.credentials import origin_of_credentials, renewal_of_credentials
from storage.s3.demands import Demands, JobTags, no_tags
from storage.s3.errors import translated
from storage.s3.explanations import (
    DeniedError,
    ExpiredCredentialsError,
    LostForNowError,
    RangeNotSatisfiableError,
    TooLargeError,
    UnexplainedError,
    WayLostError,
    WrongRegionError,
)
from storage.s3.part_gate import PartGate
from storage.s3.request import S3Request
from storage.s3.server_facts import ServerFacts
from storage.s3.sign_in import SignIn

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

_GLANCE_SECONDS = 0.1


class S3Bucket:
    """What is asked of it. All methods may be called from any thread.

    A call takes a function of the client, because everything that happens in it, the making of
    the client included, has to come out as an error of ours. What it waits for is told to `waits`,
    what its server turns out to want is added to `facts`.
    """

    def __init__(
        self,
        profile: Profile,
        backoff: Backoff,
        waits: StoreWaits | None = None,
        sign_in: SignIn | None = None,
        facts: ServerFacts | None = None,
        job_tags: JobTags = no_tags,
    ) -> None:
        self.prefix = profile.prefix
        """What nobody need be allowed to look outside of."""
        self.own = f"{profile.prefix}{OWN_ROOT}"
        """Where everybody has to be allowed to look."""
        self.backoff = backoff
        self.waits = waits or StoreWaits(SystemClock())
        self.part_gate = PartGate()
        self.facts = facts or ServerFacts()
        self.demands = Demands(profile, job_tags)
        sign_in = sign_in or SignIn(waits=self.waits)
        self.client = BucketClient(profile, sign_in, self.facts, self.demands)
        self.name = self.client.name
        self.takes_checksums = set[str]()
        """Operations of which a request with one was answered so far."""
        self.telling_etags = not (profile.encryption and profile.encryption.by_kms)
        """Whether etags that look like MD5 sums of contents have been those so far."""
        self._reached = False  # by any request so far
        self._profile = profile
        self._hinting = threading.Lock()
        self._habits: BucketHabits | None = None

    @property
    def part_bytes(self) -> int:
        """Of uploads, unless they are so large that parts have to be larger."""
        return self._profile.part_size

    @property
    def checksums(self) -> bool:
        """Whether they are to go along with what is sent."""
        return self._profile.checksums and self.facts.checksums

    def once(self, operation: str, call: Callable[["S3Client"], T], key: str = "") -> T:
        """One attempt. Raises StoreError and SettingsError."""
        with self.waits.asking():
            try:
                answer = self._answer(operation, call, key)
            except WayLostError as error:
                if self._reached:
                    raise error.of_the_moment() from None
                raise
            except StoreError as error:
                if error.answered:
                    self._hear()
                raise
            self._hear()
            self.client.note_success()
            return answer

    def sent(
        self,
        operation: str,
        content: Content,
        send: Callable[["S3Client", IO[bytes]], T],
        key: str,
    ) -> T:
        """As `once`, for a request with `content`: each time it is sent, it is sent from its start.

        Bytes that go out are signs of life; what is taken back of them when nobody answers is none.
        """

        def on_sent(count: int) -> None:
            if count > 0:
                self.waits.heard()
            content.on_sent(count)

        def call(client: "S3Client") -> T:
            body = Body(content.chunks, on_sent, content.allow)
            return body.sent_by(lambda: send(client, body.as_file()))

        try:
            return self.once(operation, call, key)
        except TooLargeError as error:
            error.advise(sum(map(len, content.chunks)))
            raise
        except LostForNowError as error:
            raise (error.lasting if self._answers() else error) from None

    def told_apart(self, error: StoreError) -> StoreError:
        """The error of content that did not get through, for good: was it that request alone?

        A store that answers another one is not away, whatever broke the connection.
        """
        if error.unreachable and not self.waits.silence() and not self.pause(0):
            error.answered = self._answers()
        return error

    def repeated(self, operation: str, call: Callable[["S3Client"], T], key: str = "") -> T:
        """As `once`, repeated while a retry can help; for calls whose repetition does no harm."""
        return self.patiently(lambda: self.once(operation, call, key))

    def patiently(self, call: Callable[[], T], pause: Pause | None = None) -> T:
        """The result of `call`, which asks the store, repeated while a retry can help."""
        with self.waits.asking():
            return self.backoff.run(call, pause or self.pause, self.waits)

    def tries(self) -> Tries:
        """For those who repeat by themselves, within `waits.asking`."""
        return Tries(self.backoff, self.pause, self.waits)

    def pause(self, seconds: float) -> bool:
        """Waits; True as soon as the store is closed, or the transfer of this thread given up."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if is_given_up() or self.client.closing.wait(min(left, _GLANCE_SECONDS)):
                return True
        return self.client.closing.is_set()

    def find(self, key: str) -> StoredObject | None:
        """One HEAD. None also where the bucket is missing: an answer to HEAD does not say."""
        try:
            return self.once("HeadObject", lambda client: self._find(client, key), key)
        except ObjectNotFoundError:
            return None

    def look(self, key: str) -> StoredObject | None:
        """As `find`, repeated; a refusal, which has no reason in it, is explained.

        There are servers that refuse it where nothing is, to who may list only some prefixes.
        """
        asked = self.client.open()
        try:
            return self.patiently(lambda: self.find(key))
        except DeniedError as error:
            refusal = error
            if not self.is_listed(key):
                return None
            self._read_one_byte(key)
        except StoreError as error:
            if error.retryable:
                raise
            refusal = error
            self.probe()
        if self.client.is_still(asked) and not isinstance(refusal, UnexplainedError):
            raise refusal
        try:
            return self.patiently(lambda: self.find(key))  # with renewed credentials, or by luck
        except UnexplainedError:
            self._read_one_byte(key)
            raise

    def head(self, key: str) -> StoredObject | None:
        """As `look`, and sure: that there is nothing is confirmed by a listing."""
        found = self.look(key)
        if not found:
            self.probe(key)
        return found

    def probe(self, key: str = "") -> None:
        """The cheapest request whose refusal explains itself, unlike that of a HEAD."""
        prefix = key or self.own
        self.repeated(
            "ListObjectsV2",
            lambda client: client.list_objects_v2(Bucket=self.name, Prefix=prefix, MaxKeys=1),
            prefix,
        )

    def is_listed(self, key: str) -> bool:
        """Keys are listed in their order: it is the first of those that begin with it."""
        page = self.repeated(
            "ListObjectsV2",
            lambda client: client.list_objects_v2(Bucket=self.name, Prefix=key, MaxKeys=1),
            key,
        )
        return any(found.get("Key") == key for found in page.get("Contents", []))

    def close(self) -> None:
        """Frees idle connections and ends all waiting; later calls raise StoreError.

        Never waits: a client that is just being made is closed by its maker.
        """
        self.client.close()

    def _answers(self) -> bool:
        """Asks once, for little. Any answer of the store is one."""

        def ask(client: "S3Client") -> object:
            return client.list_objects_v2(Bucket=self.name, Prefix=self.prefix, MaxKeys=1)

        try:
            self.once("ListObjectsV2", ask, self.prefix)
        except RunFerryError as error:
            return error.answered
        return True

    def _hear(self) -> None:
        self._reached = True
        self.waits.heard()

    def credential_origin(self) -> CredentialOrigin:
        """Where the credentials come from that requests are signed with. Fetches them if need be."""
        return self.once("Sign", lambda client: origin_of_credentials(self._profile, client))

    def _answer(self, operation: str, call: Callable[["S3Client"], T], key: str) -> T:
        """Asked once more for each region that turns out to be wrong."""
        try:
            return self._answer_in_region(operation, call, key)
        except WrongRegionError as error:
            if not self.client.sign_for(error):
                raise
        return self._answer(operation, call, key)

    def _answer_in_region(self, operation: str, call: Callable[["S3Client"], T], key: str) -> T:
        client = self.client.open()
        try:
            return self._ask(client, operation, call, key)
        except ExpiredCredentialsError as error:
            if self._profile.access_key_id:  # one of the settings: it will not change
                raise self._with_renewal(client, error) from None
        client = self.client.renewed(client)
        try:
            return self._ask(client, operation, call, key)
        except ExpiredCredentialsError as error:
            raise self._with_renewal(client, error) from None

    def _with_renewal(self, client: "S3Client", error: StoreError) -> StoreError:
        """The same, with what helps where these credentials come from, if the settings still tell."""
        with contextlib.suppress(RunFerryError):
            error.todo = self._ask(
                client, "Sign", lambda client: renewal_of_credentials(self._profile, client), ""
            )
        return error

    def _read_one_byte(self, key: str) -> None:
        """A request like that of a HEAD, whose refusal explains itself."""

        def read(client: "S3Client") -> None:
            client.get_object(Bucket=self.name, Key=key, Range="bytes=0-0")["Body"].close()

        with contextlib.suppress(ObjectNotFoundError, RangeNotSatisfiableError):
            self.repeated("GetObject", read, key)

    def _ask(
        self, client: "S3Client", operation: str, call: Callable[["S3Client"], T], key: str
    ) -> T:
        request = S3Request(
            operation,
            self.name,
            key,
            host=endpoint_host(client),
            region=client.meta.region_name or "",
            aws_profile=self._profile.aws_profile,
            sends=self.demands.sends,
            way=self.client.way,
        )
        try:
            return translated(request, lambda: call(client))
        except DeniedError as error:
            if request.creates and error.denial.is_open:
                error.advise(request, self._known_habits(client))
            raise

    def _known_habits(self, client: "S3Client") -> BucketHabits:
        """Asked for once, after a write was refused for good: nobody waits longer for another try."""
        with self._hinting:
            if not self._habits:
                given_up = is_given_up() or self.client.closing.is_set()
                self._habits = BucketHabits() if given_up else ask_habits(client, self.name)
            return self._habits

    def _find(self, client: "S3Client", key: str) -> StoredObject:
        head = client.head_object(Bucket=self.name, Key=key)
        metadata = {name.lower(): value for name, value in head["Metadata"].items()}
        return StoredObject(
            key,
            head["ContentLength"],
            head["ETag"].strip('"'),
            head.get("LastModified"),
            metadata,
            class_of(head),
            restored=restored_of(head),
        )
