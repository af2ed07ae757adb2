"""The tags of stored objects: what they are of, in which order, and what S3 does not take."""

from urllib.parse import parse_qsl

import pytest

from core.stored.object_tags import left_out, object_tags

PLACE = "jobs/7/2026/11/20/120000/"
RESULTS = f"{PLACE}run_4_results.zip"
OURS = {"kind": "run_results", "job_id": "7", "run_id": "4"}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (RESULTS, OURS),
        (f"{PLACE}versions/run_4_results.v0002.zip", OURS),
        (f"{PLACE}run_4_results.v0002.json", {**OURS, "kind": "manifest"}),
        (f"{PLACE}run_4_config.json", {**OURS, "kind": "run_config"}),
        (f"{PLACE}job_input.zip", {"kind": "job_input", "job_id": "7"}),
        ("_runferry/jobs/0000000007.json", {"kind": "job_record", "job_id": "7"}),
        ("_runferry/probe/f00d/access", {"kind": "probe"}),
        ("theirs/notes.txt", {}),
    ],
)
def test_what_it_is(key: str, expected: dict[str, str]) -> None:
    """The key alone tells."""
    assert object_tags(key).fitting == expected


def test_of_the_job() -> None:
    """They follow; those with a value have a name, others are one."""
    tags = object_tags(RESULTS, ["project=flu 2026", "baseline", "url=https://lab/a=b", "größe=1"])
    assert list(tags.fitting.items())[3:] == [
        ("project", "flu 2026"), ("baseline", ""), ("url", "https://lab/a=b"), ("größe", "1"),
    ]  # fmt: skip
    assert tags.left_out == []


def test_header() -> None:
    """It says exactly that, in ASCII, whatever is in the tags."""
    tags = object_tags(RESULTS, ["a+b=c:d/e@f", "größe=1 2"])
    assert tags.header.isascii()
    assert " " not in tags.header
    assert parse_qsl(tags.header, keep_blank_values=True) == list(tags.fitting.items())


def test_no_more_than_ten() -> None:
    """The first have room, for every object of the job as for those of a run."""
    tags = [f"t{number}" for number in range(9)]
    assert list(object_tags(RESULTS, tags).fitting)[3:] == tags[:7]
    assert object_tags(RESULTS, tags).left_out == left_out(tags) == tags[7:]


@pytest.mark.parametrize(
    "tag",
    [
        "a,b", "why?=1", "a=b&c", "tab\t=1", "smile=☺", "=value", "", "aws:cost=1", "AWS:cost",
        "kind=mine", "run_id", "n" * 129, "n=" + "v" * 257,
    ],
)  # fmt: skip
def test_what_s3_does_not_take(tag: str) -> None:
    """It is left out as it is, and nothing else is."""
    tags = object_tags(RESULTS, ["before", tag, "behind"])
    assert list(tags.fitting)[3:] == ["before", "behind"]
    assert tags.left_out == left_out([tag]) == [tag]


def test_longest() -> None:
    """As S3 counts, in characters."""
    tags = object_tags(RESULTS, ["n" * 128 + "=" + "v" * 256])
    assert tags.left_out == []


def test_twice() -> None:
    """S3 has one tag of a name: the first."""
    tags = object_tags(RESULTS, ["project=a", "project=b"])
    assert (tags.fitting["project"], tags.left_out) == ("a", ["project=b"])


def test_all_headers_together() -> None:
    """There is no room for seven tags of the longest kind where each letter takes six bytes."""
    tags = [f"{number}{'ö' * 100}={'ä' * 200}" for number in range(7)]
    found = object_tags(RESULTS, tags)
    assert len(found.header) <= 4096
    assert found.left_out == tags[2:]
