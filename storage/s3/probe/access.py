"""Who may do what, for how long, and when is it?"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from core.errors import StoreAccessDeniedError
from core.ports.probe import Check
from storage.probing import Look
from storage.s3.pending import server_time
from storage.s3.probe.scratch import DATA, Scratch

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TEXT = b'{"text": "' + b"runferry " * 1000 + b'"}'
_LINK_SECONDS = 60
_OK = 200
_REFUSED = range(400, 500)
_TOLERANCE = timedelta(minutes=1)
_SESSION = attrgetter("_endpoint.http_session")


def permission_looks(scratch: Scratch) -> Mapping[Check, Look]:
    """The questions about permissions."""
    looks = _Access(scratch)
    return {Check.PUT: looks.put, Check.GET: looks.get, Check.DELETE: looks.delete}


def access_looks(scratch: Scratch) -> Mapping[Check, Look]:
    """The questions about links, clocks and versions."""
    looks = _Access(scratch)
    return {
        Check.LINK: looks.link,
        Check.FORGED_LINK: looks.forged_link,
        Check.PRIVATE: looks.private,
        Check.CLOCK: looks.clock,
        Check.VERSIONING: looks.versioning,
    }


class _Access:
    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch
        self._bucket = scratch.bucket

    def put(self) -> tuple[bool, str]:
        self._scratch.put("access")
        return True, ""

    def get(self) -> tuple[bool, str]:
        """Text that is worth compressing, which something on the way may do by itself."""
        self._scratch.put("text", _TEXT, ContentType="application/json")
        for name, data in (("access", DATA), ("text", _TEXT)):
            got, coding = self._read(self._scratch.key(name))
            if got != data:
                return False, f"it came as {coding}" if coding else "something else came back"
        return True, ""

    def _read(self, key: str) -> tuple[bytes, str]:
        """What came, and in which coding."""

        def read(client: "S3Client") -> tuple[bytes, str]:
            answer = client.get_object(Bucket=self._bucket.name, Key=key)
            return answer["Body"].read(), answer.get("ContentEncoding", "")

        return self._bucket.once("GetObject", read, key)

    def delete(self) -> tuple[bool, str]:
        self._scratch.delete(self._scratch.key("access"))
        try:
            gone = self._scratch.find("access") is None
        except StoreAccessDeniedError:  # who may not list is not told what is gone
            return True, "not looked at afterwards"
        return gone, "" if gone else "it is still there"

    def link(self) -> tuple[bool, str]:
        self._scratch.put("link")
        status, content = self._fetch(self._link("link"))
        return status == _OK and content == DATA, f"HTTP {status}"

    def forged_link(self) -> tuple[bool, str]:
        """The link of one object, changed to open another."""
        self._scratch.put("other-link")
        signed = urlsplit(self._link("link"))
        other = urlsplit(self._link("other-link"))
        status, _ = self._fetch(urlunsplit(signed._replace(path=other.path)))
        return status in _REFUSED, f"HTTP {status}"

    def private(self) -> tuple[bool, str]:
        status, _ = self._fetch(urlunsplit(urlsplit(self._link("link"))._replace(query="")))
        return status in _REFUSED, f"HTTP {status}"

    def clock(self) -> tuple[bool, str]:
        before = datetime.now(UTC)
        theirs = server_time(self._bucket)
        skew = before + (datetime.now(UTC) - before) / 2 - theirs
        ahead = "ahead of" if skew > timedelta() else "behind"
        return abs(skew) <= _TOLERANCE, (
            f"this machine is {abs(skew).total_seconds():.0f} s {ahead} the server"
        )

    def versioning(self) -> tuple[bool, str]:
        status = self._bucket.once(
            "GetBucketVersioning",
            lambda client: client.get_bucket_versioning(Bucket=self._bucket.name),
        ).get("Status")
        return status == "Enabled", (status or "never switched on").lower()

    def _link(self, name: str) -> str:
        key = self._scratch.key(name)
        return self._bucket.once(
            "Presign",
            lambda client: client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self._bucket.name, "Key": key},
                ExpiresIn=_LINK_SECONDS,
            ),
            key,
        )

    def _fetch(self, url: str) -> tuple[int, bytes]:
        """As anybody does who has the link, by the way that all requests take: status and content."""
        from botocore.awsrequest import AWSRequest

        request = AWSRequest("GET", url).prepare()
        answer = self._bucket.once("GetObject", lambda client: _SESSION(client).send(request))
        return answer.status_code, answer.content
