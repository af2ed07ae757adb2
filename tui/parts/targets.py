"""Where downloads can come to."""

from dataclasses import dataclass

from core.download.look_at_target import LookAtTarget


@dataclass(frozen=True)
class Targets:
    """Looks at directories of this machine; not on the UI thread."""

    look_at: LookAtTarget
