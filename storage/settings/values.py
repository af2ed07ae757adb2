"""What the value of one setting may be. Each function returns it, or raises ValueError.

The text of the ValueError completes "<setting> …"; it never repeats the value.
"""

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from core.pace.byte_rate import check_rate, parse_rate, parse_size
from core.settings import AUTO
from storage.bucket_names import access_point_region, split_place, unusable

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]", re.ASCII)
_REGION = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,62}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", re.ASCII)
_STORAGE_CLASS = re.compile(r"[A-Z][A-Z0-9_-]{0,62}", re.ASCII)
_KMS_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9:/_.-]{0,2047}", re.ASCII)
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}", re.ASCII)
_RESERVED = r"(?:^|/)(?:jobs|_runferry|\.runferry)(?:/|$)"
"""What RunFerry, above such a prefix, would take for its own; its rules of archiving, all of it."""
_OF_POLICIES = "*?$\\"
_LONGEST_PREFIX = 200
_MIB = 1 << 20
_LARGEST_SIZE = 1 << 60
_LEAST_PART, _LARGEST_PART = 5 * _MIB, 5 << 30
_METADATA_SERVICES = ("169.254.169.254", "fd00:ec2::254")


def text(value: object) -> str:
    """Any text in one line."""
    if not isinstance(value, str):
        raise ValueError("must be text in quotes")  # noqa: TRY004 - all refusals are ValueErrors
    if not value or value != value.strip() or not value.isprintable():
        raise ValueError("must not be empty, nor begin or end with white space")
    if "${" in value:
        raise ValueError("cannot refer to an environment variable: only credentials do")
    return value


def choice(*allowed: str) -> Callable[[object], str]:
    """One of these words."""

    def check(value: object) -> str:
        if value not in allowed:
            words = " or ".join(f'"{word}"' for word in allowed)
            raise ValueError(f"must be {words}")
        return str(value)

    return check


def words(*allowed: str) -> Callable[[object], tuple[str, ...]]:
    """A list of these words, each once; one by itself is a list of one."""

    def check(value: object) -> tuple[str, ...]:
        found = _texts(value)
        if not found or not set(found) <= set(allowed):
            raise ValueError(f"must be a list of: {', '.join(allowed)}")
        return tuple(dict.fromkeys(found))

    return check


def command(value: object) -> tuple[str, ...]:
    """A program and its arguments; a program by itself is a list of one."""
    found = _texts(value)
    if not found or not found[0].strip() or not all(text.isprintable() for text in found):
        raise ValueError("must be a list of texts: a program and its arguments, without a shell")
    return found


def _texts(value: object) -> tuple[str, ...]:
    """Empty for what is none."""
    listed = cast("list[object]", value) if isinstance(value, list) else [value]
    texts = [text for text in listed if isinstance(text, str)]
    return tuple(texts) if len(texts) == len(listed) else ()


def seconds(least: float, most: float) -> Callable[[object], float]:
    """A span of time."""

    def check(value: object) -> float:
        number = value if isinstance(value, int | float) and not isinstance(value, bool) else -1
        if not least <= number <= most:  # also refuses what is not a number
            raise ValueError(f"must be a number of seconds from {least:.0f} to {most:.0f}")
        return float(number)

    return check


def whole(least: int, most: int) -> Callable[[object], int]:
    """A whole number."""

    def check(value: object) -> int:
        number = value if isinstance(value, int) and not isinstance(value, bool) else least - 1
        if not least <= number <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return number

    return check


def size(value: object) -> int:
    """Bytes: a whole number, or text such as "20 MB"."""
    if isinstance(value, str):
        value = parse_size(value) or -1
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST_SIZE:
        raise ValueError('must be a number of bytes, such as 4096 or "20 MB"')
    return value


def rate(value: object) -> int:
    """Bytes per second: a whole number, or text such as "20 MB/s" and "off"."""
    if isinstance(value, int) and not isinstance(value, bool):
        return check_rate(value)
    return parse_rate(value if isinstance(value, str) else "")


def switch(value: object) -> bool:
    """On or off."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - all refusals are ValueErrors
    return value


def switch_or_auto(value: object) -> bool | None:
    """None for `auto`."""
    if value == AUTO or isinstance(value, bool):
        return None if value == AUTO else bool(value)
    raise ValueError(f'must be true, false or "{AUTO}"')


def truth(written: str) -> object:
    """What a switch in an environment variable is in TOML; other text as it is."""
    return {"true": True, "1": True, "false": False, "0": False}.get(written.lower(), written)


def number(written: str) -> object:
    """What a number in a flag or an environment variable is in TOML; other text as it is."""
    for kind in (int, float):
        with suppress(ValueError):
            return kind(written)
    return written


def stays_inside(path: str) -> bool:
    """Whether this is a path relative to a directory that does not lead out of it."""
    return path.isprintable() and all(part not in {"", ".", ".."} for part in path.split("/"))


def directory(home: str | None, path: str) -> str:
    """An absolute path; `~/` stands for `home`."""
    if path.startswith("~/") and home:
        path = os.path.join(home, path[2:])
    if not os.path.isabs(path):
        raise ValueError("must be an absolute path, or begin with ~/")
    return os.path.normpath(path)


def bucket(value: object) -> str:
    """A bucket's name alone, or the ARN of an access point."""
    name = text(value)
    if access_point_region(name):
        return name
    if why := unusable(name):
        raise ValueError(why)
    if "://" in name:
        raise ValueError("must be the bucket's name alone, without s3://")
    if not _BUCKET.fullmatch(name):
        raise ValueError("must be a bucket name: 3 to 63 letters, digits, dots and hyphens")
    return name


