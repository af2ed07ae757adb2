"""Watchers that the system keeps from seeing everything, each in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.storage.confined_watcher import UNABLE

PROJECT = Path(__file__).parents[3]
Confined = Callable[..., dict[str, Any]]


@pytest.fixture
def confined(tmp_path: Path) -> Confined:
    """Runs a case in new namespaces; what it told. Nothing else may be printed."""

    def run(case: str, *namespaces: str) -> dict[str, Any]:
        unshare = ["unshare", *namespaces] if namespaces else []
        probe = subprocess.run([*unshare, "true"], capture_output=True, check=False)
        if probe.returncode:
            pytest.skip("no namespaces here")
        program = [sys.executable, "-W", "default", "-m", "tests.storage.confined_watcher"]
        done = subprocess.run(
            [*unshare, *program, case, str(tmp_path)], cwd=PROJECT, capture_output=True, check=False
        )
        if done.returncode == UNABLE:
            pytest.skip("cannot be prepared here")
        assert (done.returncode, done.stderr) == (0, b"")
        return json.loads(done.stdout)

    return run


def needs_unshare() -> bool:
    return bool(subprocess.run(["which", "unshare"], capture_output=True, check=False).returncode)


pytestmark = pytest.mark.skipif(needs_unshare(), reason="no unshare")


def test_watch_limit(confined: Confined) -> None:
    """It is told once, with the name of the sysctl, and heals when the limit is raised."""
    told = confined("limit", "-Ur")
    assert "fs.inotify.max_user_watches" in told["blind"]
    assert told["troubles"] == [told["blind"]]
    assert told["times"] == 1
    assert told["healed"]


def test_watch_limit_on_the_way(confined: Confined) -> None:
    """It is noticed when a new directory is one too many, and heals when others go."""
    told = confined("limit_on_the_way", "-Ur")
    assert "fs.inotify.max_user_watches" in told["blind"]
    assert told["troubles"] == [told["blind"]]
    assert told["healed"]


def test_instance_limit(confined: Confined) -> None:
    """Without an inotify instance nothing is seen; it is tried again."""
    told = confined("instances", "-Ur")
    assert "fs.inotify.max_user_instances" in told["blind"]
    assert told["troubles"] == [told["blind"]]
    assert told["healed"]


def test_directory_that_may_not_be_read(confined: Confined) -> None:
    """It is named once, safe to print; the rest is seen, and the directory once it may be read."""
    told = confined("denied", "-U")
    assert told["blind"] == ""
    assert len(told["troubles"]) == told["times"] == 1
    assert "/closed\\x1b\\xff (Permission denied)" in told["troubles"][0]
    assert told["beside"]
    assert told["healed"]


@pytest.mark.parametrize("case", ["unmounted", "unmounted_below", "mounted_below"])
def test_mounting(confined: Confined, case: str) -> None:
    """It is told, and what is there now is watched."""
    told = confined(case, "-Urm")
    assert len(told["troubles"]) == 1
    assert told["healed"]


def test_remote_file_system(confined: Confined) -> None:
    """A root with anything remote on or in it is polled; others are not."""
    told = confined("remote", "-Urm")
    reason = "fuse.sshfs does not report what other hosts write"
    assert told == {"on": reason, "in": reason, "above": reason, "beside": ""}


def test_remote_file_system_that_is_mounted_later(confined: Confined) -> None:
    """The watcher stops relying on events."""
    told = confined("remote_later", "-Urm")
    assert told["blind"] == "fuse.sshfs does not report what other hosts write"


def test_nothing_is_printed(confined: Confined) -> None:
    """Directories that come and go, in the tree or out of it, are no reason for words."""
    told = confined("burst")
    assert told == {"blind": "", "troubles": [], "healed": True}
