"""What it takes to preview runs that are watched."""

from core.preview.glance_at_run import GlanceAtRun
from core.watch.disks import Disks
from storage.machine.volumes import MountedVolumes
from tui.composition.adapters import Adapters
from tui.parts.run_previews import RunPreviews


def make_run_previews(adapters: Adapters) -> RunPreviews:
    """Makes them; reads nothing."""
    return RunPreviews(
        GlanceAtRun(adapters.scanner, adapters.clock), Disks(MountedVolumes(), adapters.clock)
    )
