"""What it takes to read curves of runs."""

from core.curves.kinds import KINDS
from core.curves.local_run import LocalRun
from core.curves.read_curves import ReadCurves
from core.curves.stored_run import StoredRun
from core.model import Artifact
from core.ports.run_files import RunFiles
from storage.packing.plain_files import PlainFiles
from tui.composition.adapters import Adapters
from tui.parts.curves import Curves
from tui.parts.previews import Previews


def make_curves(adapters: Adapters, previews: Previews) -> Curves:
    """Makes them; uses no network."""

    def local(path: str) -> RunFiles:
        return LocalRun(path, adapters.scanner, PlainFiles())

    def stored(artifact: Artifact) -> RunFiles:
        return StoredRun(artifact, previews.look_inside)

    return Curves(local, stored, ReadCurves(KINDS))
