"""What one more run costs does not depend on how many there are, however equal they look."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core.jobs.list_jobs import ListJobs
from core.model import Run
from core.ports.object_store import StoredObject
from core.upload.upload_result import UploadOutcome
from tests.core.bench import Bench

HERE, THERE = "/data/flu/OUT", "/data/measles/OUT"


class Tally:
    """Counts calls from outside, and what they return: one for a value, more for more."""

    def __init__(self, *counted: object) -> None:
        self.calls = self.count = 0
        self._inside = False
        for thing in counted:
            for name in (n for n in dir(type(thing)) if not n.startswith("_")):
                method = getattr(thing, name)
                if callable(method):
                    setattr(thing, name, self._counting(method))

    def _counting(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            if self._inside:
                return method(*arguments, **options)
            self._inside = True
            try:
                result = _whole(method(*arguments, **options))
            finally:
                self._inside = False
            self.calls += 1
            self.count += 1 + _size(result)
            return result

        return call


def _whole(result: Any) -> Any:
    return [*result] if hasattr(result, "__next__") else result


def _size(result: Any) -> int:
    listed = any(isinstance(result, kind) for kind in (list, dict, frozenset))
    return len(result) if listed else 0


def outputs(root: str, count: int, mark: str) -> dict[str, dict[str, bytes]]:
    """Runs of equal size and different content."""
    return {f"{root}/RUN{n}": {"out.csv": f"{mark}{n:09}".encode()} for n in range(1, count + 1)}


def cost_of_the_last(count: int, scenario: str) -> int:
    bench = Bench(outputs(HERE, count, "a") | outputs(THERE, count, "b"))
    runs = [f"{HERE}/RUN{number}" for number in range(1, count + 1)]
    if scenario != "first":
        for run in runs:
            bench.ferry(run)
    if scenario == "second tree":
        runs = [run.replace(HERE, THERE) for run in runs]
    for run in runs[:-1]:
        bench.ferry(run)
    tally = Tally(bench.store, bench.journal, bench.catalog, bench.folders, bench.scanner)
    compared = bench.packager.compared
    result = bench.ferry(runs[-1])
    unchanged = result.outcome is UploadOutcome.UNCHANGED
    assert unchanged is (scenario == "repeated")
    assert bench.packager.compared == compared + 1
    return tally.count


@pytest.mark.parametrize("scenario", ["first", "repeated", "second tree"])
def test_one_more(scenario: str) -> None:
    """Stored for the first time, found unchanged, and from a second tree of the same extents."""
    assert cost_of_the_last(40, scenario) == cost_of_the_last(10, scenario)


def test_versions_are_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a local store each listing costs what the whole job holds; in S3 it is a request."""
    bench = Bench(outputs(HERE, 1, "a"))
    run = f"{HERE}/RUN1"
    bench.ferry(run)
    listed: list[str] = []
    list_all = bench.store.list

    def noted(prefix: str, *, after: str = "") -> Iterator[StoredObject]:
        listed.append(prefix)
        return list_all(prefix, after=after)

    monkeypatch.setattr(bench.store, "list", noted)
    bench.contents[run]["out.csv"] = b"changed"
    assert bench.ferry(run).manifest.version == 2
    assert len([prefix for prefix in listed if "run_1_results" in prefix]) == 1


def test_the_first_of_all() -> None:
    """Nothing is stored yet: the search for its content looks at no neighbour."""

    def looks(count: int) -> int:
        bench = Bench(outputs(HERE, count, "a"))
        tally = Tally(bench.scanner)
        bench.ferry(f"{HERE}/RUN1")
        return tally.calls

    assert looks(30) == looks(3)


def test_neighbours_that_only_look_alike() -> None:
    """The search for the job of a new tree reads no file when all that is alike has its place."""
    bench = Bench(outputs(HERE, 9, "a") | outputs(THERE, 9, "b"))
    for number in range(1, 10):
        bench.ferry(f"{HERE}/RUN{number}")
    compared = bench.packager.compared
    assert bench.ferry(f"{THERE}/RUN1").manifest.job_id == 2
    assert bench.packager.compared == compared + 1


def test_list_of_jobs() -> None:
    """One question for the numbers of runs of all jobs."""

    def questions(count: int) -> int:
        bench = Bench()
        for number in range(count):
            job = bench.register_job(f"job {number}")
            bench.catalog.put_run(Run(job.id, 4))
        tally = Tally(bench.catalog)
        listed = ListJobs(bench.catalog)()
        assert [summary.runs for summary in listed] == [1] * count
        return tally.calls

    assert questions(9) == questions(3)
