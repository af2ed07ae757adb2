"""From one of many runs to its files, wherever they are."""

from textual.signal import Signal

from core.compare.named_run import NamedRun
from core.events import Event
from core.model import ArtifactKind
from core.stored.job_s3_prefix import parse_key
from tui.screens.download_flow import DownloadFlow
from tui.screens.mode_screen import ModeScreen
from tui.screens.run_files import RunFilesScreen
from tui.screens.save_flow import SaveFlow
from tui.screens.stored_inside import StoredInsideScreen
from tui.screens.viewed_place import stored_place


def open_run(screen: ModeScreen, events: Signal[Event], run: NamedRun, title: str) -> None:
    """On top of the screen: what is on this machine, else what is stored."""
    services = screen.services
    if run.path:
        opened = RunFilesScreen(services, events, run.path)
        screen.app.push_screen(opened)  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
        return
    key = run.sources[-1].place
    parsed = parse_key(key)
    found = services.list_artifacts(parsed.prefix.job_id, run.run_id) if parsed else ()
    for artifact in found:
        if artifact.key == key and artifact.kind is ArtifactKind.RUN_RESULTS:
            place = stored_place(services.part, artifact, (title, run.name))
            flows = DownloadFlow(screen), SaveFlow(screen)
            opened = StoredInsideScreen(services, events, place, *flows)
            screen.app.push_screen(opened)  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
            return
