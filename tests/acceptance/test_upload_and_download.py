"""A researcher stores finished runs and gets them back, here and on S3."""

import filecmp
from pathlib import Path

from tests.acceptance.conftest import Command


def same_tree(left: Path, right: Path) -> bool:
    found = filecmp.dircmp(left, right, ignore=[], hide=[])
    if found.left_only or found.right_only or found.funny_files:
        return False
    _, different, unreadable = filecmp.cmpfiles(left, right, found.common_files, shallow=False)
    return (
        not different
        and not unreadable
        and all(same_tree(left / name, right / name) for name in found.common_dirs)
    )


def test_every_run_there_and_back(
    runferry: Command, fred_out: Path, tmp_path: Path, store: list[str]
) -> None:
    """
    Given a FRED job with three finished runs
    When each run is uploaded and the job's results are downloaded and extracted
    Then the extracted runs equal the source, file by file.
    """
    for number in (1, 2, 3):
        answer = runferry("upload", fred_out / f"RUN{number}", "--json", *store)
        (record,) = answer.records
        assert (answer.code, record["outcome"], record["run_id"]) == (0, "uploaded", number)

    back = tmp_path / "back"
    answer = runferry(
        "jobs", "uploads", "download", "--job-id", "1", "--extract", "--output-dir", back, *store
    )

    assert answer.code == 0
    assert sorted(path.name for path in back.iterdir()) == ["RUN1", "RUN2", "RUN3"]
    for number in (1, 2, 3):
        assert same_tree(fred_out / f"RUN{number}", back / f"RUN{number}")


def test_second_upload_sends_nothing(runferry: Command, fred_out: Path, store: list[str]) -> None:
    """
    Given a run that is stored
    When the same directory is uploaded again
    Then RunFerry says "unchanged" and the store holds what it held.
    """
    first = runferry("upload", fred_out / "RUN1", "--json", *store).records[0]
    before = runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *store).records

    again = runferry("upload", fred_out / "RUN1", "--json", *store).records[0]

    assert again == first | {"outcome": "unchanged"}
    assert runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *store).records == before


def test_changed_run_becomes_a_version(
    runferry: Command, fred_out: Path, tmp_path: Path, store: list[str]
) -> None:
    """
    Given a run that is stored and was then changed
    When it is uploaded again
    Then it is version 2, and both versions can be downloaded.
    """
    runferry("upload", fred_out / "RUN2", *store)
    (fred_out / "RUN2/LOG").write_text("a later run\n")

    answer = runferry("upload", fred_out / "RUN2", "--json", *store)

    assert answer.records[0]["version"] == 2
    for version, text in ((1, "FRED started"), (2, "a later run")):
        target = tmp_path / f"v{version}"
        options = ["--job-id", "1", "--version", str(version), "--extract", "--output-dir", target]
        assert runferry("jobs", "uploads", "download", *options, *store).code == 0
        assert (target / "RUN2/LOG").read_text().startswith(text)


def test_a_directory_of_runs_with_a_bad_one(runferry: Command, fred_out: Path) -> None:
    """
    Given a results root with three good runs and one that cannot be packed
    When the results root is uploaded
    Then the good ones are stored, the bad one is named, and the exit code says 1.
    """
    (fred_out / "RUN4").mkdir()

    answer = runferry("upload", fred_out, "--json")

    assert answer.code == 1
    assert [record["run_id"] for record in answer.records] == [1, 2, 3]
    assert "RUN4" in answer.err
    assert "1 of 4 runs" in answer.err


def test_explicit_ids(runferry: Command, fred_out: Path) -> None:
    """
    Given a job that was registered under a name
    When a directory is uploaded as one of its runs, under another number
    Then it is stored under that job and run, with its own name inside.
    """
    job = runferry("jobs", "register", "--name", "flu", "--tag", "x", "--json").records[0]
    assert (job["name"], job["status"], job["tags"]) == ("flu", "created", ["x"])

    answer = runferry(
        "jobs", "results", "upload", "--job-id", str(job["job_id"]), "--run-id", "71",
        "--results-dir", fred_out / "RUN3", "--new-run", "--json",
    )  # fmt: skip

    assert answer.records[0]["key"].endswith("/run_71_results.zip")
    info = runferry("jobs", "info", "--job-id", str(job["job_id"]), "--json").records[0]
    assert [(run["run_id"], run["status"]) for run in info["runs"]] == [(71, "DONE")]


