"""`runferry store lifecycle`: rules by which the bucket itself archives and cleans up."""

import json

import click

from core.care.apply_lifecycle import LifecyclePlan
from core.care.lifecycle_rules import is_ours, proposed_rules
from tui.commands.options import DURATION, json_option, store_options
from tui.commands.sessions import open_session
from tui.output import emit, has_terminal, note, say
from tui.wording.formatting import plural

_DAY = 86_400


@click.command()
@click.option(
    "--archive-after",
    type=DURATION,
    metavar="TIME",
    help="Archive objects of more than 128 KiB when they are so old, as in 90d (default: never).",
)
@click.option(
    "--class",
    "storage_class",
    metavar="NAME",
    help="In this storage class (default: archive_class of the profile).",
)
@click.option(
    "--abort-uploads-after",
    type=DURATION,
    default="7d",
    metavar="TIME",
    help="End unfinished uploads that are so old (default: 7d).",
)
@click.option("--apply", "do_apply", is_flag=True, help="Give these rules to the bucket; asks.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@store_options
def lifecycle(
    archive_after: int | None,
    storage_class: str | None,
    abort_uploads_after: int,
    do_apply: bool,
    yes: bool,
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """Show lifecycle rules for the bucket as JSON, and apply them on request.

    They hold below jobs/ of the store only. Rules of others stay as they are; those of RunFerry become exactly
    the ones that are shown.
    """
    abort_days = _days(abort_uploads_after, "--abort-uploads-after")
    archive_days = None if archive_after is None else _days(archive_after, "--archive-after")
    with open_session(profile, bucket) as session:
        chosen = session.settings.profile
        rules = proposed_rules(
            abort_days=abort_days,
            archive_days=archive_days,
            storage_class=storage_class or chosen.archive_class,
            prefix=chosen.prefix,
        )
        apply = session.apply_lifecycle
        if not do_apply:
            _show(rules, as_json=as_json)
            note("Nothing was changed. `--apply` gives these rules to the bucket.")
            return
        plan = apply.plan(rules)
        _show(rules, as_json=as_json)
        _tell(plan, chosen.prefix)
        if plan.changes and not yes:
            _ask()
        told = apply(plan)
    if told:
        note("The bucket has these rules.")
    else:
        note("The store took these rules, but does not show them yet: look again in some minutes.")


def _days(seconds: int, option: str) -> int:
    if seconds < _DAY or seconds % _DAY:
        raise click.BadParameter("S3 counts whole days, as in 30d.", param_hint=option)
    return seconds // _DAY


def _show(rules: object, *, as_json: bool) -> None:
    document = {"Rules": rules}
    if as_json:
        emit(document)
        return
    for line in json.dumps(document, indent=2).splitlines():
        say(line)


def _tell(plan: LifecyclePlan, prefix: str) -> None:
    note(f"{plural(len(plan.kept), 'rule')} of others stay.")
    ids = {rule["ID"] for rule in plan.ours}
    for rule in plan.before:
        if is_ours(rule, prefix) and rule["ID"] not in ids:
            note(f"The rule {rule['ID']} is taken away: it was not asked for.")


def _ask() -> None:
    if not has_terminal():
        raise click.UsageError("Nobody can be asked here: --yes applies them.")
    click.confirm("Apply these rules?", abort=True, err=True)
