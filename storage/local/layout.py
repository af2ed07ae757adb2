"""Where the local store keeps what: objects under their keys, everything else in one hidden place."""

import hashlib
import os

from core.errors import StoreError
from core.printable import printable

HIDDEN = ".runferry"
_MAX_KEY_BYTES = 1024  # as in S3


class LocalLayout:
    """Paths below the root of a local store."""

    def __init__(self, root: str) -> None:
        self.root = os.path.abspath(root)
        self.hidden = os.path.join(self.root, HIDDEN)
        self.lock = os.path.join(self.hidden, "lock")
        self.drafts = os.path.join(self.hidden, "drafts")
        self._metadata = os.path.join(self.hidden, "metadata")

    def path(self, key: str) -> str:
        """The file of an object. Raises StoreError when `key` could lead anywhere else."""
        reason = unusable(key)
        if reason:
            raise StoreError(f'The local store cannot use the key "{printable(key)}": {reason}.')
        return os.path.join(self.root, key)

    def metadata(self, key: str) -> str:
        """The directory of an object's metadata; a hash, so that no key is too long or clashes."""
        digest = hashlib.sha256(key.encode()).hexdigest()
        return os.path.join(self._metadata, digest[:2], digest)

    def listed(self, prefix: str) -> tuple[str, str]:
        """The directory where a listing of `prefix` begins, and how the names in it begin.

        Raises StoreError as `path` does.
        """
        parent, _, name = prefix.rpartition("/")
        if prefix:
            self.path(f"{prefix}x")  # a prefix may end anywhere, also after a slash
        return (f"{parent}/" if parent else ""), name


def unusable(key: str) -> str:
    """Why `key` cannot name a file of the store; empty when it can."""
    components = key.split("/")
    if "" in components:
        return "it has an empty component or begins or ends with a slash"
    if "." in components or ".." in components:
        return "it has a relative component"
    if components[0] == HIDDEN:
        return "this name is reserved"
    if not key.isprintable():  # also refuses what cannot be encoded
        return "it has characters that cannot be printed"
    if len(key.encode()) > _MAX_KEY_BYTES:
        return f"it is longer than {_MAX_KEY_BYTES} bytes"
    return ""
