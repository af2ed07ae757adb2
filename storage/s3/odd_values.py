"""Sizes and dates that cannot be read: botocore would refuse the whole answer for one of them."""

import logging
import re
from collections.abc import MutableMapping
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from botocore.hooks import BaseEventHooks

_log = logging.getLogger(__name__)

UNREADABLE_SIZE = -1
_LISTINGS = ("ListObjectsV2", "ListMultipartUploads", "ListParts")
_OF_ONE_OBJECT = ("HeadObject", "GetObject")
_ODD_SIZE = re.compile(rb"<Size>(?!\s*\d{1,18}\s*</Size>)[^<]*</Size>")
_DATE = re.compile(rb"<(LastModified|Initiated)>([^<]*)</\1>")
_USUAL_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_FIRST_YEAR, _LAST_YEAR = 1970, 9998  # of which every time zone can tell


class _Response(TypedDict):
    """The part of botocore's response that is looked at here."""

    headers: MutableMapping[str, str]
    body: bytes


def attend_to_odd_values(events: "BaseEventHooks") -> None:
    """Makes a client tell of an object with UNREADABLE_SIZE, or without a date, instead."""
    for operation in _LISTINGS:
        events.register(f"before-parse.s3.{operation}", _mend_listing)
    for operation in _OF_ONE_OBJECT:
        events.register(f"before-parse.s3.{operation}", _mend_header)


def _mend_listing(response_dict: _Response, **_event: object) -> None:
    size = b"<Size>%d</Size>" % UNREADABLE_SIZE
    body, sizes = _ODD_SIZE.subn(size, response_dict["body"])
    found = _DATE.finditer(body)
    dates = [date[0] for date in found if not _is_date(date[2].decode(errors="replace"))]
    for date in dates:
        body = body.replace(date, b"")
    if sizes or dates:
        response_dict["body"] = body
        _log.warning(
            "the store listed %d sizes and %d dates that cannot be read", sizes, len(dates)
        )


def _mend_header(response_dict: _Response, **_event: object) -> None:
    headers = response_dict["headers"]
    if not _is_date(headers.get("last-modified", "")):
        headers.pop("last-modified", None)


def _is_date(text: str) -> bool:
    """As botocore reads dates, which is slow for those of a whole listing."""
    try:
        if _USUAL_DATE.fullmatch(text):
            year = datetime.fromisoformat(text).year
        else:
            from botocore.utils import parse_timestamp

            year = parse_timestamp(text).year
    except (ValueError, OverflowError, RuntimeError):
        return False
    return _FIRST_YEAR <= year <= _LAST_YEAR
