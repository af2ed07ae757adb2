"""Where the runs of a results root go, in one line."""

import pytest

from core.events import ResultsRootBound
from tui.wording.events import describe_binding

RUNS = (("RUN1", 1), ("run_17/RUN11998", 17))


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            ResultsRootBound("/data/OUT", 3, "flu", "new job", RUNS),
            'OUT is stored as new job 3 "flu": RUN1 -> run 1, RUN11998 -> run 17',
        ),
        (
            ResultsRootBound("/data/OUT", 3, "flu", "found in the store by its content", RUNS[:1]),
            'OUT is stored in job 3 "flu" (found in the store by its content): RUN1 -> run 1',
        ),
        (ResultsRootBound("/", 3, "job", "as asked"), '/ is stored in job 3 "job" (as asked)'),
    ],
)
def test_line(event: ResultsRootBound, text: str) -> None:
    """The job that was made or found, and what the runs are there."""
    assert describe_binding(event) == text


def test_many_runs() -> None:
    """The first few do."""
    runs = tuple((f"RUN{n}", n) for n in range(1, 5001))
    text = describe_binding(ResultsRootBound("/data/OUT", 3, "flu", "new job", runs))
    assert text.endswith("RUN5 -> run 5, and 4995 more")
