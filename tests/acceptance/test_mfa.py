"""A role that needs the code of an MFA device: in the app, and on the command line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.transfer_view import TransferState
from core.upload.upload_request import UploadRequest
from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_asks, runferry_converses
from tests.acceptance.test_watch import a_run
from tests.servers.moto_server import MotoServer
from tests.servers.sts_server import DEVICE, ROLE, StsServer
from tests.storage.s3.aws_settings import AwsHome
from tests.tui.builders import HeardApp, until
from tui.composition.options import Options
from tui.composition.session import Session
from tui.dialog_prompt import DialogMfaPrompt
from tui.screens.browse import BrowseScreen
from tui.screens.mfa_code import MfaCodeScreen
from tui.widgets.panes import TextPane

PROJECT = Path(__file__).parents[2]
ASKS = "Code of the MFA device"


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[StsServer]:
    """One whose device shows 111111, then 222222."""
    with StsServer("111111", "222222") as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
        yield server


@pytest.fixture(autouse=True)
def laboratory(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moto_server: MotoServer,
    bucket: str,
    sts: StsServer,
) -> AwsHome:
    """A profile whose AWS profile assumes a role with a code."""
    aws = AwsHome(tmp_path, monkeypatch)
    aws.config(
        "[profile base]\naws_access_key_id = AKIAQQQQQQQQQQQQQQQQ\n"
        "aws_secret_access_key = long-term-secret-value\n"
        f"[profile lab]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {DEVICE}\n"
    )
    home.mkdir()
    (home / "settings.toml").write_text(
        f'profile = "lab"\n[profiles.lab]\nbucket = "{bucket}"\nregion = "us-east-1"\n'
        f'endpoint_url = "{moto_server.url}"\naws_profile = "lab"\n'
    )
    return aws


class TestCommands:
    def test_asked_once(self, sts: StsServer, tmp_path: Path) -> None:
        """
        Given a terminal, and three runs that are uploaded at a time
        When the code is typed
        Then it was asked for once, is not shown, and the runs are stored.
        """
        for number in (1, 2, 3):
            a_run(tmp_path / f"OUT/RUN{number}")
        code, shown = runferry_converses(
            [(ASKS, b"111111\n")], "upload", tmp_path / "OUT", "--name", "flu"
        )
        assert code == 0, shown
        assert shown.count(ASKS) == 1
        assert f"{DEVICE} (role {ROLE}" in shown
        assert "111111" not in shown
        assert len(sts.asked) == 1

    def test_wrong(self, sts: StsServer) -> None:
        """
        Given a terminal
        When a code has a digit too few, another is wrong, and the third is right
        Then each is said, and the command ends well.
        """
        answers = [(ASKS, b"11111\n"), ("six digits", b"999999\n"), (ASKS, b"111111\n")]
        code, shown = runferry_converses(answers, "jobs", "list")
        assert code == 0, shown
        assert "was not accepted" in shown
        assert [asked["TokenCode"] for asked in sts.asked] == ["999999", "111111"]

    def test_copied_to(self, sts: StsServer) -> None:
        """
        Given a terminal, and a local store
        When it is copied to the store that needs a code
        Then the code is asked for, too.
        """
        code, shown = runferry_converses(
            [(ASKS, b"111111\n")], "store", "copy", "--to", "lab", "--profile", "local"
        )
        assert code == 0, shown
        assert len(sts.asked) == 1

    def test_not_now(self, sts: StsServer) -> None:
        """
        Given a terminal
        When enter alone is pressed
        Then the command says what it needs, with exit code 2.
        """
        code, shown = runferry_asks(ASKS, b"\n", "jobs", "register", "--name", "flu")
        assert code == 2, shown
        assert "none was given" in shown
        assert not sts.asked

    def test_interrupted(self) -> None:
        """
        Given a terminal with the question
        When ctrl+c is pressed
        Then the command ends as interrupted.
        """
        code, shown = runferry_asks(ASKS, b"\x03", "jobs", "register", "--name", "flu")
        assert code == 130, shown

    def test_json(self, sts: StsServer) -> None:
        """
        Given a terminal, and a command whose output a program reads
        When it needs a code
        Then nobody is asked, and it says what to do, with exit code 2.
        """
        code, shown = runferry_converses([], "jobs", "register", "--name", "flu", "--json")
        assert code == 2, shown
        assert ASKS not in shown
        assert "nobody can be asked" in shown
        assert "aws sts get-caller-identity --profile lab" in shown
        assert not sts.asked

    def test_no_terminal(self, sts: StsServer) -> None:
        """
        Given a process without a terminal
        When a command of it needs a code
        Then it is the same.
        """
        done = subprocess.run(
            [sys.executable, "-m", "tui", "jobs", "register", "--name", "flu"],
            cwd=PROJECT,
            check=False,
            capture_output=True,
            text=True,
            start_new_session=True,
            env=os.environ,
        )
        assert done.returncode == 2, done.stderr
        assert "nobody can be asked" in done.stderr
        assert f"{ROLE} needs a code" in done.stderr
        assert not sts.asked


def asks(pilot: Pilot[int]) -> bool:
    """Whether the dialog has the keys."""
    return isinstance(pilot.app.screen, MfaCodeScreen) and isinstance(pilot.app.focused, Input)


def shown(pilot: Pilot[int]) -> str:
    """All that the dialog says."""
    panes = pilot.app.screen.query(TextPane)
    return "\n".join(pane.text for pane in panes if pane.display)


@pytest.fixture
def prompt() -> DialogMfaPrompt:
    """Where threads and app meet."""
    return DialogMfaPrompt()


@pytest.fixture
def session(prompt: DialogMfaPrompt) -> Iterator[Session]:
    """One for the app."""
    with Session(Options(), prompt=prompt) as opened:
        yield opened


@pytest.fixture
def app(session: Session, prompt: DialogMfaPrompt, tmp_path: Path) -> HeardApp:
    """On a tree without runs."""
    (tmp_path / "tree").mkdir()
    return HeardApp(session.app_services([str(tmp_path / "tree")]), prompt)


class TestApp:
    async def test_asked(self, app: HeardApp, session: Session, sts: StsServer) -> None:
        """
        Given the app, whose first look at the store needs a code
        When a wrong one is typed, and then the right one
        Then it says what they are for, that the first was refused, and the store is read.
        """
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: asks(pilot))
            assert ROLE in shown(pilot)
            assert DEVICE in shown(pilot)
            await pilot.press(*"12x", "enter")
            assert "six digits" in shown(pilot)
            first = app.screen
            await pilot.press(*"3456", "enter")
            await until(pilot, lambda: asks(pilot) and app.screen is not first)
            assert "was not accepted" in shown(pilot)
            await pilot.press(*"111111", "enter")
            await until(pilot, lambda: not asks(pilot) and app_answers(app))
        assert [asked["TokenCode"] for asked in sts.asked] == ["123456", "111111"]

    async def test_not_now(self, app: HeardApp, sts: StsServer) -> None:
        """
        Given the question
        When it is left with esc, and the store is looked at in Browse
        Then nobody is asked again, and the refusal is told, until R asks for the store.
        """
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: asks(pilot))
            await pilot.press("escape")
            await until(pilot, lambda: app.services.store_watch.refusal is not None)
            refusal = app.services.store_watch.refusal
            assert f"{ROLE} needs a code" in str(refusal)
            await pilot.press("2")
            await until(pilot, lambda: isinstance(app.screen, BrowseScreen))
            await until(pilot, lambda: app.services.store_watch.refusal is not refusal)
            assert not asks(pilot)
            await pilot.press("R")
            await until(pilot, lambda: asks(pilot))
            await pilot.press(*"111111", "enter")
            await until(pilot, lambda: app_answers(app))
        assert len(sts.asked) == 1

    async def test_uploads(
        self, app: HeardApp, session: Session, sts: StsServer, tmp_path: Path
    ) -> None:
        """
        Given two uploads beside the first look at the store
        When the one question is answered
        Then all of it goes on.
        """
        runs = [a_run(tmp_path / f"job{number}/OUT/RUN1") for number in (1, 2)]
        async with app.run_test(size=(80, 24)) as pilot:
            for run in runs:
                app.services.transfers.submit(UploadRequest(str(run)))
            await until(pilot, lambda: asks(pilot))
            await pilot.press(*"111111", "enter")
            await until(pilot, lambda: states(app) == [TransferState.DONE, TransferState.DONE])
            assert not asks(pilot)
        assert len(sts.asked) == 1

    async def test_quit(
        self,
        app: HeardApp,
        session: Session,
        sts: StsServer,
        tmp_path: Path,
        runferry: Command,
    ) -> None:
        """
        Given an upload that waits for the code
        When the app is quit
        Then nothing waits for an answer any more, and the upload is queued for the next start.
        """
        run = a_run(tmp_path / "job/OUT/RUN1")
        async with app.run_test(size=(80, 24)) as pilot:
            app.services.transfers.submit(UploadRequest(str(run)))
            await until(pilot, lambda: asks(pilot))
            await until(pilot, lambda: states(app) == [TransferState.ACTIVE])
            await pilot.press("ctrl+q")
            await pilot.press("y")
        session.__exit__(None, None, None)
        listed = runferry("queue", "list", "--json")
        assert [record["state"] for record in listed.records] == ["queued"]
        assert not sts.asked


def states(app: HeardApp) -> list[TransferState]:
    """Of all transfers."""
    return [view.state for view in app.services.transfers.views()]


def app_answers(app: HeardApp) -> bool:
    """Whether the store answered the app."""
    return app.services.store_watch.answers
