"""All runs of a job as one picture."""

from dataclasses import replace

import pytest

from core.binding.known_ids import KnownIds
from core.binding.number_runs import NumberRuns
from core.compare.job_runs import JobRuns, Looks
from core.compare.read_ensemble import ReadEnsemble
from core.errors import (
    ArtifactNotFoundError,
    InvalidResultsDirectoryError,
    StoreAccessDeniedError,
    StoreConnectionError,
)
from core.jobs.list_jobs import ListArtifacts
from core.model import Artifact
from core.ports.journal.bindings import StoredSource
from core.ports.run_files import RunFiles
from core.source.run_directories import RunDirectories
from core.source.run_places import RunPlaces
from tests.builders import an_artifact
from tests.core.compare.runs import LostRun, fred, named, recall
from tests.fakes.catalog import FakeCatalog
from tests.fakes.curves_cache import FakeCurvesCache
from tests.fakes.folders import MemoryFolders, MemoryTree
from tests.fakes.journal import FakeJournal
from tests.fakes.run_files import FakeRunFiles

OUT = "/data/flu/OUT"


def looks() -> Looks:
    def local(path: str) -> RunFiles:
        return FakeRunFiles({}, path)

    def stored(artifact: Artifact) -> RunFiles:
        return FakeRunFiles({}, artifact.key)

    return Looks(local, stored)


class Bench:
    """A job 12, some runs of which are stored, and a results root with some directories."""

    def __init__(self, *directories: str) -> None:
        self.catalog, self.journal = FakeCatalog(), FakeJournal()
        folders = MemoryFolders(MemoryTree({path: {"LOG": b""} for path in directories}))
        below = RunDirectories(folders)
        known = KnownIds(self.journal, below.exists)
        number_runs = NumberRuns(RunPlaces(), below, known, self.journal.give_ids)
        self.job_runs = JobRuns(ListArtifacts(self.catalog), number_runs, self.journal, looks())

    def store(self, run_id: int, version: int) -> None:
        key = f"jobs/12/run_{run_id}_results.v{version}.zip"
        self.catalog.put_artifact(replace(an_artifact(key, run_id=run_id), version=version))

    def found(self) -> list[tuple[str, int | None, str, list[str]]]:
        return [
            (run.name, run.version, run.path, [source.place for source in run.sources])
            for run in self.job_runs(12)
        ]


def test_mixed() -> None:
    """A run that is here and stored is one, of which the directory counts first."""
    bench = Bench(f"{OUT}/RUN1", f"{OUT}/RUN10")
    bench.journal.bind_root(OUT, 12)
    for run_id, version in ((1, 1), (1, 2), (2, 1)):
        bench.store(run_id, version)
    newest = "jobs/12/run_1_results.v2.zip"
    assert bench.found() == [
        ("RUN1", 2, f"{OUT}/RUN1", [f"{OUT}/RUN1", newest]),
        ("RUN2", 1, "", ["jobs/12/run_2_results.v1.zip"]),
        ("RUN10", None, f"{OUT}/RUN10", [f"{OUT}/RUN10"]),
    ]


def test_only_of_the_job() -> None:
    """Roots of other jobs are not its runs; directories are the runs that they were stored as."""
    bench = Bench(f"{OUT}/RUN1", "/data/other/RUN2", f"{OUT}/RUN0")
    bench.journal.bind_root(OUT, 12)
    bench.journal.bind_root("/data/other", 13)
    bench.journal.put_stored(f"{OUT}/RUN1", StoredSource("f", 12, 7))
    assert [name for name, *_ in bench.found()] == ["RUN0", "RUN1"]
    assert [run.run_id for run in bench.job_runs(12)] == [1, 7]


def test_one_stored_run() -> None:
    """The latest, or a version of it; what is not there is said."""
    bench = Bench()
    bench.store(4, 1)
    bench.store(4, 2)
    assert bench.job_runs.stored(12, 4).name == "12:4@v2"
    assert bench.job_runs.stored(12, 4, 1).sources[0].place.endswith("v1.zip")
    for run_id, version, words in ((5, None, "run 5 of job 12"), (4, 3, "in version 3")):
        with pytest.raises(ArtifactNotFoundError, match=words):
            bench.job_runs.stored(12, run_id, version)


