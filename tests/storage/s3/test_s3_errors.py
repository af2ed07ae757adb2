"""Errors of botocore in, errors of ours out, and nothing else."""

import http.client
import re
import shlex
import string
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from inspect import getmembers, isclass, signature
from typing import Any

import boto3.exceptions
import botocore.exceptions
import botocore.parsers
import pytest
import urllib3.exceptions
from botocore.exceptions import ClientError

from core.errors import (
    BucketNotFoundError,
    ObjectArchivedError,
    ObjectNotFoundError,
    PreconditionFailedError,
    RunFerryError,
    SettingsError,
    StoreAccessDeniedError,
    StoreClockError,
    StoreConnectionError,
    StoreCredentialsError,
    StoreError,
    StoreThrottledError,
    UploadGoneError,
)
from core.redaction import register
from storage.s3.errors import translated
from storage.s3.explanations import (
    DeniedError,
    ExpiredCredentialsError,
    SlowDownError,
    UnsupportedError,
    WrongRegionError,
)
from storage.s3.request import S3Request

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKEY"
REQUEST = S3Request("PutObject", "lab", "jobs/7/a.zip", "127.0.0.1:9000", "eu-west-1")


def raised(error: Exception, request: S3Request = REQUEST) -> RunFerryError:
    """What comes out when botocore raises `error`."""

    def fail() -> None:
        raise error

    with pytest.raises(RunFerryError) as caught:
        translated(request, fail)
    return caught.value


def answer(code: str, status: int, request: S3Request = REQUEST, **extra: Any) -> RunFerryError:
    """What comes out when S3 answers with an error."""
    headers = extra.pop("headers", {})
    response: Any = {
        "Error": {"Code": code, "Message": "planned", **extra},
        "ResponseMetadata": {
            "HTTPStatusCode": status,
            "RequestId": "4442587FB7D0A2F9",
            "HTTPHeaders": headers,
        },
    }
    return raised(ClientError(response, request.operation), request)


def all_text(error: BaseException) -> str:
    """Everything that any printing of the error could show."""
    chain: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo:
        link = todo.pop()
        if link and link not in chain:
            chain.append(link)
            todo += [link.__cause__, link.__context__]
    parts = [f"{link} {link!r} {link.args} {vars(link)}" for link in chain]
    frames = [frame for link in chain for frame in traceback.walk_tb(link.__traceback__)]
    ours = [f.f_locals for f, _ in frames if f.f_globals["__name__"].startswith("storage.")]
    return "\n".join([*traceback.format_exception(error), *parts, repr(ours)])


def instances(module: Any) -> Iterator[Exception]:
    """One of each exception of a module, with the secret wherever it takes text."""
    for _, kind in getmembers(module, isclass):
        if issubclass(kind, Exception) and not issubclass(kind, Warning):
            yield instance(kind)


def instance(kind: type[Exception]) -> Exception:
    if issubclass(kind, ClientError):
        response: Any = {"Error": {"Code": "Odd", "StringToSign": SECRET}}
        return kind(response, "PutObject")
    if issubclass(kind, botocore.exceptions.BotoCoreError):
        needed = {p.name for p in signature(kind).parameters.values() if p.default is p.empty}
        if "kwargs" in needed:
            needed |= {name for _, name, _, _ in string.Formatter().parse(kind.fmt) if name}
        return kind(**dict.fromkeys(needed - {"kwargs"}, SECRET))
    return kind.__new__(kind, SECRET)  # without the libraries' own rules for arguments


EVERYTHING = [
    error
    for module in (botocore.exceptions, boto3.exceptions, urllib3.exceptions, http.client)
    for error in instances(module)
] + [
    botocore.parsers.ResponseParserError(SECRET),
    OSError(5, SECRET),
    ValueError(SECRET),
    KeyError(SECRET),
    RuntimeError(SECRET),
]


