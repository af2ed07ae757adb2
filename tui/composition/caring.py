"""What the app changes in a store, apart from what it uploads."""

from collections.abc import Callable, Sequence

from tui.composition.jobs import Jobs
from tui.composition.store_care import StoreCare
from tui.parts.care import Care


def make_care(
    store_care: StoreCare, jobs: Jobs, left_out_tags: Callable[[Sequence[str]], Sequence[str]]
) -> Care:
    """Puts it together; uses no network."""
    return Care(
        delete_job=store_care.delete_job,
        delete_run=store_care.delete_run,
        move_run=store_care.move_run,
        archive=store_care.archive,
        change_job=jobs.change_job,
        adopt=store_care.adopt,
        left_out_tags=left_out_tags,
    )
