"""The mounted file systems of this machine."""

import os

from core.ports.volumes import Space, Volumes


class MountedVolumes(Volumes):
    """Keeps no state."""

    def space(self, path: str) -> Space | None:
        try:
            volume, found = os.stat(path).st_dev, os.statvfs(path)
        except OSError:
            return None
        unit = found.f_frsize
        if not found.f_blocks:  # as of file systems in memory that have no bounds
            return None
        return Space(volume, found.f_bavail * unit, found.f_blocks * unit)
