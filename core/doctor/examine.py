"""Look at everything, or at one thing; what cannot be looked at is said in its place, and ends nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.errors import RunFerryError, in_words
from core.ports.examiner import Diagnosis, Examiner, Outcome


@dataclass(frozen=True)
class Examined:
    """A diagnosis, and the subject that it is about."""

    subject: str
    diagnosis: Diagnosis


class Examine:
    """Makes an examiner when its turn has come: making it may be what fails."""

    def __init__(self, examiners: Mapping[str, Callable[[], Examiner]]) -> None:
        self._examiners = examiners

    @property
    def subjects(self) -> Sequence[str]:
        """In the order in which they are looked at."""
        return tuple(self._examiners)

    def __call__(self) -> Iterator[Examined]:
        """All of them. Never raises."""
        for subject in self._examiners:
            yield from self.one(subject)

    def one(self, subject: str) -> Iterator[Examined]:
        """That one. Never raises."""
        for diagnosis in self._told(subject):
            yield Examined(subject, diagnosis)

    def _told(self, subject: str) -> Iterator[Diagnosis]:
        try:
            yield from self._examiners[subject]().examine()
        except RunFerryError as error:
            yield Diagnosis(subject, Outcome.NOT_OK, error.what, error.todo)
        except Exception as error:  # noqa: BLE001 - who asks for help needs all the rest, too
            yield Diagnosis(subject, Outcome.UNKNOWN, in_words(error))
