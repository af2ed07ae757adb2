"""Find out what a store really guarantees, and what that means here."""

import secrets
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass

from core.ports.probe import Answer, Check, Observation, StoreProbe
from core.stored.job_s3_prefix import PROBES


@dataclass(frozen=True)
class Finding:
    """An observation and what follows from it."""

    observation: Observation
    meaning: str


class ProbeStore:
    """Tries everything that RunFerry relies on; nothing it writes stays."""

    def __init__(self, probe: StoreProbe) -> None:
        self._probe = probe

    def __call__(self) -> Generator[Finding]:
        """As they are made; takes some seconds. Raises StoreError when there is no store."""
        scratch = f"{PROBES}{secrets.token_hex(8)}/"
        with (
            closing(self._probe),
            closing(self._probe.observations(scratch)) as observations,
        ):
            for observation in observations:
                yield Finding(observation, _meaning(observation))


def _meaning(observation: Observation) -> str:
    if observation.answer is Answer.UNKNOWN:
        return "could not be tried"
    yes, no = _MEANINGS[observation.check]
    return yes if observation.answer is Answer.YES else no


_LOOKED_AT = "RunFerry looks before it writes; two at the same moment may not see each other"
_MEANINGS: Mapping[Check, tuple[str, str]] = {
    Check.LIST: ("jobs and runs are found", "nothing works: s3:ListBucket is needed"),
    Check.PUT: ("uploads work", "uploads do not work: s3:PutObject is needed"),
    Check.GET: ("downloads work", "downloads do not work: s3:GetObject is needed"),
    Check.DELETE: (
        "orphans and jobs can be removed",
        "orphans and jobs stay; the probe's own objects too",
    ),
    Check.METADATA: ("an upload is recognised as ours", "a lost reply is reported as a failure"),
    Check.COPY: ("stored content is not sent again", "every upload sends its bytes"),
    Check.CREATE: ("nothing is overwritten", _LOOKED_AT),
    Check.CREATE_RACE: (
        "two workstations never take one job id",
        "two workstations may take one job id, unless writes are looked at again",
    ),
    Check.REPLACE: ("a version is replaced only by its successor", _LOOKED_AT),
    Check.COPY_CREATE: ("a copy never overwrites", _LOOKED_AT),
    Check.DELETE_VERSION: (
        "only the version that was looked at is deleted",
        "RunFerry looks before it deletes",
    ),
    Check.PARTS: ("an upload goes on where it was cut off", "a cut-off upload begins anew"),
    Check.COMPLETE_CREATE: ("an upload never overwrites", _LOOKED_AT),
    Check.COMPLETE_REPLACE: ("a new version replaces only the latest one", _LOOKED_AT),
    Check.SETTLING: (
        "RunFerry waits a second after a write and learns who was last",
        "not needed: this kind of server is taken at its word",
    ),
    Check.CHECKSUM: ("a checksum goes with everything", "TLS alone notices damage on the way"),
    Check.WRONG_CHECKSUM: ("nothing damaged is stored", "damage is noticed at a download"),
    Check.WHOLE_CHECKSUM: ("parts cannot be mixed up", "the parts alone are checked"),
    Check.LINK: ("runferry link works", "links do not work"),
    Check.FORGED_LINK: (
        "a link opens one object only",
        "whoever reaches this server can read everything",
    ),
    Check.PRIVATE: (
        "others cannot read without a link",
        "whoever reaches this server can read everything",
    ),
    Check.CLOCK: ("signatures and links are accepted", "signatures are refused: set the clock"),
    Check.VERSIONING: (
        "the store also keeps what was replaced",
        "RunFerry keeps replaced results under versions/",
    ),
}
