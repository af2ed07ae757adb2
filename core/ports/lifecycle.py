"""Rules by which a store moves and frees objects by itself, as they grow old."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Protocol

Rule = Mapping[str, object]
"""One rule in the JSON of S3's lifecycle configuration; `ID` tells it from the others."""


class Lifecycle(Protocol):
    """The rules of one bucket. Raises StoreError, also where a server has no such thing."""

    @property
    @abstractmethod
    def location(self) -> str:
        """What a person calls the bucket."""

    @abstractmethod
    def rules(self) -> Sequence[Rule]:
        """All of them, whoever made them."""

    @abstractmethod
    def replace(self, rules: Sequence[Rule]) -> None:
        """Puts these in the place of all that were there; other settings beside them stay."""

    @abstractmethod
    def close(self) -> None:
        """Frees connections."""
