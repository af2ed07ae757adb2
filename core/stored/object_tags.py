"""The tags of stored objects, by which lifecycle rules and cost reports can tell them apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from core.stored.job_s3_prefix import PROBES, parse_job_record_key, parse_key

MOST_OBJECT_TAGS = 10
_LONGEST_KEY, _LONGEST_VALUE = 128, 256
# S3 takes 8 KB of headers together, and a letter may take nine bytes of them.
_LONGEST_HEADER = 4096
_ALLOWED = re.compile(r"[\w .:/=+@-]*")
_RESERVED = "aws:"


@dataclass
class ObjectTags:
    """`fitting` in order; `left_out` are those of the job's that S3 does not take, or has no room for."""

    fitting: dict[str, str] = field(default_factory=dict[str, str])
    left_out: list[str] = field(default_factory=list[str])

    @property
    def header(self) -> str:
        """As S3 wants them in a request."""
        return "&".join(
            f"{_encoded(name)}={_encoded(value)}" for name, value in self.fitting.items()
        )


def object_tags(key: str, job_tags: Sequence[str] = ()) -> ObjectTags:
    """Those of the object at `key`: `kind`, `job_id`, `run_id`, then the job's in their order.

    A job's tag `name=value` is one of that name, any other is a name with an empty value. Of what
    S3 does not take nothing is changed to make it fit.
    """
    tags = ObjectTags(_of_key(key))
    for tag in job_tags:
        name, _, value = tag.partition("=")
        if not name or not _fits(tags, name, value):
            tags.left_out.append(tag)
        else:
            tags.fitting[name] = value
    return tags


def left_out(job_tags: Sequence[str]) -> Sequence[str]:
    """Those of a job that its objects do not have, whatever they are: as of a run's results."""
    return object_tags(_LIKE_RESULTS, job_tags).left_out


_LIKE_RESULTS = "jobs/1000000000/1970/01/01/000000/run_1000000000_results.zip"


def _of_key(key: str) -> dict[str, str]:
    if job_id := parse_job_record_key(key):
        return {"kind": "job_record", "job_id": str(job_id)}
    if key.startswith(PROBES):
        return {"kind": "probe"}
    place = parse_key(key)
    if place is None:
        return {}
    tags = {
        "kind": "manifest" if place.is_manifest else place.kind.value,
        "job_id": str(place.prefix.job_id),
    }
    return tags if place.run_id is None else {**tags, "run_id": str(place.run_id)}


def _fits(tags: ObjectTags, name: str, value: str) -> bool:
    if name in tags.fitting or len(tags.fitting) == MOST_OBJECT_TAGS:
        return False
    if len(name) > _LONGEST_KEY or len(value) > _LONGEST_VALUE:
        return False
    if not _ALLOWED.fullmatch(name + value) or name.lower().startswith(_RESERVED):
        return False
    more = len(_encoded(name)) + len(_encoded(value)) + len("&=")
    return len(tags.header) + more <= _LONGEST_HEADER


def _encoded(text: str) -> str:
    return quote(text, safe="")
