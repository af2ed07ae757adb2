"""Who may send a part while the store refuses them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import StoreConnectionError, StoreError
from storage.s3.part_gate import PartGate

PATIENCE = 60.0


def refuse(gate: PartGate, *, answered: bool = True) -> None:
    error = StoreConnectionError("failed")
    error.answered = answered
    with pytest.raises(StoreConnectionError), gate.passing(lambda: None):
        raise error


def is_probe(gate: PartGate) -> bool:
    with gate.passing(lambda: None) as probe:
        return probe


def test_until_one_arrives() -> None:
    gate = PartGate()
    assert not is_probe(gate)
    refuse(gate)
    assert is_probe(gate)
    assert not is_probe(gate)


def test_silence_is_no_refusal() -> None:
    """A connection that breaks says nothing about the next one."""
    gate = PartGate()
    refuse(gate, answered=False)
    assert not is_probe(gate)


def test_the_next_probes_when_one_was_refused() -> None:
    gate = PartGate()
    refuse(gate)
    refuse(gate)
    assert is_probe(gate)


def test_given_up_while_another_probes() -> None:
    """Who waits need not wait for its end, and leaves the gate as it is."""
    gate = PartGate()
    refuse(gate)

    def give_up() -> None:
        raise StoreError("given up")

    def wait_in_vain() -> None:
        with gate.passing(give_up):
            raise AssertionError("two at a time")

    with ThreadPoolExecutor(1) as pool, gate.passing(lambda: None) as probe:
        assert probe
        with pytest.raises(StoreError, match="given up"):
            pool.submit(wait_in_vain).result(PATIENCE)
    assert not is_probe(gate)
