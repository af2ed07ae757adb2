"""What somebody chooses who starts without a settings file, and how it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.ports.settings_file import Change

LOCAL = "local"
"""The profile that is there without a file."""


@dataclass(frozen=True)
class FirstChoices:
    """The tree at an absolute `root`, with runs of a `kind` (empty: as everywhere); a store.

    `fields` are those of the profile as typed in a file; of the local one that is built in, none.
    """

    root: str
    kind: str = ""
    profile: str = LOCAL
    fields: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def changes(self) -> Sequence[Change]:
        """Of a file that says nothing yet."""
        of_profile = [Change(("profiles", self.profile, n), v) for n, v in self.fields.items()]
        of_root = [Change(("roots", self.root, "kind"), self.kind)] if self.kind else []
        return [Change(("profile",), self.profile), *of_profile, *of_root]
