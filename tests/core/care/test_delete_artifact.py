"""Deleting takes exactly what was listed, and leaves no version without its content."""

from dataclasses import replace

import pytest

from core.care.delete_artifact import DeleteArtifact
from core.errors import (
    CatalogError,
    ConflictError,
    PreconditionFailedError,
    RunFerryError,
    StoreAccessDeniedError,
)
from core.model import Artifact, ArtifactKind, Run
from core.stored.manifests import WRITE_TOKEN
from tests.core.bench import RUN4, Bench
from tests.core.care.care_bench import CareBench
from tests.fakes.catalog import FakeCatalog
from tests.fakes.object_store import EqualEtags, FakeObjectStore

PREFIX = "jobs/1/2026/11/20/140731/"
RESULTS = f"{PREFIX}run_4_results.zip"


class Killed(BaseException):
    """Stands for the end of the process: nobody handles it."""


@pytest.fixture
def bench() -> Bench:
    """Run 4 of job 1 has three versions."""
    bench = Bench()
    for log in (b"first", b"second", b"third"):
        bench.contents[RUN4]["LOG"] = log
        bench.ferry()
    return bench


def versions(bench: Bench) -> list[Artifact]:
    return [a for a in bench.catalog.artifacts(1) if a.kind is ArtifactKind.RUN_RESULTS]


def delete(bench: Bench, artifact: Artifact) -> None:
    DeleteArtifact(bench.store, bench.catalog)(artifact)


def rebuilt(store: FakeObjectStore) -> tuple[list[Artifact], list[Run]]:
    """What another workstation finds."""
    other = Bench(store=store)
    other.refresh()
    return list(other.catalog.artifacts(1)), list(other.catalog.runs(1))


def known(catalog: FakeCatalog) -> tuple[list[Artifact], list[Run]]:
    return list(catalog.artifacts(1)), list(catalog.runs(1))


def test_old_version(bench: Bench) -> None:
    """Its manifest, its content and its row go; the others are as they were."""
    _, second, third = versions(bench)
    delete(bench, second)
    assert bench.keys() == [
        "run_4_results.v0001.json",
        "run_4_results.v0003.json",
        "run_4_results.zip",
        "versions/run_4_results.v0001.zip",
    ]
    assert versions(bench)[-1] == third
    assert b"third" in bench.content(RESULTS)
    assert known(bench.catalog) == rebuilt(bench.store)


def test_current_version(bench: Bench) -> None:
    """Older versions would be taken for the current one, so it stays until they are gone."""
    *older, current = versions(bench)
    with pytest.raises(ConflictError, match="older versions"):
        delete(bench, current)
    assert len(bench.keys()) == 6
    for artifact in [*older, current]:
        delete(bench, artifact)
    assert bench.keys() == []
    assert known(bench.catalog) == rebuilt(bench.store) == ([], [])


def test_again(bench: Bench) -> None:
    """What is gone already is gone."""
    first = versions(bench)[0]
    delete(bench, first)
    bench.catalog.put_artifact(first)
    delete(bench, first)
    assert len(versions(bench)) == 2


def test_run_can_be_stored_anew(bench: Bench) -> None:
    """As the first version; nothing of what was deleted comes back."""
    for artifact in versions(bench):
        delete(bench, artifact)
    assert bench.ferry().manifest.version == 1
    assert b"third" in bench.content(RESULTS)


def test_objects_without_versions(bench: Bench) -> None:
    """Logs go alone, and a run of which only logs are left is one without results."""
    bench.contents.beside["/data/flu/OUT"] = {"flu.fred": b"fred"}
    bench.ferry(sidecars=True)
    *results, logs = sorted(bench.catalog.artifacts(1), key=lambda a: a.kind, reverse=True)
    for artifact in results:
        delete(bench, artifact)
    assert bench.keys() == ["run_4_logs.zip"]
    assert bench.catalog.run(1, 4) == Run(1, 4)
    assert known(bench.catalog) == rebuilt(bench.store)
    delete(bench, logs)
    assert bench.keys() == []
    assert known(bench.catalog) == ([], [])


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize("after", [False, True])
def test_killed(bench: Bench, step: int, after: bool) -> None:
    """Wherever the process ends, every manifest has its content; the next try ends it."""
    first = versions(bench)[0]
    if step == 2:
        bench.catalog.fail_next("remove_artifact", CatalogError("Disk full."))
    else:
        bench.store.fail_next("delete", Killed(), after=after, skip=step)  # pyright: ignore[reportArgumentType] - not an error
    with pytest.raises((Killed, CatalogError)):
        delete(bench, first)
    there = set(bench.keys())
    if "run_4_results.v0001.json" in there:
        assert "versions/run_4_results.v0001.zip" in there
    delete(bench, first)
    assert len(versions(bench)) == 2
    assert known(bench.catalog) == rebuilt(bench.store)