def test_cache_may_be_deleted(runferry: Command, fred_out: Path, home: Path) -> None:
    """
    Given stored runs
    When the cache is deleted
    Then jobs and artifacts are listed as before.
    """
    runferry("upload", fred_out)
    before = runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records
    for cache in (home / "cache").iterdir():
        cache.unlink()

    assert runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records == before
    assert runferry("jobs", "list", "--json").records[0]["run_count"] == 3


def test_explicit_job_counts_once(runferry: Command, fred_out: Path) -> None:
    """
    Given a results root that is stored in job 1, and an empty job 2
    When one of its runs is uploaded to job 2 by name of its id, and then another without
    Then the second goes where the results root belongs: to job 1.
    """
    runferry("upload", fred_out / "RUN1")
    runferry("jobs", "register", "--name", "other")
    assert (
        runferry("upload", fred_out / "RUN1", "--job-id", "2", "--json").records[0]["job_id"] == 2
    )
    assert runferry("upload", fred_out / "RUN2", "--json").records[0]["job_id"] == 1


def test_unfinished_run_is_stored_with_a_warning(
    runferry: Command, samples: Path, tmp_path: Path
) -> None:
    """
    Given a run that was killed before its end
    When the user uploads it by name
    Then it is stored, and they are told that it has stalled.
    """
    answer = runferry("upload", samples / "fred-failed/run_fred-sigkill-postproc/RUN1")
    assert answer.code == 0
    assert "is stalled: out.csv is not there yet" in answer.err


def test_download_is_gone_on_with(
    runferry: Command, fred_out: Path, tmp_path: Path, store: list[str]
) -> None:
    """
    Given three downloaded runs, of which one is missing since and one is something else
    When the same download is asked for again
    Then what is whole is there already, the missing one comes, and only the other is complained of.
    """
    for number in (1, 2, 3):
        assert runferry("upload", fred_out / f"RUN{number}", *store).code == 0
    back = tmp_path / "back"
    again = ("jobs", "uploads", "download", "--job-id", "1", "--output-dir", back, *store)
    first = runferry(*again, "--json")
    assert (first.code, len(first.records)) == (0, 3)
    (back / "run_2_results.zip").unlink()
    (back / "run_1_results.zip").write_bytes(b"mine")

    answer = runferry(*again)

    assert answer.code == 1
    two, three = answer.out.splitlines()
    assert "run_2_results.zip" in two
    assert "there already" not in two
    assert "run_3_results.zip" in three
    assert three.endswith("there already")
    assert "run_1_results.zip exists already" in answer.err
    assert "1 of 3 artifacts were not downloaded." in answer.err
    assert (back / "run_1_results.zip").read_bytes() == b"mine"
    (back / "run_1_results.zip").unlink()
    assert runferry(*again).code == 0
    third = runferry(*again, "--json")
    assert (third.code, third.records) == (0, first.records)


def test_what_is_in_the_way_of_a_download(
    runferry: Command, fred_out: Path, tmp_path: Path
) -> None:
    """
    Given a stored run, and another file where it is to come
    When it is downloaded, and once more with --force
    Then the file stays as it was, and then the run has taken its place.
    """
    runferry("upload", fred_out / "RUN1")
    mine = tmp_path / "back/run_1_results.zip"
    mine.parent.mkdir()
    mine.write_text("mine")
    download = ("jobs", "uploads", "download", "--job-id", "1", "--output-dir", mine.parent)
    assert runferry(*download).code == 1
    assert mine.read_text() == "mine"
    answer = runferry(*download, "--force", "--json")
    assert (answer.code, answer.records[0]["size"]) == (0, mine.stat().st_size)
    refused = runferry(*download, "--force", "--extract")
    assert refused.code == 2
    assert "--force replaces files only" in refused.err
