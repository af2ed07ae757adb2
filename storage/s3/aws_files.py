"""The files of the AWS settings, as people have them: with a byte order mark, in Latin-1, broken.

Botocore reads them in the encoding of the locale, and of a broken one it tells neither the line nor,
without the text of a line, the reason.
"""

import codecs
import configparser
import os
from typing import Any

from core.errors import SettingsError
from core.printable import printable

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_REASONS = {
    "MissingSectionHeaderError": "a setting stands before the first [section]",
    "DuplicateSectionError": "the section is there twice",
    "DuplicateOptionError": "the setting is there twice in its section",
}
_NO_PAIR = "it is neither a [section] nor a setting with = and a value"


def read_aws_file(path: str) -> dict[str, Any]:
    """The sections of a file; a setting of several indented lines is a dictionary.

    Raises SettingsError with file and line for what cannot be read, and botocore's ConfigNotFound
    where there is no file. Imports botocore. Stands in for botocore's `raw_config_parse`.
    """
    place = os.path.expanduser(os.path.expandvars(path))
    if not os.path.isfile(place):
        from botocore.exceptions import ConfigNotFound

        raise ConfigNotFound(path=place)
    parser = configparser.RawConfigParser()
    text = _text(place)
    failure = None
    try:
        parser.read_string(text, place)
    except configparser.Error as error:
        failure = _broken(place, _line(error), _REASONS.get(type(error).__name__, _NO_PAIR))
    if failure:  # outside of the handler: the original quotes the line, which may be a secret
        raise failure
    return {
        section: {name: _value(place, text, name, value) for name, value in parser.items(section)}
        for section in parser.sections()
    }


def _text(place: str) -> str:
    try:
        with open(place, "rb") as file:
            content = file.read()
    except OSError as error:
        failure = SettingsError(
            f"{printable(place)} cannot be read: {error.strerror}.",
            todo="Let its owner be you, or let AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE "
            "name other files.",
        )
    else:
        return _decoded(content)
    raise failure


def _decoded(content: bytes) -> str:
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        return content.decode(marked)
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _value(place: str, text: str, name: str, value: str) -> str | dict[str, str]:
    if not value.startswith("\n"):
        return value
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    wrong = next((line for line in lines if "=" not in line), None)
    if wrong is not None:
        everything = [line.strip() for line in text.splitlines()]
        number = everything.index(wrong) + 1 if wrong in everything else 0
        raise _broken(place, number, f'it belongs to "{printable(name)}", and has no =')
    pairs = (line.split("=", 1) for line in lines)
    return {inner.strip(): value.strip() for inner, value in pairs}


def _line(error: configparser.Error) -> int:
    """The number that configparser tells in one of two ways; 0 for none."""
    lines = getattr(error, "errors", None) or [(0, "")]
    return getattr(error, "lineno", None) or lines[0][0]


def _broken(place: str, number: int, reason: str) -> SettingsError:
    where = f", line {number}" if number else ""
    return SettingsError(
        f"{printable(place)}{where} is not as AWS settings are written: {reason}.",
        todo="Mend that line, then try again.",
    )
