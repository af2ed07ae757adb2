"""What the terminal tells of the transfers: in its title, on the desktop, by its bell."""

from dataclasses import replace

import pytest
from textual.events import AppFocus

from core.errors import Failure, StoreConnectionError
from core.settings import AppearanceSettings
from core.transfer_view import Direction, TransferState, TransferView
from core.upload.upload_request import UploadRequest
from tests.builders import MIB
from tests.tui.builders import FLU, HeardApp, Stage, until
from tests.tui.test_crash import AWS_SECRET
from tui.look import IN_UNICODE
from tui.screens.watch import WatchScreen
from tui.terminal_news import TerminalNews
from tui.terminal_sequences import notice_sequence, title_sequence
from tui.wording.long_work import LONG, LongWork

ACTIVE, DONE, FAILED = TransferState.ACTIVE, TransferState.DONE, TransferState.FAILED
QUEUED, PAUSED = TransferState.QUEUED, TransferState.PAUSED


def an_upload(number: int, state: TransferState, done: int = 0, total: int = 100) -> TransferView:
    return TransferView(number, 12, number, f"/out/RUN{number}", state, done=done, total=total)


REFUSED = Failure("PutObject was refused.")
AWAY = Failure.of(StoreConnectionError("No answer."))


class TestTitle:
    """How far everything is together."""

    def test_alone(self) -> None:
        """Without transfers it is the name of the program, also after some of another day."""
        assert LongWork().title([an_upload(1, DONE)]) == "RunFerry"

    def test_together(self) -> None:
        """What ended counts as long as anything of the same queue goes on; what was stopped does not."""
        work = LongWork()
        views = [an_upload(1, ACTIVE, 50), an_upload(2, QUEUED), an_upload(3, QUEUED, total=200)]
        work.look(views, 0)
        assert work.title(views) == "RunFerry 12% 0 of 3"
        views = [an_upload(1, DONE), an_upload(2, ACTIVE, 99), an_upload(3, QUEUED, total=200)]
        work.look(views, 1)
        assert work.title(views) == "RunFerry 49% 1 of 3"
        views = [an_upload(1, DONE), an_upload(2, PAUSED, 99), an_upload(3, ACTIVE, total=200)]
        work.look(views, 2)
        assert work.title(views) == "RunFerry 33% 1 of 2"
        views = [an_upload(1, DONE), an_upload(2, PAUSED, 99), an_upload(3, DONE, total=200)]
        work.look(views, 3)
        assert work.title(views) == "RunFerry"

    def test_unknown(self) -> None:
        """No more is said than is known."""
        work = LongWork()
        views = [an_upload(1, ACTIVE, 50), an_upload(2, QUEUED, total=0)]
        work.look(views, 0)
        assert work.title(views) == "RunFerry 0 of 2"


class TestNotices:
    """What took long, once, when it has ended."""

    def test_short(self) -> None:
        """Whoever began it still sees it."""
        work = LongWork()
        work.look([an_upload(1, ACTIVE)], 0)
        assert work.look([an_upload(1, DONE)], LONG - 1) == ""

    def test_long(self) -> None:
        """One of several, and all of them in the end."""
        work = LongWork()
        work.look([an_upload(1, ACTIVE), an_upload(2, QUEUED)], 0)
        views = [replace(an_upload(1, DONE), outcome="uploaded v2"), an_upload(2, ACTIVE)]
        assert work.look(views, LONG) == "job 12 · RUN1 results uploaded v2"
        assert work.look(views, LONG + 1) == ""
        views[1] = replace(an_upload(2, FAILED), failure=REFUSED)
        assert work.look(views, LONG + 9) == "1 transfer done, 1 failed"
        assert work.look(views, LONG + 10) == ""

    def test_failed(self) -> None:
        """What, and why."""
        work = LongWork()
        work.look([an_upload(1, ACTIVE)], 0)
        told = work.look([replace(an_upload(1, FAILED), failure=REFUSED)], LONG)
        assert told == "job 12 · RUN1 results was not uploaded: PutObject was refused."

    def test_waits_for_the_store(self) -> None:
        """It goes on by itself, and has not ended."""
        work = LongWork()
        work.look([an_upload(1, ACTIVE)], 0)
        away = replace(an_upload(1, FAILED), failure=AWAY)
        assert work.look([away], LONG) == ""
        assert work.title([away]) == "RunFerry 0% 0 of 1"
        assert work.look([an_upload(1, ACTIVE)], LONG + 1) == ""
        assert "uploaded" in work.look([an_upload(1, DONE)], LONG + 2)

    def test_download(self) -> None:
        """By its name, too."""
        work = LongWork()
        view = replace(an_upload(1, ACTIVE), source="jobs/12/run_3_results.zip", target="/x")
        view = replace(view, direction=Direction.DOWNLOAD)
        work.look([view], 0)
        told = work.look([replace(view, state=FAILED, failure=REFUSED)], LONG)
        assert told == "job 12 · RUN3 results was not downloaded: PutObject was refused."


