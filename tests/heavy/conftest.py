"""What takes minutes or needs servers: only `make acceptance` runs this folder."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import home, runferry, s3_bucket

__all__ = ["home", "runferry", "s3_bucket"]

_HERE = Path(__file__).parent
_MINUTES = 20


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what lies here; `make test` leaves out what is marked."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker("acceptance")
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(_MINUTES * 60))
