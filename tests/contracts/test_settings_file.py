"""What every settings file does, the fake one too."""

from pathlib import Path

import pytest

from core.errors import ConflictError
from core.ports.settings_file import Change, Keys, SettingsFile
from storage.settings.toml_file import TomlSettingsFile
from tests.fakes.settings_file import FakeSettingsFile

LIMIT: Keys = ("transfers", "limit")
BUCKET: Keys = ("profiles", "lab", "bucket")


@pytest.fixture(params=["fake", "toml"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> SettingsFile:
    if request.param == "fake":
        return FakeSettingsFile()
    return TomlSettingsFile(str(tmp_path / "settings.toml"), None)


def test_set_and_take_out(file: SettingsFile) -> None:
    """All of the changes are made, and told by another revision; what is not there is not missed."""
    before = file.revision()
    file.change([Change(LIMIT, "20 MB/s"), Change(BUCKET, "lab-results")], before)
    assert file.holds(LIMIT)
    assert file.holds(BUCKET[:2])
    assert file.revision() not in {"", before}
    file.change([Change(BUCKET[:2]), Change(("watch", "rule"))], file.revision())
    assert (file.holds(LIMIT), file.holds(BUCKET), file.holds(("watch",))) == (True, False, False)


def test_create_once(file: SettingsFile) -> None:
    """A file is made where there is none."""
    assert file.revision() == ""
    file.create()
    assert file.revision()
    with pytest.raises(ConflictError):
        file.create()


def test_of_another_revision(file: SettingsFile) -> None:
    """Nothing is changed in what was not seen."""
    file.create()
    seen = file.revision()
    file.change([Change(LIMIT, 5000)], seen)
    with pytest.raises(ConflictError):
        file.change([Change(BUCKET, "lab-results")], seen)
    assert not file.holds(BUCKET)
