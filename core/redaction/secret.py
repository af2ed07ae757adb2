"""A credential that does not print itself."""

from typing import Never

from core.redaction import REDACTED, register


class Secret:
    """Holds a secret value; `reveal` is the only way out.

    Its making tells the redactor, so the value vanishes from every sink from then on.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        register(value)
        self._value = value

    def reveal(self) -> str:
        """The value; to be used in the argument position, never kept in a local variable."""
        return self._value

    def __repr__(self) -> str:
        return REDACTED

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return REDACTED

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> Never:
        raise TypeError("a Secret is not pickled")
