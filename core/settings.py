"""Validated settings: plain values, no files, no environment. `storage.settings.file` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from core.secret import Secret


class StoreKind(StrEnum):
    """Where a profile's artifacts live."""

    LOCAL = "local"
    S3 = "s3"


@dataclass(frozen=True)
class Profile:
    """One store. Credentials left out come from the AWS chain.

    `path` is the directory of a local store (empty: `store/` beside the state); the other fields
    belong to S3. An empty `endpoint_url` or `region` is left to the AWS settings.
    """

    name: str
    kind: StoreKind = StoreKind.LOCAL
    path: str = ""
    bucket: str = ""
    region: str = ""
    endpoint_url: str = ""
    aws_profile: str = ""
    access_key_id: Secret | None = None
    secret_access_key: Secret | None = None
    session_token: Secret | None = None


@dataclass(frozen=True)
class WatchSettings:
    """`rule` is "fred" or "sentinel". `quiet_seconds` two equal scans must span before finished.

    The sentinel rule's files are paths relative to the RUN directory.
    """

    rule: str = "fred"
    quiet_seconds: float = 30.0
    success_files: tuple[str, ...] = ("DONE",)
    failure_files: tuple[str, ...] = ("FAILED",)


@dataclass(frozen=True)
class TransferSettings:
    """`parallel` transfers at a time."""

    parallel: int = 2


@dataclass(frozen=True)
class Settings:
    """All of it. `origins` names for each dotted setting where its value came from."""

    profile: Profile
    profiles: Mapping[str, Profile]
    watch: WatchSettings = WatchSettings()
    transfers: TransferSettings = TransferSettings()
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
