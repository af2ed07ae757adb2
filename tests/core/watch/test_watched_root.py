"""Which run a path belongs to."""

import pytest

from core.finish.finish_rules import FinishRules
from core.finish.sentinel import SentinelRule
from core.kinds.built_in_kinds import default_kind
from core.ports.processes import Process
from core.settings import RuleKind, RuleSettings
from core.watch.watched_root import place_of
from core.watch.writers import Writers
from tests.fakes.clock import FixedClock
from tests.fakes.processes import FakeProcesses

RULE = SentinelRule(RuleSettings("mine", RuleKind.SENTINEL, program="sim"))


@pytest.mark.parametrize(
    ("root", "path", "place"),
    [
        ("/data", "/data/OUT/RUN4/DAILY/x.txt", "/data/OUT/RUN4"),
        ("/data", "/data/RUN4", "/data/RUN4"),
        ("/data", "/data/RUN4/RUN5/x", "/data/RUN4"),
        ("/data", "/data/RUN4/.hidden/x", "/data/RUN4"),
        ("/data", "/data/OUT/errors.txt", "/data"),
        ("/data", "/data", "/data"),
        ("/data", "/data/.tmp/RUN1/x", None),
        ("/", "/OUT/RUN4/x", "/OUT/RUN4"),
        ("/data/RUN4", "/data/RUN4/DAILY/x", "/data/RUN4"),
        ("/data/.cache/out", "/data/.cache/out/RUN1/x", "/data/.cache/out/RUN1"),
    ],
)
def test_place(root: str, path: str, place: str | None) -> None:
    """The outermost RUN directory, else the root; nothing in dot-directories."""
    assert place_of(root, path, default_kind) == place


@pytest.mark.parametrize(
    ("directory", "run"),
    [
        ("/data/OUT/RUN4", "/data/OUT/RUN4"),
        ("/data/OUT/RUN4/work", "/data/OUT/RUN4"),
        ("/data/OUT", None),
        ("/data", None),
        ("/data2/RUN4", None),
        ("", None),
    ],
)
def test_writers(directory: str, run: str | None) -> None:
    """A process counts for the run it works in; one that works beside them counts for none."""
    processes, clock = FakeProcesses(), FixedClock()
    writers = Writers(processes, FinishRules.only(RULE), clock, default_kind)
    assert list(writers.refresh(["/data"])) == []
    process = Process(4711, (), directory)
    processes.found = [process]
    clock.advance(10)
    assert list(writers.refresh(["/data"])) == ([run] if run else [])
    assert writers.of("/data/OUT/RUN4") == ((process,) if run else ())
    clock.advance(10)
    assert list(writers.refresh(["/data"])) == []


def test_writers_are_looked_for_from_time_to_time() -> None:
    """Reading all processes at every pass would cost more than the passes."""
    processes, clock = FakeProcesses(), FixedClock()
    writers = Writers(processes, FinishRules.only(RULE), clock, default_kind)
    writers.refresh(["/data"])
    processes.found = [Process(4711, (), "/data/RUN1")]
    clock.advance(1)
    assert list(writers.refresh(["/data"])) == []
    clock.advance(4)
    assert list(writers.refresh(["/data"])) == ["/data/RUN1"]
