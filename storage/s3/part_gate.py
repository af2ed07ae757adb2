"""Parts go one at a time while the store refuses them: what refuses one mostly refuses all."""

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from core.errors import StoreError

_GLANCE_SECONDS = 0.1


class PartGate:
    """One for all uploads to a bucket, and from one try to the next. Callable from any thread.

    Narrow from the moment that a part was given up although the store answered, until one arrives.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._narrow = False
        self._probing = False

    @contextmanager
    def passing(self, check: Callable[[], None]) -> Generator[bool]:
        """Around all attempts at one part; waits while another one probes.

        Gives whether this part is the probe. `check` is called several times a second while it
        waits, and before it is a probe; it may raise.
        """
        probe = self._enter(check)
        try:
            yield probe
        except StoreError as error:
            self._leave(probe, narrow=error.answered or None)
            raise
        except BaseException:
            self._leave(probe)
            raise
        self._leave(probe, narrow=False)

    def _enter(self, check: Callable[[], None]) -> bool:
        with self._changed:
            while self._narrow and self._probing:
                self._changed.wait(_GLANCE_SECONDS)
                check()
            if self._narrow:
                check()
                self._probing = True
            return self._narrow

    def _leave(self, probe: bool, *, narrow: bool | None = None) -> None:
        """With what is known now of whether parts arrive, if anything."""
        with self._changed:
            if narrow is not None:
                self._narrow = narrow
            if probe:
                self._probing = False
            self._changed.notify_all()
