"""What every look at a volume tells, of a made-up one and of a mounted one."""

import os
from pathlib import Path

import pytest

from core.ports.volumes import Volumes
from storage.machine.volumes import MountedVolumes
from tests.fakes.volumes import FakeVolumes


@pytest.fixture(params=["fake", "mounted"])
def volumes(request: pytest.FixtureRequest) -> Volumes:
    return FakeVolumes() if request.param == "fake" else MountedVolumes()


def test_space(volumes: Volumes, tmp_path: Path) -> None:
    """What is free is a part of all there is; two directories of one disk are of one volume."""
    (tmp_path / "OUT").mkdir()
    one, other = volumes.space(str(tmp_path)), volumes.space(str(tmp_path / "OUT"))
    assert one
    assert other
    assert 0 < one.free <= one.total
    assert one.volume == other.volume


def test_nothing_there(tmp_path: Path) -> None:
    """Of what is not there, or no disk at all, nothing is told."""
    assert MountedVolumes().space(str(tmp_path / "gone")) is None
    for nowhere in filter(os.path.isdir, ["/proc", "/sys"]):
        assert MountedVolumes().space(nowhere) is None
