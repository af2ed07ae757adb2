"""Looking into what is stored, and into local files."""

from collections.abc import Callable
from dataclasses import dataclass

from core.model import Artifact
from core.ports.content import Content
from core.preview.look_inside import LookInside
from core.preview.save_members import SaveMembers


@dataclass(frozen=True)
class Previews:
    """Looks into archives and files; nothing of it belongs on the UI thread.

    `stored` and `local` (by absolute path) ask for nothing before the blocks of what they return are
    taken.
    """

    look_inside: LookInside
    stored: Callable[[Artifact], Content]
    local: Callable[[str], Content]
    save_members: SaveMembers
