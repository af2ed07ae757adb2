"""The pictures of the README are of this app, and hold no secret."""

from pathlib import Path

import pytest

from screenshots.lab import PLANTED
from screenshots.picture import picture, place_of
from screenshots.scenes import SCENES, Scene

PICTURES = Path(__file__).parents[2] / "screenshots"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_picture(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on the screen now is what is in the picture, whoever makes it, and where."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USER", "ada")
    monkeypatch.chdir(tmp_path)
    made = picture(scene)
    now = tmp_path / place_of(scene).name
    now.write_text(made)
    same = made == place_of(scene).read_text()
    assert same, f"The screen looks as in {now} now. If that is meant: make screenshots"


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
