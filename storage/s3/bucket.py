"""One bucket: the only door to its client. Every call is translated, and may be repeated."""

import contextlib
import os
import threading
import time
from collections.abc import Callable, MutableMapping
from copy import copy
from dataclasses import replace
from typing import IO, TYPE_CHECKING, TypedDict, TypeVar

from core.errors import (
    ObjectNotFoundError,
    RunFerryError,
    SettingsError,
    StoreError,
    TransferCancelledError,
)
from core.ports.credential_origin import CredentialOrigin
from core.ports.object_store import StoredObject
from core.settings import Profile
from core.stored.job_s3_prefix import OWN_ROOT
from core.waiting.giving_up import check_given_up, is_given_up
from core.waiting.store_waits import StoreWaits
from storage.machine.system import SystemClock
from storage.s3.address import checked_bucket
from storage.s3.answers import class_of, is_lenient, restored_of
from storage.s3.backoff import Backoff, Pause, Tries
from storage.s3.body import Body, Content
from storage.s3.bucket_habits import BucketHabits, ask_habits
from storage.s3.client import HttpAnswer, build_client, endpoint_host, is_aws
from storage.s3.create_bucket import create_missing
from storage.s3.credentials import origin_of_credentials, renewal_of_credentials
from storage.s3.demands import Demands, JobTags, no_tags
from storage.s3.errors import translated
from storage.s3.etags import OF_HEADERS, mend_etag
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
from storage.s3.regions import refuse_other_regions
from storage.s3.request import S3Request
from storage.s3.server_facts import ServerFacts, is_region
from storage.s3.sign_in import SignIn
from storage.s3.way import Way, find_way

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")

_GLANCE_SECONDS = 0.1
_MOST_REGIONS = 4  # a server that names one more each time is not followed for ever


class _Response(TypedDict):
    """The part of botocore's response that is looked at here."""

    headers: MutableMapping[str, str]


