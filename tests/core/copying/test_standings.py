"""What is to be copied of the artifacts of a job, and what stays."""

from dataclasses import replace

from core.copying.copy_plan import Standing
from core.copying.standings import planned_copies
from core.model import Artifact
from tests.builders import an_artifact


def results(version: int, sha256: str, *, beside: str = "") -> Artifact:
    """Of run 4."""
    made = an_artifact(f"jobs/12/{beside or 'own/run_4_results.zip'}")
    return replace(made, version=version, sha256=sha256, beside=beside)


def test_beside() -> None:
    """Of two places of a run only the current one is copied, whatever is newer in the other one.

    Both have versions from 1 on: in one place the newest of the other would be the latest.
    """
    current = [results(1, "a"), results(2, "b")]
    beside = [results(1, "c", beside="other/run_4_results.zip"), results(3, "d", beside="other/x")]
    planned = [*planned_copies([*beside, *current], ())]
    copied = [(p.artifact, p.in_place) for p in planned if p.standing is Standing.MISSING]
    assert copied == [(current[1], True), (current[0], False)]
    assert [p.artifact for p in planned if p.standing is Standing.BESIDE] == [*reversed(beside)]


def test_beside_there() -> None:
    """What is beside the current one in the other store is not taken for a copy of it."""
    there = [results(1, "c"), results(1, "a", beside="other/run_4_results.zip")]
    (planned,) = planned_copies([results(1, "a")], there)
    assert planned.standing is Standing.DIFFERS
