"""Where everything is: the only place that builds keys, and parses them back."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Self

from core.errors import InvalidIdError
from core.model import HIGHEST_ID, ArtifactKind, Job, check_id, check_moment

JOBS_ROOT = "jobs/"
JOB_RECORDS = "_runferry/jobs/"
PROBES = "_runferry/probe/"
OWN_ROOT = "_runferry/"
ROOTS = (JOBS_ROOT, OWN_ROOT)
"""All that RunFerry stores is below one of them."""

_SUFFIX = {
    ArtifactKind.JOB_CONFIG: "config.json",
    ArtifactKind.JOB_INPUT: "input.zip",
    ArtifactKind.RUN_CONFIG: "config.json",
    ArtifactKind.RUN_RESULTS: "results.zip",
    ArtifactKind.RUN_LOGS: "logs.zip",
}
_PLAIN_LOGS = "logs.log"
"""As another tool stores them: one text, where ours are a ZIP."""
_ID = r"[1-9][0-9]{0,9}"
_VERSION = r"[0-9]{4}|[1-9][0-9]{4,9}"
_PREFIX = re.compile(
    rf"jobs/(?P<job>{_ID})/(?P<stamp>[0-9]{{4}}/[0-9]{{2}}/[0-9]{{2}}/[0-9]{{6}})/(?P<name>.+)",
    re.ASCII,
)
_JOB_FILE = re.compile(r"job_(?P<kind>config\.json|input\.zip)", re.ASCII)
_RUN_FILE = re.compile(
    rf"run_(?P<run>{_ID})_(?P<kind>config\.json|results\.zip|logs\.(?:zip|log))", re.ASCII
)
_MANIFEST = re.compile(rf"run_(?P<run>{_ID})_results\.v(?P<version>{_VERSION})\.json", re.ASCII)
_SUPERSEDED = re.compile(
    rf"versions/run_(?P<run>{_ID})_results\.v(?P<version>{_VERSION})\.zip", re.ASCII
)
_JOB_RECORD = re.compile(r"_runferry/jobs/(?P<job>[0-9]{10})\.json", re.ASCII)
# As the keys above, with any numbers in them.
_SIMILAR = re.compile(
    r"_runferry/jobs/[0-9]+\.json"
    r"|jobs/[0-9]+/[0-9]+/[0-9]+/[0-9]+/[0-9]+/"
    r"(job_(config\.json|input\.zip)"
    r"|run_[0-9]+_(config\.json|results(\.v[0-9]+\.json|\.zip)|logs\.(zip|log))"
    r"|versions/run_[0-9]+_results\.v[0-9]+\.zip)",
    re.ASCII,
)
_STAMP = "%Y/%m/%d/%H%M%S"


@dataclass(frozen=True)
class JobS3Prefix:
    """The prefix that all objects of one job share.

    `jobs/{job_id}/{yyyy}/{mm}/{dd}/{HHMMSS}/`, from `job.created_at` in UTC and never from the
    clock, so that every machine in every time zone derives the same keys at any time.

    >>> prefix = JobS3Prefix(12, datetime(2025, 10, 23, 21, 15, 0, tzinfo=UTC))
    >>> prefix.run_results(4)
    'jobs/12/2025/10/23/211500/run_4_results.zip'
    """

    job_id: int
    created_at: datetime

    def __post_init__(self) -> None:
        check_id(self.job_id, "Job id")
        object.__setattr__(self, "created_at", check_moment(self.created_at))

    @classmethod
    def from_job(cls, job: Job) -> Self:
        """The prefix of `job`."""
        return cls(job.id, job.created_at)

    def __str__(self) -> str:
        return f"{JOBS_ROOT}{self.job_id}/{self.created_at.strftime(_STAMP)}/"

    def run_results(self, run_id: int) -> str:
        """Key of the latest results of a run."""
        return self._of_run(run_id, "results.zip")

    def run_logs(self, run_id: int) -> str:
        """Key of a run's logs."""
        return self._of_run(run_id, "logs.zip")

    def manifest(self, run_id: int, version: int) -> str:
        """Key of the manifest that commits `version` (from 1) of a run's results."""
        return self._of_run(run_id, f"results.v{_checked_version(version):04d}.json")

    def of_run(self, run_id: int) -> str:
        """What the keys of all artifacts of a run begin with."""
        return self._of_run(run_id, "")

    def all_results(self, run_id: int) -> str:
        """What the keys of the latest results and of all manifests of a run begin with."""
        return self._of_run(run_id, "results.")

    def manifests(self, run_id: int) -> str:
        """What the keys of all manifests of a run begin with."""
        return self._of_run(run_id, "results.v")

    def superseded_results(self, run_id: int, version: int) -> str:
        """Key under which the content of an older version is kept."""
        return f"{self.superseded_of(run_id)}{_checked_version(version):04d}.zip"

    def superseded_of(self, run_id: int) -> str:
        """What the keys of all content of a run begin with that was put aside."""
        return f"{self}versions/run_{check_id(run_id, 'Run id')}_results.v"

    def artifact(self, kind: ArtifactKind, run_id: int | None = None) -> str:
        """Key of the artifact of `kind`; `run_id` for the kinds of a run only."""
        if kind.of_run != (run_id is not None):
            raise ValueError(f"{kind} {'needs a' if kind.of_run else 'has no'} run id")
        if run_id is None:
            return f"{self}job_{_SUFFIX[kind]}"
        return self._of_run(run_id, _SUFFIX[kind])

    def moved(self, key: str, run_id: int) -> str:
        """Where an object of a kind without versions is as one of that run: its name stays of its kind."""
        name = key.rpartition("/")[2]
        return self._of_run(run_id, name.split("_", 2)[2])

    def namesake(self, key: str) -> str:
        """Key of what is called as the object of another job, or of another prefix."""
        return f"{self}{key.rpartition('/')[2]}"

    def _of_run(self, run_id: int, suffix: str) -> str:
        return f"{self}run_{check_id(run_id, 'Run id')}_{suffix}"


