"""`runferry runs`: what belongs to one run beside its results."""

import click

from core.model import ArtifactKind
from tui.commands.submit import submit_command


@click.group()
def runs() -> None:
    """Store configurations and logs of runs."""


@runs.group()
def config() -> None:
    """The configuration of a run."""


@runs.group()
def logs() -> None:
    """The logs of a run."""


config.add_command(
    submit_command(ArtifactKind.RUN_CONFIG, "Store a JSON file as the configuration of a run.")
)
logs.add_command(
    submit_command(
        ArtifactKind.RUN_LOGS,
        "Store logs of a run: a ZIP as it is, a directory or another file packed as one.",
    )
)
