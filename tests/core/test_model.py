"""Identifiers."""

from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest

from core.errors import InvalidIdError, InvalidNameError
from core.model import (
    ArtifactKind,
    Job,
    Run,
    check_moment,
    check_name,
    check_tags,
    parse_id,
    whole_seconds,
)

MOMENT = datetime(2025, 10, 23, 21, 15, tzinfo=UTC)


@pytest.mark.parametrize(("text", "expected"), [("1", 1), ("42", 42), ("1" + "0" * 9, 10**9)])
def test_parse_id(text: str, expected: int) -> None:
    """A positive decimal number is an id."""
    assert parse_id(text, "job id") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "+5",
        "007",
        "1e3",
        "１２",
        "4.0",
        "1000000001",
        str(2**63),
        "9" * 5000,
        " 7",
        "7\n",
        "../x",
        "1/2",
        "1_0",
        "\0",
    ],
)
def test_parse_id_refuses(text: str) -> None:
    """Everything else is refused with the offending text and a hint."""
    with pytest.raises(InvalidIdError, match="job id") as caught:
        parse_id(text, "job id")
    assert caught.value.exit_code == 2
    assert caught.value.todo


@pytest.mark.parametrize("bad", [0, -1, 10**9 + 1, 10**18, True, 1.0, "1", "x" * 5000, None])
def test_entities_refuse_bad_ids(bad: int) -> None:
    """No job or run can be built around an id that is not one."""
    with pytest.raises(InvalidIdError):
        Job(bad, "x", MOMENT)
    with pytest.raises(InvalidIdError) as caught:
        Run(1, bad)
    assert len(caught.value.what) < 200


@pytest.mark.parametrize(
    "moment",
    [
        datetime.min.replace(tzinfo=UTC),
        datetime(999, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(3000, 1, 1, tzinfo=UTC),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-14))),
    ],
)
def test_no_job_at_an_impossible_time(moment: datetime) -> None:
    """Such a time has no place in a key, or overflows in another time zone."""
    with pytest.raises(ValueError, match="year"):
        Job(1, "x", moment)
    with pytest.raises(ValueError, match="year"):
        check_moment(moment)


def test_bounds_of_names_and_tags() -> None:
    """A record has to be read by everybody."""
    assert check_name("x" * 1000)
    assert check_tags(["t" * 1000] * 256)
    for check in (partial(check_name, "x" * 1001), partial(check_tags, ["t" * 1001])):
        with pytest.raises(InvalidNameError, match="1,001 characters"):
            check()
    with pytest.raises(InvalidNameError, match="257 tags"):
        check_tags(["t"] * 257)


def test_whole_seconds_refuses_naive() -> None:
    """A datetime without zone is refused, never guessed."""
    with pytest.raises(ValueError, match="time zone"):
        whole_seconds(datetime(2025, 1, 1))  # noqa: DTZ001 - that is the point


def test_kinds_of_runs() -> None:
    """Three kinds belong to a run, two to the job."""
    assert [kind.of_run for kind in ArtifactKind] == [False, False, True, True, True]
