"""Requests that were signed for another region than that of the bucket, noticed before botocore does.

It would send them again by itself, to the region that it was told, and tell nobody; of a HEAD, whose
refusal has no body, it learns none. So each process began anew, and links were signed for the wrong one.
"""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol

from storage.s3.explanations import WrongRegionError, refused
from storage.s3.refusal import Refusal
from storage.s3.request import S3Request

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_REFUSED = 300


class _Response(Protocol):
    """The part of botocore's response that is looked at here."""

    status_code: int


def refuse_other_regions(client: "S3Client", bucket: str, host: str) -> None:
    """Makes answers that name another region than the client's raise WrongRegionError."""
    region = client.meta.region_name or ""
    request = S3Request("", bucket, host=host, region=region)
    client.meta.events.register_first("needs-retry.s3", partial(_check, request))


def _check(
    request: S3Request,
    *,
    response: tuple[_Response, Mapping[str, object]] | None,
    **_event: object,
) -> None:
    if response is None or response[0].status_code < _REFUSED:
        return
    refusal = Refusal.from_response(response[1])
    if refusal.region in ("", request.region):
        return
    error = refused(refusal, request)
    if isinstance(error, WrongRegionError):
        raise error
