"""The client of one bucket: made when it is first needed, and anew for other credentials or another region."""

import os
import threading
import time
from collections.abc import MutableMapping
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

from core.errors import RunFerryError, SettingsError, StoreError, TransferCancelledError
from core.settings import Profile
from core.waiting.giving_up import check_given_up
from storage.s3.address import checked_bucket
from storage.s3.answers import is_lenient
from storage.s3.client import HttpAnswer, build_client, endpoint_host, is_aws
from storage.s3.create_bucket import create_missing
from storage.s3.demands import Demands
from storage.s3.etags import OF_HEADERS, mend_etag
from storage.s3.explanations import WrongRegionError
from storage.s3.regions import refuse_other_regions
from storage.s3.server_facts import ServerFacts, is_region
from storage.s3.sign_in import SignIn
from storage.s3.way import Way, find_way

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_MOST_REGIONS = 4  # a server that names one more each time is not followed for ever


class _Response(TypedDict):
    """The part of botocore's response that is looked at here."""

    headers: MutableMapping[str, str]


class BucketClient:
    """All methods may be called from any thread; `closing` is set when nobody needs it any more.

    Attributes:
        way: The one that requests take, as far as environment and profile say: known after the first.
        lenient: Whether answers so far are of a server that may break the conditions of writes.
        marked_etags: Whether etags arrived so far with marks of something on the way, now taken off.
    """

    def __init__(
        self, profile: Profile, sign_in: SignIn, facts: ServerFacts, demands: Demands
    ) -> None:
        self.name = checked_bucket(profile.bucket, aws=False)
        self.closing = threading.Event()
        self.way = Way()
        self.lenient = self.marked_etags = False
        self._profile = profile
        self._sign_in = sign_in
        self._facts = facts
        self._demands = demands
        self._told_region = ""
        self._wrong_regions = set[str]()
        self._to_create = profile.create_bucket
        self._making = threading.Lock()
        self._client: S3Client | None = None
        self._failure: tuple[float, RunFerryError] | None = None  # of the last making, and when

    @property
    def region(self) -> str:
        """That of the settings, or the one that the server wants instead; empty for the AWS settings'."""
        return self._told_region or self._facts.region(self._profile.region)

    def open(self) -> "S3Client":
        """The one of this moment. Blocks while it is made. Raises StoreError and SettingsError."""
        began = time.monotonic()
        with self._making:
            if not self._client and not self.closing.is_set():
                self._client = self._made_since(began)
            if self.closing.is_set():
                self._free()
            if not self._client:
                raise StoreError("The store was closed.")
            return self._client

    def renewed(self, client: "S3Client") -> "S3Client":
        """Another one than `client`, which has looked for credentials again: a login may have renewed them."""
        with self._making:
            if self._client is client:
                self._sign_in.roles.withdraw()
                self._free()
        return self.open()

    def is_still(self, client: "S3Client") -> bool:
        """Whether no other one was made since."""
        return self._client is client

    def sign_for(self, error: WrongRegionError) -> bool:
        """Whether the refusal names a region that was not found wrong yet, to sign for from now on."""
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

    def note_success(self) -> None:
        """A request was answered as it should be: so what was told of the region holds."""
        if self._told_region:
            self._facts.in_region(self._told_region, self._profile.region)

    def close(self) -> None:
        """Frees idle connections; later calls raise StoreError.

        Never waits: a client that is just being made is closed by its maker.
        """
        self.closing.set()
        if self._making.acquire(blocking=False):
            try:
                self._free()
            finally:
                self._making.release()

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
        self.way = find_way(self._profile, client.meta.endpoint_url, os.environ)
        for operation in OF_HEADERS:
            client.meta.events.register(f"before-parse.s3.{operation}", self._mend_etag)
        self._demands.attend(client.meta.events)
        return self._with_bucket(client) if self._to_create else client

    def _with_bucket(self, client: "S3Client") -> "S3Client":
        """Only once: a bucket that vanishes later does not come back empty."""
        try:
            create_missing(client, self.name, endpoint_host(client), self.way)
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
