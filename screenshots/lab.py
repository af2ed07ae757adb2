"""The lab that the pictures show: three jobs, their runs, a bucket and a morning."""

from dataclasses import dataclass, replace
from datetime import timedelta

from core.errors import StoreAccessDeniedError
from core.finish.rule import Check, Outcome
from core.model import Artifact
from core.ports.journal.activity import ActivityEntry, ActivityKind, Level
from core.ports.journal.proofs import Proof, ProofKind
from core.settings import Profile
from core.upload.upload_request import UploadRequest
from screenshots.epidemic import archive_of, files_of
from tests.builders import MIB, NOON, a_job, a_run, an_artifact
from tests.fakes.tree import FakeRunDirectory
from tests.tui.archives import put
from tests.tui.builders import FLU, MEASLES, Stage
from tests.tui.configured import LAB, a_configuration
from tui.parts.configuration import Configuration

BASELINE = "/data/fred-out/baseline/OUT"
RUNNING = f"{FLU}/RUN5"
BUCKET = "s3://epi-results/teams/epi"
PLANTED = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
"""A secret that must not be in any picture."""

_AT = "jobs/{}/2026/11/20/120000/"
_GROWTH = (3, 5, 6, 7, 6, 5, 6, 7, 8, 7, 6, 7)
_NOT_FINAL = (
    Check("log ended", False, "LOG has not ended"),
    Check("no temporary files", False, "out.csv.tmp is being written"),
    Check("final header", False, "out.csv is not final"),
    Check("all rows", False, "out.csv has 97 of 180 rows"),
    Check("nothing newer", True, "nothing is newer than out.csv"),
)
_REFUSED = StoreAccessDeniedError(
    "PutObject was refused: AccessDenied (HTTP 403, request 7H2K4Q).",
    kept="6 of 31 parts are in the store; nothing local was changed.",
    todo="Ask for s3:PutObject below jobs/, then press r.",
)
_ECHOED = StoreAccessDeniedError(
    "PutObject was refused: SignatureDoesNotMatch (HTTP 403, request 7H2K4Q). The server sent back: "
    f"aws_secret_access_key={PLANTED} X-Amz-Security-Token={PLANTED}{PLANTED}",
    kept="6 of 31 parts are in the store; nothing local was changed.",
    todo=f"Look at AWS_SECRET_ACCESS_KEY={PLANTED}, then press r.",
)


def a_busy_lab(refused: StoreAccessDeniedError = _REFUSED) -> Stage:
    """Runs in all states, and uploads in all states of the queue."""
    stage = a_lab()
    _upload(stage, refused)
    return stage


def a_lab_with_an_echo() -> Stage:
    """The same, where a server sends credentials back, as real ones do."""
    return a_busy_lab(_ECHOED)


def a_new_machine() -> Stage:
    """Nothing is there yet, and nothing is set."""
    stage = Stage()
    stage.watch.tick()
    stage.read_store.job_list()
    stage.store_watch.answered()
    return stage


def a_lab_after_a_morning() -> Stage:
    """What happened in it since ten o'clock."""
    stage = a_lab()
    stage.activity_log.add([happened.entry(stage) for happened in _MORNING])
    return stage


def go_on(stage: Stage) -> None:
    """A second passes, and what travels goes on as fast as before."""
    for script in stage.ferry.scripts.values():
        if script.progress:
            script.read(9 * MIB)
    stage.clock.advance(1)


def a_lab() -> Stage:
    """Runs in all states, some of them stored; nothing travels."""
    stage = Stage(configuration=_a_configuration())
    _fill(stage)
    stage.settle()
    _store(stage)
    _grow(stage)
    stage.read_store.job_list()
    stage.store_watch.answered()
    return stage


def _a_configuration() -> Configuration:
    """The bucket is in use."""
    configuration = a_configuration()
    settings = replace(configuration.running, profile=LAB)

    def location(profile: Profile) -> str:
        return BUCKET if profile.bucket else "~/store"

    return replace(configuration, running=settings, load=lambda: settings, location=location)


