"""Which run a path belongs to."""

import pytest

from core.kinds.built_in_kinds import default_kind
from core.watch.watched_root import place_of


@pytest.mark.parametrize(
    ("root", "path", "place"),
    [
        ("/data", "/data/OUT/RUN4/DAILY/x.txt", "/data/OUT/RUN4"),
        ("/data", "/data/RUN4", "/data/RUN4"),
        ("/data", "/data/RUN4/RUN5/x", "/data/RUN4"),
        ("/data", "/data/RUN4/.hidden/x", "/data/RUN4"),
        ("/data", "/data/OUT/errors.txt", "/data"),
        ("/data", "/data", "/data"),
        ("/data", "/data/.tmp/RUN1/x", None),
        ("/", "/OUT/RUN4/x", "/OUT/RUN4"),
        ("/data/RUN4", "/data/RUN4/DAILY/x", "/data/RUN4"),
        ("/data/.cache/out", "/data/.cache/out/RUN1/x", "/data/.cache/out/RUN1"),
    ],
)
def test_place(root: str, path: str, place: str | None) -> None:
    """The outermost RUN directory, else the root; nothing in dot-directories."""
    assert place_of(root, path, default_kind) == place
