"""Conditional writes whose outcome is known in the end, whatever happens to the replies."""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypedDict, TypeVar

from core.errors import (
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreConnectionError,
    StoreError,
    UploadGoneError,
)
from core.ports.object_store import StoredObject
from core.printable import printable
from storage.preconditions import check_condition
from storage.s3.bucket import S3Bucket
from storage.s3.explanations import DeniedError, UnsupportedError

T = TypeVar("T")
IsOurs = Callable[[StoredObject, bool], bool]
"""Judges an object; the flag says whether an attempt of ours ended without a clear answer."""

# Answers that our own first attempt may have caused, when its reply was lost.
_DOUBTFUL = (PreconditionFailedError, UploadGoneError, ObjectNotFoundError)
_SETTLING_SECONDS = 1.0


class Condition(TypedDict, total=False):
    """What the server is asked to check. Empty where it cannot."""

    IfNoneMatch: str
    IfMatch: str


def write_once(
    bucket: S3Bucket,
    key: str,
    send: Callable[[Condition], T],
    *,
    if_match: str | None,
    is_ours: IsOurs,
) -> T | StoredObject:
    """Calls `send` until it is certain that the object is there, or that it is not ours.

    Returns what `send` returned, or else the object that was found to be ours.

    Creates the object, or replaces exactly the one with the etag `if_match`. The condition is
    also checked here: there are servers that ignore the header, or refuse it. `is_ours` judges an
    object that was found. Raises PreconditionFailedError and other StoreError.
    """
    with bucket.waits.asking():
        return _write_once(bucket, key, send, if_match, is_ours)


def same_metadata(found: StoredObject, sent: Mapping[str, str]) -> bool:
    """Whether the object has exactly this metadata, after what HTTP does to headers."""
    return found.metadata == {name.lower(): value.strip() for name, value in sent.items()}


def _write_once(
    bucket: S3Bucket,
    key: str,
    send: Callable[[Condition], T],
    if_match: str | None,
    is_ours: IsOurs,
) -> T | StoredObject:
    looked = time.monotonic()
    current = _current(bucket, key, if_match)
    if current and is_ours(current, False):
        return current
    check_condition(key, current, if_absent=if_match is None, if_match=if_match)
    condition: Condition = {"IfNoneMatch": "*"} if if_match is None else {"IfMatch": if_match}
    try:
        sent = _send(bucket, key, partial(send, condition), if_match, is_ours)
    except UnsupportedError:
        condition = {}
        sent = _send(bucket, key, partial(send, condition), if_match, is_ours)
    if bucket.client.lenient or not condition:
        _settle(bucket, key, is_ours, time.monotonic() - looked)
    return sent


def _current(bucket: S3Bucket, key: str, if_match: str | None) -> StoredObject | None:
    """What is there. Whoever may not read it takes it for somebody else's."""
    try:
        return bucket.look(key)
    except DeniedError as error:
        if if_match is not None or not bucket.is_listed(key):
            raise
        raise PreconditionFailedError(
            f"{printable(key)} is there already, and may not be read: {error.what}",
            kept="It was left as it is.",
            todo=error.todo,
        ) from None


def _send(
    bucket: S3Bucket, key: str, send: Callable[[], T], if_match: str | None, is_ours: IsOurs
) -> T | StoredObject:
    doubt = False
    tries = bucket.tries()
    while True:
        try:
            return send()
        except StoreError as error:
            failure, delay = error, tries.failed(error)
        doubt = doubt or failure.retryable
        if doubt or isinstance(failure, _DOUBTFUL):
            found = _look(bucket, key)
            if found and is_ours(found, doubt):
                return found
        if isinstance(failure, ObjectNotFoundError):  # S3's answer to If-Match without an object
            check_condition(key, None, if_match=if_match)
        if not tries.wait(delay):
            raise bucket.told_apart(failure)


def _settle(bucket: S3Bucket, key: str, is_ours: IsOurs, took: float) -> None:
    """Of several that the server let through, the last one stays, and each finds out which.

    That is certain when everybody waits longer than anybody took from looking to having written.
    """
    if bucket.pause(max(_SETTLING_SECONDS, 2 * took)):
        raise StoreConnectionError(f"{printable(key)} was written, and not looked at again.")
    try:
        found = bucket.look(key)
    except DeniedError:  # written, and nobody may say more
        return
    if not found or not is_ours(found, True):
        raise PreconditionFailedError(
            f"Somebody else wrote {printable(key)} at the same moment.",
            kept="What they wrote was left as it is.",
        )


def _look(bucket: S3Bucket, key: str) -> StoredObject | None:
    """None also when there is no news; the next attempt will tell."""
    try:
        return bucket.find(key)
    except StoreError:
        return None
