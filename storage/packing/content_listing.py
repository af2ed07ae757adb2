"""The content id: what an archive holds, whatever its bytes."""

import hashlib
import struct

_DOMAIN = b"runferry content 1\n"
_LENGTHS = struct.Struct(">cQQ")

EMPTY_SHA256 = hashlib.sha256().digest()


class ContentListing:
    r"""Takes in the members of an archive, sorted by the bytes of their names.

    The id is the SHA-256 of the 19 bytes `runferry content 1\n` and then for each member of

        1 byte    "f" for a file, "l" for a link, "d" for a directory, which is a member when empty
        8 bytes   length of the name, big-endian
        8 bytes   size of the content, big-endian; 0 for a directory
        …         the name, UTF-8 if it is so in the tree: "RUN4/out.txt"; a directory's ends in "/"
        32 bytes  SHA-256 of the content: of a link its text, of a directory no bytes

    so neither mtimes nor permissions nor the way of compressing take part.
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256(_DOMAIN)
        self._last = b""

    def add(self, name: bytes, size: int, sha256: bytes, *, link: bool = False) -> None:
        """Raises ValueError for a name that is not greater than the one before."""
        if name <= self._last:
            raise ValueError(f"{name!r} does not come after {self._last!r}")
        self._last = name
        kind = b"d" if name.endswith(b"/") else b"l" if link else b"f"
        self._digest.update(_LENGTHS.pack(kind, len(name), size) + name + sha256)

    def content_id(self) -> str:
        """Of the members so far, in lower-case hex."""
        return self._digest.hexdigest()
