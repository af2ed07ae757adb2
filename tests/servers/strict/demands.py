"""What buckets demand of requests: rules that refuse whatever comes without it.

As the policies that public reports quote: a Deny of s3:PutObject unless a header is there. A bucket
whose requesters pay takes their word from a link's query, too.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from tests.servers.fault_server import Answer, refuse
from tests.servers.strict.policy import USER
from tests.servers.strict.request import Request
from tests.servers.strict.server import Rule

_SSE = "x-amz-server-side-encryption"
_PAYER = "x-amz-request-payer"


def with_headers(headers: Mapping[str, str]) -> Rule:
    """Whatever creates an object has exactly these."""

    def rule(request: Request) -> Answer | None:
        lacks = request.creates and not headers.items() <= request.headers.items()
        return _denied(request) if lacks else None

    return rule


def encrypted(how: str, key: str = "") -> Rule:
    """By the store, with this key."""
    return with_headers({_SSE: how} | ({f"{_SSE}-aws-kms-key-id": key} if key else {}))


def owned() -> Rule:
    """The bucket's owner may do everything with what others store."""
    return with_headers({"x-amz-acl": "bucket-owner-full-control"})


def in_class(*names: str, of: str = "") -> Rule:
    """Objects are of one of these classes; those alone whose keys end with `of`."""

    def rule(request: Request) -> Answer | None:
        meant = request.creates and request.key.endswith(of)
        right = request.headers.get("x-amz-storage-class") in names
        return _denied(request) if meant and not right else None

    return rule


def tagged(*names: str) -> Rule:
    """Objects have tags of these names; a copy says that it has tags of its own."""

    def rule(request: Request) -> Answer | None:
        tags = dict(parse_qsl(request.headers.get("x-amz-tagging", ""), keep_blank_values=True))
        right = set(names) <= set(tags)
        if request.operation == "CopyObject":
            right = right and request.headers.get("x-amz-tagging-directive") == "REPLACE"
        return _denied(request, "s3:PutObjectTagging") if request.creates and not right else None

    return rule


def paid_by_requester() -> Rule:
    """Whoever asks says that he pays, whatever it is about. Settings of the bucket cost its owner."""

    def rule(request: Request) -> Answer | None:
        says = request.headers.get(_PAYER) or request.query.get(_PAYER)
        about_objects = request.key or request.operation in (
            "ListObjectsV2",
            "ListMultipartUploads",
        )
        if about_objects and says != "requester":
            return refuse(403, "AccessDenied", message="Access Denied")
        return None

    return rule


def _denied(request: Request, action: str = "s3:PutObject") -> Answer:
    why = (
        f"User: {USER} is not authorized to perform: {action} on resource: "
        f'"arn:aws:s3:::{request.bucket}/{request.key}" with an explicit deny in a '
        "resource-based policy"
    )
    return refuse(403, "AccessDenied", message=escape(why))
