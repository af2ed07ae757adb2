"""The one place where errors of botocore and what is below it become errors of `core.errors`.

Their texts, attributes and chained originals may hold session tokens, whole request headers and
passwords in URLs. So nothing is wrapped: a new error is built from facts that are safe to know,
and the original is not kept, neither as its cause nor as its context.
"""

import logging
import os
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar, cast

from core.errors import (
    RunFerryError,
    SettingsError,
    StoreConnectionError,
    StoreCredentialsError,
    StoreError,
    StoreThrottledError,
)
from core.printable import printable
from core.redaction import redact
from storage.s3.explanations import WayLostError, refused
from storage.s3.refusal import Refusal
from storage.s3.request import S3Request
from storage.s3.sign_in_errors import (
    code_needed_again,
    metadata_silent,
    package_missing,
    plain_words,
    settings_contradict,
    sign_in_with_login,
    sign_in_with_sso,
)
from storage.s3.way_errors import broken, no_connection, not_let_through, proxy, tls, too_slow

_log = logging.getLogger(__name__)
T = TypeVar("T")

_CLIENT_ERROR = 400


def translated(request: S3Request, call: Callable[[], T]) -> T:
    """The result of `call`. Whatever it raises comes out as StoreError or SettingsError."""
    try:
        return call()
    except RunFerryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not get out
        failure = translate(error, request)
    # Raised outside of the handler: `from None` only hides the original, which would stay
    # reachable as __context__.
    raise failure from None


def translate(error: Exception, request: S3Request) -> RunFerryError:
    """What happened, as one of our errors that knows nothing of `error`."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return refused(Refusal.from_response(cast("dict[str, object]", response)), request)
    # By name along the base classes: botocore is not imported for looking at an error, and
    # most of urllib3's and the operating system's errors have their names from the same stock.
    for kind in type(error).__mro__:
        if explain := _BY_NAME.get(kind.__name__):
            return explain(error, request)
    # Its name tells something to who mends RunFerry, and nothing to who uses it.
    _log.warning("%s failed with %s", request.operation, type(error).__name__)
    return StoreError(
        f"The S3 client failed in {request.operation}, in a way that RunFerry does not know.",
        todo="The log names the error: please report it.",
    )


def foreign_answer(request: S3Request, status: int = 0) -> StoreError:
    """For an answer that no S3 server gives; `status` is that of HTTP, if one is known."""
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return not_let_through(request, status)
    if status >= _CLIENT_ERROR:
        return WayLostError(
            f"Something that is not an S3 server refused the request to {request.host or 'S3'} "
            f"(HTTP {status}).",
            todo="Check the endpoint, and ask who runs the proxy or firewall on the way.",
        )
    return StoreConnectionError(
        f"Something that is not an S3 server answered for {request.host or 'S3'}.",
        kept="Nothing was taken for success.",
        todo="If this network has a login page, log in there; otherwise check the endpoint.",
    )


def _no_file(error: Exception, request: S3Request) -> RunFerryError:
    name = printable(redact(str(getattr(error, "filename", None) or "")))
    quoted = f" {name}" if name else ""
    why = os.strerror(number) if (number := getattr(error, "errno", None)) else "it is not there"
    return StoreCredentialsError(
        f"A file or program that the settings for S3 name cannot be used:{quoted} ({why}).",
        todo="Check credential_process and the token files in ~/.aws/config, and the AWS_* variables.",
    )


def _not_s3(error: Exception, request: S3Request) -> RunFerryError:
    return foreign_answer(request)


def _no_credentials(error: Exception, request: S3Request) -> RunFerryError:
    return StoreCredentialsError(
        "No credentials for S3 were found.",
        todo="Sign in (`aws sso login`, `aws configure`), or name an AWS profile in the settings.",
    )


def _partial_credentials(error: Exception, request: S3Request) -> RunFerryError:
    return StoreCredentialsError(
        "The credentials for S3 are incomplete: key id and secret key are needed together.",
        todo="Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the AWS profile.",
    )


def _not_fetched(error: Exception, request: S3Request) -> RunFerryError:
    way = str(getattr(error, "kwargs", {}).get("provider", ""))
    of_way = f" ({way})" if re.fullmatch(r"[a-z][a-z0-9-]{1,39}", way) else ""
    return StoreCredentialsError(
        f"What hands out the credentials for S3{of_way} gave none that can be used.",
        todo="Check the AWS profile in ~/.aws/config and the AWS_* variables, then retry.",
    )


def _no_profile(error: Exception, request: S3Request) -> RunFerryError:
    name = str(getattr(error, "kwargs", {}).get("profile", ""))
    quoted = f' "{name}"' if re.fullmatch(r"[\w .@-]{1,64}", name) else ""
    return SettingsError(
        f"There is no AWS profile{quoted}.",
        todo="Check aws_profile in the settings, AWS_PROFILE, and ~/.aws/config.",
    )


def _aws_settings(error: Exception, request: S3Request) -> RunFerryError:
    names = (kind.__name__ for kind in type(error).__mro__)
    setting = next((_SETTINGS[name] for name in names if name in _SETTINGS), "") or _odd_number()
    if setting:
        return SettingsError(
            f"The settings for S3 cannot be used: {setting} is missing, or has a value that cannot be.",
            todo=f"Set {setting} anew, or remove it.",
        )
    return SettingsError(
        "The settings for S3 cannot be used.",
        todo="Check endpoint_url and region of the profile, the AWS_* variables, ~/.aws/config.",
    )


def _no_address(error: Exception, request: S3Request) -> RunFerryError:
    """Botocore's own words, about settings that exclude each other."""
    why = plain_words(str(getattr(error, "kwargs", {}).get("msg", "")))
    return SettingsError(
        f"No address for s3://{printable(request.bucket)} can be made of the AWS settings"
        f"{why and ': '}{why}.",
        todo="Check use_accelerate_endpoint, use_fips_endpoint and use_dualstack_endpoint in "
        "~/.aws/config, AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT, and endpoint_url.",
    )


