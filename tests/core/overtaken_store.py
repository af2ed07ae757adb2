"""A store in which somebody else is faster."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from tests.fakes.object_store import FakeObjectStore


class OvertakenStore(FakeObjectStore):
    """`before` is what others do right before the next call of a method, once."""

    def __init__(self) -> None:
        super().__init__()
        self.before: dict[str, Callable[[], object]] = {}

    @contextmanager
    def step(self, method: str) -> Generator[None]:
        if act := self.before.pop(method, None):
            act()
        with super().step(method):
            yield
