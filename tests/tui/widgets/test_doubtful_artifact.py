"""What could not be read back when it was stored is shown as not verified, until it was seen."""

from dataclasses import replace

import pytest

from core.ports.journal.proofs import Proof, ProofKind
from tests.builders import NOON, an_artifact
from tui.widgets.about_stored import about_artifact
from tui.widgets.store_rows import Known, artifact_row

DOUBTFUL = replace(an_artifact("jobs/12/run_4_results.zip"), sha256="ab" * 32, verified=False)
SEEN = Known({DOUBTFUL.key: Proof(DOUBTFUL.key, DOUBTFUL.sha256, ProofKind.DOWNLOADED, NOON)})


@pytest.mark.parametrize(
    ("known", "cell", "words"),
    [
        (Known(), "no", "no: it could not be read back when it was stored"),
        (SEEN, "downloaded", "downloaded: all of it has this digest"),
    ],
)
def test_a_version_that_was_not_read_back(known: Known, cell: str, words: str) -> None:
    """The list says so, and what is known of the row says why."""
    assert f"'{cell}'" in repr(artifact_row(DOUBTFUL, None, known).cells)
    about = str([*about_artifact(DOUBTFUL, [DOUBTFUL], known)])
    assert words in about
