"""Builds the boto3 client of a profile."""

import os
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypedDict
from urllib.parse import urlsplit

from core.errors import SettingsError, StoreConnectionError
from core.settings import AddressingStyle, Profile
from storage.s3.address import checked_endpoint, crosses_plain_network
from storage.s3.body import attend_to_bodies
from storage.s3.credentials import CredentialWatch, check_profile_credentials
from storage.s3.errors import foreign_answer, translated
from storage.s3.odd_values import attend_to_odd_values
from storage.s3.request import S3Request
from storage.s3.sign_in import SignIn
from storage.s3.signing_in import Session, signed_in
from storage.s3.way import Way, find_way, proxies

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_s3 import S3Client

_CONNECT_SECONDS = 5
_READ_SECONDS = 60  # completing a large upload takes a server that long
_ANSWER_SECONDS = 12  # four attempts, and one of what is asked next, take a minute
# They are answered when the store has the content: a copy, or what a slow line still sends.
_OF_CONTENT = {
    "CompleteMultipartUpload",
    "CopyObject",
    "PutObject",
    "UploadPart",
    "UploadPartCopy",
}
# Somebody waits for a hint beside an error that is known already.
_OF_HINTS = {"GetBucketEncryption", "GetBucketOwnershipControls"}
_HINT_SECONDS = 3
# Botocore takes an answer without content for one that says "none".
_OF_WORDS = (
    "GetBucketLifecycleConfiguration",
    "ListMultipartUploads",
    "ListObjectsV2",
    "ListParts",
)
_OK = 200
_SERVER_ERROR = 500
_OF_THE_REQUEST = {408, 413, 429}  # a proxy in front of an S3 server says the same as that would
_NO_REGION = (None, "", "aws-global")
_CONNECTIONS = 24  # a few transfers of four threads each, and the reads beside them


class _AddressingStyle(TypedDict, total=False):
    addressing_style: Literal["auto", "path", "virtual"]


class Operation(Protocol):
    """The part of botocore's model of an operation that is looked at here."""

    name: str


class HttpAnswer(Protocol):
    """The part of botocore's response that is looked at here."""

    url: str
    status_code: int
    headers: Mapping[str, str]


def build_client(profile: Profile, sign_in: SignIn | None = None) -> "S3Client":
    """A client that any thread may use, with credentials resolved. Imports boto3.

    May ask the network for credentials (SSO, instance roles), and a person for a code. Raises
    SettingsError and StoreError.
    """
    if profile.endpoint_url:
        checked_endpoint(profile.endpoint_url, f'the profile "{profile.name}"')
    check_profile_credentials(profile)
    way = find_way(profile, profile.endpoint_url, os.environ)
    return translated(
        S3Request("CreateClient", aws_profile=profile.aws_profile, way=way),
        lambda: _build(profile, sign_in or SignIn()),
    )


def endpoint_host(client: "S3Client") -> str:
    """Host and port of a client's endpoint; empty for AWS itself, where the bucket says it all."""
    host = urlsplit(client.meta.endpoint_url).netloc
    return "" if is_aws(client) else host


def is_aws(client: "S3Client") -> bool:
    """Whether the client talks to AWS, with its strict names of buckets."""
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    return host.endswith((".amazonaws.com", ".amazonaws.com.cn"))


def _build(profile: Profile, sign_in: SignIn) -> "S3Client":
    session, credentials = signed_in(profile, sign_in)
    terms = _terms(profile, profile.endpoint_url)
    client = _client(session, profile, terms)
    found = client.meta.endpoint_url  # the AWS settings may name it
    if _terms(profile, found) != terms:
        client.close()
        client = _client(session, profile, _terms(profile, found))
    try:
        way = find_way(profile, found, os.environ)
    except SettingsError:
        client.close()
        raise
    watch = CredentialWatch(credentials)
    client.meta.events.register("before-sign.s3", watch.before_sign)
    client.meta.events.register("before-call.s3", _expect_answer_soon)
    client.meta.events.register("after-call.s3", partial(_refuse_foreign_answer, way))
    if client.meta.region_name not in _NO_REGION:
        client.meta.events.register("provide-client-params.s3", _stay_in_region)
    for operation in _OF_WORDS:
        client.meta.events.register(f"before-parse.s3.{operation}", _refuse_silence)
    attend_to_bodies(client.meta.events)
    attend_to_odd_values(client.meta.events)
    return client


