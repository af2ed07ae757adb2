"""Credentials of roles that were assumed and still last."""

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from core.redaction import register

if TYPE_CHECKING:
    from botocore.utils import JSONFileCache

_CLI_CACHE = os.path.join("~", ".aws", "cli", "cache")
_SECRETS = ("AccessKeyId", "SecretAccessKey", "SessionToken")


class RoleCache:
    """A mapping as botocore wants it: what STS answered, by a digest of the question.

    In memory, and in the files of the AWS CLI where that keeps any: who gave a code to one of the two
    is not asked by the other. What is read or written is told to the redactor.
    """

    def __init__(self) -> None:
        self._held = dict[str, dict[str, Any]]()
        self._given = set[str]()
        self._withdrawn = set[str]()

    def withdraw(self) -> None:
        """Those that were given out are of no use any more, whatever their end says."""
        self._withdrawn |= self._given

    def __contains__(self, key: str) -> bool:
        return self._found(key) is not None

    def __getitem__(self, key: str) -> dict[str, Any]:
        found = self._found(key)
        if found is None:
            raise KeyError(key)
        return found

    def __setitem__(self, key: str, answer: dict[str, Any]) -> None:
        _tell(answer)
        self._given.add(answer["Credentials"]["AccessKeyId"])
        self._held[key] = answer
        with suppress(OSError):  # it was a favour
            if files := _files():
                files[key] = answer

    def _found(self, key: str) -> dict[str, Any] | None:
        for place in (self._held, _files()):
            with suppress(KeyError, OSError):
                if place and _is_answer(found := place[key]):
                    _tell(found)
                    key_id = found["Credentials"]["AccessKeyId"]
                    if key_id not in self._withdrawn:
                        self._given.add(key_id)
                        return found
        return None


def _files() -> "JSONFileCache | None":
    """Those of the AWS CLI, None where it keeps none."""
    directory = os.path.expanduser(_CLI_CACHE)
    if not os.path.isdir(directory):
        return None
    from botocore.utils import JSONFileCache

    return JSONFileCache(directory)


def _is_answer(found: object) -> bool:
    """Whatever else a file holds is none."""
    held = _mapping(_mapping(found).get("Credentials"))
    return all(held.get(name) for name in (*_SECRETS, "Expiration"))


def _mapping(found: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", found) if isinstance(found, Mapping) else {}


def _tell(answer: Mapping[str, Any]) -> None:
    for name in _SECRETS:
        register(str(answer["Credentials"][name]))