class TestEveryException:
    @pytest.mark.parametrize("error", EVERYTHING, ids=lambda error: type(error).__name__)
    def test_translated(self, error: Exception) -> None:
        """Nothing of the original survives, in no text and in no chain."""
        ours = raised(error)
        assert isinstance(ours, StoreError | SettingsError)
        assert ours.__cause__ is None
        assert ours.__context__ is None
        assert SECRET not in all_text(ours)
        assert type(error).__name__ not in str(ours)

    def test_many_are_known(self) -> None:
        """Few kinds are left of which nothing can be said; the log has their names."""
        unknown = [
            e for e in instances(botocore.exceptions) if "S3 client failed" in str(raised(e))
        ]
        known = [e for e in instances(botocore.exceptions) if e not in unknown]
        assert len(known) > 2 * len(unknown)

    def test_ours_pass(self) -> None:
        """An error that is ours already comes out as it is."""
        ours = SettingsError("The endpoint is wrong.")
        assert raised(ours) is ours

    def test_result(self) -> None:
        """What works is not touched."""
        assert translated(REQUEST, lambda: 7) == 7


class TestCauses:
    @pytest.mark.parametrize(
        ("name", "kind", "says"),
        [
            ("EndpointConnectionError", StoreConnectionError, "No connection to S3 at 127.0.0.1"),
            ("ConnectTimeoutError", StoreConnectionError, "did not answer in time"),
            ("ReadTimeoutError", StoreConnectionError, "did not answer in time"),
            ("ConnectionClosedError", StoreConnectionError, "was closed"),
            ("HTTPClientError", StoreConnectionError, "broke"),
            ("IncompleteReadError", StoreConnectionError, "ended before the answer"),
            ("ResponseStreamingError", StoreConnectionError, "ended before the answer"),
            ("SSLError", StoreConnectionError, "No secure connection"),
            ("ProxyConnectionError", StoreConnectionError, "proxy"),
            ("NoCredentialsError", StoreCredentialsError, "No credentials"),
            ("PartialCredentialsError", StoreCredentialsError, "incomplete"),
            ("CredentialRetrievalError", StoreCredentialsError, "gave none"),
            ("UnauthorizedSSOTokenError", StoreCredentialsError, "again with `aws sso login`"),
            ("SSOTokenLoadError", StoreCredentialsError, "again with `aws sso login`"),
            ("TokenRetrievalError", StoreCredentialsError, "again with `aws sso login`"),
            ("LoginRefreshRequired", StoreCredentialsError, "again with `aws login`"),
            ("MissingDependencyException", StoreCredentialsError, "runferry[login]"),
            ("RefreshWithMFAUnsupportedError", ExpiredCredentialsError, "another code"),
            ("MetadataRetrievalError", StoreConnectionError, "metadata service"),
            ("InvalidConfigError", SettingsError, "AWS settings cannot be used"),
            ("ProfileNotFound", SettingsError, "no AWS profile"),
            ("ConfigParseError", SettingsError, "settings for S3"),
            ("NoRegionError", SettingsError, "region (of the profile"),
            ("InvalidRegionError", SettingsError, "AWS_DEFAULT_REGION"),
            ("InvalidProxiesConfigError", SettingsError, "HTTPS_PROXY"),
            ("InvalidRetryModeError", SettingsError, "AWS_RETRY_MODE"),
            ("InvalidDefaultsMode", SettingsError, "AWS_DEFAULTS_MODE"),
            ("CapacityNotAvailableError", StoreThrottledError, "Too many"),
            ("PaginationError", StoreConnectionError, "not an S3 server"),
            ("ParamValidationError", StoreError, "in a way that RunFerry does not know"),
        ],
    )
    def test_explained(self, name: str, kind: type[RunFerryError], says: str) -> None:
        """The class tells what can be done, the text says it."""
        error = raised(instance(getattr(botocore.exceptions, name)))
        assert type(error) is kind
        assert says in str(error)

    def test_name_resolution(self) -> None:
        """A name that nobody knows is told from a server that is down."""
        cause = urllib3.exceptions.NameResolutionError("s3.lab", None, OSError())  # type: ignore[arg-type]
        error = raised(
            botocore.exceptions.EndpointConnectionError(endpoint_url="https://s3.lab", error=cause)
        )
        assert "cannot be resolved" in str(error)

    @pytest.mark.parametrize(
        ("reason", "says"),
        [
            ("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed", "AWS_CA_BUNDLE"),
            ("[SSL: WRONG_VERSION_NUMBER] wrong version", "http://"),
            ("[SSL: TLSV1_ALERT] alert", "TLS failed"),
        ],
    )
    def test_tls(self, reason: str, says: str) -> None:
        """What went wrong with TLS decides about the advice."""
        error = botocore.exceptions.SSLError(endpoint_url="https://s3.lab", error=OSError(reason))
        assert says in str(raised(error))


