"""What a file is, told from its name and its first bytes."""

import re
from enum import StrEnum

from core.preview.columns import columns_of
from core.preview.encodings import decoded, encoding_of
from core.preview.image_size import image_size

_LINES = 50
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS = 0.05
_JSON = re.compile(r'\s*[\[{]\s*(?:["\[{\]}0-9-]|true|false|null)')
_NOT_A_TABLE = (".log", ".md", ".py", ".sh", ".xml", ".html", ".tex", ".c", ".h")
_TABLES = (".csv", ".tsv")
_LINES_OF_JSON = (".jsonl", ".ndjson")


class Kind(StrEnum):
    """How a file can be shown; a table and JSON are text as well."""

    TEXT = "text"
    TABLE = "table"
    JSON = "json"
    IMAGE = "image"
    BINARY = "binary"


def kind_of(name: str, first: bytes) -> Kind:
    """By the first bytes before all; some tens of KiB are enough."""
    if image_size(first):
        return Kind.IMAGE
    if _is_binary(first):
        return Kind.BINARY
    return _kind_of_text(name.lower(), decoded(first, encoding_of(first)))


def _kind_of_text(name: str, text: str) -> Kind:
    if _JSON.match(text) and not name.endswith(_LINES_OF_JSON):
        return Kind.JSON
    if name.endswith(_NOT_A_TABLE):
        return Kind.TEXT
    lines = text.split("\n", _LINES)[:_LINES]
    columns = columns_of(lines[:-1] or lines)
    if columns and (columns.numeric or name.endswith(_TABLES)):
        return Kind.TABLE
    return Kind.TEXT


def _is_binary(first: bytes) -> bool:
    """UTF-16 with a mark at its beginning is text, whatever its bytes are."""
    if encoding_of(first).startswith("utf-16"):
        return False
    return len(_CONTROLS.findall(first)) > _MOST_CONTROLS * len(first)
