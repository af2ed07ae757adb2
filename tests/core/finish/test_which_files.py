"""Of several files that a marker takes: which has to say it."""

from typing import Any

import pytest

from core.finish.rule import Outcome
from core.settings import Marker, Require, RuleKind, RuleSettings, Which
from tests.core.finish.test_sentinel_rule import look


def by(which: Which, **more: Any) -> RuleSettings:
    marker = Marker("*.log", "^End$", begins="^Exec", which=which, says="End")
    return RuleSettings("mine", RuleKind.SENTINEL, (marker,), **more)


ENDED, GOES_ON, OTHER = b"Exec a\nEnd\n", b"Exec b\nTime = 1\n", b"notes\n"


@pytest.mark.parametrize(
    ("which", "files", "outcome"),
    [
        (Which.ANY, {"a.log": (9, ENDED), "b.log": (10, GOES_ON)}, Outcome.DONE),
        (Which.NEWEST, {"a.log": (9, ENDED), "b.log": (10, GOES_ON)}, Outcome.RUNNING),
        (Which.NEWEST, {"a.log": (10, ENDED), "b.log": (9, GOES_ON)}, Outcome.DONE),
        (Which.NEWEST, {"a.log": (9, ENDED), "b.log": (10, OTHER)}, Outcome.DONE),
        (Which.EACH, {"a.log": (10, ENDED), "b.log": (9, GOES_ON)}, Outcome.RUNNING),
        (Which.EACH, {"a.log": (10, ENDED), "b.log": (9, ENDED)}, Outcome.DONE),
        (Which.EACH, {"a.log": (10, ENDED), "b.log": (9, OTHER)}, Outcome.DONE),
        (Which.EACH, {"b.log": (9, OTHER)}, Outcome.RUNNING),
        (Which.ANY, {"b.log": (9, b"notes\nEnd\n")}, Outcome.RUNNING),
    ],
)
def test_which(which: Which, files: dict[str, Any], outcome: Outcome) -> None:
    """Files that begin otherwise have no say."""
    assert look(files, by(which, require=Require.ALL)).outcome is outcome


def test_each_where_there_is_none() -> None:
    """It asks nothing, beside another marker; alone it does not make an empty run done."""
    each = Marker("*.xml", r"\\Z", which=Which.EACH)
    rule = RuleSettings("mine", RuleKind.SENTINEL, (Marker("DONE"), each), require=Require.ALL)
    assert look({"DONE": 1}, rule).outcome is Outcome.DONE


def test_words() -> None:
    """What a pattern looks for is said in words where it has some."""
    assert look({"b.log": (1, GOES_ON)}, by(Which.ANY)).reason == (
        "b.log does not say End: it says Time = 1"
    )
    assert look({"x": 1}, by(Which.ANY)).reason == "no file says End yet"


def test_whose_words_are_told() -> None:
    """Those of a file that certainly is the simulator's, not of one that only has such a name."""
    each = Marker("*.log", "^End$", begins="^Exec", which=Which.EACH, says="End")
    rule = RuleSettings(
        "mine", RuleKind.SENTINEL, (Marker("*.log", "^End$", says="End"), each), require=Require.ALL
    )
    reason = look({"b.log": (1, GOES_ON), "table.log": (9, b"1 2 3")}, rule).reason
    assert reason == "b.log does not say End: it says Time = 1"
    assert look({"table.log": (9, b"1 2 3")}, rule).reason.startswith("table.log does not say End")


def test_many_files_of_one_series() -> None:
    """What is called like a log, in any number, does not hide the log that has the word."""
    tables = {f"rdf.{n}.log": (50, b"1 2 3\n") for n in range(300)}
    files = {"md.log": (49, ENDED), **tables}
    assert look(files, by(Which.ANY)).reason == "md.log says End"
