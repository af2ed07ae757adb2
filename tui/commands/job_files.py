"""`runferry jobs config` and `runferry jobs input`: what belongs to a job beside its runs."""

import click

from core.model import ArtifactKind
from tui.commands.submit import submit_command


@click.group()
def config() -> None:
    """The configuration of a job."""


@click.group("input")
def job_input() -> None:
    """The input of a job."""


config.add_command(
    submit_command(ArtifactKind.JOB_CONFIG, "Store a JSON file as the configuration of a job.")
)
job_input.add_command(
    submit_command(
        ArtifactKind.JOB_INPUT,
        "Store the input of a job: a ZIP as it is, or a directory packed as one.",
    )
)
