"""The ways to credentials, in words: what each is called, and what helps when it leads nowhere."""

import os
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.printable import brief
from core.settings import Profile
from storage.s3.aws_settings import aws_settings, settings_file

_KEYS = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_TOKEN_VARIABLE = "AWS_WEB_IDENTITY_TOKEN_FILE"  # noqa: S105 - a name
_CONTAINER = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")


@dataclass(frozen=True)
class Way:
    """`source` fits within a sentence, `renewal` is one."""

    source: str
    renewal: str


@dataclass(frozen=True)
class Place:
    """What the AWS settings say where credentials were looked for."""

    profile: Profile
    aws_profile: str
    settings: Mapping[str, Any]
    config_file: str
    credentials_file: str

    @property
    def named(self) -> str:
        """As in `the AWS profile "lab"`."""
        return f'the AWS profile "{brief(self.aws_profile)}"'

    def setting(self, name: str) -> str:
        """Of the AWS profile, fit to be printed."""
        return brief(str(self.settings.get(name, "")))

    def signing_in(self, command: str) -> str:
        """What to do, by a command that needs the AWS profile's name."""
        named = (
            "" if self.aws_profile == "default" else f" --profile {shlex.quote(self.aws_profile)}"
        )
        return f"Sign in again with `{command}{brief(named)}`, then retry."


def way_of_credentials(profile: Profile, method: str) -> Way:
    """`method` is botocore's word. Reads the AWS settings: raises SettingsError, imports botocore."""
    settings = aws_settings(profile)
    place = Place(
        profile,
        settings.get_config_variable("profile") or "default",
        settings.get_scoped_config(),
        settings_file(settings),
        settings_file(settings, "credentials_file"),
    )
    describe = _WAYS.get(method)
    return describe(place) if describe else Way(brief(method), _TRY_AGAIN)


_TRY_AGAIN = "Try again in a moment; if it stays, ask who runs this machine."


def _explicit(place: Place) -> Way:
    name = brief(place.profile.name)
    return Way(
        f'access_key_id and secret_access_key of the profile "{name}"',
        f'Give the variables that the profile "{name}" refers to new values, and start RunFerry again.',
    )


def _environment(place: Place) -> Way:
    return Way(
        _KEYS, "Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN anew, and start "
        "RunFerry again."
    )  # fmt: skip


def _file(place: Place, file: str) -> Way:
    return Way(
        f"{place.named} in {brief(file)}",
        f"Put new credentials into {brief(file)}, for {place.named}, then retry.",
    )


def _process(place: Place) -> Way:
    command = str(place.settings.get("credential_process", ""))
    program = brief(command.split(maxsplit=1)[0]) if command.split() else ""
    return Way(
        f"credential_process of {place.named} ({program})",
        f"Run {program or 'the program'} by hand to see what it needs, then retry.",
    )


def _role(place: Place) -> Way:
    role, device = place.setting("role_arn"), place.setting("mfa_serial")
    origin = place.setting("source_profile") or place.setting("credential_source")
    code = f", and a code of {device}" if device else ""
    return Way(
        f'the role {role} of {place.named}, by "{origin}"{code}',
        "Retry: the code is asked for again."
        if device
        else f'Renew those of "{origin}", then retry.',
    )


def _web_identity(place: Place) -> Way:
    of_variable = os.environ.get(_TOKEN_VARIABLE)
    file = brief(of_variable or "") or place.setting("web_identity_token_file")
    origin = _TOKEN_VARIABLE if of_variable else place.named
    return Way(
        f"a role, by the web identity token in {file} (named by {origin})",
        f"See to it that the token in {file} is renewed, then retry.",
    )


def _sso(place: Place) -> Way:
    return Way(f"single sign-on of {place.named}", place.signing_in("aws sso login"))


def _login(place: Place) -> Way:
    return Way(f"`aws login` of {place.named}", place.signing_in("aws login"))


def _container(place: Place) -> Way:
    variable = next(filter(os.environ.get, _CONTAINER), _CONTAINER[0])
    return Way(f"the role of this container ({variable})", _TRY_AGAIN)


def _instance(place: Place) -> Way:
    return Way("the role of this instance", _TRY_AGAIN)


_WAYS: Mapping[str, Callable[[Place], Way]] = {
    "explicit": _explicit,
    "env": _environment,
    "shared-credentials-file": lambda place: _file(place, place.credentials_file),
    "config-file": lambda place: _file(place, place.config_file),
    "custom-process": _process,
    "assume-role": _role,
    "assume-role-with-web-identity": _web_identity,
    "sso": _sso,
    "login": _login,
    "container-role": _container,
    "iam-role": _instance,
}