def test_manifest_must_not_be_deleted(bench: Bench) -> None:
    """A store that refuses is asked for nothing else."""
    before = bench.keys()
    bench.store.fail_next("delete", StoreAccessDeniedError("Not allowed."))
    with pytest.raises(StoreAccessDeniedError):
        delete(bench, versions(bench)[0])
    assert (bench.keys(), len(versions(bench))) == (before, 3)


def test_what_only_looks_like_a_manifest() -> None:
    """It is no version: it keeps nothing from being deleted, and stays."""
    bench = Bench()
    bench.ferry()
    bench.store.put(f"{PREFIX}run_4_results.v0001.json.bak", b"theirs")
    delete(bench, versions(bench)[0])
    assert bench.keys() == ["run_4_results.v0001.json.bak"]


def test_somebody_elses_content(bench: Bench) -> None:
    """An object that is not the version's own stays, wherever it lies."""
    kept = f"{PREFIX}versions/run_4_results.v0001.zip"
    bench.store.put(kept, b"theirs")
    delete(bench, versions(bench)[0])
    assert bench.content(kept) == b"theirs"


def test_current_object_replaced_by_another_version() -> None:
    """What another workstation stores in this very moment is not deleted with the old version."""
    bench = Bench()
    bench.ferry()
    (first,) = versions(bench)
    other = Bench({RUN4: {"LOG": b"theirs"}}, store=bench.store)
    other.ferry(job_id=1)
    delete(bench, first)
    assert other.content(RESULTS) == b"RUN4/LOG\ntheirs"
    assert bench.keys() == ["run_4_results.v0002.json", "run_4_results.zip"]


@pytest.mark.parametrize("restored", [False, True])
def test_current_version_with_the_content_of_an_old_one(restored: bool) -> None:
    """A run that became again what it was: the old version goes, not the current object.

    Nor where the bucket was restored without metadata, which tells no upload from the other.
    """
    bench = Bench(store=EqualEtags())
    for log in (b"first", b"second", b"first"):
        bench.contents[RUN4]["LOG"] = log
        bench.ferry()
    if restored:
        for stored in bench.store.list(PREFIX):
            bench.store.put(stored.key, bench.content(stored.key))
    first, _, third = versions(bench)
    assert first.sha256 == third.sha256
    delete(bench, first)
    assert b"first" in bench.content(RESULTS)
    assert bench.keys() == [
        "run_4_results.v0002.json",
        "run_4_results.v0003.json",
        "run_4_results.zip",
        "versions/run_4_results.v0002.zip",
    ]


@pytest.mark.parametrize("replaced", [False, True])
def test_content_of_another_tool(replaced: bool) -> None:
    """What was adopted goes with its version, unless the tool has stored something else since."""
    bench = CareBench()
    bench.register_job("flu")
    bench.store.put(RESULTS, b"theirs")
    bench.care.adopt(RESULTS)
    if replaced:
        bench.store.put(RESULTS, b"other!")  # of the same size
    delete(bench, versions(bench)[0])
    assert bench.keys() == (["run_4_results.zip"] if replaced else [])


def test_same_bytes_of_another_upload() -> None:
    """They are about to become another workstation's version: they stay."""
    bench = Bench(store=EqualEtags())
    bench.ferry()
    bench.store.put(RESULTS, bench.content(RESULTS), metadata={WRITE_TOKEN: "theirs"})
    delete(bench, versions(bench)[0])
    assert bench.keys() == ["run_4_results.zip"]


