"""Servers on whose conditional writes nobody can rely, known by the form of their request ids."""

import re
from collections.abc import Mapping

# OpenStack Swift lets several creators of one key win; Ceph (which took the form over) ignores the
# conditions of copies and of completed uploads.
_OPENSTACK = re.compile(r"tx[0-9a-f]{21}-[0-9a-f]{10}")


def is_lenient(headers: Mapping[str, str]) -> bool:
    """Whether an answer with these headers, in any case, is one of theirs."""
    ids = (value for name, value in headers.items() if name.lower() == "x-amz-request-id")
    return any(map(_OPENSTACK.match, ids))
