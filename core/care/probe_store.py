"""Find out what a store really guarantees, and what that means here."""

import secrets
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass

from core.ports.probe import Answer, Check, Observation, StoreProbe
from core.stored.job_s3_prefix import PROBES


@dataclass(frozen=True)
class Finding:
    """An observation and what follows from it; `todo` is empty where nothing can be done or need be."""

    observation: Observation
    meaning: str
    todo: str = ""

    @property
    def hinders(self) -> bool:
        """Whether uploads or downloads fail because of it, or may."""
        seen = self.observation
        return seen.check in _NEEDED and seen.answer is not Answer.YES


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
                yield Finding(observation, _meaning(observation), _todo(observation))


def _meaning(observation: Observation) -> str:
    if observation.answer is Answer.UNKNOWN:
        return "could not be tried"
    yes, no = _MEANINGS[observation.check]
    return yes if observation.answer is Answer.YES else no


def _todo(observation: Observation) -> str:
    if observation.answer is not Answer.NO:
        return observation.todo
    return observation.todo or _TODO.get(observation.check, "")


_NEEDED = frozenset(
    {
        Check.LIST,
        Check.PUT,
        Check.GET,
        Check.METADATA,
        Check.ETAGS,
        Check.PARTS,
        Check.PART_SIZE,
    }
)
_PROXY = "Ask who runs the server, or the proxy in front of it, to"
_TODO: Mapping[Check, str] = {
    Check.LIST: "Use another bucket or server: RunFerry lists names by their beginnings.",
    Check.GET: f"{_PROXY} switch compression off for it: objects must arrive as they are stored.",
    Check.METADATA: f"{_PROXY} let x-amz-meta-* headers through, both ways.",
    Check.ETAGS: f"{_PROXY} leave the ETag headers of its answers as they are.",
    Check.CLOCK: "Set this machine's clock.",
}
_LOOKED_AT = "RunFerry looks before it writes; two at the same moment may not see each other"
_MEANINGS: Mapping[Check, tuple[str, str]] = {
    Check.LIST: ("jobs and runs are found", "jobs and runs are not found"),
    Check.REGION: ("requests are signed as the server wants", "RunFerry signs for that one"),
    Check.PUT: ("uploads work", "uploads do not work"),
    Check.GET: ("downloads work", "downloads do not work"),
    Check.DELETE: (
        "orphans and jobs can be removed",
        "orphans and jobs stay; the probe's own objects too",
    ),
    Check.METADATA: (
        "an upload is recognised as ours",
        "uploads are never complete: nothing tells whose an object is",
    ),
    Check.ETAGS: (
        "a version is known by them",
        "uploads in parts and new versions fail",
    ),
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
    Check.PARTS: ("large uploads work", "uploads of more than one part do not work"),
    Check.PART_SIZE: ("nothing on the way limits requests", "uploads of full parts do not work"),
    Check.PARTS_LISTED: ("an upload goes on where it was cut off", "a cut-off upload begins anew"),
    Check.COMPLETE_CREATE: ("an upload never overwrites", _LOOKED_AT),
    Check.COMPLETE_REPLACE: ("a new version replaces only the latest one", _LOOKED_AT),
    Check.SETTLING: (
        "RunFerry waits a second after a write and learns who was last",
        "not needed: this kind of server is taken at its word",
    ),
    Check.CHECKSUM: (
        "a checksum goes with everything",
        "RunFerry sends none, TLS alone notices damage on the way",
    ),
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
