"""Error answers of S3 and its relatives: what they mean, and what to do about them.

A new code is a word in `_CODES`; a server whose own words alone tell what is meant is a line of
`_TELLING`; both name an `Explanation`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.errors import (
    BucketNotFoundError,
    ObjectArchivedError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreAccessDeniedError,
    StoreClockError,
    StoreConnectionError,
    StoreCredentialsError,
    StoreEndpointError,
    StoreError,
    StoreThrottledError,
    UploadGoneError,
)
from core.redaction import redact
from storage.s3.bucket_habits import BucketHabits
from storage.s3.denial import Denial, advice
from storage.s3.refusal import Refusal
from storage.s3.request import S3Request

_ABOUT_REGION = re.compile(r"\b(?:region|scope)\b", re.IGNORECASE)
_SIGNING_TOLERANCE = timedelta(minutes=5)
_BAD_REQUEST = 400
_MIB = 1 << 20
_LEAST_PART = 5 * _MIB
_SERVER_ERROR = 500


class RangeNotSatisfiableError(StoreError):
    """The object ends before the first byte that was asked for; stays inside the adapter."""


class ExpiredCredentialsError(StoreCredentialsError):
    """Others may have taken their place already; stays inside the adapter."""


class UnexplainedError(StoreError):
    """A 400 without a reason, as answers to HEAD are; stays inside the adapter."""


class DeniedError(StoreAccessDeniedError):
    """Knows what its answer told of why; stays inside the adapter."""

    denial = Denial()

    def advise(self, request: S3Request, habits: BucketHabits | None = None) -> None:
        """Says what to do, as far as that can be known."""
        self.todo = redact(advice(self.denial, request, habits))


class SlowDownError(StoreThrottledError):
    """Asked not to come back for `retry_after` seconds, 0 where that was not said."""

    retry_after = 0.0


class WayLostError(StoreEndpointError):
    """Wrong, unless an answer has come that way before; stays inside the adapter."""

    def of_the_moment(self) -> "LostForNowError":
        """The same where one has: names, proxies and networks come back."""
        error = LostForNowError(self.what, kept=self.kept, todo=self.todo)
        error.lasting = self
        return error


class LostForNowError(StoreConnectionError):
    """An answer has come that way before; stays inside the adapter.

    `lasting` is the error where other requests are answered still.
    """

    lasting: WayLostError


class TooLargeError(StoreError):
    """Refused for its size; stays inside the adapter."""

    def advise(self, size: int) -> None:
        """Names the setting where it can be smaller than so many bytes."""
        if size > _LEAST_PART:
            self.todo = redact(
                f'Set a smaller part_size in the profile, such as "5 MiB" (this request had '
                f"{size / _MIB:.1f} MiB), or {self.todo[:1].lower()}{self.todo[1:]}"
            )


class WrongRegionError(BucketNotFoundError):
    """A request was signed for `asked`; `region` is the right one, where the answer names it."""

    asked = region = ""


class UnsupportedError(StoreError):
    """The server has no such operation, or not with these headers; stays inside the adapter."""


class RestoreUnderWayError(StoreError):
    """Somebody has asked for the same before; stays inside the adapter."""


@dataclass(frozen=True)
class Explanation:
    """Texts in which the attributes of `S3Request` are filled in."""

    kind: type[StoreError]
    what: str
    todo: str = ""
    kept: str = ""

    def error(self, refusal: Refusal, request: S3Request, said: str = "") -> StoreError:
        """The error, with code, status and request id behind its first sentence."""
        words = {
            "server": request.server,
            "subject": request.subject,
            "bucket": request.bucket,
            "operation": request.operation,
            "action": request.action,
            "sign_in": request.sign_in,
            "restore": request.restore,
            "in_class": f" in {refusal.storage_class}" if refusal.storage_class else "",
        }
        what = f"{self.what.format(**words)} {refusal.details}"
        what += f": {said}" if said else "."
        return self.kind(what, kept=self.kept, todo=self.todo.format(**words))


def refused(refusal: Refusal, request: S3Request) -> StoreError:
    """The error for an answer to a request."""
    error = _explained(refusal, request)
    error.answered = True
    if isinstance(error, SlowDownError):
        error.retry_after = refusal.retry_after
    return error


def _explained(refusal: Refusal, request: S3Request) -> StoreError:
    if refusal.code in _CLOCK or _looks_like_clock(refusal):
        return _clock(refusal, request)
    if refusal.code in _REGION or refusal.status in (301, 307):
        return _region(refusal, request)
    found = _by_words(refusal) or _BY_CODE.get(refusal.code) or _BY_STATUS.get(refusal.status)
    if found is _DENIED:
        return _denied(refusal, request)
    if found is _NO_OBJECT and request.of_bucket:
        found = _NO_BUCKET
    if not found:
        found = _FAILING if refusal.status >= _SERVER_ERROR else _REFUSED
    if found is _REFUSED and refusal.status == _BAD_REQUEST and refusal.bodiless:
        found = _UNEXPLAINED
    return found.error(refusal, request, refusal.message if found in _QUOTING else "")


def _by_words(refusal: Refusal) -> Explanation | None:
    return next((found for words, found in _TELLING if words.search(refusal.message)), None)


def _denied(refusal: Refusal, request: S3Request) -> DeniedError:
    error = DeniedError(_DENIED.error(refusal, request, refusal.message).what)
    error.denial = Denial.from_message(refusal.message)
    error.advise(request)
    return error


def _looks_like_clock(refusal: Refusal) -> bool:
    """A 403 without a body has no code, but every answer has a date."""
    return refusal.code == "403" and abs(refusal.skew) > _SIGNING_TOLERANCE


def _clock(refusal: Refusal, request: S3Request) -> StoreError:
    theirs = f"{refusal.server_time:%Y-%m-%d %H:%M:%S} UTC" if refusal.server_time else "another"
    minutes = abs(refusal.skew) // timedelta(minutes=1)
    return StoreClockError(
        f"This machine's clock says {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC, that of "
        f"{request.server} {theirs}: {minutes} minutes apart, too much for signatures "
        f"{refusal.details}.",
        kept="Nothing is known to be wrong with the credentials.",
        todo="Set this machine's clock, then retry.",
    )


def _region(refusal: Refusal, request: S3Request) -> StoreError:
    about_region = _ABOUT_REGION.search(refusal.message)
    if refusal.code == "AuthorizationHeaderMalformed" and not (refusal.region or about_region):
        return _NOT_ACCEPTED.error(refusal, request)
    where = f"in the region {refusal.region}" if refusal.region else "in another region"
    asked = f", not in {request.region}" if request.region else ""
    error = WrongRegionError(
        f'The bucket "{request.bucket}" is {where}{asked} {refusal.details}.',
        todo=f'Set region = "{refusal.region or "…"}" in the profile{_asking(refusal)}.',
    )
    error.asked, error.region = request.region, refusal.region
    return error


def _asking(refusal: Refusal) -> str:
    if refusal.region:
        return ""
    return (
        ": the name that the server has in its own settings (Garage: s3_region, mostly "
        '"garage"; others mostly "us-east-1" or "default"). Its operator knows'
    )


_CLOCK = {"RequestTimeTooSkewed", "RequestInTheFuture"}
_REGION = {
    "PermanentRedirect",
    "TemporaryRedirect",
    "Redirect",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "IncorrectEndpoint",
}
_UNKNOWN_KEY = Explanation(
    StoreCredentialsError,
    "{server} does not know the access key id",
    "Check the key id in the profile or in the AWS settings, then try again.",
)
_WRONG_SECRET = Explanation(
    StoreCredentialsError,
    "{server} did not accept the signature: the secret access key is not that of the key id",
    "Enter the secret access key again; one missing character is enough.",
)
_EXPIRED = Explanation(
    ExpiredCredentialsError,
    "The credentials have expired or were withdrawn",
    "Sign in again (for example with `{sign_in}`), then retry.",
)
_NOT_ACCEPTED = Explanation(
    StoreCredentialsError,
    "{server} did not accept the credentials",
    "Check the credentials of the profile, then try again.",
)
_DENIED = Explanation(StoreAccessDeniedError, "{server} does not allow {operation} on {subject}")
_ACCOUNT = Explanation(
    StoreAccessDeniedError,
    "{server} does nothing for this account at the moment",
    "Ask whoever owns the account: mostly it is about bills, or a trial that is over.",
)
_CAP = Explanation(
    StoreAccessDeniedError,
    "{server} refused {operation} on {subject}: a cap of the account is reached",
    "Raise the cap where the account is managed (Backblaze: Caps & Alerts), or wait until it begins "
    "anew. No permission helps.",
)
_PAYER = Explanation(
    StoreAccessDeniedError,
    "{server} refused {operation} on {subject}: whoever asks has to pay for it",
    "Set request_payer = true in the profile.",
)
_KEY_UNUSABLE = Explanation(
    StoreError,
    "{server} cannot use the key that {subject} is or would be encrypted with",
    "Ask who owns the key to enable it, or name another one as kms_key_id in the profile.",
)
_KEY_DENIED = Explanation(
    StoreAccessDeniedError,
    "{server} may not use the key that {subject} is or would be encrypted with for you",
    "Ask who owns the key for kms:GenerateDataKey (to write) and kms:Decrypt (to read, and to write "
    "in parts).",
)
_NO_ACL = Explanation(
    StoreError, "{server} takes no ACL for {subject}", "Remove acl from the profile."
)
_PATH_STYLE = Explanation(
    StoreEndpointError,
    "{server} takes requests only where the bucket is named in the host's name, not in the path",
    'Set addressing_style = "virtual" in the profile.',
)
_NO_BUCKET = Explanation(
    BucketNotFoundError,
    '{server} has no bucket "{bucket}"',
    "Check the bucket's name and the endpoint, or set create_bucket = true in the profile.",
)
_TAKEN = Explanation(
    BucketNotFoundError,
    'The name "{bucket}" is that of somebody else\'s bucket',
    "Choose another name: they are the same for everybody.",
)
_NO_OBJECT = Explanation(ObjectNotFoundError, "There is no object {subject} in s3://{bucket}")
_UPLOAD_GONE = Explanation(
    UploadGoneError,
    "The multipart upload of {subject} is gone, or parts of it",
    "Upload it again; a clean-up rule of the bucket may have removed the parts.",
)
_PARTS_DIFFER = Explanation(
    UploadGoneError,
    "{server} does not have the parts of {subject} as they were sent",
    "Upload it again: a clean-up rule of the bucket may have removed some. If it stays, suspect a proxy "
    "on the way that changes ETags (compression): `runferry store probe` finds that out.",
)
_PRECONDITION = Explanation(
    PreconditionFailedError, "{subject} exists already, or is not the version that was expected"
)
_CONFLICT = Explanation(
    StoreThrottledError, "Somebody else is writing {subject} at this moment", "Try again."
)
_SLOW_DOWN = Explanation(
    SlowDownError,
    "{server} is overloaded and asked to slow down",
    "Try again in a moment.",
)
_FAILING = Explanation(
    StoreConnectionError,
    "{server} failed during {operation}",
    "Try again in a moment; if it stays, tell the operator of the store.",
)
_DAMAGED = Explanation(
    StoreConnectionError,
    "{subject} was damaged on its way and not accepted",
    "Try again; if it stays, suspect a proxy on the way or this machine's memory.",
    kept="Nothing damaged was stored.",
)
_TOO_LARGE = Explanation(
    TooLargeError,
    "A request of this size is not let through to {server} ({operation})",
    "Ask who runs the proxy in front of the store to allow at least 64 MiB (nginx: "
    "client_max_body_size).",
)
_PROXY_LOGIN = Explanation(
    StoreEndpointError,
    "The proxy on the way to {server} asks for a login",
    "Write it into HTTP_PROXY or HTTPS_PROXY, or except the store in NO_PROXY.",
)
_FULL = Explanation(
    StoreError,
    "{server} has no space left for you",
    "Ask its operator for more, or delete what is no longer needed.",
)
_ARCHIVED = Explanation(
    ObjectArchivedError,
    "{subject} is archived{in_class}",
    "Restore it first, which takes minutes to two days: `{restore}`. Then try again.",
)
_RESTORING = Explanation(RestoreUnderWayError, "{subject} is being restored")
_NOT_SO_FAST = Explanation(
    StoreError,
    "{server} cannot restore {subject} within minutes at the moment",
    "Ask for it with `--tier standard`.",
    kept="Nothing was asked for.",
)
_NO_CLASS = Explanation(
    StoreError,
    "{server} has no such storage class, so {subject} is not put there",
    "Let storage_class or archive_class of the profile name a class that the store has.",
)
_SHORT = Explanation(RangeNotSatisfiableError, "{subject} is shorter")
_UNSUPPORTED = Explanation(
    UnsupportedError, "{server} does not support {operation} in the way RunFerry needs it"
)
_REFUSED = Explanation(StoreError, "{server} refused {operation} on {subject}")
_UNEXPLAINED = Explanation(UnexplainedError, "{server} refused {operation} on {subject}")

# Where the server's own words help.
_QUOTING = (
    _DENIED,
    _ACCOUNT,
    _CAP,
    _PAYER,
    _KEY_UNUSABLE,
    _KEY_DENIED,
    _UNSUPPORTED,
    _REFUSED,
)
_TELLING = (
    (re.compile(r"\bcap exceeded", re.IGNORECASE), _CAP),
    (re.compile(r"requester[ -]pays", re.IGNORECASE), _PAYER),
)
_CODES = {
    _UNKNOWN_KEY: "InvalidAccessKeyId InvalidClientTokenId UnrecognizedClientException",
    _WRONG_SECRET: "SignatureDoesNotMatch",
    _EXPIRED: "ExpiredToken ExpiredTokenException InvalidToken TokenRefreshRequired RequestExpired",
    _NOT_ACCEPTED: "InvalidSecurity NotSignedUp MissingAuthenticationToken AuthFailure "
    "MissingSecurityHeader CredentialsNotSupported Unauthorized",
    _DENIED: "AccessDenied AccessDeniedException Forbidden",
    _ACCOUNT: "AllAccessDisabled AccountProblem",
    _KEY_UNUSABLE: "KMS.DisabledException KMS.NotFoundException KMS.KMSInvalidStateException "
    "KMS.InvalidStateException KMS.InvalidKeyUsageException",
    _KEY_DENIED: "KMS.AccessDeniedException KMSAccessDenied",
    _NO_ACL: "AccessControlListNotSupported",
    _PATH_STYLE: "SecondLevelDomainForbidden VirtualHostDomainRequired InvalidPathAccess",
    _TOO_LARGE: "EntityTooLarge RequestEntityTooLarge",
    _NO_BUCKET: "NoSuchBucket InvalidBucketName",
    _NO_OBJECT: "NoSuchKey NoSuchVersion NotFound",
    _UPLOAD_GONE: "NoSuchUpload",
    _PARTS_DIFFER: "InvalidPart InvalidPartOrder",
    _PRECONDITION: "PreconditionFailed",
    _CONFLICT: "ConditionalRequestConflict OperationAborted",
    _SLOW_DOWN: "SlowDown Throttling ThrottlingException ThrottledException RequestThrottled "
    "RequestLimitExceeded TooManyRequests TooManyRequestsException BandwidthLimitExceeded "
    "ServiceUnavailable Busy",
    _FAILING: "InternalError InternalFailure ServiceFailure RequestTimeout "
    "RequestTimeoutException IncompleteBody",
    _DAMAGED: "BadDigest InvalidDigest XAmzContentSHA256Mismatch XAmzContentChecksumMismatch",
    _TAKEN: "BucketAlreadyExists",
    _FULL: "QuotaExceeded InsufficientStorage InsufficientCapacity XMinioStorageFull",
    _ARCHIVED: "InvalidObjectState ObjectNotInActiveTierError",
    _RESTORING: "RestoreAlreadyInProgress",
    _NOT_SO_FAST: "GlacierExpeditedRetrievalNotAvailable",
    _NO_CLASS: "InvalidStorageClass",
    _SHORT: "InvalidRange",
    _UNSUPPORTED: "NotImplemented MethodNotAllowed",
}
_BY_CODE = {code: found for found, codes in _CODES.items() for code in codes.split()}
_BY_STATUS = {
    401: _NOT_ACCEPTED,
    403: _DENIED,
    404: _NO_OBJECT,
    407: _PROXY_LOGIN,
    408: _FAILING,
    409: _CONFLICT,
    412: _PRECONDITION,
    413: _TOO_LARGE,
    416: _SHORT,
    429: _SLOW_DOWN,
    501: _UNSUPPORTED,
    503: _SLOW_DOWN,
    507: _FULL,
}
