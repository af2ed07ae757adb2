"""The pictures of the README are of this app, and hold no secret."""

from pathlib import Path

from screenshots.lab import PLANTED
from screenshots.picture import place_of
from screenshots.scenes import SCENES

PICTURES = Path(__file__).parents[2] / "screenshots"


def test_every_picture_has_its_scene() -> None:
    """None is left over from before."""
    assert {*PICTURES.glob("*.svg")} == {place_of(scene) for scene in SCENES}


def test_no_secret_in_pictures() -> None:
    """What a server sent back is shown without the credentials in it."""
    texts = {path.stem: path.read_text() for path in PICTURES.glob("*.svg")}
    assert "‹redacted›" in texts["redacted-120x36"]
    for text in texts.values():
        assert PLANTED[:12] not in text
        assert PLANTED[-12:] not in text
