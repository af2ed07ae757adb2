"""What it takes to look at where a download is to come."""

from core.download.look_at_target import LookAtTarget
from storage.files.local_files import LocalFileSystem
from storage.machine.volumes import MountedVolumes
from tui.parts.targets import Targets


def make_targets() -> Targets:
    """For this machine."""
    return Targets(LookAtTarget(LocalFileSystem(), MountedVolumes()))