class _Terms(NamedTuple):
    """What a client is made by, as far as it follows from the endpoint."""

    sign_payload: bool
    proxies: Mapping[str, str] | None


def _terms(profile: Profile, endpoint: str) -> _Terms:
    return _Terms(crosses_plain_network(endpoint), proxies(profile, endpoint, os.environ))


def _client(session: Session, profile: Profile, terms: _Terms) -> "S3Client":
    return session.client(
        "s3", endpoint_url=profile.endpoint_url or None, config=_config(profile, terms)
    )


def _config(profile: Profile, terms: _Terms) -> "Config":
    from botocore.config import Config

    # Left out, it is that of the AWS settings, and else by path, unless it is AWS: few other
    # servers have a wildcard name and certificate.
    chosen = profile.addressing_style is not AddressingStyle.AUTO
    style: _AddressingStyle = {"addressing_style": profile.addressing_style.value} if chosen else {}

    return Config(
        proxies=terms.proxies,
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        tcp_keepalive=True,
        # Requests have it anyway; links would be of version 2, which most regions refuse.
        signature_version="s3v4",
        max_pool_connections=_CONNECTIONS,
        # One attempt: repeating is done by our own Backoff, which knows of lost replies, can be
        # interrupted, and is not multiplied by a second layer.
        retries={"mode": "standard", "total_max_attempts": 1},
        # Otherwise streams are sent with trailing checksums, which some servers refuse and
        # others store as content; our own checksum goes into a header.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={
            # SHA-256 of every byte costs more CPU than TLS, which protects what is on its way.
            "payload_signing_enabled": terms.sign_payload,
            **style,
        },
    )


def _expect_answer_soon(model: Operation, context: dict[str, object], **_event: object) -> None:
    """A server that accepts connections and is silent is found out soon.

    A botocore that does not know of this waits as long as for content.
    """
    if model.name not in _OF_CONTENT:
        context["read_timeout"] = _HINT_SECONDS if model.name in _OF_HINTS else _ANSWER_SECONDS


def _stay_in_region(context: dict[str, object], **_event: object) -> None:
    """Links name the bucket's region, as requests do.

    Botocore lets them name none, which sends whoever follows them to another host than was signed,
    as long as a bucket is new, and with FIPS for ever.
    """
    context["use_global_endpoint"] = False


def _refuse_silence(response_dict: Mapping[str, object], **_event: object) -> None:
    """An answer that broke off within its headers looks whole to Python, and has no content."""
    if response_dict["status_code"] == _OK and not response_dict["body"]:
        raise StoreConnectionError(
            "The answer of the store broke off before it said anything.",
            todo="Check the network, then retry.",
        )


def _refuse_foreign_answer(way: Way, http_response: HttpAnswer, **_event: object) -> None:
    """Login pages of networks answer everything, mostly with 200 and HTML.

    S3 servers put a header of their own into each answer, also into that of a stored web page.
    A server that fails may do so in HTML.
    """
    headers = {name.lower(): value for name, value in http_response.headers.items()}
    html = headers.get("content-type", "").startswith("text/html")
    of_s3 = any(name.startswith(("x-amz", "x-goog")) for name in headers)
    status = http_response.status_code
    if html and not of_s3 and status < _SERVER_ERROR and status not in _OF_THE_REQUEST:
        host = urlsplit(http_response.url).netloc
        raise foreign_answer(S3Request("", host=host, way=way), status)
