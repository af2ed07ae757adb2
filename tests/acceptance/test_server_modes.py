"""Each way in which servers and buckets are known to differ ends as the table says, command by command."""

from collections.abc import Iterator

import pytest

from tests.acceptance.server_modes import QUICK, ROWS, Lab, open_lab, unexpected
from tests.servers.moto_server import MotoServer
from tests.servers.strict.modes import MODES


@pytest.fixture(scope="module")
def lab(moto_server: MotoServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with open_lab(moto_server, tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.mark.parametrize("name", QUICK)
def test_mode(lab: Lab, name: str) -> None:
    """
    Given a bucket with a job, before a server that differs in one way
    When it is listed, downloaded from, linked to, uploaded to, deleted from and tried out
    Then each ends with the expected code and words: what cannot work says why, and what can, does.
    """
    assert unexpected(lab, name) == []


def test_every_mode_has_a_row() -> None:
    """
    Given all rules of the strict server
    When the table is looked at
    Then it has a row for each.
    """
    assert {row.mode for row in ROWS.values()} == set(MODES)
    assert set(QUICK) <= set(ROWS)
