"""Counters and pace."""

import pytest

from core.errors import TransferCancelledError, TransferStoppedError
from core.progress import Pacer, Progress
from core.transfer_view import Phase


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
    assert pacer.sample(1, 10, 90).rate is None
    pace = pacer.sample(2, 20, 80)
    assert (pace.rate, pace.seconds_left) == (10.0, 8.0)


def test_rate_follows_the_last_seconds() -> None:
    """The rate forgets after 5 s, the time left uses 30 s."""
    pacer = Pacer()
    for second in range(11):
        pacer.sample(second, second * 10, 1000 - second * 10)
    for second in range(11, 16):
        pacer.sample(second, 100, 900)
    pace = pacer.sample(16, 100, 900)
    assert pace.rate == 0.0
    assert pace.seconds_left == 900 / (100 / 16)


def test_time_left_is_told_by_the_last_thirty_seconds() -> None:
    """By all of them, and by nothing before: a line that became faster is taken at its word."""
    pacer = Pacer()
    for second in range(101):
        pacer.sample(second, second, 10_000)
    for second in range(101, 130):
        pacer.sample(second, 100 + max(0, second - 115) * 40, 10_000)
    assert pacer.sample(130, 700, 1000).seconds_left == 1000 / (600 / 30)


def test_a_new_phase_starts_a_new_pace() -> None:
    """How fast a run is read tells nothing about how fast it is sent."""
    pacer = Pacer()
    for second in range(4):
        pacer.sample(second, second * 1000, 10_000, Phase.COMPARING)
    assert pacer.sample(4, 3000, 7000, Phase.SENDING).rate is None
    pacer.sample(5, 3010, 6990, Phase.SENDING)
    assert pacer.sample(6, 3020, 6980, Phase.SENDING).rate == 10.0


def test_counters_that_went_back_start_a_new_pace() -> None:
    """Of a download that is begun anew."""
    pacer = Pacer()
    for second in range(4):
        pacer.sample(second, second * 10, 100)
    assert pacer.sample(4, 0, 100).rate is None


def test_what_is_kept_is_compared_first_and_has_no_pace() -> None:
    """An upload that goes on is as far as it was, and as fast as it sends."""
    progress, pacer = Progress(), Pacer()
    progress.expect_kept(600)
    progress.begin(Phase.SENDING, total=1000)
    progress.set_packed(1000, 1000)
    assert progress.phase is Phase.COMPARING
    progress.add_kept(300)
    pacer.of(progress, 0)
    progress.add_kept(300)
    assert pacer.of(progress, 5).seconds_left is None
    assert (progress.phase, progress.kept, progress.counts()) == (Phase.SENDING, 600, (600, 0))
    for second in (6, 7):
        progress.add_sent(100)
        pacer.of(progress, second)
    pace = pacer.of(progress, 7)
    assert (pace.rate, pace.seconds_left) == (100.0, 2.0)


def test_kept_parts_that_are_gone_are_sent() -> None:
    """It does not compare for ever what the store has lost."""
    progress = Progress()
    progress.expect_kept(600)
    progress.begin(Phase.SENDING, total=1000)
    progress.set_packed(1000, 1000)
    progress.add_sent(1)
    assert progress.phase is Phase.SENDING
    other = Progress()
    other.expect_kept(600)
    other.begin(Phase.SENDING, total=1000)
    other.expect_kept(0)
    assert other.phase is Phase.SENDING


def test_the_last_step_says_what_it_waits_for() -> None:
    """All is sent, and the store makes an object of it: that is not "sending"."""
    progress = Progress()
    progress.begin(Phase.SENDING, total=1000)
    progress.set_packed(1000, 500)
    progress.add_sent(400)
    progress.begin(Phase.CHECKING)
    assert progress.phase is Phase.CHECKING
    progress.begin_last()
    assert progress.phase is Phase.SENDING
    progress.add_sent(100)
    assert progress.phase is Phase.COMPLETING
    progress.add_sent(-100)
    assert progress.phase is Phase.SENDING


def test_no_pace_where_nothing_travels() -> None:
    """While the store completes an object there is no rate to be told."""
    progress, pacer = Progress(), Pacer()
    progress.begin(Phase.SENDING, total=100)
    progress.set_packed(100, 100)
    for second in range(4):
        progress.add_sent(25)
        pacer.of(progress, second)
    progress.begin_last()
    assert pacer.of(progress, 4).rate is None


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


def test_stopped_twice() -> None:
    """What was paused and then stopped with everything else is gone on with; a cancelled one is not."""
    progress, cancelled = Progress(), Progress()
    cancelled.cancel()
    for _ in range(2):
        progress.stop()
        cancelled.stop()
    with pytest.raises(TransferStoppedError):
        progress.check_cancelled()
    with pytest.raises(TransferCancelledError):
        cancelled.check_cancelled()
