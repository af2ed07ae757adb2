"""How far a run is, as text."""

import pytest

from core.finish.rule import Reached
from tui.wording.measures import reached, reached_in_words, share_of


@pytest.mark.parametrize(
    ("run", "short", "words", "share"),
    [
        (Reached(97, 180, "day"), "97/180", "day 97/180", 97 / 180),
        (Reached(97, 0, "day"), "97", "day 97", 0),
        (Reached(12000, 100000, "step"), "12000/100000", "step 12,000 of 100,000", 0.12),
        (Reached(12000, 0, "step"), "12000", "step 12,000", 0),
        (Reached(0.003, 0.5, "time"), "0.003/0.5", "time 0.003 of 0.5", 0.006),
        (Reached(600, 500, "step"), "600/500", "step 600 of 500", 1),
    ],
)
def test_measures(run: Reached, short: str, words: str, share: float) -> None:
    """Days as ever, everything else by its own unit; never more than all of it."""
    assert (reached(run), reached_in_words(run)) == (short, words)
    assert share_of(run) == share
