"""What it takes to look into archives and files without fetching them."""

from functools import partial

from core.pace.paced import Paced
from core.preview.contents import LocalContent, StoredContent
from core.preview.look_inside import LookInside
from core.preview.save_members import SaveMembers
from storage.files.local_files import LocalFileSystem
from storage.packing.plain_files import PlainFiles
from tui.composition.adapters import Adapters
from tui.composition.artifacts import Artifacts
from tui.parts.previews import Previews


def make_previews(adapters: Adapters, artifacts: Artifacts) -> Previews:
    """Makes them; uses no network."""
    return Previews(
        LookInside(artifacts.read_members, adapters.members_cache, adapters.clock),
        partial(StoredContent, adapters.store),
        partial(LocalContent, PlainFiles()),
        SaveMembers(LocalFileSystem(), Paced(adapters.throttle, adapters.clock)),
    )
