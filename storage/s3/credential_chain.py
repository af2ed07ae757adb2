"""Where credentials are looked for: botocore's own chain, with links of ours that say what is wrong."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from core.errors import StoreCredentialsError
from core.printable import brief
from core.redaction import register
from storage.s3.aws_files import read_aws_file
from storage.s3.aws_settings import settings_file
from storage.s3.credential_process import ProcessCredentials
from storage.s3.sign_in import SignIn

if TYPE_CHECKING:
    from botocore.credentials import CredentialProvider, CredentialResolver
    from botocore.session import Session as BotoSession
    from botocore.utils import FileWebIdentityTokenLoader

_TOKEN_VARIABLE = "AWS_WEB_IDENTITY_TOKEN_FILE"  # noqa: S105 - a name


def credential_chain(
    settings: "BotoSession", sign_in: SignIn, ask_code: Callable[[str], str]
) -> "CredentialResolver":
    """For these settings. `ask_code` is called with a text in which an MFA device is, for a code of it.

    Imports botocore.
    """
    from botocore.credentials import (
        AssumeRoleProvider,
        CanonicalNameCredentialSourcer,
        EnvProvider,
        create_credential_resolver,
    )

    resolver = create_credential_resolver(settings, _cache(sign_in))
    profile = settings.get_config_variable("profile") or "default"
    named = settings.instance_variables().get("profile") is not None
    providers = ProfileProviders(settings, sign_in)
    role = AssumeRoleProvider(
        load_config=lambda: settings.full_config,
        client_creator=_client_creator(settings),
        cache=_cache(sign_in),
        profile_name=profile,
        prompter=ask_code,
        credential_sourcer=CanonicalNameCredentialSourcer(
            [
                EnvProvider(),
                resolver.get_provider("container-role"),
                resolver.get_provider("iam-role"),
            ]
        ),
        profile_provider_builder=providers,
    )
    ours = {each.METHOD: each for each in providers.providers(profile, disable_env_vars=named)}
    ours[role.METHOD] = role
    resolver.providers = [ours.get(each.METHOD, each) for each in resolver.providers]
    return resolver


class ProfileProviders:
    """Stands in for botocore's ProfileProviderBuilder: what a profile of the AWS settings leads to."""

    def __init__(self, settings: "BotoSession", sign_in: SignIn) -> None:
        self._settings = settings
        self._sign_in = sign_in

    def providers(
        self, profile_name: str, *, disable_env_vars: bool = False
    ) -> "Sequence[CredentialProvider]":
        """In botocore's order."""
        from botocore.configloader import build_profile_map
        from botocore.credentials import (
            AssumeRoleWithWebIdentityProvider,
            ConfigProvider,
            ProfileProviderBuilder,
            SharedCredentialProvider,
        )

        def read_profiles(path: str) -> dict[str, Any]:
            return build_profile_map(read_aws_file(path))

        settings = self._settings
        ours: list[Any] = [
            ProcessCredentials(profile_name, lambda: settings.full_config, self._sign_in),
            SharedCredentialProvider(
                settings_file(settings, "credentials_file"), profile_name, read_aws_file
            ),
            ConfigProvider(
                settings_file(settings),
                profile_name,
                read_profiles,
            ),
            AssumeRoleWithWebIdentityProvider(
                load_config=lambda: settings.full_config,
                client_creator=_client_creator(settings),
                profile_name=profile_name,
                cache=_cache(self._sign_in),
                disable_env_vars=disable_env_vars,
                token_loader_cls=cast("type[FileWebIdentityTokenLoader]", _web_identity),
            ),
        ]
        by_method = {each.METHOD: each for each in ours}
        botocores = ProfileProviderBuilder(settings, _cache(self._sign_in)).providers(
            profile_name, disable_env_vars
        )
        return [by_method.get(each.METHOD, each) for each in botocores]


def _client_creator(settings: "BotoSession") -> Callable[..., Any]:
    from botocore.utils import create_nested_client

    return partial(create_nested_client, settings)


def _cache(sign_in: SignIn) -> dict[str, Any]:
    return cast("dict[str, Any]", sign_in.roles)  # of a mapping botocore uses three methods


def _web_identity(path: str) -> Callable[[], str]:
    return partial(_web_identity_token, path)


def _web_identity_token(path: str) -> str:
    failure = None
    try:
        with open(path, encoding="utf-8") as file:
            token = file.read()
    except (OSError, UnicodeDecodeError) as error:
        origin = _TOKEN_VARIABLE if os.environ.get(_TOKEN_VARIABLE) == path else "~/.aws/config"
        reason = getattr(error, "strerror", None) or "it is no text"
        failure = StoreCredentialsError(
            f"The web identity token cannot be read: {brief(path)}: {reason.lower()}.",
            todo=f"It is named by {origin}: what writes it has not done so, or not there.",
        )
    else:
        register(token.strip())
        return token
    raise failure
