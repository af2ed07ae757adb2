"""The `[profiles.NAME]` tables of the settings file."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from core.redaction.secret import Secret
from core.settings import STORE_TRAITS, Acl, AddressingStyle, Encryption, Profile, StoreKind
from storage.bucket_names import access_point_region
from storage.settings import values
from storage.settings.lines import Keys
from storage.settings.text import SettingsText, refuse_unknown

LOCAL = "local"
"""The built-in profile: a directory beside the state."""

_CREDENTIALS = ("access_key_id", "secret_access_key", "session_token")
_PATHS = ("path", "ca_bundle")
_CHECKS: Mapping[str, Callable[[object], Any]] = {
    "kind": values.choice(*StoreKind),
    "path": values.text,
    "bucket": values.bucket,
    "prefix": values.prefix,
    "region": values.region,
    "endpoint_url": values.endpoint_url,
    "aws_profile": values.text,
    **dict.fromkeys(_CREDENTIALS, values.reference),
    "addressing_style": values.choice(*AddressingStyle),
    "checksums": values.switch,
    "create_bucket": values.switch,
    "archive_class": values.storage_class,
    "encryption": values.choice(*Encryption),
    "kms_key_id": values.kms_key,
    "bucket_key": values.switch,
    "acl": values.choice(*Acl),
    "request_payer": values.switch,
    "storage_class": values.storage_class,
    "object_tags": values.switch,
    "part_size": values.part_size,
    "ca_bundle": values.text,
    "proxy": values.proxy,
}
_WORDS: Mapping[str, Callable[[Any], Any]] = {
    "addressing_style": AddressingStyle,
    "encryption": Encryption,
    "acl": Acl,
}

FIELDS = tuple(_CHECKS)


def read_profiles(text: SettingsText, environ: Mapping[str, str]) -> dict[str, Profile]:
    """All profiles of the file and the built-in one, without credentials.

    Raises SettingsError for any table that could not be used, also when it is not in use.
    """
    tables = text.subtable(("profiles",))
    read = {name: _read_profile(text, name, environ) for name in tables}
    return {LOCAL: Profile(LOCAL), **read}


def resolve_credentials(
    text: SettingsText, profile: Profile, environ: Mapping[str, str]
) -> Profile:
    """The profile with what its references stand for. Raises SettingsError."""
    place = ("profiles", profile.name)
    secrets: dict[str, Any] = {}
    for field, written in text.subtable(place).items():
        if field in _CREDENTIALS:
            variable = values.reference(written)
            secrets[field] = Secret(
                text.checked((*place, field), field, variable, partial(values.resolve, environ))
            )
    return replace(profile, **secrets)


def profile_origins(text: SettingsText, profiles: Mapping[str, Profile]) -> dict[str, str]:
    """`profiles.NAME.FIELD` -> file and line, or default."""
    return {
        f"profiles.{name}.{field}": (
            text.origin(("profiles", name, field))
            if field in text.subtable(("profiles", name))
            else "default"
        )
        for name in profiles
        for field in FIELDS
    }


def _read_profile(text: SettingsText, name: str, environ: Mapping[str, str]) -> Profile:
    place = ("profiles", name)
    text.checked(place, "the name of a profile", name, values.table_name)
    refuse_unknown(text, place, _CHECKS)
    table = text.subtable(place)
    found = {
        field: text.checked((*place, field), field, written, _CHECKS[field])
        for field, written in table.items()
    }
    kind = StoreKind(found.get("kind", StoreKind.S3 if "bucket" in found else StoreKind.LOCAL))
    _refuse_contradictions(text, place, kind, found)
    in_home = partial(values.directory, environ.get("HOME"))
    for field in _PATHS:
        if field in found:
            found[field] = text.checked((*place, field), field, found[field], in_home)
    apart = {"kind", *_CREDENTIALS}
    plain = {field: value for field, value in found.items() if field not in apart}
    plain |= {field: word(plain[field]) for field, word in _WORDS.items() if field in plain}
    return Profile(name, kind, **plain)


def _refuse_fields(
    text: SettingsText, place: Keys, kind: StoreKind, found: Collection[str]
) -> None:
    for field in FIELDS:
        if field in found and field not in STORE_TRAITS[kind].fields:
            kinds = (f'"{k}"' for k, traits in STORE_TRAITS.items() if field in traits.fields)
            what = f"{field} belongs to profiles of kind {' or '.join(kinds)}."
            raise text.refusal((*place, field), what)


def _refuse_of_access_points(text: SettingsText, place: Keys, found: Mapping[str, Any]) -> None:
    region = access_point_region(found.get("bucket", ""))
    if region and found.get("region", region) != region:
        what = f"the access point is in the region {region}, as its ARN says."
        raise text.refusal((*place, "region"), what, "Remove it, or correct the ARN.")
    if region and found.get("create_bucket"):
        what = "an access point cannot be created by its ARN."
        raise text.refusal((*place, "create_bucket"), what, "Name the bucket instead.")


def _refuse_contradictions(
    text: SettingsText, place: Keys, kind: StoreKind, found: Mapping[str, Any]
) -> None:
    _refuse_fields(text, place, kind, found)
    if kind is not StoreKind.LOCAL and place[1] == LOCAL:
        what = 'the profile "local" is built in and of kind "local".'
        raise text.refusal(place, what, "Choose another name.")
    if kind is StoreKind.S3 and "bucket" not in found:
        raise text.refusal(place, 'a profile of kind "s3" needs a bucket.')
    _refuse_of_access_points(text, place, found)
    given = [field for field in _CREDENTIALS if field in found]
    if given and not {"access_key_id", "secret_access_key"} <= set(given):
        what = "access_key_id and secret_access_key are only of use together."
        raise text.refusal((*place, given[0]), what)
    if given and "aws_profile" in found:
        what = "a profile has either an aws_profile or credentials of its own."
        raise text.refusal((*place, "aws_profile"), what)
    _refuse_keys_without_kms(text, place, found)


def _refuse_keys_without_kms(text: SettingsText, place: Keys, found: Mapping[str, object]) -> None:
    """S3 refuses each request with such a pair, long after it was written down."""
    encryption = found.get("encryption")
    if "kms_key_id" in found and encryption not in {Encryption.KMS, Encryption.DSSE}:
        what = f'kms_key_id needs encryption = "{Encryption.KMS}" or "{Encryption.DSSE}".'
        raise text.refusal((*place, "kms_key_id"), what)
    if found.get("bucket_key") and encryption != Encryption.KMS:
        what = f'bucket_key needs encryption = "{Encryption.KMS}".'
        raise text.refusal((*place, "bucket_key"), what)
