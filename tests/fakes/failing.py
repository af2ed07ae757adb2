"""Fakes that fail when a test says so."""

from typing import Any, Never


class FailsOnDemand:
    """`fail_next("put_job", error)`: the next call of that method raises, later ones work."""

    def __init__(self) -> None:
        self._failures: dict[str, Exception] = {}

    def fail_next(self, method: str, error: Exception) -> None:
        """The call that raises has no other effect."""
        getattr(type(self), method)
        self._failures[method] = error

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name.startswith("_") or name not in self._failures:
            return value

        def fail(*_: object, **__: object) -> Never:
            raise self._failures.pop(name)

        return fail
