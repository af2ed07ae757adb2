"""Links that open one object to whoever has them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from core.redaction.secret import Secret

LONGEST_LINK_SECONDS = 7 * 24 * 3600
"""S3 accepts no link for longer."""


class LinkMethod(StrEnum):
    """What a link is good for: to fetch the object, or to store it."""

    GET = "GET"
    PUT = "PUT"


class PresignedUrl(Secret):
    """Prints itself no more than any secret does, but is not made known to the redactor.

    Most of it is the object's key, which is to stay readable wherever it is named. The signature is
    covered by the rules for signatures in URLs. What is not signed does not `expire`. One that was
    signed with `temporary` credentials ends with these, at `credentials_end` where that is known.
    Whoever uses it sends the `headers` along: the store refuses the request without those that it
    demands. What is fetched by one that is `charged` is paid by who made it.
    """

    __slots__ = ("charged", "credentials_end", "expires", "headers", "temporary")

    def __init__(
        self,
        url: str,
        *,
        expires: bool = True,
        temporary: bool = False,
        credentials_end: datetime | None = None,
        headers: Mapping[str, str] | None = None,
        charged: bool = False,
    ) -> None:
        self._value = url
        self.charged = charged
        self.headers: Mapping[str, str] = headers or {}
        self.expires = expires
        self.temporary = temporary
        self.credentials_end = credentials_end

    @property
    def address(self) -> str:
        """Where the object is, for who has credentials: no secret."""
        return urlsplit(self._value)._replace(query="", fragment="").geturl()
