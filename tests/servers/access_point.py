"""An access point of a bucket, as AWS has it, in front of a server that knows none."""

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from tests.servers.fault_server import FaultServer

ENDPOINT = "http://s3.lab.test"
ARN = "arn:aws:s3:us-east-1:123456789012:accesspoint/epi-ap"
_HOST = "epi-ap-123456789012.s3.lab.test"
_SOURCE = "x-amz-copy-source"
_NONE = "not-an-access-point"


class AccessPointProxy(FaultServer):
    """An HTTP proxy, so that the names of hosts need not be known to anybody.

    What is asked of the access point is asked of `bucket`; other hosts have no bucket at all.
    """

    def __init__(self, upstream_url: str, bucket: str) -> None:
        super().__init__(upstream_url)
        self._bucket = bucket

    def forwarded(self, target: str, headers: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
        """The bucket in the path; a source of a copy by its ARN, as AWS wants it, and no other."""
        url = urlsplit(target)
        bucket = self._bucket if url.netloc == _HOST else _NONE
        kept = {name: value for name, value in headers.items() if name.lower() != "host"}
        if source := kept.get(_SOURCE):
            arn, _, key = source.partition("/object/")
            kept[_SOURCE] = f"{self._bucket if unquote(arn) == ARN else _NONE}/{key}"
        return url._replace(scheme="", netloc="", path=f"/{bucket}{url.path}").geturl(), kept
