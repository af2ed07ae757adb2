"""From a profile to credentials that are there, whoever has to be asked for them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, cast

from core.ports.mfa_prompt import CodeQuestion
from core.settings import Profile
from storage.s3.aws_settings import aws_settings
from storage.s3.credential_chain import credential_chain
from storage.s3.credentials import check_resolved
from storage.s3.sign_in import SignIn
from storage.s3.sign_in_errors import is_wrong_code, role_refused

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.credentials import Credentials
    from botocore.session import Session as BotoSession
    from mypy_boto3_s3 import S3Client

_ASKS = "Enter MFA code for "
"""What botocore's question begins with."""


class Session(Protocol):
    """The part of boto3's session that is used here: its stubs name services that are not there."""

    def get_credentials(self) -> "Credentials | None": ...

    def client(
        self, service_name: str, *, endpoint_url: str | None, config: "Config"
    ) -> "S3Client": ...


def signed_in(profile: Profile, sign_in: SignIn) -> "tuple[Session, Credentials]":
    """A session, and its credentials, fetched. A code that is wrong is asked for once more.

    Blocks while a person is asked. Imports boto3. Raises errors of botocore besides our own.
    """
    from botocore.exceptions import ClientError

    refused = False
    with sign_in.turn:
        while True:
            session = _session(profile, sign_in, refused=refused)
            credentials = session.get_credentials()
            if credentials is None:
                from botocore.exceptions import NoCredentialsError

                raise NoCredentialsError
            failure = None
            try:
                check_resolved(credentials)
            except ClientError as error:
                refused = is_wrong_code(error)
                failure = None if refused else role_refused(error)
            else:
                return session, credentials
            if failure:
                raise failure


def _session(profile: Profile, sign_in: SignIn, *, refused: bool) -> Session:
    import boto3

    settings = aws_settings(profile)
    session = boto3.Session(botocore_session=settings)
    ask_code = _asking(settings, sign_in, refused=refused)
    chain = credential_chain(settings, sign_in, ask_code)
    settings.register_component("credential_provider", chain)
    if profile.access_key_id and profile.secret_access_key:
        token = profile.session_token
        settings.set_credentials(
            profile.access_key_id.reveal(),
            profile.secret_access_key.reveal(),
            token.reveal() if token else None,
        )
    return cast("Session", session)


def _asking(settings: "BotoSession", sign_in: SignIn, *, refused: bool) -> Callable[[str], str]:
    def ask_code(text: str) -> str:
        device = text.removeprefix(_ASKS).removesuffix(": ")
        asked = (each for each in _roles(settings) if each[1].get("mfa_serial") == device)
        name, role = next(asked, ("", dict[str, str]()))
        question = CodeQuestion(device, role.get("role_arn", ""), name, refused)
        with sign_in.waits.attending():
            return sign_in.prompt.code_for(question)

    return ask_code


def _roles(settings: "BotoSession") -> Iterator[tuple[str, dict[str, Any]]]:
    """The AWS profile in use, then the one that it has its credentials from, and so on."""
    profiles = settings.full_config["profiles"]
    name = settings.get_config_variable("profile") or "default"
    seen = set[str]()
    while name in profiles and name not in seen:
        seen.add(name)
        yield name, profiles[name]
        name = profiles[name].get("source_profile", "")