class TestAnswers:
    @pytest.mark.parametrize(
        ("code", "status", "kind"),
        [
            ("InvalidAccessKeyId", 403, StoreCredentialsError),
            ("SignatureDoesNotMatch", 403, StoreCredentialsError),
            ("ExpiredToken", 400, ExpiredCredentialsError),
            ("InvalidToken", 400, ExpiredCredentialsError),
            ("TokenRefreshRequired", 400, ExpiredCredentialsError),
            ("401", 401, StoreCredentialsError),
            ("AuthorizationHeaderMalformed", 400, StoreCredentialsError),
            ("AccessDenied", 403, DeniedError),
            ("403", 403, DeniedError),
            ("RequestTimeTooSkewed", 403, StoreClockError),
            ("NoSuchBucket", 404, BucketNotFoundError),
            ("PermanentRedirect", 301, WrongRegionError),
            ("301", 301, WrongRegionError),
            ("307", 307, WrongRegionError),
            ("NoSuchKey", 404, ObjectNotFoundError),
            ("404", 404, ObjectNotFoundError),
            ("NoSuchUpload", 404, UploadGoneError),
            ("InvalidPart", 400, UploadGoneError),
            ("PreconditionFailed", 412, PreconditionFailedError),
            ("412", 412, PreconditionFailedError),
            ("ConditionalRequestConflict", 409, StoreThrottledError),
            ("SlowDown", 503, SlowDownError),
            ("429", 429, SlowDownError),
            ("503", 503, SlowDownError),
            ("InternalError", 500, StoreConnectionError),
            ("RequestTimeout", 400, StoreConnectionError),
            ("502", 502, StoreConnectionError),
            ("522", 522, StoreConnectionError),
            ("BadDigest", 400, StoreConnectionError),
            ("XAmzContentSHA256Mismatch", 400, StoreConnectionError),
            ("QuotaExceeded", 403, StoreError),
            ("InvalidObjectState", 403, ObjectArchivedError),
            ("ObjectNotInActiveTierError", 403, ObjectArchivedError),
            ("InvalidStorageClass", 400, StoreError),
            ("NotImplemented", 501, UnsupportedError),
            ("SomethingNew", 418, StoreError),
        ],
    )
    def test_classes(self, code: str, status: int, kind: type[StoreError]) -> None:
        """The class follows the code, and the status where there is no code."""
        error = answer(code, status)
        assert type(error) is kind
        assert "4442587FB7D0A2F9" in str(error)
        assert f"HTTP {status}" in str(error)

    def test_archived(self) -> None:
        """The command that asks for it is there to be copied, in words of a shell."""
        request = S3Request("GetObject", "lab", "jobs/7/it's.zip", aws_profile="cold store")
        error = answer("InvalidObjectState", 403, request, StorageClass="DEEP_ARCHIVE")
        assert "archived in DEEP_ARCHIVE" in error.what
        found = re.search("`(aws .*)`", error.todo)
        assert found
        object_, options = ["--key", "jobs/7/it's.zip"], ["--restore-request", "Days=7"]
        assert shlex.split(found[1]) == [
            *("aws", "s3api", "restore-object", "--bucket", "lab"),
            *object_,
            *options,
            *("--profile", "cold store"),
        ]

    @pytest.mark.parametrize("prefix", ["", "teams/epi/", "jobs/epi/", "oldjobs/"])
    def test_archived_below_a_prefix(self, prefix: str) -> None:
        """What is ours is restored by a command of ours, whatever the prefix is called."""
        key = f"{prefix}jobs/12/2025/10/23/211500/run_4_results.zip"
        error = answer("InvalidObjectState", 403, S3Request("GetObject", "lab", key))
        assert "`runferry jobs uploads restore --job-id 12 --run-id 4`" in error.todo

    @pytest.mark.parametrize("operation", ["HeadBucket", "ListObjectsV2"])
    def test_missing_bucket(self, operation: str) -> None:
        """What is not found is the bucket, where the bucket was asked for."""
        assert isinstance(answer("404", 404, S3Request(operation, "lab")), BucketNotFoundError)

    @pytest.mark.parametrize(
        ("operation", "action"),
        [
            ("PutObject", "s3:PutObject"),
            ("UploadPart", "s3:PutObject"),
            ("HeadObject", "s3:GetObject and s3:ListBucket"),
            ("ListObjectsV2", "s3:ListBucket"),
            ("ListMultipartUploads", "s3:ListBucketMultipartUploads"),
            ("ListParts", "s3:ListMultipartUploadParts"),
            ("AbortMultipartUpload", "s3:AbortMultipartUpload"),
        ],
    )
    def test_denied(self, operation: str, action: str) -> None:
        """A refusal names the permission to ask for, and quotes what S3 said."""
        error = answer("AccessDenied", 403, S3Request(operation, "lab", "jobs/7/a.zip"))
        assert action in error.todo
        assert "s3://lab" in error.todo
        assert "planned" in error.what

    def test_parts_that_differ(self) -> None:
        """A proxy that changes ETags makes each completion fail, and no clean-up rule does."""
        error = answer("InvalidPart", 400, S3Request("CompleteMultipartUpload", "lab", "a.zip"))
        assert "changes ETags" in error.todo

    def test_clocks(self) -> None:
        """Both clocks are shown, with their difference, and nothing blames the credentials."""
        theirs = datetime.now(UTC) - timedelta(minutes=42, seconds=5)
        error = answer("RequestTimeTooSkewed", 403, ServerTime=f"{theirs:%Y-%m-%dT%H:%M:%SZ}")
        assert f"{theirs:%Y-%m-%d %H:%M:%S} UTC" in error.what
        assert f"{datetime.now(UTC):%Y-%m-%d}" in error.what
        assert "42 minutes" in error.what
        assert not error.retryable

    def test_clock_of_a_head(self) -> None:
        """A refusal without a body, but with a date far from ours, is a matter of clocks."""
        wrong = {"date": format_datetime(datetime.now(UTC) + timedelta(hours=3), usegmt=True)}
        right = {"date": format_datetime(datetime.now(UTC), usegmt=True)}
        assert isinstance(answer("403", 403, headers=wrong), StoreClockError)
        assert isinstance(answer("403", 403, headers=right), StoreAccessDeniedError)
        assert isinstance(answer("403", 403, headers={"date": "soon"}), StoreAccessDeniedError)

    def test_region(self) -> None:
        """The right region is named, whether it came in a header or in the body."""
        moved = answer("301", 301, headers={"x-amz-bucket-region": "ap-south-1"})
        signed = answer("AuthorizationHeaderMalformed", 400, Region="ap-south-1")
        for error in (moved, signed):
            assert isinstance(error, BucketNotFoundError)
            assert 'region = "ap-south-1"' in error.todo
            assert "eu-west-1" in error.what

    def test_retryable(self) -> None:
        """Only what can pass by itself is retried."""
        assert answer("SlowDown", 503).retryable
        assert answer("InternalError", 500).retryable
        assert not answer("AccessDenied", 403).retryable
        assert not answer("PreconditionFailed", 412).retryable

    def test_signature_error_leaks_nothing(self) -> None:
        """S3 echoes what was signed, token included; none of it gets through."""
        register(SECRET)
        error = answer(
            "SignatureDoesNotMatch",
            403,
            Message=f"The request signature for {SECRET} does not match",
            AWSAccessKeyId=SECRET,
            StringToSign=SECRET,
            StringToSignBytes=SECRET,
            CanonicalRequest=f"PUT\n/\nx-amz-security-token:{SECRET}",
            SignatureProvided=SECRET,
        )
        assert SECRET not in all_text(error)

    def test_message_is_quoted_safely(self) -> None:
        """The server's words are redacted, cannot steer a terminal, and are not endless."""
        register(SECRET)
        error = answer("SomethingNew", 400, Message=f"\x1b[31m{SECRET}\n" + "x" * 5000)
        assert SECRET not in str(error)
        assert "\x1b" not in str(error)
        assert "\n" not in str(error)
        assert len(str(error)) < 1000

    def test_odd_answers(self) -> None:
        """Fields that are not what they should be are left out."""
        response: Any = {"Error": {"Code": "<b>" * 50}, "ResponseMetadata": {"RequestId": "a b"}}
        error = raised(ClientError(response, "PutObject"))
        assert type(error) is StoreError
        assert "<b>" not in str(error)
        assert "a b" not in str(error)