def replace_before_deletion(bench: Bench, awaited: str) -> None:
    """Somebody else stores something under the awaited key after the last look at it."""
    delete = bench.store.delete

    def too_late(key: str, *, if_match: str | None = None) -> None:
        if key == awaited:
            bench.store.put(key, b"theirs")
        delete(key, if_match=if_match)

    bench.store.delete = too_late


def test_content_replaced_after_the_look() -> None:
    """The version goes, what came in its place stays."""
    bench = Bench()
    bench.ferry()
    replace_before_deletion(bench, RESULTS)
    delete(bench, versions(bench)[0])
    assert bench.keys() == ["run_4_results.zip"]
    assert bench.content(RESULTS) == b"theirs"
    assert versions(bench) == []


def test_manifest_replaced_after_the_look(bench: Bench) -> None:
    """It tells of something else now: it stays, and so does all content."""
    first, before = versions(bench)[0], bench.keys()
    replace_before_deletion(bench, f"{PREFIX}run_4_results.v0001.json")
    with pytest.raises(PreconditionFailedError):
        delete(bench, first)
    assert (bench.keys(), len(versions(bench))) == (before, 3)


def test_logs_replaced_after_the_look(bench: Bench) -> None:
    """Objects without versions are not deleted for others, either."""
    bench.contents.beside["/data/flu/OUT"] = {"flu.fred": b"fred"}
    bench.ferry(sidecars=True)
    (logs,) = (a for a in bench.catalog.artifacts(1) if a.kind is ArtifactKind.RUN_LOGS)
    replace_before_deletion(bench, logs.key)
    with pytest.raises(ConflictError, match="replaced meanwhile"):
        delete(bench, logs)
    assert bench.content(logs.key) == b"theirs"
    assert logs in bench.catalog.artifacts(1)


def test_version_set_aside_and_not_replaced() -> None:
    """An upload that died left the content twice; both go."""
    bench = Bench()
    bench.ferry()
    bench.store.copy(RESULTS, f"{PREFIX}versions/run_4_results.v0001.zip")
    delete(bench, versions(bench)[0])
    assert bench.keys() == []


@pytest.mark.parametrize("what", ["unmanaged", "other content", "damaged manifest"])
def test_not_what_was_listed(bench: Bench, what: str) -> None:
    """Nothing goes that the user has not seen."""
    first = versions(bench)[0]
    if what == "unmanaged":
        first = replace(first, managed=False)
    elif what == "other content":
        first = replace(first, sha256="ab" * 32)
    else:
        bench.store.put(f"{PREFIX}run_4_results.v0001.json", b"{")
    before = bench.keys()
    with pytest.raises(RunFerryError, match="s3://fake"):
        delete(bench, first)
    assert (bench.keys(), len(versions(bench))) == (before, 3)


def test_replaced_logs(bench: Bench) -> None:
    """Logs that were stored again since they were listed stay."""
    bench.contents.beside["/data/flu/OUT"] = {"flu.fred": b"fred"}
    bench.ferry(sidecars=True)
    (logs,) = (a for a in bench.catalog.artifacts(1) if a.kind is ArtifactKind.RUN_LOGS)
    bench.contents.beside["/data/flu/OUT"] = {"flu.fred": b"FRED"}
    bench.ferry(sidecars=True)
    with pytest.raises(ConflictError):
        delete(bench, logs)
    assert bench.keys()[0] == "run_4_logs.zip"


def test_left_over_content_is_not_taken_for_a_copy(bench: Bench) -> None:
    """Numbers begin anew behind the last version: what lies there saves nothing of the new one."""
    kept = f"{PREFIX}versions/run_4_results.v0001.zip"
    bench.store.put(kept, b"left over")
    for artifact in versions(bench):
        delete(bench, artifact)
    bench.contents[RUN4]["LOG"] = b"fourth"
    bench.ferry()
    bench.contents[RUN4]["LOG"] = b"fifth"
    bench.ferry_fails(ConflictError)
    assert b"fourth" in bench.content(RESULTS)
    bench.store.delete(kept)
    assert bench.ferry().manifest.version == 2
    assert b"fourth" in bench.content(kept)
