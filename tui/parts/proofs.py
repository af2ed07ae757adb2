"""What is known of stored content: when it was proven, and which directories here hold it."""

from dataclasses import dataclass

from core.stored.proofs_of_job import ProofsOfJob
from core.watch.local_copies import LocalCopies


@dataclass(frozen=True)
class Proofs:
    """Both read what this machine remembers and use no network; on a large state they take moments."""

    of_job: ProofsOfJob
    local_copies: LocalCopies
