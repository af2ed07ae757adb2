"""The storage class of an object, as answers tell it and requests name it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from mypy_boto3_s3.literals import StorageClassType

_USUAL = "STANDARD"


def class_of(answer: Mapping[str, object]) -> str:
    """As in `StoredObject`: listings name the usual class, answers to HEAD leave it out."""
    found = str(answer.get("StorageClass") or _USUAL)
    return "" if found == _USUAL else found


def as_s3_class(name: str) -> "StorageClassType":
    """Servers other than AWS have classes of other names."""
    return cast("StorageClassType", name)
