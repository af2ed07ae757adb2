"""Settings in words: as the file has them, where they come from, what they are for."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

from tui.wording.formatting import limit

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def dotted(keys: Sequence[str]) -> str:
    """As one types it: `roots."/data/sims".kind`."""
    return ".".join(key if _BARE.fullmatch(key) else json.dumps(key) for key in keys)


def in_file(value: object) -> str:
    """A value as one would type it; empty for none."""
    match value:
        case None | "" | ():
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case tuple():
            items = cast("tuple[object, ...]", value)
            return f"[{', '.join(json.dumps(str(item)) for item in items)}]"
        case _:
            return str(value)


def in_words(keys: Sequence[str], value: object) -> str:
    """A value as one would type it where a number by itself says little."""
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
