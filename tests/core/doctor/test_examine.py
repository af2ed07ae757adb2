"""One thing at a time; what cannot be looked at ends nothing."""

from collections.abc import Generator

from core.doctor.examine import Examine
from core.errors import SettingsError
from core.ports.examiner import Diagnosis, Examiner, Outcome


class Told(Examiner):
    """Says what it is told to, then fails so."""

    def __init__(self, *diagnoses: Diagnosis, failure: Exception | None = None) -> None:
        self._diagnoses = diagnoses
        self._failure = failure

    def examine(self) -> Generator[Diagnosis]:
        yield from self._diagnoses
        if self._failure:
            raise self._failure


FINE = Diagnosis("a", Outcome.OK)
REFUSAL = SettingsError("It is wrong.", todo="Put it right.")


def unmakable() -> Examiner:
    raise REFUSAL


def test_all() -> None:
    """In order, each with its subject."""
    examine = Examine({"x": lambda: Told(FINE), "y": lambda: Told(FINE, FINE)})
    assert [seen.subject for seen in examine()] == ["x", "y", "y"]
    assert examine.subjects == ("x", "y")
    assert [seen.diagnosis for seen in examine.one("y")] == [FINE, FINE]


def test_failures() -> None:
    """An error of ours says what to do; any other one is told, and what comes after is looked at."""
    examine = Examine(
        {
            "made": unmakable,
            "half": lambda: Told(FINE, failure=REFUSAL),
            "bug": lambda: Told(failure=ValueError("AWS_SECRET_ACCESS_KEY=hunter2hunter2")),
            "last": lambda: Told(FINE),
        }
    )
    seen = {found.subject: found.diagnosis for found in examine()}
    wrong = Outcome.NOT_OK, "It is wrong.", "Put it right."
    for subject in ("made", "half"):
        told = seen[subject]
        assert (told.outcome, told.detail, told.hint) == wrong
    assert seen["bug"].outcome is Outcome.UNKNOWN
    assert "hunter2" not in seen["bug"].detail
    assert seen["last"] == FINE
