"""Endpoint and bucket as a person typed them, checked before anything is sent anywhere."""

import ipaddress
import re
import socket
from urllib.parse import SplitResult, urlsplit

from core.errors import SettingsError
from core.printable import printable
from storage.bucket_names import access_point_region, unusable

# AWS: 3-63 of these. Other servers, and the oldest AWS buckets, also know the lenient ones.
_AWS_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_ANY_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}", re.ASCII)


def checked_endpoint(url: str, origin: str = "") -> str:
    """`url`, or SettingsError; its text is quoted only where it cannot hold a password.

    `origin` as in "AWS_ENDPOINT_URL": the setting or variable that has it.
    """
    parts = _split(url)
    of_origin = f" of {printable(origin)}" if origin else ""
    if not parts:
        raise SettingsError(
            f"The endpoint URL{of_origin} cannot be read.",
            todo="Write it like https://s3.example.org:9000.",
        )
    if "@" in url:  # also where a scheme is missing, and the URL is taken for something else
        raise SettingsError(
            f"The endpoint URL{of_origin} has a user name or password in it.",
            todo="Remove them; S3 uses an access key id and a secret access key instead.",
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(
            f'The endpoint "{_quoted(url)}"{of_origin} is not a URL of an S3 server.',
            todo="Write it with its scheme, such as https://s3.example.org:9000.",
        )
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError(
            f'The endpoint "{_quoted(url)}"{of_origin} has a path or a query.',
            todo="Name the server only; the bucket is a setting of its own.",
        )
    if _is_metadata_service(parts.hostname):
        raise SettingsError(
            f'The endpoint "{_quoted(url)}"{of_origin} is the address of the machine\'s metadata service.',
            todo="Name the S3 server. Instance credentials are found without this setting.",
        )
    return url


def crosses_plain_network(url: str) -> bool:
    """Whether what is sent to `url` can be changed on its way: http to another machine."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    address = _address(host)
    loopback = host == "localhost" or (address is not None and address.is_loopback)
    return parts.scheme == "http" and not loopback


def checked_bucket(text: str, *, aws: bool) -> str:
    """The name of a bucket, also from a pasted `s3://name/`, or the ARN of an access point.

    Raises SettingsError.
    """
    name = text.strip().removeprefix("s3://").removesuffix("/")
    if not name:
        raise SettingsError("No bucket is set.", todo='Add bucket = "name" to the profile.')
    if access_point_region(name):
        return name
    if why := unusable(name):
        raise SettingsError(f'"{printable(name)}" {why}.')
    if "/" in name:
        raise SettingsError(
            f'"{printable(text)}" is more than a bucket.',
            todo="Give the bucket's name only; RunFerry chooses the keys in it.",
        )
    if not (_AWS_BUCKET if aws else _ANY_BUCKET).fullmatch(name) or ".." in name:
        raise SettingsError(
            f'"{printable(text)}" cannot be the name of a bucket.',
            todo="Bucket names are lower-case letters, digits, dots and hyphens.",
        )
    return name


def _split(url: str) -> SplitResult | None:
    """None for what is no URL. The error would quote a part of it, maybe that of a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _quoted(url: str) -> str:
    """Without what follows a path: people paste presigned URLs."""
    return printable(re.split(r"[?#]", url, maxsplit=1)[0])


def _is_metadata_service(host: str) -> bool:
    address = _address(host)
    return address is not None and (address.is_link_local or str(address) == "fd00:ec2::254")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """None for a name. Also for spellings such as 0xA9FEA9FE, which every resolver understands."""
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        pass
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return None
    return address.ipv4_mapped or address
