"""`runferry jobs results`: store a directory as the results of one run."""

import os

import click

from core.errors import EXIT_OK
from core.upload.upload_request import UploadRequest
from tui.commands.options import (
    ID,
    job_id_option,
    json_option,
    new_version_option,
    store_options,
)
from tui.commands.sessions import open_session
from tui.commands.upload import ferry, show_result


@click.group()
def results() -> None:
    """Results of runs."""


@results.command("upload")
@job_id_option
@click.option("--run-id", type=ID, required=True, metavar="M", help="The run.")
@click.option(
    "--results-dir",
    required=True,
    metavar="D",
    help="RUN directory, or a directory of them, packed together.",
)
@new_version_option
@click.option("--new-run", is_flag=True, help="Nothing is stored of the run yet: make it.")
@json_option
@store_options
def upload_results(
    job_id: int,
    run_id: int,
    results_dir: str,
    new_version: bool,
    new_run: bool,
    as_json: bool,
    profile: str,
    bucket: str,
) -> int:
    """Store a directory as the results of one run.

    The job has the run already when anything is stored of it, as a configuration or logs; any other
    needs --new-run.
    """
    with open_session(profile, bucket) as session:
        request = UploadRequest(
            os.path.abspath(os.path.expanduser(results_dir)),
            job_id,
            run_id,
            known_run=not new_run,
            batch=session.batch_tags,
            new_version=new_version,
        )
        with session.kept_uploads([request]) as ferry_run:
            result = ferry(ferry_run, request, session)
            show_result(result, session, as_json=as_json)
    return EXIT_OK
