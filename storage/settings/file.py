"""Settings from flags, environment and `settings.toml`, in this order, over the defaults."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from core.errors import SettingsError
from core.ports.packaging import Compression
from core.settings import AUTO, MOST_PARALLEL, Profile, Settings, StoreKind, TransferSettings
from storage.bucket_names import access_point_name
from storage.settings import values
from storage.settings.appearance import APPEARANCE_KEYS, read_appearance
from storage.settings.keys import key_origins, read_keys
from storage.settings.layers import Layers, Setting
from storage.settings.notify import NOTIFY_KEYS, read_notify
from storage.settings.profiles import (
    FIELDS,
    LOCAL,
    profile_origins,
    read_profiles,
    resolve_credentials,
)
from storage.settings.secrets import refuse_secrets
from storage.settings.text import SettingsText, read_settings_text, refuse_unknown
from storage.settings.watch import WATCH_KEYS, read_watch

_PROFILE = Setting(("profile",), values.table_name, LOCAL, "RUNFERRY_PROFILE", "--profile")
_PARALLEL = Setting(
    ("transfers", "parallel"),
    values.whole(1, MOST_PARALLEL),
    TransferSettings.parallel,
    "RUNFERRY_PARALLEL",
    parse=values.number,
)
_LIMIT = Setting(("transfers", "limit"), values.rate, TransferSettings.limit, "RUNFERRY_LIMIT")
_COMPRESSION = Setting(
    ("transfers", "compression"),
    values.choice(AUTO, *Compression),
    TransferSettings.compression,
    "RUNFERRY_COMPRESSION",
)
_TRANSFERS = (_PARALLEL, _LIMIT, _COMPRESSION)
_TABLES: Mapping[str, tuple[str, ...]] = {
    "watch": WATCH_KEYS,
    "transfers": tuple(setting.keys[-1] for setting in _TRANSFERS),
    "appearance": APPEARANCE_KEYS,
    "notify": NOTIFY_KEYS,
}


def load_settings(
    path: str, environ: Mapping[str, str], overrides: Mapping[str, object]
) -> Settings:
    """Reads the file (none is an empty one) and puts environment and flags over it.

    `overrides` are the flags: profile, bucket (`s3://NAME/PREFIX`), kind, rule, quiet_seconds, stall_seconds;
    None stands for "not given", as an empty variable does. Only the profile in use gets its credentials: to use
    another one, load again. Raises SettingsError, which names file and line, never their text.
    """
    return settings_of(read_settings_text(path), environ, overrides)


def settings_of(
    text: SettingsText, environ: Mapping[str, str], overrides: Mapping[str, object]
) -> Settings:
    """As `load_settings`, of what may be written."""
    layers = Layers(text, environ, overrides)
    if overrides.get("bucket") is not None:
        return _with_origins(_read(text, layers, environ, lambda _: _on_the_fly(overrides)))

    def chosen(profiles: Mapping[str, Profile]) -> Profile:
        return resolve_credentials(text, _chosen(layers, profiles), environ)

    return _read(text, layers, environ, chosen)


def check_settings(text: SettingsText, home: str | None) -> None:
    """Raises SettingsError when this could not be used by itself.

    That is without flags, environment and what credentials refer to, which may be there elsewhere.
    """
    layers = Layers(text, {}, {})
    _read(text, layers, {"HOME": home} if home else {}, partial(_chosen, layers))


def _read(
    text: SettingsText,
    layers: Layers,
    environ: Mapping[str, str],
    choose: Callable[[Mapping[str, Profile]], Profile],
) -> Settings:
    refuse_secrets(text)
    _refuse_unknown_keys(text)
    profiles = read_profiles(text, environ)
    origins = profile_origins(text, profiles)
    profile = choose(profiles)
    return Settings(
        profile=profile,
        profiles=MappingProxyType({**profiles, profile.name: profile}),
        watch=read_watch(text, layers, environ.get("HOME")),
        transfers=TransferSettings(
            layers.pick(_PARALLEL), layers.pick(_LIMIT), layers.pick(_COMPRESSION)
        ),
        appearance=read_appearance(layers),
        notify=read_notify(layers),
        keys=read_keys(text),
        origins=MappingProxyType({**origins, **layers.origins, **key_origins(text)}),
    )


def _with_origins(settings: Settings) -> Settings:
    """Of a profile on the fly."""
    profile = settings.profile
    origins = {f"profiles.{profile.name}.{field}": "default" for field in FIELDS}
    given = ("bucket", "prefix") if profile.prefix else ("bucket",)
    origins |= {f"profiles.{profile.name}.{field}": "flag" for field in given}
    origins["profile"] = "flag"
    return replace(settings, origins=MappingProxyType({**settings.origins, **origins}))


def _refuse_unknown_keys(text: SettingsText) -> None:
    refuse_unknown(text, (), ("profile", "profiles", "rules", "kinds", "roots", "keys", *_TABLES))
    for table, known in _TABLES.items():
        refuse_unknown(text, (table,), known)


def _chosen(layers: Layers, profiles: Mapping[str, Profile]) -> Profile:
    name = layers.pick(_PROFILE)
    if name not in profiles:
        todo = f"There are: {', '.join(sorted(profiles))}."
        raise layers.refusal(_PROFILE, "names a profile that does not exist", todo)
    return profiles[name]


def _on_the_fly(overrides: Mapping[str, object]) -> Profile:
    """Endpoint, region and credentials are left to the AWS settings."""
    if overrides.get("profile") is not None:
        raise SettingsError("Only one of --profile and --bucket can be given.")
    try:
        bucket, prefix = values.bucket_url(overrides["bucket"])
    except ValueError as error:
        raise SettingsError(f"--bucket {error}.") from None
    return Profile(access_point_name(bucket), StoreKind.S3, bucket=bucket, prefix=prefix)
