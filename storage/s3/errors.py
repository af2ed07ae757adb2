"""The one place where errors of botocore and what is below it become errors of `core.errors`.

Their texts, attributes and chained originals may hold session tokens, whole request headers and
passwords in URLs. So nothing is wrapped: a new error is built from facts that are safe to know,
and the original is not kept, neither as its cause nor as its context.
"""

import re
import socket
from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar, cast

from core.errors import (
    RunFerryError,
    SettingsError,
    StoreConnectionError,
    StoreCredentialsError,
    StoreEndpointError,
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

T = TypeVar("T")

_CLIENT_ERROR = 400
_NO_SUCH_NAME = (socket.EAI_NONAME, socket.EAI_NODATA)


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
    return StoreError(f"The S3 client failed in {request.operation} ({type(error).__name__}).")


def foreign_answer(request: S3Request, status: int = 0) -> StoreError:
    """For an answer that no S3 server gives; `status` is that of HTTP, if one is known."""
    if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        return _not_let_through(request, status)
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


def _no_connection(error: Exception, request: S3Request) -> RunFerryError:
    inner = _inner(error)
    text = f"{inner} {error}"
    if any(f"[Errno {number}]" in text for number in _NO_SUCH_NAME):
        return WayLostError(
            f"The name of {request.server} is unknown: the endpoint is misspelt, or known elsewhere only.",
            todo="Check the endpoint and the region, and whether a VPN is needed.",
        )
    if type(inner).__name__ in {"NameResolutionError", "gaierror"}:
        return StoreConnectionError(
            f"The name of {request.server} cannot be resolved at the moment.",
            todo="Check the network, then retry.",
        )
    return StoreConnectionError(
        f"No connection to {request.server}.",
        todo="Check the network, and that the server is running, then retry.",
    )


def _broken(error: Exception, request: S3Request) -> RunFerryError:
    return StoreConnectionError(
        f"The connection to {request.server} broke during {request.operation} "
        f"({type(error).__name__}).",
        todo="Check the network, then retry.",
    )


def _too_slow(error: Exception, request: S3Request) -> RunFerryError:
    return StoreConnectionError(
        f"{request.server} did not answer in time.",
        todo="Check the network, then retry.",
    )


def _tls(error: Exception, request: S3Request) -> RunFerryError:
    text = str(_inner(error)) + str(error)
    if "ostname mismatch" in text or "IP address mismatch" in text:
        why = "its certificate is for another name"
        todo = "Check the endpoint: it has to be a name that the certificate holds."
    elif "certificate has expired" in text:
        why = "its certificate has expired"
        todo = "Ask the operator of the store to renew it, and check this machine's clock."
    elif "CERTIFICATE_VERIFY_FAILED" in text:
        why = "its certificate is not trusted"
        todo = "Let AWS_CA_BUNDLE name the file with the certificate of your authority."
    elif "WRONG_VERSION_NUMBER" in text:
        why = "it does not speak TLS"
        todo = "Write the endpoint with http:// if that is meant."
    else:
        return StoreConnectionError(
            f"No secure connection to {request.server}: TLS failed.",
            todo="Check the endpoint, and any proxy on the way.",
        )
    return WayLostError(f"No secure connection to {request.server}: {why}.", todo=todo)


def _proxy(error: Exception, request: S3Request) -> RunFerryError:
    refused = re.search(r"Tunnel connection failed: (4\d\d)", str(_inner(error)))
    if refused:
        return _not_let_through(request, int(refused[1]))
    return StoreConnectionError(
        f"The proxy on the way to {request.server} cannot be reached.",
        todo="Check the network and HTTPS_PROXY, then retry.",
    )


def _not_let_through(request: S3Request, status: int) -> StoreEndpointError:
    return StoreEndpointError(
        f"The proxy did not let us through to {request.server} (HTTP {status}).",
        todo="Check HTTPS_PROXY or HTTP_PROXY and the login in it, or except the store in NO_PROXY.",
    )


def _no_file(error: Exception, request: S3Request) -> RunFerryError:
    name = printable(redact(str(getattr(error, "filename", None) or "")))
    quoted = f": {name}" if name else ""
    return StoreCredentialsError(
        f"A file or program that the settings for S3 name cannot be used "
        f"({type(error).__name__}{quoted}).",
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
    way = printable(redact(str(getattr(error, "kwargs", {}).get("provider", ""))))
    of_way = f" ({way})" if way else ""
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
    return SettingsError(
        f"The settings for S3 cannot be used ({type(error).__name__}).",
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


def _overloaded(error: Exception, request: S3Request) -> RunFerryError:
    return StoreThrottledError(f"Too many requests to {request.server} failed.", todo="Try again.")


def _inner(error: Exception) -> object:
    return getattr(error, "kwargs", {}).get("error")


_Explain = Callable[[Exception, S3Request], RunFerryError]
_NAMES: dict[_Explain, str] = {
    _no_connection: "EndpointConnectionError NewConnectionError ConnectionRefusedError",
    _too_slow: "ConnectTimeoutError ReadTimeoutError TimeoutError",
    _tls: "SSLError",
    _proxy: "ProxyConnectionError ProxyError",
    _no_file: "FileNotFoundError NotADirectoryError PermissionError",
    _broken: "ConnectionError HTTPClientError HTTPError HTTPException OSError IncompleteReadError "
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
