"""What a session is told: what a command line says about the store and the rules, and how fast."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Options:
    """Empty means "not said"."""

    profile: str = ""
    bucket: str = ""
    overrides: Mapping[str, object] = field(default_factory=dict[str, object])

    def as_overrides(self) -> dict[str, object]:
        """For the settings: only what was said."""
        said = {"profile": self.profile, "bucket": self.bucket, **self.overrides}
        return {name: value for name, value in said.items() if value not in ("", None)}

    @property
    def store_option(self) -> str:
        """What another command line needs to mean the same store; empty for the default."""
        if self.bucket:
            return f"--bucket {shlex.quote(self.bucket)}"
        return f"--profile {shlex.quote(self.profile)}" if self.profile else ""


@dataclass(frozen=True)
class Pauses:
    """What users wait for: all of it, unless somebody looks only at what comes of it.

    What failed rests for a `share` of its time before it is tried again. Within `answer` seconds a
    store has to say something to a command that can show what is cached.
    """

    share: float = 1.0
    answer: float = 6.0
