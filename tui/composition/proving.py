"""What is known of stored content."""

from collections.abc import Callable, Sequence

from core.run_view import RunView
from core.stored.proofs_of_job import ProofsOfJob
from core.watch.local_copies import LocalCopies
from tui.composition.adapters import Adapters
from tui.parts.proofs import Proofs


def make_proofs(adapters: Adapters, views: Callable[[], Sequence[RunView]]) -> Proofs:
    """Puts it together; `views` are the runs as the watch sees them."""
    return Proofs(
        of_job=ProofsOfJob(adapters.journal, adapters.catalog),
        local_copies=LocalCopies(adapters.journal, views),
    )
