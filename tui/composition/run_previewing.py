"""What it takes to preview runs that are watched."""

from collections.abc import Sequence

from core.ports.tree import Scan
from core.preview.glance_at_run import GlanceAtRun
from core.source.follow_links import FollowLinks
from core.source.stored_part import bytes_excluded, told_left_out
from core.watch.disks import Disks
from storage.machine.volumes import MountedVolumes
from tui.composition.adapters import Adapters
from tui.parts.run_previews import RunPreviews


def make_run_previews(adapters: Adapters) -> RunPreviews:
    """Makes them; reads nothing."""
    follow = FollowLinks(adapters.scanner)

    def left_out(scan: Scan) -> Sequence[str]:
        return told_left_out(scan, adapters.kind_of(scan.path), follow)

    def excluded(scan: Scan) -> int:
        return bytes_excluded(scan, adapters.kind_of(scan.path))

    glance_at_run = GlanceAtRun(adapters.whole_runs, adapters.clock, left_out, excluded)
    return RunPreviews(glance_at_run, Disks(MountedVolumes(), adapters.clock))
