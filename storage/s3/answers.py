"""What answers of S3 say besides what was asked."""

import re
from collections.abc import Mapping

_USUAL_CLASS = "STANDARD"
# OpenStack Swift lets several creators of one key win; Ceph (which took the form over) ignores the
# conditions of copies and of completed uploads.
_OPENSTACK = re.compile(r"tx[0-9a-f]{21}-[0-9a-f]{10}")


def class_of(answer: Mapping[str, object]) -> str:
    """As in `StoredObject`: listings name the usual class, answers to HEAD leave it out."""
    found = str(answer.get("StorageClass") or _USUAL_CLASS)
    return "" if found == _USUAL_CLASS else found


def is_lenient(headers: Mapping[str, str]) -> bool:
    """Whether they are of a server on whose conditional writes nobody can rely.

    It is known by the form of its request ids; the names of headers come in any case.
    """
    ids = (value for name, value in headers.items() if name.lower() == "x-amz-request-id")
    return any(map(_OPENSTACK.match, ids))
