"""Profiles in a settings file."""

import pytest

from core.configure.change_profiles import ChangeProfiles
from core.errors import ConflictError, SettingsError
from tests.fakes.settings_file import FakeSettingsFile


def test_add_and_delete() -> None:
    """All of its fields come and go together."""
    file = FakeSettingsFile()
    profiles = ChangeProfiles(file)
    profiles.add("lab", {"kind": "s3", "bucket": "epi"}, file.revision())
    assert file.table == {"profiles": {"lab": {"kind": "s3", "bucket": "epi"}}}
    profiles.delete("lab", file.revision())
    assert file.table == {"profiles": {}}


def test_refused() -> None:
    """One that is there is not changed, one that is not there not deleted, nor one that was not seen."""
    file = FakeSettingsFile()
    profiles = ChangeProfiles(file)
    file.write({"profiles": {"lab": {"bucket": "epi"}}})
    with pytest.raises(ConflictError, match="a profile lab already"):
        profiles.add("lab", {"bucket": "other"}, file.revision())
    with pytest.raises(SettingsError, match="nothing of a profile local"):
        profiles.delete("local", file.revision())
    seen = file.revision()
    file.write({"profiles": {"lab": {"bucket": "another"}}})
    with pytest.raises(ConflictError):
        profiles.delete("lab", seen)
    assert file.table == {"profiles": {"lab": {"bucket": "another"}}}
