"""AWS settings of a test: files that are in use, and programs that they name."""

import stat
from pathlib import Path

import pytest

_VARIABLES = {"config": "AWS_CONFIG_FILE", "credentials": "AWS_SHARED_CREDENTIALS_FILE"}


class AwsHome:
    """A home directory, with the files of the AWS settings where they mostly are."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self.aws = path / ".aws"
        self.aws.mkdir()
        monkeypatch.setenv("HOME", str(path))
        for name, variable in _VARIABLES.items():
            monkeypatch.setenv(variable, str(self.aws / name))

    def config(self, text: str, encoding: str = "utf-8") -> Path:
        """`~/.aws/config`."""
        return self._write(self.aws / "config", text.encode(encoding))

    def credentials(self, text: str, encoding: str = "utf-8") -> Path:
        """`~/.aws/credentials`."""
        return self._write(self.aws / "credentials", text.encode(encoding))

    def program(self, lines: str) -> Path:
        """A shell script."""
        path = self._write(self.path / "made-credentials", f"#!/bin/sh\n{lines}\n".encode())
        path.chmod(stat.S_IRWXU)
        return path

    @staticmethod
    def _write(path: Path, content: bytes) -> Path:
        path.write_bytes(content)
        return path


@pytest.fixture
def aws_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_aws_settings: None) -> AwsHome:
    """An empty one."""
    return AwsHome(tmp_path, monkeypatch)