def _odd_number() -> str:
    """The first variable with something else where a number belongs."""
    return next((name for name in _NUMBERS if not os.environ.get(name, "0").isdecimal()), "")


def _overloaded(error: Exception, request: S3Request) -> RunFerryError:
    return StoreThrottledError(f"Too many requests to {request.server} failed.", todo="Try again.")


_NUMBERS = (
    "AWS_MAX_ATTEMPTS",
    "AWS_METADATA_SERVICE_TIMEOUT",
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
)
_REGION = "region (of the profile, AWS_REGION or AWS_DEFAULT_REGION)"
_SETTINGS = {
    "NoRegionError": _REGION,
    "InvalidRegionError": _REGION,
    "UnknownRegionError": _REGION,
    "InvalidHostLabelError": _REGION,
    "ServiceNotInRegionError": _REGION,
    "InvalidIMDSEndpointError": "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "InvalidIMDSEndpointModeError": "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "InvalidMaxRetryAttemptsError": "AWS_MAX_ATTEMPTS",
    "InvalidRetryModeError": "AWS_RETRY_MODE",
    "InvalidDefaultsMode": "AWS_DEFAULTS_MODE",
    "InvalidChecksumConfigError": "AWS_REQUEST_CHECKSUM_CALCULATION or AWS_RESPONSE_CHECKSUM_VALIDATION",
    "InvalidS3AddressingStyleError": "addressing_style of s3 in ~/.aws/config",
    "InvalidS3UsEast1RegionalEndpointConfigError": "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
    "InvalidSTSRegionalEndpointsConfigError": "AWS_STS_REGIONAL_ENDPOINTS",
    "InvalidEndpointDiscoveryConfigurationError": "AWS_ENDPOINT_DISCOVERY_ENABLED",
    "InvalidProxiesConfigError": "HTTPS_PROXY or HTTP_PROXY",
    "UnknownSignatureVersionError": "signature_version of s3 in ~/.aws/config",
    "UnsupportedSignatureVersionError": "signature_version of s3 in ~/.aws/config",
}
_Explain = Callable[[Exception, S3Request], RunFerryError]
_NAMES: dict[_Explain, str] = {
    no_connection: "EndpointConnectionError NewConnectionError ConnectionRefusedError",
    too_slow: "ConnectTimeoutError ReadTimeoutError TimeoutError",
    tls: "SSLError",
    proxy: "ProxyConnectionError ProxyError",
    _no_file: "FileNotFoundError NotADirectoryError PermissionError",
    broken: "ConnectionError HTTPClientError HTTPError HTTPException OSError IncompleteReadError "
    "ChecksumError FlexibleChecksumError AwsChunkedWrapperError",
    # S3 always gives a length and an etag; KeyError is what their absence looks like here.
    _not_s3: "ResponseParserError PaginationError KeyError",
    _no_credentials: "NoCredentialsError",
    _partial_credentials: "PartialCredentialsError",
    _not_fetched: "CredentialRetrievalError UnknownCredentialError UnknownTokenProviderError",
    sign_in_with_sso: "TokenRetrievalError SSOError NoAuthTokenError",
    sign_in_with_login: "LoginError",
    package_missing: "MissingDependencyException",
    code_needed_again: "RefreshWithMFAUnsupportedError",
    metadata_silent: "MetadataRetrievalError",
    settings_contradict: "InvalidConfigError InfiniteLoopConfigError",
    _no_profile: "ProfileNotFound",
    _aws_settings: "ConfigParseError ConfigNotFound InvalidIMDSEndpointError "
    "InvalidIMDSEndpointModeError BaseEndpointResolverError EndpointProviderError "
    "UnknownRegionError InvalidRegionError InvalidHostLabelError InvalidDNSNameError "
    "InvalidEndpointConfigurationError InvalidEndpointDiscoveryConfigurationError "
    "InvalidS3AddressingStyleError InvalidS3UsEast1RegionalEndpointConfigError "
    "InvalidSTSRegionalEndpointsConfigError InvalidRetryConfigurationError "
    "InvalidProxiesConfigError InvalidDefaultsMode InvalidChecksumConfigError "
    "UnsupportedSignatureVersionError "
    # The last is what botocore makes of an endpoint that is no URL.
    "UnknownSignatureVersionError ServiceNotInRegionError ValueError",
    _no_address: "EndpointResolutionError UnsupportedS3AccesspointConfigurationError "
    "UnsupportedS3ConfigurationError UnsupportedS3ArnError",
    _overloaded: "CapacityNotAvailableError",
}
_BY_NAME = {name: explain for explain, names in _NAMES.items() for name in names.split()}
