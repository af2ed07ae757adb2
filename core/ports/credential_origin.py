"""Where the credentials of a store came from, without what they are."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CredentialOrigin:
    """`source` as in "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", fits within a sentence.

    `temporary` ones end, at `end` where that is known. `renewal` is what a user does when they have
    ended, one sentence.
    """

    source: str
    renewal: str
    temporary: bool = False
    end: datetime | None = None
