"""A letter that can be mailed as it is, and says nothing that is secret."""

from dataclasses import replace

from core.errors import Failure
from core.events import RunStateChanged, TransferFailed
from core.finish.run_state import RunState
from core.transfer_view import TransferState, TransferView
from tests.builders import NOON, a_run_view
from tui.wording.letters import letter_of

DONE = RunStateChanged(a_run_view(), RunState.SETTLING)
SECRET = "AKIAIOSFODNN7EXAMPLE"
FAILURE = Failure(f"{SECRET} may not write.", "All parts are kept.", "Ask who runs it.")
UPLOAD = TransferView(1, 12, 4, "/data/OUT/RUN4", TransferState.FAILED, total=3 << 20)
FAILED = TransferFailed(replace(UPLOAD, failure=FAILURE))


def test_one() -> None:
    """The subject says it all; the script has it in variables."""
    letter = letter_of([DONE], 0, "lab7", "s3://lab", NOON)
    subject, empty, *body = letter.text.splitlines()
    assert subject == "Subject: RunFerry on lab7: simpleflu · RUN4 is done"
    assert empty == ""
    assert body[:4] == [
        "simpleflu · RUN4 is done",
        f"  Where: {DONE.run.path}",
        "  Size:  811 MiB in 204 files",
        "  Why:   all finish checks hold",
    ]
    assert letter.facts["RUNFERRY_EVENT"] == "done"
    assert letter.facts["RUNFERRY_PATH"] == DONE.run.path


def test_several() -> None:
    """Counted in the subject; each with its cause below, redacted; of the rest the number."""
    letter = letter_of([DONE, FAILED], 3, "lab7\n", "s3://lab", NOON)
    assert letter.text.startswith("Subject: RunFerry on lab7")
    assert letter.text.splitlines()[1] == ""
    assert "1 done, 1 not uploaded, 3 more" in letter.facts["RUNFERRY_SUBJECT"]
    assert letter.facts["RUNFERRY_EVENT"] == "several"
    assert letter.facts["RUNFERRY_COUNT"] == "5"
    assert letter.facts["RUNFERRY_PATH"] == ""
    assert SECRET not in letter.text
    assert "  To:    s3://lab\n" in letter.text
    assert "  Kept : All parts are kept.\n" in letter.text
    assert "3 more things happened at once." in letter.text