def ensemble(cache: FakeCurvesCache | None = None) -> ReadEnsemble:
    return ReadEnsemble(Bench().job_runs, recall(cache))


def test_picture() -> None:
    """Medians over the runs that have the day, and who is unlike the others."""
    runs = [named(n, fred(str(n), [0, 10 + n, n])) for n in range(1, 7)]
    runs.append(named(7, fred("7", [0, 500, 5, 1])))
    heard: list[int] = []
    found = ensemble()(runs, on_read=heard.append)
    assert (found.variable, sorted(heard)) == ("INF.I", [*range(1, 8)])
    assert list(found.bands.runs) == [7, 7, 7, 1]
    assert list(found.bands.median) == [0, 14, 4, 1]
    assert [outlier.name for outlier in found.outliers] == ["RUN7"]
    assert found.peaks
    assert found.peak_days
    assert found.finals
    assert (found.peaks.median, found.peak_days.median, found.finals.median) == (14, 1, 3)


def test_what_most_would_show() -> None:
    """One run that is not as far does not choose for all; what it lacks is said of it."""
    early = FakeRunFiles(
        {
            "health_records.txt": b"HEALTH RECORD: 2020 12am day 0 person 1 age 4 is EXPOSED to INF\n"
        },
    )
    runs = [named(1, early), named(2, fred("2", [1])), named(3, fred("3", [2]))]
    runs.append(named(4, FakeRunFiles({"LOG": b"FRED started\n"})))
    found = ensemble()(runs)
    assert (found.variable, [*found.curves]) == ("INF.I", ["RUN2", "RUN3"])
    assert [run.why for run in found.runs] == ["has no INF.I", "", "", "has no curve"]
    assert not any(run.failed for run in found.runs)


def test_the_other_look() -> None:
    """What the directory does not have, the stored results may."""
    here = FakeRunFiles({"LOG": b"FRED started\n"}, "/data/RUN1")
    run = named(1, here, fred("key", [1, 2]), path="/data/RUN1")
    assert list(ensemble()([run]).curves["RUN1"].values) == [1, 2]
    gone = LostRun("/data/RUN1", InvalidResultsDirectoryError("it is gone"))
    run = named(1, gone, fred("key", [1, 2]), path="/data/RUN1")
    assert ensemble()([run]).curves


def test_one_that_cannot_be_read() -> None:
    """It says why; the others are shown."""
    lost = LostRun("key", StoreAccessDeniedError("not for you"))
    found = ensemble()([named(1, fred("1", [1])), named(2, lost)])
    assert [(run.why, run.failed) for run in found.runs] == [("", False), ("not for you", True)]


def test_offline() -> None:
    """A store that does not answer is not asked by every run; what is remembered is shown."""
    cache, gone = FakeCurvesCache(), StoreConnectionError("no answer")
    seen = [fred(f"key {n}", [n]) for n in range(40)]
    for run in seen[:3]:
        recall(cache)(run)
    lost = [LostRun(f"key {n}", gone) for n in range(3, 40)]
    here = fred("/data/RUN99", [5])
    runs = [named(n, run) for n, run in enumerate([*lost, *seen[:3]])]
    found = ensemble(cache)([*runs, named(99, here, path="/data/RUN99")])
    assert len(found.curves) == 4
    assert sum(bool(run.asked) for run in lost) <= 8
    assert {run.why for run in found.runs if run.failed} == {"no answer"}


def test_nothing_can_be_read() -> None:
    """That is an error, with its own exit code; a job without runs is none."""
    gone = StoreConnectionError("no answer")
    with pytest.raises(StoreConnectionError):
        ensemble()([named(n, LostRun(str(n), gone)) for n in range(3)])
    empty = ensemble()([])
    assert (empty.variable, len(empty.bands.days), empty.peaks) == ("", 0, None)


def test_stopped() -> None:
    """Whoever waits may end it."""

    def stop(_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        ensemble()([named(1, fred("1", [1]))], on_read=stop)
