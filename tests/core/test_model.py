"""Identifiers."""

from datetime import UTC, datetime

import pytest

from core.errors import InvalidIdError
from core.model import ArtifactKind, Job, Run, parse_id, run_number, whole_seconds

MOMENT = datetime(2025, 10, 23, 21, 15, tzinfo=UTC)


@pytest.mark.parametrize(("text", "expected"), [("1", 1), ("42", 42), ("9" * 18, 10**18 - 1)])
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
        str(2**63),
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


@pytest.mark.parametrize("bad", [0, -1, 10**18])
def test_entities_refuse_bad_ids(bad: int) -> None:
    """No job or run can be built around an id that is not one."""
    with pytest.raises(InvalidIdError):
        Job(bad, "x", MOMENT)
    with pytest.raises(InvalidIdError):
        Run(1, bad)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("RUN4", 4),
        ("RUN0", 0),
        ("RUN10", 10),
        ("RUN", None),
        ("run4", None),
        ("RUN4x", None),
        ("RUN_ERROR", None),
        (" RUN4", None),
        ("RUN４", None),
        ("RUN4\n", None),
    ],
)
def test_run_number(name: str, number: int | None) -> None:
    """Only RUN and ASCII digits name a RUN directory."""
    assert run_number(name) == number


def test_whole_seconds_refuses_naive() -> None:
    """A datetime without zone is refused, never guessed."""
    with pytest.raises(ValueError, match="time zone"):
        whole_seconds(datetime(2025, 1, 1))  # noqa: DTZ001 - that is the point


def test_kinds_of_runs() -> None:
    """Three kinds belong to a run, two to the job."""
    assert [kind.of_run for kind in ArtifactKind] == [False, False, True, True, True]
