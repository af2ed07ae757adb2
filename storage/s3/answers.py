"""What answers of S3 say besides what was asked."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from core.ports.object_store import Restored

_USUAL_CLASS = "STANDARD"
_EXPIRY = re.compile(r'expiry-date="([^"]{1,60})"')
# OpenStack Swift lets several creators of one key win; Ceph (which took the form over) ignores the
# conditions of copies and of completed uploads.
_OPENSTACK = re.compile(r"tx[0-9a-f]{21}-[0-9a-f]{10}")


def class_of(answer: Mapping[str, object]) -> str:
    """As in `StoredObject`: listings name the usual class, answers to HEAD leave it out."""
    found = str(answer.get("StorageClass") or _USUAL_CLASS)
    return "" if found == _USUAL_CLASS else found


def restored_of(answer: Mapping[str, object]) -> Restored | None:
    """What an answer to HEAD says of a restore; None where it says nothing that can be read."""
    said = str(answer.get("Restore") or "")
    if 'ongoing-request="true"' in said:
        return Restored()
    found = _EXPIRY.search(said)
    until = _moment(found[1]) if found else None
    return Restored(until) if until else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def is_lenient(headers: Mapping[str, str]) -> bool:
    """Whether they are of a server on whose conditional writes nobody can rely.

    It is known by the form of its request ids; the names of headers come in any case.
    """
    ids = (value for name, value in headers.items() if name.lower() == "x-amz-request-id")
    return any(map(_OPENSTACK.match, ids))
