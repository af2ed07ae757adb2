"""Rules by name: how buckets and servers are known to behave."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.servers.strict import demands
from tests.servers.strict.policy import Policy
from tests.servers.strict.quirks import QUIRKS
from tests.servers.strict.server import Rule


def allowing(*statements: Mapping[str, Any]) -> Mapping[str, Any]:
    """A policy that allows everything but for these statements."""
    everything = {"Effect": "Allow", "Action": ["s3:*", "kms:*"], "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [everything, *statements]}


def without(*actions: str) -> Policy:
    """Everything is allowed but for these actions."""
    return Policy(allowing({"Effect": "Deny", "Action": actions, "Resource": "*"}))


def within(prefix: str, actions: Sequence[str] = ("s3:*",), *, strict: bool = False) -> Policy:
    """Everything below a prefix, and nothing else. `strict` as `strict_prefix` of `Policy`."""
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": actions, "Resource": f"arn:aws:s3:::*/{prefix}*"},
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": "arn:aws:s3:::*",
                "Condition": {"StringLike": {"s3:prefix": f"{prefix}*"}},
            },
        ],
    }
    return Policy(document, strict_prefix=strict)


RIGHTS: Mapping[str, Callable[[], Policy]] = {
    "nolist": lambda: without("s3:ListBucket"),
    "prefixlist": lambda: within("jobs/"),
    "teamprefix": lambda: within("teams/epi/"),
    "nodelete": lambda: without("s3:DeleteObject"),
    "noget": lambda: without("s3:GetObject"),
    "noabort": lambda: without("s3:AbortMultipartUpload", "s3:ListBucketMultipartUploads"),
    "noparts": lambda: without("s3:ListMultipartUploadParts"),
}
"""What somebody may not do."""
MODES: Mapping[str, Callable[[], Rule]] = {
    **RIGHTS,
    "sse": lambda: demands.encrypted("aws:kms"),
    "acl": demands.owned,
    "class": lambda: demands.in_class("INTELLIGENT_TIERING"),
    "payer": demands.paid_by_requester,
    **QUIRKS,
}
