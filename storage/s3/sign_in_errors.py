"""Why there are no credentials: what each way to them says when it fails, and what helps there."""

import re
from typing import TYPE_CHECKING

from core.errors import (
    RunFerryError,
    SettingsError,
    StoreConnectionError,
    StoreCredentialsError,
)
from core.printable import harmless, printable
from core.redaction import redact
from storage.s3.explanations import ExpiredCredentialsError
from storage.s3.refusal import Refusal
from storage.s3.request import S3Request

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_WRONG_CODE = "one time pass code"
_LIKE_A_KEY = re.compile(r"[A-Za-z0-9+/=]{32,}", re.ASCII)
_SAID = 300
_SERVICES = {
    "AssumeRole": "AWS STS did not let you take the role",
    "AssumeRoleWithWebIdentity": "AWS STS did not let the web identity token take the role",
    "GetRoleCredentials": "AWS single sign-on did not give the credentials of the role",
    "CreateToken": "AWS single sign-on did not renew the sign-in",
    "CreateOAuth2Token": "AWS did not renew the sign-in of `aws login`",
}


def is_wrong_code(error: "ClientError") -> bool:
    """Whether STS refused the code of an MFA device: another one may do."""
    message = str(error.response.get("Error", {}).get("Message", ""))
    return error.operation_name == "AssumeRole" and _WRONG_CODE in message.lower()


def role_refused(error: "ClientError") -> RunFerryError:
    """For what the services answer that hand out credentials: none of it is about a bucket."""
    refusal = Refusal.from_response(dict(error.response))
    did_not = _SERVICES.get(error.operation_name, f"AWS refused {printable(error.operation_name)}")
    said = f": {refusal.message.rstrip('. ')}" if refusal.message else ""
    return StoreCredentialsError(
        f"{did_not}{said} {refusal.details}.",
        todo="Check role_arn, mfa_serial and source_profile in ~/.aws/config; the role has to trust "
        "you, and you need the permission sts:AssumeRole on it.",
    )


def sign_in_with_sso(error: Exception, request: S3Request) -> RunFerryError:
    """The token of single sign-on is not there, or has ended."""
    return StoreCredentialsError(
        "The sign-in with AWS single sign-on has ended, or was not made.",
        todo=f"Sign in again with `{request.sign_in}`, then retry.",
    )


def sign_in_with_login(error: Exception, request: S3Request) -> RunFerryError:
    """The same of `aws login`."""
    return StoreCredentialsError(
        "The sign-in with `aws login` has ended, or was not made.",
        todo=f"Sign in again with `{request.log_in}`, then retry.",
    )


def package_missing(error: Exception, request: S3Request) -> RunFerryError:
    """Botocore signs the renewal of `aws login` with a package that is not part of it."""
    named = printable(request.aws_profile) or "NAME"
    return StoreCredentialsError(
        "An AWS profile made by `aws login` needs the package awscrt, which is not installed.",
        todo='Install it where RunFerry is (pip install "runferry[login]", or pipx inject runferry '
        "awscrt), or let the AWS CLI do it: an AWS profile with credential_process = aws configure "
        f"export-credentials --profile {named} --format process.",
    )


def code_needed_again(error: Exception, request: S3Request) -> RunFerryError:
    """Botocore renews no role that needs a code; whoever signs in anew is asked for one."""
    return ExpiredCredentialsError(
        "The credentials of the role are about to end, and need another code of the MFA device.",
        todo="Retry: the code is asked for.",
    )


def metadata_silent(error: Exception, request: S3Request) -> RunFerryError:
    """Containers and instances."""
    return StoreConnectionError(
        "The metadata service of this machine did not hand out the credentials of its role.",
        todo="Try again in a moment; if it stays, check that the machine has a role, or name an AWS "
        "profile in the settings.",
    )


def plain_words(text: str) -> str:
    """What a library says about settings, short, without its full stop, and without what looks like a key."""
    return _LIKE_A_KEY.sub("…", harmless(redact(text)))[:_SAID].rstrip(". ")


def settings_contradict(error: Exception, request: S3Request) -> RunFerryError:
    """Botocore's own words: they are about names of settings and profiles."""
    said = plain_words(str(error))
    return SettingsError(
        f"The AWS settings cannot be used: {said}.",
        todo="Check the AWS profile in ~/.aws/config and ~/.aws/credentials.",
    )
