"""What a user decides about uploads that happen by themselves. Writes to disk: not for the UI thread."""

from collections.abc import Sequence

from core.run_view import RunView
from tui.services import AppServices
from tui.widgets.upload_choice import counted
from tui.wording.formatting import short_path
from tui.wording.notices import Notice


def hold(services: AppServices, runs: Sequence[RunView], *, held: bool) -> Sequence[Notice]:
    """Keeps runs back, or releases them; says so. Raises StateError."""
    for run in runs:
        services.hold(run.path, held)
    are = "is" if len(runs) == 1 else "are"
    return [Notice(f"{counted(runs)} {are} {'held, h releases' if held else 'released'}")]


def set_auto_upload(services: AppServices, root: str, *, on: bool) -> Sequence[Notice]:
    """For a watched root; says so. Raises StateError."""
    services.set_auto_upload(root, on)
    return [Notice(f"Auto-upload of {short_path(root)} is {'on' if on else 'off'}")]
