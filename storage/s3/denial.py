"""A request that is not allowed: what the answer tells of why, and what is likely where it tells little."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from storage.s3.bucket_habits import BucketHabits
from storage.s3.request import S3Request

_ACTION = re.compile(r"to perform:? ([a-z][a-z0-9-]*:[A-Za-z]+)")
_RESOURCE = re.compile(r"on (?:the )?resource:? \"?(arn:[^\s\"]+)")
_EXPLICIT = re.compile(r"with an explicit deny in (?:an?|the) ([\w ,-]*?(?:policy|boundary))")
_MISSING = re.compile(r"because no ([\w -]*?(?:policy|boundary)) allows")
_OF_BUCKET = "resource-based policy"
# By the kind of policy that decided: where it forbids, and where it does not allow.
_KNOWN: Mapping[str, tuple[str, str]] = {
    _OF_BUCKET: (
        "The bucket's own policy forbids it: one more permission does not help.",
        "The bucket's own policy does not allow it: ask its owner for {permission}.",
    ),
    "identity-based policy": (
        "A policy of your user or role forbids it: ask its administrator about {permission}.",
        "Ask the administrator of your user or role for {permission}.",
    ),
    "VPC endpoint policy": (
        "The VPC endpoint of this network forbids it: ask who runs the network about {permission}.",
        "The VPC endpoint of this network does not let it through: ask who runs it for {permission}.",
    ),
}
_LIMIT = (
    "A {policy} forbids it: ask who wrote that about {permission}.",
    "A {policy} is in force that does not allow it: ask who wrote that for {permission}.",
)
_OF_KEY = (
    "Ask for {permission}: the bucket's objects are encrypted with that key, and permissions of S3 "
    "alone are not enough."
)
# What a bucket may demand of a request, and the setting of the profile that fulfils it.
_DEMANDS: Mapping[str, str] = {
    "encryption": 'encryption = "{encryption}"',
    "acl": 'acl = "bucket-owner-full-control"',
    "storage_class": "storage_class",
    "request_payer": "request_payer = true",
}


# Actions that are only needed for a setting of the profile.
_WITHOUT: Mapping[str, str] = {
    "s3:PutObjectTagging": " Or remove object_tags from the profile: it is needed for that alone.",
    "s3:PutObjectAcl": " Or remove acl from the profile: it is needed for that alone.",
}


@dataclass(frozen=True)
class Denial:
    """What the words of a refusal tell: AWS says most of it, to callers of the same organisation.

    `action` on `resource` is what was lacking, `policy` is the kind of policy that decided: where
    `explicit` it forbids, else it only does not allow. What was not told is empty.
    """

    action: str = ""
    resource: str = ""
    policy: str = ""
    explicit: bool = False

    @classmethod
    def from_message(cls, message: str) -> Self:
        """Out of the server's own words."""
        explicit, missing = _first(_EXPLICIT, message), _first(_MISSING, message)
        return cls(
            _first(_ACTION, message),
            _first(_RESOURCE, message).rstrip(".,"),
            explicit or missing,
            bool(explicit),
        )

    @property
    def of_key(self) -> bool:
        """Whether it was about the key that objects are encrypted with."""
        return self.action.startswith("kms:")

    @property
    def is_open(self) -> bool:
        """Whether something may be behind it that the bucket demands of every such request."""
        of_bucket = self.explicit and self.policy == _OF_BUCKET
        return not (self.of_key or self.action in _WITHOUT) and (of_bucket or not self.policy)


def advice(denial: Denial, request: S3Request, habits: BucketHabits | None = None) -> str:
    """What is known, then what is likely; `habits` are the bucket's own, where it told of them."""
    permission = _permission(denial, request)
    if denial.of_key:
        return _OF_KEY.format(permission=permission)
    likely = _likely(request, habits or BucketHabits()) if denial.is_open else ""
    if not denial.policy:
        beside = f"; or {likely}" if likely else ""
        return f"The answer does not tell why. Likely {permission} is missing: ask for it{beside}."
    forbids, does_not_allow = _KNOWN.get(denial.policy, _LIMIT)
    known = forbids if denial.explicit else does_not_allow
    said = known.format(policy=denial.policy, permission=permission)
    said += _WITHOUT.get(denial.action, "")
    return f"{said} Likely {likely}." if likely else said


def _permission(denial: Denial, request: S3Request) -> str:
    """As an administrator knows it."""
    where = denial.resource or f"s3://{request.bucket}"
    below = f" (prefix {request.prefix})" if request.prefix else ""
    return f"the permission {denial.action or request.action} on {where}{below}"


def _likely(request: S3Request, habits: BucketHabits) -> str:
    """A clause about what the request did not say, and the bucket may demand."""
    settings = _unmet(request, habits)
    if not settings:
        return ""
    if not request.creates:
        return f"whoever asks has to pay: then {settings[0]} in the profile helps"
    told = f", which {habits.describe()}," if habits.describe() else ""
    return (
        f"the bucket{told} demands something of every write: then {' or '.join(settings)} in the "
        "profile helps"
    )


def _unmet(request: S3Request, habits: BucketHabits) -> Sequence[str]:
    """Settings that are not in force, the likeliest first."""
    names = [*_DEMANDS] if request.creates else ["request_payer"]
    if habits.takes_no_acl:
        names.remove("acl")
    encryption = habits.encryption or "AES256"
    return [
        _DEMANDS[name].format(encryption=encryption) for name in names if name not in request.sends
    ]


def _first(pattern: re.Pattern[str], message: str) -> str:
    found = pattern.search(message)
    return found[1] if found else ""
