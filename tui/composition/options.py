"""What a session is told: what a command line says about the store and the rules, and how fast."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Options:
    """Empty means "not said". `chosen` is the profile that was chosen in the app since, over the others.

    `read_only` sessions change nothing but caches and the log.
    """

    profile: str = ""
    bucket: str = ""
    overrides: Mapping[str, object] = field(default_factory=dict[str, object])
    chosen: str = ""
    read_only: bool = False

    @property
    def begun(self) -> "Options":
        """As the command line had them."""
        return replace(self, chosen="")

    def of_profile(self, name: str) -> "Options":
        """For another store."""
        return replace(self, chosen=name)

    def as_overrides(self) -> dict[str, object]:
        """For the settings: only what was said."""
        store = {"profile": self.profile, "bucket": self.bucket}
        said = {**({"profile": self.chosen} if self.chosen else store), **self.overrides}
        return {name: value for name, value in said.items() if value not in ("", None)}

    @property
    def store_option(self) -> str:
        """What another command line needs to mean the same store; empty for the default."""
        profile = self.chosen or self.profile
        if self.bucket and not self.chosen:
            return f"--bucket {shlex.quote(self.bucket)}"
        return f"--profile {shlex.quote(profile)}" if profile else ""


@dataclass(frozen=True)
class Pauses:
    """What users wait for: all of it, unless somebody looks only at what comes of it.

    What failed rests for a `share` of its time before it is tried again. Within `answer` seconds a
    store has to say something to a command that can show what is cached.
    """

    share: float = 1.0
    answer: float = 6.0