def _fill(stage: Stage) -> None:
    runs = stage.tree.runs
    for number in range(1, 5):
        path = f"{FLU}/RUN{number}"
        runs[path] = FakeRunDirectory(204, (807 + number) * MIB, contents=files_of(number))
    for number in range(1, 4):
        runs[f"{BASELINE}/RUN{number}"] = FakeRunDirectory(1004, 3072 * MIB, days=(365, 365))
    runs[RUNNING] = FakeRunDirectory(
        85, 200 * MIB, Outcome.RUNNING, "LOG has not ended", (61, 180), _NOT_FINAL
    )
    runs[RUNNING].contents = {
        **files_of(5, days=97),
        "health_records.txt": bytes(241 * MIB),
        "INF/infections.txt": bytes(62 * MIB),
        "INF/places.csv": bytes(31 * MIB),
    }
    runs[f"{FLU}/RUN7"] = FakeRunDirectory(0, 0, Outcome.RUNNING, "nothing written yet", None)
    runs[f"{MEASLES}/RUN1"] = FakeRunDirectory(
        31, 410 * MIB, Outcome.FAILED, "err.txt: FRED ERROR: no such place", (12, 365)
    )
    runs[f"{MEASLES}/RUN2"] = FakeRunDirectory(202, 940 * MIB, days=(365, 365))
    for run in runs.values():
        run.written = stage.clock.now()


def _results() -> list[Artifact]:
    """Of two jobs; RUN2 of one of them was stored twice."""
    newest = [
        an_artifact(f"{_AT.format(job_id)}run_{run_id}_results.zip", job_id=job_id, run_id=run_id)
        for job_id, run_id in ((11, 1), (11, 2), (11, 3), (12, 1), (12, 2))
    ]
    older = an_artifact(f"{_AT.format(12)}versions/run_2_results.v0001.zip", run_id=2)
    second = {"version": 2, "size": 204 * MIB, "sha256": "3f" * 32, "content_id": "9c" * 32}
    newest[-1] = replace(newest[-1], **second, host="node-3", app_version="1.0")
    return [*newest, replace(older, sha256="7e" * 32)]


def _store(stage: Stage) -> None:
    jobs = [a_job(11, "baseline"), a_job(12, "simpleflu"), a_job(13, "measles")]
    runs = [a_run(*ids) for ids in ((11, 1), (11, 2), (11, 3), (12, 1), (12, 2))]
    stage.catalog.replace(jobs, runs, _results(), stage.clock.now())
    proofs = [
        Proof(artifact.key, artifact.sha256, ProofKind.UPLOADED, NOON)
        for artifact in _results()
        if artifact.job_id == 12 and artifact.version == artifact.run_id  # noqa: PLR2004 - ours
    ]
    stage.journal.put_proofs(proofs)
    stage.journal.bind_root(BASELINE, 11)
    stage.journal.bind_root(FLU, 12)
    _mark_stored(stage, f"{BASELINE}/RUN1", f"{BASELINE}/RUN2")
    stage.watch.mark_uploaded(f"{BASELINE}/RUN3", "as it was")


def a_lab_with_archives() -> Stage:
    """What is stored of the flu can be looked into."""
    stage = a_lab()
    for run_id in range(1, 5):
        key = f"{_AT.format(12)}run_{run_id}_results.zip"
        put(stage, key, archive_of(run_id), run_id=run_id)
    return stage


def _mark_stored(stage: Stage, *paths: str) -> None:
    for path in paths:
        stage.watch.mark_uploaded(path, stage.tree.fingerprint(path))


