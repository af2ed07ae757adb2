"""Settings in words: as the file has them, where they come from, what they are for."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import cast

from core.kinds.run_kind import Curve, NumberIn, Progress
from core.kinds.run_names import RunNames
from core.settings import Marker
from tui.wording.formatting import limit

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def dotted(keys: Sequence[str]) -> str:
    """As one types it: `roots."/data/sims".kind`."""
    return ".".join(key if _BARE.fullmatch(key) else json.dumps(key) for key in keys)


def in_file(value: object) -> str:
    """A value as one would type it, where text needs no quotes; empty for none."""
    match value:
        case None | "" | ():
            return ""
        case str():
            return str(value)
        case _:
            plainly = plain(value)
            return plainly if isinstance(plainly, str) else as_in_file(plainly)


def as_in_file(value: object) -> str:
    """A plain value as a settings file has it."""
    if isinstance(value, dict):
        table = cast("Mapping[str, object]", value)
        return f"{{ {', '.join(f'{key} = {as_in_file(each)}' for key, each in table.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(as_in_file, cast('Sequence[object]', value)))}]"
    if isinstance(value, float):
        return f"{value:.15g}"
    return json.dumps(value, ensure_ascii=False)


def plain(value: object) -> object:
    """Numbers, text, lists and tables, as the file has them."""
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, tuple):
        return [*map(plain, cast("Sequence[object]", value))]
    if isinstance(value, RunNames):
        return value.patterns[0] if len(value.patterns) == 1 else [*value.patterns]
    if isinstance(value, Marker):
        table = _table(value)
        return table["file"] if len(table) == 1 else table
    if isinstance(value, Progress):
        of = {} if value.of is None else {"of": plain(value.of)}
        return _table(value.done) | of | ({"unit": value.unit} if value.unit != "step" else {})
    return _table(value) if isinstance(value, NumberIn | Curve) else str(value)


def _table(value: Marker | NumberIn | Curve) -> dict[str, object]:
    """What differs from what it is unless somebody says otherwise."""
    return {
        item.name: plain(said)
        for item in fields(value)
        if (said := getattr(value, item.name)) != item.default
    }


def in_words(keys: Sequence[str], value: object) -> str:
    """A value as one would type it where a number by itself says little."""
    if keys[0] == "keys" and isinstance(value, tuple):
        return " ".join(cast("Sequence[str]", value))
    match keys[-1], value:
        case "limit", int():
            return limit(value) if value else "off"
        case "part_size", int():
            return limit(value).removesuffix("/s")
        case "upload_changed", None:
            return "auto"
        case _:
            return in_file(value)


def origin_words(origin: str) -> str:
    """As in "line 12" of the file, or "RUNFERRY_LIMIT"."""
    place, _, line = origin.partition(":")
    if place == "file":
        return f"line {line}" if line else "the file"
    return origin.removeprefix("env ").replace("flag", "command line")


def about(keys: Sequence[str]) -> str:
    """What a setting is for; empty for those of kinds and rules, whose words docs/configuration.md has."""
    match keys:
        case ["profiles", _, field]:
            return _OF_PROFILES.get(field, "")
        case ["roots", _, "kind"]:
            return "Of which kind the runs of this tree are: docs/configuration.md lists them."
        case ["keys", _]:
            return "A key, or several with spaces between: u, U, ^u, ?, f5, pageup. From the next start on."
        case [section, field]:
            return _ABOUT.get(f"{section}.{field}", "")
        case _:
            return _ABOUT.get(dotted(keys), "")


_ABOUT: Mapping[str, str] = {
    "profile": "Which store is used at the next start, here and by commands: one of the profiles.",
    "watch.kind": "What runs are called, and all else about a simulator.",
    "watch.rule": "When a run is finished: `runferry rules list` shows all.",
    "watch.quiet_seconds": "Without a change before a run counts as done.",
    "watch.stall_seconds": "Without a change before a run that is not done counts as stalled.",
    "watch.countdown_seconds": "Before an automatic upload begins.",
    "watch.upload_failed": "Whether automatic uploads take failed runs along.",
    "watch.upload_changed": "Whether they take runs along that changed since they were stored; "
    "auto: where the rule is a quiet one.",
    "watch.sidecars": "Whether the files beside a RUN directory are stored, too.",
    "watch.polling": "Whether trees are looked at in intervals, without the system's events.",
    "transfers.parallel": "Uploads and downloads at a time, 1 to 16.",
    "transfers.limit": "Bytes per second of all together, as in 20 MB/s, or off.",
    "transfers.compression": "fast, compact, or auto: what the link gives time for.",
    "appearance.theme": "The colours; those of ansi-dark and ansi-light are the terminal's own.",
    "appearance.symbols": "unicode, ascii, or auto: what the locale says that the terminal can draw.",
    "appearance.notices": "Whether the terminal says how a long transfer ended.",
    "notify.command": "A program that is told while nobody looks, with its arguments, as in "
    '["sendmail", "ada@example.org"]. From the next start on.',
    "notify.events": "What it is told: done, failed, stalled, upload-failed.",
    "appearance.bell": "Whether it rings then, too.",
}
_OF_PROFILES: Mapping[str, str] = {
    "kind": "s3: a bucket. local: a directory.",
    "path": "The directory of a local store; without one it is beside the state.",
    "bucket": "The bucket's name, or the ARN of an access point.",
    "prefix": "Folders that everything is kept below, as in teams/epi/.",
    "region": "As in eu-central-1; without one, as the AWS settings have it.",
    "endpoint_url": "The address of a server that is not AWS.",
    "aws_profile": "The profile of ~/.aws/config that credentials come from.",
    "access_key_id": "Only as ${NAME}: the environment variable that holds it.",
    "secret_access_key": "Only as ${NAME}: the environment variable that holds it.",
    "session_token": "Only as ${NAME}: the environment variable that holds it.",
    "addressing_style": "Where requests name the bucket: auto, path or virtual.",
    "checksums": "Whether CRC32 sums go with what is stored.",
    "create_bucket": "Whether a bucket that does not exist is created.",
    "archive_class": "The storage class that artifacts are archived in.",
    "encryption": "What the bucket demands: AES256, aws:kms or aws:kms:dsse.",
    "kms_key_id": "The KMS key, where it is not the account's own.",
    "bucket_key": "Whether KMS is asked less often, by a key of the bucket.",
    "acl": "The access list of what is stored, as in bucket-owner-full-control.",
    "request_payer": "Whether you are ready to pay for requests and traffic.",
    "storage_class": "The storage class of what is stored.",
    "object_tags": "Whether objects get tags, for lifecycle rules and cost reports.",
    "part_size": "What is larger goes in parts of this size, as in 16 MiB.",
    "ca_bundle": "A file with the authorities that certificates are checked by.",
    "proxy": "An HTTP proxy; with a login only as ${NAME}.",
}
