"""What is read of the watched tree besides what the watch reads: for previews, and how full disks are."""

from dataclasses import dataclass

from core.preview.glance_at_run import GlanceAtRun
from core.watch.disks import Disks


@dataclass(frozen=True)
class RunPreviews:
    """`glance_at_run` blocks: not for the UI thread. `disks` are looked at by that one only."""

    glance_at_run: GlanceAtRun
    disks: Disks