@pytest.mark.parametrize(
    ("environ", "sequence"),
    [
        ({"TERM": "xterm-kitty"}, "\x1b]9;RunFerry: a\a"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "\x1b]777;notify;RunFerry;a\a"),
        ({"TERM": "foot"}, "\x1b]777;notify;RunFerry;a\a"),
        (
            {"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"},
            "\x1bPtmux;\x1b\x1b]9;RunFerry: a\a\x1b\\",
        ),
        ({"TERM": "screen", "STY": "1.pts"}, "\x1bP\x1b]9;RunFerry: a\a\x1b\\"),
        ({"TERM": "linux"}, ""),
    ],
)
def test_sequences(environ: dict[str, str], sequence: str) -> None:
    """Each terminal is told in its own way, and once."""
    assert notice_sequence("a", environ) == sequence


def test_nothing_but_text() -> None:
    """No name ends the sequence, adds a field or shows a secret."""
    told = notice_sequence(f"a\x1b]0;evil\a b;c aws_secret_access_key={AWS_SECRET}", {"TERM": "x"})
    assert told.startswith("\x1b]9;RunFerry: a\\x1b]0,evil\\x07 b,c ")
    assert told.count("\x1b") == told.count("\a") == 1
    assert AWS_SECRET not in told
    assert title_sequence("a\a\x1b", {"TERM": "x"}) == "\x1b]0;a\\x07\\x1b\a"


@pytest.mark.parametrize(
    ("appearance", "watched", "written"),
    [
        (AppearanceSettings(), False, ["\x1b]9;RunFerry: job 12 · RUN1 results uploaded\a"]),
        (AppearanceSettings(notices=False, bell=True), False, ["\a"]),
        (AppearanceSettings(notices=False), False, []),
        (AppearanceSettings(bell=True), True, []),
    ],
)
def test_as_the_settings_say(
    appearance: AppearanceSettings, watched: bool, written: list[str]
) -> None:
    """By notice, by bell, by both, or not at all; who looks at it needs neither."""
    titles, sequences = list[str](), list[str]()
    news = TerminalNews({"TERM": "x"}, titles.append, sequences.append)
    for view, now in ((an_upload(1, ACTIVE), 0), (an_upload(1, DONE), LONG)):
        news.look([view], now, appearance, is_watched=watched)
    assert sequences == written
    assert titles == ["RunFerry 0% 0 of 1", "RunFerry"]


async def test_the_app(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given an upload that takes long, when it ends, then the terminal is told."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("VTE_VERSION", raising=False)
    travelling = stage.ferry.hold(f"{FLU}/RUN3", done=3 * MIB, total=8 * MIB)
    app = stage.app(replace(IN_UNICODE, bell=True))
    assert isinstance(app, HeardApp)
    async with app.run_test() as pilot:
        stage.queue.start()
        stage.queue.submit(UploadRequest(f"{FLU}/RUN3"))
        await until(pilot, lambda: "RunFerry 37% 0 of 1" in app.titles)
        stage.clock.advance(LONG)
        travelling.go_on.set()
        await until(pilot, lambda: "\a" in app.written)
        assert "RUN3 results uploaded" in "".join(app.written)


async def test_looks_elsewhere(stage: Stage) -> None:
    """Given a terminal without the focus, then one look of four is left; with the focus it is shown at once."""
    app = stage.app()
    async with app.run_test() as pilot:
        await until(pilot, lambda: isinstance(app.screen, WatchScreen))
        screen = app.screen
        assert isinstance(screen, WatchScreen)
        looks = list[int]()
        asked = stage.queue.views

        def counted() -> tuple[TransferView, ...]:
            looks.append(1)
            return asked()

        stage.queue.views = counted
        app.app_focus = False
        for _ in range(8):
            screen.tick()
        assert len(looks) == 2
        app.app_focus = True
        screen.tick()
        assert len(looks) == 3
        app.post_message(AppFocus())
        await until(pilot, lambda: len(looks) > 3)
