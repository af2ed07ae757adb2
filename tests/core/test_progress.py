"""Counters and pace."""

import pytest

from core.errors import TransferCancelledError
from core.events import Phase
from core.progress import Pacer, Progress


def test_counts_are_clamped() -> None:
    """A file that is read twice never shows more than the whole."""
    progress = Progress()
    progress.begin(Phase.COMPARING, total=10)
    for _ in range(3):
        progress.add_read(4)
    assert progress.counts() == (10, 0)


def test_an_upload_is_as_far_as_the_store_accepted_it() -> None:
    """Reading and packing run ahead; the share of the archive that was sent counts."""
    progress = Progress()
    progress.begin(Phase.SENDING, total=1000)
    progress.add_read(1000)
    assert progress.counts() == (0, 0)
    progress.set_packed(600, 300)
    progress.add_sent(100)
    assert progress.counts() == (200, 100)
    progress.set_packed(700, 600)
    assert progress.counts() == (200, 100)
    progress.set_packed(1000, 600)
    progress.add_sent(500)
    assert progress.counts() == (1000, 600)


def test_a_phase_with_a_total_counts_anew() -> None:
    """Comparing and sending each read the source once."""
    progress = Progress()
    progress.begin(Phase.COMPARING, total=10)
    progress.add_read(10)
    progress.begin(Phase.SENDING, total=20)
    assert progress.counts() == (0, 0)


def test_cancel_is_seen_by_the_next_step() -> None:
    """Cancelling stops at the next block, not in the middle of one."""
    progress = Progress()
    progress.cancel()
    with pytest.raises(TransferCancelledError):
        progress.add_read(1)
    with pytest.raises(TransferCancelledError):
        progress.begin(Phase.SENDING)


def test_no_pace_until_there_is_one() -> None:
    """Two seconds of samples, then rate and time left."""
    pacer = Pacer()
    assert pacer.sample(0, 0, 100).rate is None
    assert pacer.sample(1, 10, 100).rate is None
    pace = pacer.sample(2, 20, 100)
    assert (pace.rate, pace.seconds_left) == (10.0, 8.0)


def test_rate_follows_the_last_seconds() -> None:
    """The rate forgets after 5 s, the time left uses 30 s."""
    pacer = Pacer()
    for second in range(11):
        pacer.sample(second, second * 10, 1000)
    for second in range(11, 16):
        pacer.sample(second, 100, 1000)
    pace = pacer.sample(16, 100, 1000)
    assert pace.rate == 0.0
    assert pace.seconds_left == 900 / (100 / 16)


def test_a_new_phase_starts_a_new_pace() -> None:
    """Counters that went back are another phase."""
    pacer = Pacer()
    for second in range(4):
        pacer.sample(second, second * 10, 100)
    assert pacer.sample(4, 0, 100).rate is None


def test_what_went_out_in_vain_is_taken_back() -> None:
    """An upload is as far as before the attempt, but the bar never goes back."""
    progress = Progress()
    progress.begin(Phase.SENDING, total=1000)
    progress.set_packed(1000, 500)
    progress.add_sent(250)
    assert progress.counts() == (500, 250)
    progress.add_sent(-150)
    assert progress.counts() == (500, 100)


def test_cancel_stops_what_is_being_sent() -> None:
    """Bytes that are about to go out tell of it; what is taken back does not."""
    progress = Progress()
    progress.begin(Phase.SENDING, total=100)
    progress.cancel()
    with pytest.raises(TransferCancelledError):
        progress.add_sent(10)
    progress.add_sent(-10)
    assert progress.counts() == (0, 0)
