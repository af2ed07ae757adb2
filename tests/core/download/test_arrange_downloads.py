"""Runs that are brought back together lie side by side, whatever their directories are called."""

import os
from collections.abc import Callable, Iterator, Sequence

import pytest

from core.download.arrange_downloads import ArrangeDownloads
from core.errors import StoreConnectionError
from core.model import Artifact, ArtifactKind
from core.ports.packaging import ArchiveMember, OpenArchive
from tests.fakes.source_files import EmptyArchive


def a_run(job: int, run: int) -> Artifact:
    return Artifact(job, ArtifactKind.RUN_RESULTS, f"jobs/{job}/run_{run}_results.zip", 9, run, 1)


class OneFile(EmptyArchive):
    def members(self) -> Iterator[ArchiveMember]:
        yield ArchiveMember("RUN4/out.csv", 1, 1, 0, 0)


def all_alike(artifact: Artifact) -> OpenArchive:
    return OneFile()


def no_answer(artifact: Artifact) -> OpenArchive:
    raise StoreConnectionError("The store does not answer.")


def folders(look: Callable[[Artifact], OpenArchive], runs: Sequence[Artifact]) -> Sequence[str]:
    requests = ArrangeDownloads(look)(runs, "/back", version=lambda run: None, extract=True)
    return [os.path.relpath(request.directory, "/back") for request in requests]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([(1, 4), (1, 5)], ["run_4", "run_5"]),
        ([(1, 4), (2, 5)], ["run_4", "run_5"]),
        ([(1, 4), (2, 4)], ["job_1_run_4", "job_2_run_4"]),
        ([(1, 4), (2, 4), (2, 5)], ["job_1_run_4", "job_2_run_4", "run_5"]),
    ],
)
def test_same_name(runs: Sequence[tuple[int, int]], expected: Sequence[str]) -> None:
    """Runs of two jobs may have the same id: their folders tell which is which."""
    assert folders(all_alike, [a_run(*run) for run in runs]) == expected


def test_store_does_not_answer() -> None:
    """The downloads wait for it, and those of the same id do not come into each other's way."""
    runs = [a_run(1, 4), a_run(2, 4), a_run(2, 5)]
    assert folders(no_answer, runs) == ["job_1_run_4", "job_2_run_4", "."]
