"""Credentials on their way to the signer: checked, and told to the redactor before any use."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from core.errors import SettingsError
from core.ports.credential_origin import CredentialOrigin
from core.redaction import register
from core.settings import Profile
from storage.s3.credential_ways import way_of_credentials

if TYPE_CHECKING:
    from botocore.credentials import Credentials, ReadOnlyCredentials
    from mypy_boto3_s3 import S3Client

_NAMES = ("access_key_id", "secret_access_key", "session_token")
_OF_CLIENT = attrgetter("_request_signer._credentials")
_END = "_expiry_time"


class CredentialSource(Protocol):
    """The part of botocore's credentials that is used here; some renew themselves."""

    def get_frozen_credentials(self) -> "ReadOnlyCredentials": ...


def check_profile_credentials(profile: Profile) -> None:
    """Raises SettingsError for half a pair, and for a pair beside an AWS profile."""
    if bool(profile.access_key_id) != bool(profile.secret_access_key):
        raise SettingsError(
            f'The profile "{profile.name}" has only one half of the credentials.',
            todo="Set access_key_id and secret_access_key together, or neither.",
        )
    if profile.access_key_id and profile.aws_profile:
        raise SettingsError(
            f'The profile "{profile.name}" names credentials and an AWS profile.',
            todo="Keep one of the two.",
        )
    secrets = (profile.access_key_id, profile.secret_access_key, profile.session_token)
    for name, secret in zip(_NAMES, secrets, strict=True):
        if secret and not _is_clean(secret.reveal()):
            raise _unclean(name, f'of the profile "{profile.name}"')


def check_resolved(credentials: "Credentials") -> None:
    """Raises SettingsError where a value would break the request's headers, and be quoted."""
    name = _unclean_part(credentials)
    if name:
        raise _unclean(name, f'from "{credentials.method}"')


class CredentialWatch:
    """Tells the redactor about credentials whenever they are about to sign: they get renewed."""

    def __init__(self, source: CredentialSource) -> None:
        self._source = source
        self._seen = 0

    def before_sign(self, **_event: object) -> None:
        """Handler of botocore's `before-sign`, on the thread of the request."""
        fingerprint = hash(self._source.get_frozen_credentials())
        if fingerprint != self._seen:
            _register(self._source.get_frozen_credentials())
            self._seen = fingerprint


@dataclass(frozen=True)
class CredentialLife:
    """`temporary` credentials end, at `end` where that is known: those that renew themselves tell."""

    temporary: bool
    end: datetime | None


def origin_of_credentials(profile: Profile, client: "S3Client") -> CredentialOrigin:
    """Of those that a client of the profile signs with; asks nobody, reads the AWS settings again.

    May fetch them again when they are about to end: raises SettingsError and errors of botocore.
    """
    life = life_of_credentials(client)
    way = way_of_credentials(profile, _OF_CLIENT(client).method)
    return CredentialOrigin(way.source, way.renewal, life.temporary, life.end)


def renewal_of_credentials(profile: Profile, client: "S3Client") -> str:
    """What a user does when those of a client have ended. Raises as `origin_of_credentials`."""
    return way_of_credentials(profile, _OF_CLIENT(client).method).renewal


def life_of_credentials(client: "S3Client") -> CredentialLife:
    """Of those that a client signs with now. Botocore keeps it to itself."""
    credentials: CredentialSource = _OF_CLIENT(client)
    end: datetime | None = getattr(credentials, _END, None)
    return CredentialLife(bool(credentials.get_frozen_credentials().token), end)


def _register(frozen: "ReadOnlyCredentials") -> None:
    for value in frozen[:3]:  # what follows is the account's number, which support asks for
        if value:
            register(value)


def _unclean_part(credentials: "Credentials") -> str:
    named = zip(_NAMES, credentials.get_frozen_credentials()[:3], strict=True)
    return next((name for name, value in named if value and not _is_clean(value)), "")


def _is_clean(value: str) -> bool:
    return value.isascii() and value.isprintable() and " " not in value


def _unclean(name: str, where: str) -> SettingsError:
    return SettingsError(
        f"The {name} {where} has a space, a line break or another character that no key has.",
        todo="Paste it again without anything before or after it.",
    )
