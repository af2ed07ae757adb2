"""`runferry jobs runs`: what is stored of one run."""

import click

from tui.commands.lazy_group import LazyGroup


@click.group(cls=LazyGroup, places={"delete": "tui.commands.delete_run:delete_run"})
def job_runs() -> None:
    """Delete runs of a job, or versions of them."""
