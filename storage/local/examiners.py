"""The directory of a local store, before anything is tried there."""

import os
from collections.abc import Callable, Generator, Mapping

from core.ports.examiner import Diagnosis, Examiner, Outcome, StoreExaminers


class LocalExaminers(StoreExaminers):
    """There is nothing to sign in to, and no way to go."""

    def __init__(self, directory: str) -> None:
        self._directory = directory

    @property
    def by_subject(self) -> Mapping[str, Callable[[], Examiner]]:
        return {"directory": lambda: DirectoryExaminer(self._directory)}

    def close(self) -> None:
        """Nothing is open."""


class DirectoryExaminer(Examiner):
    """Says where it is; what can be done there `TryStore` finds out."""

    def __init__(self, directory: str) -> None:
        self._directory = directory

    def examine(self) -> Generator[Diagnosis]:
        there = os.path.isdir(self._directory)
        detail = self._directory if there else f"not there yet: {self._directory}"
        yield Diagnosis("place", Outcome.OK, detail)
