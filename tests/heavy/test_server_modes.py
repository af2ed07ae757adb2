"""The rows of the table that the quick tests leave out."""

from collections.abc import Iterator

import pytest

from tests.acceptance.server_modes import QUICK, ROWS, Lab, open_lab, unexpected
from tests.servers.moto_server import MotoServer


@pytest.fixture(scope="module")
def lab(moto_server: MotoServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with open_lab(moto_server, tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.mark.parametrize("name", [name for name in ROWS if name not in QUICK])
def test_mode(lab: Lab, name: str) -> None:
    """Each command under each mode ends as the table says."""
    assert unexpected(lab, name) == []