@dataclass(frozen=True)
class ParsedKey:
    """What a key below `jobs/` says about its object.

    `version` is 0 for the latest content. `plain` are logs that are no ZIP, as RunFerry makes none.
    """

    prefix: JobS3Prefix
    kind: ArtifactKind
    run_id: int | None = None
    version: int = 0
    is_manifest: bool = False
    plain: bool = False


def parse_key(key: str) -> ParsedKey | None:
    """The meaning of `key`; None when it does not follow the layout."""
    match = _PREFIX.fullmatch(key)
    prefix = match and _parse_prefix(match["job"], match["stamp"])
    if not match or not prefix:
        return None
    name = match["name"]
    if found := _JOB_FILE.fullmatch(name):
        return ParsedKey(prefix, _kind("job", found["kind"]))
    if found := _RUN_FILE.fullmatch(name):
        return _run_file(prefix, _number(found["run"]), found["kind"])
    found = _MANIFEST.fullmatch(name) or _SUPERSEDED.fullmatch(name)
    run_id, version = (_number(found["run"]), _number(found["version"])) if found else (0, 0)
    if not run_id or not version:
        return None
    kind = ArtifactKind.RUN_RESULTS
    return ParsedKey(prefix, kind, run_id, version, is_manifest=name.endswith(".json"))


def prefix_of(key: str) -> JobS3Prefix:
    """Below which the object is; raises ValueError for a key that does not follow the layout."""
    parsed = parse_key(key)
    if parsed is None:
        raise ValueError(f"{key} is not a key of the layout")
    return parsed.prefix


def parse_manifest_key(key: str) -> ParsedKey | None:
    """As `parse_key`; None for all that is no manifest."""
    parsed = parse_key(key)
    return parsed if parsed and parsed.is_manifest else None


def is_impossible(key: str) -> bool:
    """Whether it looks like one of the layout, with numbers that nothing of RunFerry's has."""
    if not _SIMILAR.fullmatch(key):
        return False
    return parse_key(key) is None and parse_job_record_key(key) is None


def job_root(job_id: int) -> str:
    """`jobs/12/`, below which all prefixes of a job are, whoever made them."""
    return f"{JOBS_ROOT}{check_id(job_id, 'Job id')}/"


def job_record_key(job_id: int) -> str:
    """Key of the job record, which is also the claim on the id."""
    return f"{JOB_RECORDS}{check_id(job_id, 'Job id'):010d}.json"


def parse_job_record_key(key: str) -> int | None:
    """The id that a job record claims; None for other keys."""
    match = _JOB_RECORD.fullmatch(key)
    return (_number(match["job"]) or None) if match else None


def key_below(job_id: int, key: str) -> str:
    """`2025/10/23/211500/job_input.zip` of `jobs/12/2025/10/23/211500/job_input.zip`."""
    return key.removeprefix(job_root(job_id))


def parse_job_prefix(prefix: str) -> int | None:
    """12 for `jobs/12/`; None for anything else."""
    match = re.fullmatch(rf"jobs/({_ID})/", prefix, re.ASCII)
    return (_number(match[1]) or None) if match else None


@lru_cache(maxsize=256)  # the keys of one job come one after the other
def _parse_prefix(job: str, stamp: str) -> JobS3Prefix | None:
    try:
        moment = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
        return JobS3Prefix(int(job), moment)
    except (ValueError, InvalidIdError):
        return None


def _run_file(prefix: JobS3Prefix, run_id: int, suffix: str) -> ParsedKey | None:
    if not run_id:
        return None
    if suffix == _PLAIN_LOGS:
        return ParsedKey(prefix, ArtifactKind.RUN_LOGS, run_id, plain=True)
    return ParsedKey(prefix, _kind("run", suffix), run_id)


def _kind(owner: str, suffix: str) -> ArtifactKind:
    return next(k for k, s in _SUFFIX.items() if s == suffix and k.value.startswith(owner))


def _number(digits: str) -> int:
    """0 when it is too high."""
    number = int(digits)
    return number if number <= HIGHEST_ID else 0


def _checked_version(version: int) -> int:
    if not 1 <= version <= HIGHEST_ID:
        raise ValueError(f"versions count from 1 to {HIGHEST_ID}")
    return version
