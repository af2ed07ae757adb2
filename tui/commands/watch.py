"""`runferry watch`: one line per event of a tree."""

import click

from tui.commands.options import json_option, rule_options, store_options


@click.command()
@click.argument("root")
@click.option("--until-idle", is_flag=True, help="Stop when every run has ended.")
@click.option("--auto-upload", is_flag=True, help="Store runs by themselves as they finish.")
@rule_options
@json_option
@store_options
def watch(
    root: str,
    until_idle: bool,
    auto_upload: bool,
    rule: str,
    quiet_seconds: float | None,
    as_json: bool,
    profile: str,
    bucket: str,
) -> int:
    """Print one line per event of the tree ROOT, until interrupted."""
    from tui.bootstrap import Options, Session
    from tui.headless import HeadlessWatch

    overrides = {"rule": rule, "quiet_seconds": quiet_seconds}
    with Session(Options(profile, bucket, overrides)) as session:
        session.check_root(root)
        watching = HeadlessWatch(
            session.app_services(root), as_json=as_json, auto_upload=auto_upload
        )
        return watching.run(until=watching.idle if until_idle else lambda: False)