class S3Bucket:
    """Makes its client when it is first needed. All methods may be called from any thread.

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
        self.name = checked_bucket(profile.bucket, aws=False)
        self.prefix = profile.prefix
        """What nobody need be allowed to look outside of."""
        self.own = f"{profile.prefix}{OWN_ROOT}"
        """Where everybody has to be allowed to look."""
        self.backoff = backoff
        self.waits = waits or StoreWaits(SystemClock())
        self._sign_in = sign_in or SignIn(waits=self.waits)
        self.part_gate = PartGate()
        self.facts = facts or ServerFacts()
        self.demands = Demands(profile, job_tags)
        self.takes_checksums = set[str]()
        """Operations of which a request with one was answered so far."""
        self.marked_etags = False
        """Whether etags arrived so far with marks of something on the way, which were taken off."""
        self.lenient = False
        """Whether answers so far are of a server that may break the conditions of writes."""
        self.telling_etags = not (profile.encryption and profile.encryption.by_kms)
        """Whether etags that look like MD5 sums of contents have been those so far."""
        self._reached = False  # by any request so far
        self._profile = profile
        self._told_region = ""
        self._wrong_regions: set[str] = set()
        self._to_create = profile.create_bucket
        self._making = threading.Lock()
        self._way = Way()
        self._hinting = threading.Lock()
        self._habits: BucketHabits | None = None
        self._client: S3Client | None = None
        self._failure: tuple[float, RunFerryError] | None = None  # of the last making, and when
        self._closing = threading.Event()

    @property
    def part_bytes(self) -> int:
        """Of uploads, unless they are so large that parts have to be larger."""
        return self._profile.part_size

    @property
    def checksums(self) -> bool:
        """Whether they are to go along with what is sent."""
        return self._profile.checksums and self.facts.checksums

    @property
    def way(self) -> Way:
        """The one that requests take, as far as the environment and the profile say: known after the first."""
        return self._way

    @property
    def region(self) -> str:
        """That of the settings, or the one that the server wants instead; empty for the AWS settings'."""
        return self._told_region or self.facts.region(self._profile.region)

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
            if self._told_region:
                self.facts.in_region(self._told_region, self._profile.region)
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
            if is_given_up() or self._closing.wait(min(left, _GLANCE_SECONDS)):
                return True
        return self._closing.is_set()

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
        asked = self._open()
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
        if self._client is asked and not isinstance(refusal, UnexplainedError):
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
        self._closing.set()
        if self._making.acquire(blocking=False):
            try:
                self._free()
            finally:
                self._making.release()

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
            if not self._change_region(error):
                raise
        return self._answer(operation, call, key)

    def _change_region(self, error: WrongRegionError) -> bool:
        """Whether there is one that was not found wrong yet, to sign for from now on."""
        with self._making:
            self._wrong_regions.add(error.asked)
            if not is_region(error.region) or error.region in self._wrong_regions:
                return False
            if len(self._wrong_regions) > _MOST_REGIONS:
                return False
            if self._told_region != error.region:  # another thread may have been told before
                self._told_region = error.region
                self._free()
        return True

    def _answer_in_region(self, operation: str, call: Callable[["S3Client"], T], key: str) -> T:
        client = self._open()
        try:
            return self._ask(client, operation, call, key)
        except ExpiredCredentialsError as error:
            if self._profile.access_key_id:  # one of the settings: it will not change
                raise self._with_renewal(client, error) from None
        client = self._renewed(client)
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
            way=self._way,
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
                given_up = is_given_up() or self._closing.is_set()
                self._habits = BucketHabits() if given_up else ask_habits(client, self.name)
            return self._habits

    def _renewed(self, client: "S3Client") -> "S3Client":
        """A client that has looked for credentials again: a login may have renewed them."""
        with self._making:
            if self._client is client:
                self._sign_in.roles.withdraw()
                self._free()
        return self._open()

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

    def _open(self) -> "S3Client":
        began = time.monotonic()
        with self._making:
            if not self._client and not self._closing.is_set():
                self._client = self._made_since(began)
            if self._closing.is_set():
                self._free()
            if not self._client:
                raise StoreError("The store was closed.")
            return self._client

    def _made_since(self, began: float) -> "S3Client":
        """What went wrong counts for all who waited for it: nobody is asked once for each of them."""
        if self._failure and self._failure[0] >= began:
            check_given_up()
            raise copy(self._failure[1])
        try:
            return self._make()
        except TransferCancelledError:  # that of this thread alone
            raise
        except RunFerryError as error:
            self._failure = time.monotonic(), error
            raise

    def _make(self) -> "S3Client":
        client = build_client(replace(self._profile, region=self.region), self._sign_in)
        refuse_other_regions(client, self.name, endpoint_host(client))
        try:
            checked_bucket(self.name, aws=is_aws(client))
        except SettingsError:
            client.close()
            raise
        client.meta.events.register("after-call.s3", self._recognise_server)
        self._way = find_way(self._profile, client.meta.endpoint_url, os.environ)
        for operation in OF_HEADERS:
            client.meta.events.register(f"before-parse.s3.{operation}", self._mend_etag)
        self.demands.attend(client.meta.events)
        return self._with_bucket(client) if self._to_create else client

    def _with_bucket(self, client: "S3Client") -> "S3Client":
        """Only once: a bucket that vanishes later does not come back empty."""
        try:
            create_missing(client, self.name, endpoint_host(client), self._way)
        except StoreError:
            client.close()
            raise
        self._to_create = False
        return client

    def _recognise_server(self, http_response: HttpAnswer, **_event: object) -> None:
        self.lenient = self.lenient or is_lenient(http_response.headers)

    def _mend_etag(self, response_dict: _Response, **_event: object) -> None:
        self.marked_etags = mend_etag(response_dict["headers"]) or self.marked_etags

    def _free(self) -> None:
        if self._client:
            self._client.close()
            self._client = None