def _grow(stage: Stage) -> None:
    run = stage.tree.runs[RUNNING]
    for day, growth in enumerate(_GROWTH, 86):
        run.bytes, run.files, run.days = run.bytes + growth * 2 * MIB, day + 24, (day, 180)
        if growth == _GROWTH[-1]:
            stage.tree.runs.setdefault(f"{FLU}/RUN6", FakeRunDirectory(204, 810 * MIB))
        stage.clock.advance(2)
        stage.watch.rescan()
        stage.watch.tick()


def _upload(stage: Stage, refused: StoreAccessDeniedError) -> None:
    stage.ferry.fail(f"{MEASLES}/RUN2", refused)
    travelling = [
        stage.ferry.hold(f"{FLU}/RUN3", done=457 * MIB, total=810 * MIB),
        stage.ferry.hold(f"{FLU}/RUN4", done=92 * MIB, total=811 * MIB),
    ]
    stage.queue.start()
    for source in (f"{MEASLES}/RUN2", f"{FLU}/RUN1", f"{FLU}/RUN2"):
        stage.queue.submit(UploadRequest(source))
    stage.queue.wait_idle(10)
    _mark_stored(stage, f"{FLU}/RUN1", f"{FLU}/RUN2")
    stage.watch.tick()
    for source in (f"{FLU}/RUN3", f"{FLU}/RUN4", f"{MEASLES}/RUN1"):
        stage.queue.submit(UploadRequest(source))
    for script in travelling:
        script.waiting.wait(10)
    stage.queue.views()
    for script in travelling:
        script.read(46 * MIB)
    stage.clock.advance(5)


@dataclass(frozen=True)
class _Happened:
    minutes_ago: float
    kind: ActivityKind
    level: Level
    about: str
    what: str
    path: str = ""
    error: StoreAccessDeniedError | None = None

    def entry(self, stage: Stage) -> ActivityEntry:
        moment = stage.clock.now() - timedelta(minutes=self.minutes_ago)
        told = ActivityEntry(
            self.kind,
            self.level,
            self.about,
            self.what,
            moment,
            moment,
            self.about + self.what,
            path=self.path,
        )
        if not (error := self.error):
            return told
        return replace(told, kept=error.kept, todo=error.todo, cause=type(error).__name__)


def _refused_again(minutes_ago: float) -> _Happened:
    path = f"{MEASLES}/RUN2"
    about = "measles · RUN2 results"
    return _Happened(
        minutes_ago, ActivityKind.UPLOAD, Level.ERROR, about, _REFUSED.what, path, _REFUSED
    )


_MORNING = (
    _Happened(248, ActivityKind.STORE, Level.WARNING, "store", "does not answer: no route to host"),
    _Happened(241, ActivityKind.STORE, Level.INFO, "store", "answers again, after 7 min"),
    _Happened(240, ActivityKind.SYNC, Level.SUCCESS, "store", "read: 3 jobs, 5 runs, 6 artifacts"),
    _Happened(131, ActivityKind.RUN, Level.SUCCESS, "simpleflu · RUN1", "done: all checks hold"),
    _Happened(128, ActivityKind.UPLOAD, Level.SUCCESS, "job 12 · RUN1 results", "uploaded, 203 MiB"),
    _Happened(119, ActivityKind.RUN, Level.SUCCESS, "simpleflu · RUN2", "done: all checks hold"),
    _Happened(116, ActivityKind.UPLOAD, Level.SUCCESS, "job 12 · RUN2 results", "uploaded, 204 MiB"),
    _Happened(74, ActivityKind.DELETION, Level.SUCCESS, "job 3", "deleted: 2 artifacts of 1 run"),
    _Happened(52, ActivityKind.RUN, Level.WARNING, "measles · RUN1", "failed: err.txt: no such place"),
    _refused_again(41),
    _Happened(33, ActivityKind.DOWNLOAD, Level.SUCCESS, "job 11 · RUN2 results", "fetched to ~/back"),
    _refused_again(12),
    _refused_again(3),
)  # fmt: skip