def prefix(value: object) -> str:
    """What all keys begin with: folders, such as teams/epi/; the slash at its end may be left out."""
    folders = text(value).strip("/")
    if not folders or not stays_inside(folders):
        raise ValueError("must name folders of the store, such as teams/epi/")
    if not set(folders).isdisjoint(_OF_POLICIES):
        raise ValueError("must not hold *, ?, $ or a backslash: policies take them for patterns")
    if re.search(_RESERVED, folders):
        raise ValueError("must not lead into what RunFerry keeps at jobs/N/ and _runferry/")
    if len(folders.encode()) > _LONGEST_PREFIX:
        raise ValueError(f"must not be longer than {_LONGEST_PREFIX} bytes")
    return f"{folders}/"


def bucket_url(value: object) -> tuple[str, str]:
    """Name and prefix out of `s3://NAME/PREFIX`; the prefix may be left out."""
    url = text(value)
    if not url.startswith("s3://"):
        raise ValueError("must be written as s3://NAME or s3://NAME/PREFIX")
    name, folders = split_place(url.removeprefix("s3://"))
    return bucket(name), prefix(folders) if folders.strip("/") else ""


def region(value: object) -> str:
    """Such as eu-central-1; S3-compatible servers invent their own."""
    name = text(value)
    if not _REGION.fullmatch(name):
        raise ValueError("must be the name of a region, such as eu-central-1")
    return name


def storage_class(value: object) -> str:
    """Such as GLACIER_IR; servers other than AWS have names of their own."""
    name = text(value)
    if not _STORAGE_CLASS.fullmatch(name):
        raise ValueError("must be the name of a storage class, such as GLACIER_IR")
    return name


def kms_key(value: object) -> str:
    """The id, the ARN or the alias of a key: it goes into a header."""
    name = text(value)
    if not _KMS_KEY.fullmatch(name):
        raise ValueError("must be the id or the ARN of a KMS key, or alias/NAME")
    return name


def part_size(value: object) -> int:
    """Bytes, within the limits of S3: a whole number of MiB, or text such as "16 MiB"."""
    if isinstance(value, int) and not isinstance(value, bool):
        size = value * _MIB
    else:
        size = parse_size(value) if isinstance(value, str) else 0
    if not _LEAST_PART <= size <= _LARGEST_PART:
        raise ValueError('must be from "5 MiB" to "5 GiB"; a number alone is one of MiB')
    return size


def proxy(value: object) -> str:
    """The address of an HTTP proxy without a login, or a `${NAME}` that holds it all."""
    if isinstance(value, str) and _REFERENCE.fullmatch(value):
        return value
    address = text(value)
    url = _split(address)
    if url.username is not None or url.password is not None:
        raise ValueError('must not hold a login: put the whole address into a variable, "${NAME}"')
    return address


def endpoint_url(value: object) -> str:
    """The address of an S3 server, without credentials."""
    address = text(value)
    url = _split(address)
    if url.username is not None or url.password is not None:
        raise ValueError("must not hold a user name or password")
    if url.query or url.fragment:
        raise ValueError("must end with the host, the port or a path")
    if url.hostname in _METADATA_SERVICES:
        raise ValueError("is the address of the cloud's metadata service, not of an S3 server")
    return address.rstrip("/")


def _split(address: str) -> "SplitResult":
    from urllib.parse import urlsplit

    wrong = "must be an address such as https://host:9000"
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        raise ValueError(wrong) from None
    if url.scheme not in {"http", "https"} or not url.hostname or port == 0:
        raise ValueError(wrong)
    return url


def table_name(value: object) -> str:
    """The name of a profile or a rule."""
    name = text(value)
    if not _NAME.fullmatch(name):
        raise ValueError("must be a name of letters, digits, dots, hyphens and underscores")
    return name


def reference(value: object) -> str:
    """The variable's name out of `${NAME}`."""
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError('must be a reference to an environment variable, as in "${NAME}"')
    return found[1]


def resolve(environ: Mapping[str, str], variable: str) -> str:
    """The credential in an environment variable, fit for an HTTP header."""
    named = f"the environment variable {variable}" if "_" in variable else "an environment variable"
    value = environ.get(variable)
    if value is None:
        raise ValueError(f"refers to {named}, which is not set")
    if not value:
        raise ValueError(f"refers to {named}, which is empty")
    if any(not "!" <= character <= "~" for character in value):
        raise ValueError(f"refers to {named}, whose value holds white space or a line break")
    if value[0] in "'\"" or value[-1] in "'\"":
        raise ValueError(f"refers to {named}, whose value is wrapped in quotes")
    return value
