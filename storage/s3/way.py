"""The way to the store: whose certificates are trusted, which proxy is between, and what said so."""

import contextlib
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from core.errors import SettingsError
from core.printable import printable
from core.redaction import register
from core.settings import Profile

_FIRST_AUTHORITIES, _LAST_AUTHORITIES = "AWS_CA_BUNDLE", ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
_CONFIGURED = "ca_bundle in the AWS settings (~/.aws/config)"
_SCHEMES = ("http", "https")


class AwsSession(Protocol):
    """The part of botocore's session that is used here."""

    def get_config_variable(self, logical_name: str) -> object: ...

    def set_config_variable(self, logical_name: str, value: object) -> None: ...


@dataclass(frozen=True)
class Trust:
    """The file with the authorities that are trusted, and what named it; both empty for the usual ones."""

    file: str = ""
    origin: str = ""

    def behind(self, configured: str) -> "Trust":
        """The one in force where `configured` is the ca_bundle of the AWS profile."""
        weak = not self.file or self.origin in _LAST_AUTHORITIES
        return Trust(configured, _CONFIGURED) if configured and weak else self

    @property
    def named(self) -> str:
        """At the beginning of a sentence."""
        return f"{self.origin} names {printable(self.file)}"

    def problem(self) -> str:
        """Why the file cannot be used, as in "…, which does not exist"; empty when it can."""
        if not self.file:
            return ""
        import ssl  # as botocore does, and nobody before

        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(self.file)
        except ssl.SSLError:
            return "which holds no certificate"
        except FileNotFoundError:
            return "which does not exist"
        except OSError as error:
            return f"which cannot be read ({os.strerror(error.errno or 0)})"
        return ""


@dataclass(frozen=True)
class Proxy:
    """Where it is, with its login perhaps, and what named it. `server` is host and port alone."""

    url: str = field(repr=False)
    origin: str
    server: str

    @property
    def named(self) -> str:
        """Within a sentence; without the login."""
        return f"the proxy {self.server} ({self.origin})"


@dataclass(frozen=True)
class Way:
    """What requests to the store use. `unused` names a variable that would name a proxy elsewhere."""

    trust: Trust = field(default_factory=Trust)
    proxy: Proxy | None = None
    unused: str = ""


def find_way(profile: Profile, endpoint: str, environ: Mapping[str, str]) -> Way:
    """The one to `endpoint`. Raises SettingsError for a proxy that cannot be used."""
    proxy = find_proxy(profile, endpoint, environ)
    others = (name for name in ("all_proxy", "ALL_PROXY") if environ.get(name))
    return Way(find_trust(profile, environ), proxy, "" if proxy else next(others, ""))


def find_trust(profile: Profile, environ: Mapping[str, str]) -> Trust:
    """As far as profile and environment say."""
    named = (
        (profile.ca_bundle, f'ca_bundle of the profile "{profile.name}"'),
        (environ.get(_FIRST_AUTHORITIES, ""), _FIRST_AUTHORITIES),
        *((environ.get(name, ""), name) for name in _LAST_AUTHORITIES),
    )
    return next((Trust(file, origin) for file, origin in named if file.strip()), Trust())


def find_proxy(profile: Profile, endpoint: str, environ: Mapping[str, str]) -> Proxy | None:
    """The profile's own, which NO_PROXY does not count for, or that of the environment."""
    if profile.proxy:
        return _of_profile(profile, environ)
    target = urlsplit(endpoint)
    names = (f"{target.scheme}_proxy", f"{target.scheme}_proxy".upper())
    name = next((name for name in names if environ.get(name)), "")
    return None if not name or is_excepted(target, environ) else _checked(environ[name], name)


def is_excepted(target: SplitResult, environ: Mapping[str, str]) -> bool:
    """Whether NO_PROXY names the host: itself, a domain above it, or a network that it is in."""
    host = (target.hostname or "").lower()
    excepted = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    names = [name.strip().lower() for name in excepted.split(",") if name.strip()]
    return any(name == "*" or _covers(name, host, target.netloc.lower()) for name in names)


def configured_authorities(aws_profile: str) -> str:
    """The file of them that the AWS settings name; empty where those cannot be read."""
    from botocore.session import Session

    with contextlib.suppress(Exception):  # its text must not get out, nor hide what failed
        settings = Session(profile=aws_profile or None)
        return str(settings.get_scoped_config().get("ca_bundle", ""))
    return ""


def trust_file(session: AwsSession, profile: Profile, environ: Mapping[str, str]) -> None:
    """For everything that the session asks: the store, and who gives the credentials for it.

    Botocore knows nothing of SSL_CERT_FILE, and refuses a variable that is set to nothing.
    """
    from botocore.httpsession import where

    configured = str(session.get_config_variable("ca_bundle") or "")
    trust = find_trust(profile, environ).behind(configured)
    session.set_config_variable("ca_bundle", trust.file or where())


def proxies(
    profile: Profile, endpoint: str, environ: Mapping[str, str]
) -> Mapping[str, str] | None:
    """As botocore wants them; None where it finds the same by itself, or `endpoint` is not known yet.

    It knows nothing of networks in NO_PROXY.
    """
    if profile.proxy:
        return dict.fromkeys(_SCHEMES, _of_profile(profile, environ).url)
    if not is_excepted(urlsplit(endpoint), environ):
        return None
    from botocore.utils import should_bypass_proxies

    return None if should_bypass_proxies(endpoint) else {}


def _covers(name: str, host: str, netloc: str) -> bool:
    """One entry of NO_PROXY; a dot or an asterisk may be at its beginning."""
    if "/" in name:
        return _is_in(name, host)
    name = name.removeprefix("*").lstrip(".")
    return any(asked == name or asked.endswith(f".{name}") for asked in (host, netloc))


def _is_in(network: str, host: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _of_profile(profile: Profile, environ: Mapping[str, str]) -> Proxy:
    """A reference is looked up here, so that nothing else ever holds the login."""
    origin = f'proxy of the profile "{profile.name}"'
    if not profile.proxy.startswith("${"):
        return _checked(profile.proxy, origin)
    name = profile.proxy[2:-1]
    if not environ.get(name):
        raise SettingsError(
            f"{origin} refers to the environment variable {name}, which is not set.",
            todo=f"Set {name} to the address of the proxy.",
        )
    return _checked(environ[name], name)


def _checked(url: str, origin: str) -> Proxy:
    parts = _split(url)
    if not parts or not parts.hostname:
        raise SettingsError(
            f"What {origin} says is no address of a proxy.",
            todo="Write it like http://proxy.example.org:3128.",
        )
    server = printable(parts.hostname + (f":{parts.port}" if parts.port else ""))
    login = [unquote(part) for part in (parts.username, parts.password) if part]
    for part in login[1:]:
        register(part)
    if parts.scheme not in _SCHEMES:
        raise SettingsError(
            f"{origin} names a proxy of the kind {printable(parts.scheme)} ({server}), which "
            "RunFerry cannot use.",
            todo="Name an HTTP proxy, except the store in NO_PROXY, or start RunFerry by a program "
            "that knows such proxies, such as proxychains.",
        )
    if not "".join(login).isascii():
        raise SettingsError(
            f"The login in {origin} holds a character that no proxy understands.",
            todo="Use a login of ASCII characters.",
        )
    return Proxy(url, origin, server)


def _split(url: str) -> SplitResult | None:
    """None for what is no URL; its error would quote a part of it, maybe that of a password."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url.removeprefix('//')}")
        _ = parts.port
    except ValueError:
        return None
    return parts
