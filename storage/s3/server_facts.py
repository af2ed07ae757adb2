"""What the server of a bucket turned out to want, beside what the settings say."""

import contextlib
import json
import logging
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import cast

from core.printable import printable

_log = logging.getLogger(__name__)
_REGION = re.compile(r"(?![0-9]+$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
_LONGEST = 4096


def is_region(name: str) -> bool:
    """Whether it can be one: it becomes a part of the name of AWS's hosts."""
    return bool(_REGION.fullmatch(name))


@dataclass(frozen=True)
class _Facts:
    """`region` counts while the settings say `instead_of`; no checksums go to a server that refuses them."""

    region: str = ""
    instead_of: str = ""
    checksums: bool = True


class ServerFacts:
    """Found out once, by whatever request comes first; callable from any thread.

    Kept in a small file of the cache, where there is one: the next process need not find out again.
    It may be lost at any time, and is no reason to fail when it cannot be read or written.
    """

    def __init__(self, path: str = "") -> None:
        self._path = path
        self._lock = threading.Lock()
        self._facts = _read(path)
        self._remarks: dict[str, str] = {}

    def region(self, asked: str) -> str:
        """What to sign for where the settings say `asked`, which may be empty."""
        with self._lock:
            facts = self._facts
        return facts.region if facts.region and facts.instead_of == asked else asked

    @property
    def checksums(self) -> bool:
        """Whether the server takes them, as far as is known."""
        with self._lock:
            return self._facts.checksums

    def in_region(self, region: str, asked: str) -> None:
        """The server did what was signed for `region`, and named it for what was signed for `asked`."""
        if self._keep(_Facts(region, asked, self.checksums)):
            self._remarks["region"] = (
                f'The store wants requests signed for the region "{region}": RunFerry does so from '
                f'now on. region = "{region}" in the profile says the same.'
            )

    def takes_checksums(self, taken: bool) -> None:
        """The server stored without a checksum what it had refused with one; or took one again."""
        if self._keep(replace(self._facts, checksums=taken)) and not taken:
            self._remarks["checksums"] = (
                "The store refuses checksums: RunFerry sends it none from now on, and damage on the "
                "way is noticed when something is read. checksums = false in the profile says the same."
            )

    def remark(self) -> str:
        """What was learnt in this process, for its user; empty when nothing was."""
        return " ".join(self._remarks.values())

    def _keep(self, facts: _Facts) -> bool:
        """Whether there was anything new in them."""
        with self._lock:
            if facts == self._facts:
                return False
            self._facts = facts
            if self._path:
                _write(self._path, facts)
        return True


def _read(path: str) -> _Facts:
    """As far as it can be: anybody may have written the file."""
    try:
        with open(path, "rb") as file:
            found: object = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return _Facts()
    known = cast("Mapping[str, object]", found if isinstance(found, dict) else {})
    region, asked = (str(known.get(name) or "") for name in ("region", "instead_of"))
    checksums = known.get("checksums") is not False
    return _Facts(region, asked, checksums) if is_region(region) else _Facts(checksums=checksums)


def _write(path: str, facts: _Facts) -> None:
    new = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(new, "w", encoding="utf-8") as file:
            json.dump(asdict(facts), file)
        os.replace(new, path)
    except OSError as error:
        _log.info("%s was not written: %s", printable(path), error.strerror)
        with contextlib.suppress(OSError):
            os.remove(new)
