"""A file that was begun to be read: what it is, and its content from the start."""

from core.ports.content import Content
from core.preview.kinds import Kind


class Opened:
    """Its `content` goes on with what was begun: no byte is fetched twice.

    `content` is what was gzip'd, unpacked (then `packed`); `first` its first bytes.
    """

    kind: Kind
    content: Content
    first: bytes
    packed: bool

    @property
    def bytes_read(self) -> int:
        """Bytes of the file itself that have come so far, before they were unpacked; any thread."""
        raise NotImplementedError

    def close(self) -> None:
        """Ends the request, at the latest when the block comes that is waited for. Any thread."""


def opened(content: Content) -> Opened:
    """Reads the first piece. Blocks; raises RunFerryError."""
    raise NotImplementedError
