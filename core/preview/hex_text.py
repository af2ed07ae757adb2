"""Binary content as lines of hex."""

from core.ports.content import Content


def hexed(content: Content) -> Content:
    """Sixteen bytes a line: where they stand, in hex, and what of it is ASCII."""
    raise NotImplementedError
