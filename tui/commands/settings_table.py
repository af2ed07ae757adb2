"""All settings as rows of a table, in the words of the settings file."""

import json
from collections.abc import Iterator
from dataclasses import fields

from core.finish.ready_made import READY_MADE
from core.kinds.built_in_kinds import BUILT_IN_KINDS
from core.settings import AUTO, RULE_FIELDS, Settings, TransferSettings, WatchSettings
from tui.wording.formatting import limit
from tui.wording.settings import plain

_ELSEWHERE = {"name", "rules", "kinds", "roots", "quiet_by_rule", "limit"}
"""What has rows of its own, or comes of other settings."""


def settings_table(settings: Settings) -> Iterator[tuple[str, object, str]]:
    """(setting, value, origin) of everything, the value as plain values; secrets show as their marker."""
    for name, value in _values(settings):
        yield name, plain(value), settings.origins.get(name, "default")


def _values(settings: Settings) -> Iterator[tuple[str, object]]:
    yield "profile", settings.profile.name
    for name, profile in settings.profiles.items():
        for field, value in _fields(profile):
            if field in profile.traits.fields:
                yield f"profiles.{name}.{field}", value
    for section in ("watch", "transfers", "appearance", "notify"):
        for field, value in _fields(getattr(settings, section)):
            yield f"{section}.{field}", value
    yield "transfers.limit", _limit(settings.transfers)
    for name, keys in settings.keys.items():
        yield f"keys.{name}", " ".join(keys)
    if settings.watch.upload_changed is None:
        yield "watch.upload_changed", AUTO
    yield from _of_runs(settings.watch)


def _limit(transfers: TransferSettings) -> str:
    return limit(transfers.limit) if transfers.limit else "off"


def _of_runs(watch: WatchSettings) -> Iterator[tuple[str, object]]:
    """Of ready-made rules and kinds those that are in use, or were changed."""
    used = {kind.name for kind in watch.chosen_kinds}
    used_rules = {kind.rule for kind in watch.chosen_kinds}
    for rule in watch.rules:
        if rule in READY_MADE and rule.name not in used_rules:
            continue  # as it comes: `runferry rules show` has it
        for field, value in _fields(rule):
            if field in RULE_FIELDS[rule.kind]:
                yield f"rules.{rule.name}.{field}", value
    for kind in watch.kinds:
        if kind in BUILT_IN_KINDS and kind.name not in used:
            continue
        for field, value in _fields(kind):
            name = "pattern" if field == "names" else field
            yield f"kinds.{kind.name}.{name}", value
    for path, kind in watch.roots.items():
        yield f"roots.{json.dumps(path)}.kind", kind.name


def _fields(section: object) -> Iterator[tuple[str, object]]:
    for item in fields(section):  # pyright: ignore[reportArgumentType] - a dataclass of settings
        value = getattr(section, item.name)
        if item.name not in _ELSEWHERE and value not in {"", None, ()}:
            yield item.name, value
