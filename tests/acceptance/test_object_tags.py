"""Objects get tags, for the rules and the bills of whoever owns the bucket."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.conftest import Command

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LAB = ("--profile", "lab")
TAGS = ("--tag", "project=flu", "--tag", "r&d")
SAID = "Objects of job 1 are stored without 1 tag of it, which S3 does not take or has no room for: r&d"


@pytest.fixture
def tagged(home: Path, s3_bucket: str) -> str:
    """The bucket of a profile that gives objects tags."""
    home.mkdir(exist_ok=True)
    settings = f'[profiles.lab]\nbucket = "{s3_bucket}"\nobject_tags = true\n'
    (home / "settings.toml").write_text(settings)
    return s3_bucket


def test_tags_of_objects(
    runferry: Command, fred_out: Path, tagged: str, s3_client: "S3Client", tmp_path: Path
) -> None:
    """
    Given a job with a tag that S3 takes, and one that it does not
    When runs and a configuration are stored, and a run again after it changed
    Then each object has the tags of what it is, and what was left out is said once a command.
    """
    assert SAID in runferry("jobs", "register", "--name", "flu", *TAGS, *LAB).err
    upload = runferry("upload", fred_out, "--job-id", "1", *LAB)
    assert (upload.code, upload.err.count(SAID)) == (0, 1)
    config = tmp_path / "c.json"
    config.write_text("{}")
    assert runferry("jobs", "config", "submit", config, "--job-id", "1", *LAB).code == 0
    (fred_out / "RUN1/LOG").write_text("another\n")
    assert SAID in runferry("upload", fred_out / "RUN1", *LAB).err

    found = s3_client.list_objects_v2(Bucket=tagged).get("Contents", [])
    tags = {
        entry.get("Key", ""): tags_of(s3_client, tagged, entry.get("Key", "")) for entry in found
    }
    record = tags.pop("_runferry/jobs/0000000001.json")
    assert record == {"kind": "job_record", "job_id": "1"}
    assert {(t["job_id"], t["project"]) for t in tags.values()} == {("1", "flu")}
    names = {
        key.partition("/run_1_")[2]: t["kind"] for key, t in tags.items() if t.get("run_id") == "1"
    }
    assert names == {
        "results.zip": "run_results",
        "results.v0001.json": "manifest",
        "results.v0002.json": "manifest",
        "results.v0001.zip": "run_results",
    }
    (of_config,) = (t for key, t in tags.items() if key.endswith("job_config.json"))
    assert of_config["kind"] == "job_config"


def test_unasked(runferry: Command, fred_out: Path, s3_bucket: str) -> None:
    """
    Given a profile that says nothing of tags
    When a job has tags that S3 does not take
    Then nobody hears of it.
    """
    in_bucket = ("--bucket", f"s3://{s3_bucket}")
    assert "tag" not in runferry("jobs", "register", "--name", "flu", *TAGS, *in_bucket).err
    assert "tag" not in runferry("upload", fred_out / "RUN1", "--job-id", "1", *in_bucket).err


def tags_of(s3_client: "S3Client", bucket: str, key: str) -> dict[str, str]:
    found = s3_client.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}
