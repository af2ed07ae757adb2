"""What only some screens need: made, and imported, when they ask for it by its type."""

from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")


class LateParts:
    """Callable from any thread, with one of the types in `tui.parts`; may block, the first time."""

    def __init__(self, makers: Mapping[str, Callable[[], object]]) -> None:
        """By the name of the type: the type itself is not imported before somebody has it."""
        self._makers = makers

    def __call__(self, kind: type[T], /) -> T:
        """The part of this type; the same each time, as far as its maker says so."""
        part = self._makers[kind.__name__]()
        if not isinstance(part, kind):
            raise TypeError(f"{part!r} is no {kind.__name__}")
        return part
