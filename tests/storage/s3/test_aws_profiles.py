"""Which profiles the AWS settings have."""

from pathlib import Path

import pytest

from core.errors import SettingsError
from storage.s3.aws_profiles import aws_profiles


@pytest.fixture
def aws(tmp_path: Path, no_aws_settings: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


def test_of_both_files(aws: Path) -> None:
    """Each once, the default first; what is no profile is none."""
    (aws / "config").write_text(
        "[profile west]\nregion=r\n[sso-session s]\na=b\n[profile a b]\nx=y\n"
    )
    (aws / "credentials").write_text("[west]\naws_access_key_id=x\n[default]\na=b\n[lab]\na=b\n")
    assert [*aws_profiles()] == ["default", "lab", "west"]


def test_without_files(aws: Path) -> None:
    """None."""
    assert [*aws_profiles()] == []


def test_a_broken_file(aws: Path) -> None:
    """It is named with its line, without what that says."""
    (aws / "credentials").write_text("[lab]\nsecret without a sign\n")
    with pytest.raises(SettingsError, match="line 2") as refusal:
        aws_profiles()
    assert "secret" not in str(refusal.value)
