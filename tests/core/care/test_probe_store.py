"""What is made of a probe's observations."""

from collections.abc import Generator

import pytest

from core.care.probe_store import ProbeStore
from core.errors import StoreConnectionError
from core.ports.probe import Answer, Check, Observation, StoreProbe
from core.stored.job_s3_prefix import PROBES


class FakeProbe(StoreProbe):
    """Observes what it is told to."""

    def __init__(self, observations: list[Observation], failure: Exception | None = None) -> None:
        self.scratch = ""
        self.closed = False
        self._observations = observations
        self._failure = failure

    @property
    def location(self) -> str:
        return "memory"

    def observations(self, scratch: str) -> Generator[Observation]:
        self.scratch = scratch
        if self._failure:
            raise self._failure
        yield from self._observations

    def close(self) -> None:
        self.closed = True


def test_everything_means_something() -> None:
    """Each answer to each check has a meaning of its own."""
    for check in Check:
        observations = [Observation(check, answer) for answer in Answer]
        findings = list(ProbeStore(FakeProbe(observations))())
        assert [finding.observation for finding in findings] == observations
        meanings = {finding.meaning for finding in findings}
        assert len(meanings) == 3
        assert all(meanings)


def test_hindrances() -> None:
    """What uploads or downloads need and is not there hinders, with something to do about it."""
    for check in Check:
        observations = [Observation(check, answer) for answer in Answer]
        yes, no, unknown = ProbeStore(FakeProbe(observations))()
        assert not yes.hinders
        assert no.hinders == unknown.hinders
    told = Observation(Check.PUT, Answer.NO, "denied", "Ask for it.")
    (finding,) = ProbeStore(FakeProbe([told]))()
    assert (finding.hinders, finding.todo) == (True, "Ask for it.")
    (finding,) = ProbeStore(FakeProbe([Observation(Check.METADATA, Answer.NO)]))()
    assert "x-amz-meta" in finding.todo
    (finding,) = ProbeStore(FakeProbe([Observation(Check.DELETE, Answer.NO)]))()
    assert not finding.hinders


def test_scratch() -> None:
    """Each probe writes below a prefix of its own."""
    probe = FakeProbe([])
    run = ProbeStore(probe)
    list(run())
    first = probe.scratch
    list(run())
    assert first.startswith(PROBES)
    assert first != probe.scratch
    assert first.endswith("/")


def test_no_store() -> None:
    """A store that cannot be reached is an error, not a table; connections are freed."""
    probe = FakeProbe([], StoreConnectionError("No connection."))
    with pytest.raises(StoreConnectionError):
        list(ProbeStore(probe)())
    assert probe.closed
