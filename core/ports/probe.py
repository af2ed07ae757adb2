"""What a store really guarantees, found out by trying."""

from abc import abstractmethod
from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Check(StrEnum):
    """One question to a store, in the words of the table."""

    LIST = "list objects"
    REGION = "region as in the settings"
    PUT = "write objects"
    GET = "read objects"
    DELETE = "delete objects"
    METADATA = "metadata kept"
    ETAGS = "etags arrive as the server made them"
    COPY = "copy within the store"
    CREATE = "create: refused where something is"
    CREATE_RACE = "create: one of eight at once"
    REPLACE = "replace: refused for another version"
    COPY_CREATE = "copy: refused where something is"
    DELETE_VERSION = "delete: refused for another version"
    PARTS = "upload in parts"
    PART_SIZE = "a part of full size gets through"
    PARTS_LISTED = "parts of unfinished uploads listed"
    COMPLETE_CREATE = "parts: refused where something is"
    COMPLETE_REPLACE = "parts: refused for another version"
    SETTLING = "writes are looked at again"
    CHECKSUM = "CRC32 accepted"
    WRONG_CHECKSUM = "wrong CRC32 refused"
    WHOLE_CHECKSUM = "wrong CRC32 of all parts refused"
    LINK = "links work"
    FORGED_LINK = "changed links refused"
    PRIVATE = "refused without credentials"
    CLOCK = "clocks agree"
    VERSIONING = "versions kept by the store"


class Answer(StrEnum):
    """Unknown where trying was not possible."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Observation:
    """What one check has found; `detail` may quote the server, redacted; `todo` is for who runs it."""

    check: Check
    answer: Answer
    detail: str = ""
    todo: str = ""


class StoreProbe(Protocol):
    """Tries a store out."""

    @property
    @abstractmethod
    def location(self) -> str:
        """What a person calls the store, and its server."""

    @abstractmethod
    def observations(self, scratch: str) -> Generator[Observation]:
        """One after the other, each when it was made.

        Writes below the prefix `scratch` only, and removes all of it when the iteration ends, also
        when it is given up. Raises StoreError when the store cannot be reached at all.
        """

    @abstractmethod
    def close(self) -> None:
        """Frees connections."""
