"""Servers that refuse a request for nothing but its checksum: old ones, and some of those that only look like S3."""

from collections.abc import Callable
from typing import TypeVar

from core.errors import StoreError
from storage.s3.bucket import S3Bucket
from storage.s3.explanations import UnexplainedError, UnsupportedError

T = TypeVar("T")
_REFUSALS = (StoreError, UnexplainedError, UnsupportedError)
"""Without reason, or of something unknown: not a denial, a failed condition, or damage."""


def with_checksum(bucket: S3Bucket, operation: str, ask: Callable[[bool], T]) -> T:
    """The result of `ask`, which is told whether a checksum goes with its request.

    Until one of that operation was answered, a refused request is repeated without: where that is
    what made the difference, none is sent from then on. Never while something is sent in parts, of which all have
    one or none has. Raises what `ask` does.
    """
    if not bucket.checksums:
        return ask(False)
    try:
        answer = ask(True)
    except StoreError as error:
        if operation in bucket.takes_checksums or not is_refusal(error):
            raise
        refusal = error
    else:
        bucket.takes_checksums.add(operation)
        return answer
    return _without(bucket, ask, refusal)


def is_refusal(error: StoreError) -> bool:
    """Whether a checksum may be the cause."""
    return type(error) in _REFUSALS


def _without(bucket: S3Bucket, ask: Callable[[bool], T], refusal: StoreError) -> T:
    try:
        answer = ask(False)
    except StoreError as error:
        if not is_refusal(error):
            raise
    else:
        bucket.facts.takes_checksums(False)
        return answer
    raise refusal  # which was about something else
