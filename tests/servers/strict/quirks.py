"""How servers that are not AWS, and what stands before them, are known to differ.

None of them was run here: each rule says what public reports say of it.
"""

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.servers.fault_server import Answer, refuse
from tests.servers.strict.request import Request
from tests.servers.strict.server import Change, Rule

_SIGNED = re.compile(r"Credential=[^/]*/[0-9]*/([^/]*)/")
_CHECKSUMS = ("x-amz-checksum-", "x-amz-sdk-checksum-")
_HTML = {"Content-Type": "text/html", "Server": "nginx"}
_TOO_LARGE = b"<html><head><title>413 Request Entity Too Large</title></head></html>"
_PROXY_LIMIT = 1 << 20
"""nginx's client_max_body_size where nobody has set it."""


def another_region(region: str = "garage", *, told: bool = True, in_header: bool = False) -> Rule:
    """Garage: requests and links have to be signed for its region, which the body of a refusal tells.

    In the header of any refusal, as AWS does, with `in_header`; nowhere unless `told`.
    """

    def rule(request: Request) -> Answer | None:
        asked = _signed_for(request)
        if asked in ("", region):
            return None
        return _bare(
            request,
            refuse(
                400,
                "AuthorizationHeaderMalformed",
                message=f"Authorization header malformed, unexpected scope: 20261130/{asked}/s3",
                extra=f"<Region>{region}</Region>" if told and not in_header else "",
                headers={"x-amz-bucket-region": region} if in_header else {},
            ),
        )

    return rule


def moved(region: str) -> Rule:
    """AWS: the host of one region sends on to that of another."""

    def rule(request: Request) -> Answer | None:
        if _signed_for(request) in ("", region):
            return None
        headers = {"x-amz-bucket-region": region}
        return _bare(request, refuse(301, "PermanentRedirect", headers=headers))

    return rule


def _signed_for(request: Request) -> str:
    """The region, empty where nothing is signed."""
    link = f"Credential={request.query.get('X-Amz-Credential', '')}"
    found = _SIGNED.search(request.headers.get("authorization", link))
    return found[1] if found else ""


def no_checksums(request: Request) -> Answer | None:
    """Backblaze B2 before 2025, and others: any header of a checksum is refused."""
    for name in request.headers:
        if name.startswith(_CHECKSUMS):
            told = f"Unsupported header '{name}' received for this API call."
            return _bare(request, refuse(400, "InvalidArgument", message=told))
    return None


def no_conditions(request: Request) -> Answer | None:
    """Backblaze B2: writes know no conditions."""
    if request.changes and {"if-match", "if-none-match"} & set(request.headers):
        return refuse(
            501,
            "NotImplemented",
            message="A header you provided implies functionality that is not implemented.",
        )
    return None


def no_path_style(request: Request) -> Answer | None:
    """Alibaba OSS: the bucket has to be in the host's name."""
    return _bare(
        request,
        refuse(
            403,
            "SecondLevelDomainForbidden",
            message="The bucket you are attempting to access must be addressed using OSS third "
            "level domain.",
        ),
    )


def whole_prefixes(request: Request) -> Answer | None:
    """S3 Express: only prefixes that end in a slash are listed."""
    prefix = request.query.get("prefix", "")
    if request.operation == "ListObjectsV2" and prefix and not prefix.endswith("/"):
        told = "Prefix must end in the delimiter for directory buckets"
        return refuse(400, "InvalidRequest", message=told)
    return None


def no_key(request: Request) -> Answer | None:
    """A bucket that encrypts with a key which who writes may not use."""
    if not request.creates:
        return None
    return refuse(
        403,
        "AccessDenied",
        message="User: arn:aws:iam::111122223333:user/lab is not authorized to perform: "
        "kms:GenerateDataKey on resource: arn:aws:kms:us-west-2:444455556666:key/0000 because no "
        "resource-based policy allows the kms:GenerateDataKey action",
    )


def no_multipart(request: Request) -> Answer | None:
    """A policy, or a server, that lets nothing be sent in parts."""
    if request.operation in ("CreateMultipartUpload", "UploadPart"):
        return refuse(403, "AccessDenied", message="Access Denied")
    return None


def failing_parts(request: Request) -> Answer | None:
    """A server that answers everything but parts."""
    if request.operation == "UploadPart":
        return refuse(
            500,
            "InternalError",
            message="We encountered an internal error. Please try again.",
        )
    return None


def small_bodies(limit: int = _PROXY_LIMIT) -> Rule:
    """nginx, or the firewall of a web application: a larger request never gets to the server."""

    def rule(request: Request) -> Answer | None:
        return Answer(413, _TOO_LARGE, _HTML) if request.length > limit else None

    return rule


def changed_etags(change: Callable[[str], str]) -> Rule:
    """A proxy that compresses changes the etags of headers; those in a body it does not know."""

    def answered(answer: Answer) -> Answer:
        return replace(answer, headers=_mapped(answer.headers, "etag", change))

    return lambda _: answered


def no_metadata(_: Request) -> Change:
    """Servers that keep an object, and nothing that was said of it."""

    def answered(answer: Answer) -> Answer:
        kept = {n: v for n, v in answer.headers.items() if not n.lower().startswith("x-amz-meta-")}
        return replace(answer, headers=kept)

    return answered


def compressed(request: Request) -> Change | None:
    """A proxy that compresses whatever is read, though nobody asked for it."""
    return _compressed if request.operation == "GetObject" else None


def _compressed(answer: Answer) -> Answer:
    body = gzip.compress(answer.body, mtime=0)
    headers = {n: v for n, v in answer.headers.items() if n.lower() != "content-length"}
    return Answer(
        answer.status,
        body,
        {**headers, "Content-Encoding": "gzip", "Content-Length": str(len(body))},
    )


def _mapped(
    headers: Mapping[str, str], name: str, change: Callable[[str], str]
) -> Mapping[str, str]:
    return {n: change(v) if n.lower() == name else v for n, v in headers.items()}


def _bare(request: Request, answer: Answer) -> Answer:
    """The answer to a HEAD has no body, so that its reason is lost."""
    return replace(answer, body=b"") if request.method == "HEAD" else answer


QUIRKS: Mapping[str, Callable[[], Rule]] = {
    "garage": another_region,
    "garage-mute": lambda: another_region(told=False),
    "moved": lambda: moved("eu-west-1"),
    "b2": lambda: no_checksums,
    "b2cond": lambda: no_conditions,
    "oss": lambda: no_path_style,
    "kms": lambda: no_key,
    "slash": lambda: whole_prefixes,
    "nomultipart": lambda: no_multipart,
    "part500": lambda: failing_parts,
    "waf": small_bodies,
    "weaketag": lambda: changed_etags(lambda etag: f"W/{etag}"),
    "gzipetag": lambda: changed_etags(lambda etag: f'{etag.removesuffix(chr(34))}-gzip"'),
    "otheretag": lambda: changed_etags(lambda _: '"0123456789"'),
    "nometa": lambda: no_metadata,
    "gzip": lambda: compressed,
}
