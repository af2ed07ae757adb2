"""`runferry store policy`: what to ask an administrator for."""

import json

import click

from core.ports.access import Role
from tui.commands.options import json_option, store_options
from tui.commands.sessions import open_session
from tui.output import emit, note, say

_MEANINGS = {
    Role.UPLOADER: "stores runs, new versions of them and other artifacts, and reads everything",
    Role.READER: "lists, downloads and links what is stored",
    Role.CARETAKER: "may do that, too, and archives, deletes, cleans up and changes lifecycle rules",
}


@click.command()
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.UPLOADER.value,
    help="Who is to have the rights (default: uploader).",
)
@json_option
@store_options
def policy(role: str, as_json: bool, profile: str, bucket: str) -> None:
    """Print the IAM policy that allows what a role needs in this bucket, and nothing else.

    It is for whoever gives out rights; nothing is asked of the store, and nothing is changed.
    """
    chosen = Role(role)
    with open_session(profile, bucket) as session:
        document = session.access_policies.of_role(chosen)
        note(f"Whoever has this policy {_MEANINGS[chosen]}, in {session.store.location}.")
    if as_json:
        emit(document)
        return
    for line in json.dumps(document, indent=2).splitlines():
        say(line)
