"""No answer of the store: its name, the connection, certificates, or a proxy between.

What is set up wrongly here is a StoreEndpointError and names the setting; what may pass by itself is a
StoreConnectionError.
"""

import re
import socket

from core.errors import RunFerryError, StoreConnectionError, StoreEndpointError
from core.printable import printable
from storage.s3.explanations import WayLostError
from storage.s3.request import S3Request
from storage.s3.way import Trust, configured_authorities

_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
_OTHER_NAME = ("ostname mismatch", "IP address mismatch", "doesn't match", "no appropriate subject")
_NAMES = re.compile(r"doesn't match (?:either of )?((?:'[\w.*:-]+'(?:, )?)+)")
_SERVER_ERROR = "5"
_OF_CONTENT = {"PutObject", "UploadPart"}
# By the name of the error, the first that is found in the chain of its base classes.
_HOW = {
    "ConnectionClosedError": "was closed",
    "ConnectionResetError": "was reset",
    "BrokenPipeError": "was closed",
    "IncompleteReadError": "ended before the answer did",
    "IncompleteRead": "ended before the answer did",
    "ResponseStreamingError": "ended before the answer did",
    "ChecksumError": "changed what was sent",
    "FlexibleChecksumError": "changed what was sent",
}


def no_connection(error: Exception, request: S3Request) -> RunFerryError:
    """Its name is unknown, or nobody listens there."""
    inner = _inner(error)
    text = f"{inner} {error}"
    if any(f"[Errno {number}]" in text for number in _NO_SUCH_NAME):
        return WayLostError(
            f"The name of {request.server} is unknown: the endpoint is misspelt, or known elsewhere only.",
            todo=f"Check the endpoint and the region, and whether a VPN is needed.{_unused(request)}",
        )
    if type(inner).__name__ in {"NameResolutionError", "gaierror"}:
        return StoreConnectionError(
            f"The name of {request.server} cannot be resolved at the moment.",
            todo="Check the network, then retry.",
        )
    return StoreConnectionError(
        f"No connection to {request.server}.",
        todo=f"Check the network, and that the server is running, then retry.{_unused(request)}",
    )


def broken(error: Exception, request: S3Request) -> RunFerryError:
    """In the middle of a request."""
    names = [kind.__name__ for kind in type(error).__mro__]
    how = next((_HOW[name] for name in names if name in _HOW), "broke")
    todo = "Check the network, then retry."
    if request.operation in _OF_CONTENT:
        todo += (
            " If it happens each time, something on the way may refuse requests of this size: then "
            "a smaller part_size in the profile helps."
        )
    return StoreConnectionError(
        f"The connection to {request.server} {how} during {request.operation}.", todo=todo
    )


def too_slow(error: Exception, request: S3Request) -> RunFerryError:
    """Silence."""
    return StoreConnectionError(
        f"{request.server} did not answer in time.",
        todo=f"Check the network, then retry.{_unused(request)}",
    )


def tls(error: Exception, request: S3Request) -> RunFerryError:
    """The file of authorities is looked at first: botocore says nothing of why it cannot be used."""
    trust = request.way.trust.behind(configured_authorities(request.aws_profile))
    if problem := trust.problem():
        return StoreEndpointError(
            f"{trust.named}, {problem}: no certificate can be checked.",
            todo=f"Let {trust.origin} name a file with the certificates of authorities in PEM format, "
            "or remove it.",
        )
    text = str(_inner(error)) + str(error)
    if any(words in text for words in _OTHER_NAME):
        found = _NAMES.search(text)
        names = f", {found[1].replace(chr(39), '')}" if found else ""
        why = f"its certificate is for another name{names}"
        todo = "Check the endpoint: it has to be a name that the certificate holds."
    elif "certificate has expired" in text:
        why = "its certificate has expired"
        todo = "Ask the operator of the store to renew it, and check this machine's clock."
    elif "CERTIFICATE_VERIFY_FAILED" in text:
        why, todo = "its certificate is not trusted", _whom_to_trust(trust)
    elif "WRONG_VERSION_NUMBER" in text:
        why = "it does not speak TLS"
        todo = "Write the endpoint with http:// if that is meant."
    else:
        return StoreConnectionError(
            f"No secure connection to {request.server}: TLS failed.",
            todo="Check the endpoint, and any proxy on the way.",
        )
    return WayLostError(f"No secure connection to {request.server}: {why}.", todo=todo)


def proxy(error: Exception, request: S3Request) -> RunFerryError:
    """It was not reached, or did not let the request through."""
    answer = re.search(r"Tunnel connection failed: (\d{3})", str(_inner(error)))
    if answer and not answer[1].startswith(_SERVER_ERROR):
        return not_let_through(request, int(answer[1]))
    if answer:
        return StoreConnectionError(
            f"{_the_proxy(request)} cannot reach {request.server} (HTTP {answer[1]}).",
            todo="Ask who runs it, or except the store in NO_PROXY.",
        )
    if any(f"[Errno {number}]" in f"{_inner(error)}" for number in _NO_SUCH_NAME):
        return WayLostError(
            f"The name of {_the_proxy(request, begins=False)} is unknown.",
            todo=f"Check {_variable(request)}, and whether a VPN is needed.",
        )
    return StoreConnectionError(
        f"{_the_proxy(request)} on the way to {request.server} cannot be reached.",
        todo=f"Check the network and {_variable(request)}, then retry.",
    )


def not_let_through(request: S3Request, status: int) -> StoreEndpointError:
    """What a proxy refuses it refuses again."""
    return StoreEndpointError(
        f"{_the_proxy(request)} did not let us through to {request.server} (HTTP {status}).",
        todo=f"Check {_variable(request)} and the login in it, or except the store in NO_PROXY.",
    )


def _inner(error: Exception) -> object:
    return getattr(error, "kwargs", {}).get("error")


def _whom_to_trust(trust: Trust) -> str:
    if trust.file:
        return f"{trust.named}: add the certificate of its authority there."
    return (
        "Let ca_bundle of the profile, or AWS_CA_BUNDLE, name the file with the certificate of your "
        "authority."
    )


def _the_proxy(request: S3Request, *, begins: bool = True) -> str:
    proxy = request.way.proxy
    if not proxy:
        return "The proxy" if begins else "the proxy"
    return f"{'The' if begins else 'the'} proxy {proxy.server} ({proxy.origin})"


def _variable(request: S3Request) -> str:
    return request.way.proxy.origin if request.way.proxy else "HTTPS_PROXY and HTTP_PROXY"


def _unused(request: S3Request) -> str:
    name = printable(request.way.unused)
    return f" {name} is not used, HTTPS_PROXY and HTTP_PROXY are." if name else ""
