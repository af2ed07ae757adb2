"""Stored archives and files for tests of the viewer."""

import hashlib
import io
import math
import zipfile
from collections.abc import Mapping

from core.model import Artifact, ArtifactKind
from tests.builders import NOON, a_job, a_run
from tests.tui.builders import Stage

RESULTS = "jobs/12/run_3_results.zip"
CONFIG = "jobs/12/run_3_config.json"
INPUT = "jobs/12/job_input.zip"
DAYS = 180


def epidemic(days: int = DAYS) -> str:
    """A table as FRED writes it: the wave is highest on day 97."""
    rows = ["Day,Date,INF.S,INF.I,INF.newI"]
    for day in range(1, days + 1):
        sick = round(1204 * math.exp(-(((day - 97) / 25) ** 2)))
        rows.append(
            f"{day},2020-{1 + day // 31:02}-{1 + day % 28:02},{45318 - sick},{sick},{sick // 4}"
        )
    return "\n".join(rows) + "\n"


def run_files() -> Mapping[str, bytes]:
    """What is in a run."""
    wave = "\n".join(str(round(900 * math.exp(-(((d - 60) / 20) ** 2)))) for d in range(DAYS))
    return {
        "RUN3/out.csv": epidemic().encode(),
        "RUN3/LOG": "".join(f"day {day} [done] of the run\n" for day in range(1, 400)).encode(),
        "RUN3/DAILY/Date.txt": "".join(f"{d} 2020-01-01\n" for d in range(DAYS)).encode(),
        "RUN3/DAILY/INF.I.txt": f"{wave}\n".encode(),
        "RUN3/WEEKLY/INF.I.txt": b"0 1\n1 7\n2 40\n3 9\n",
        "RUN3/summary.json": b'{"runs": [1, 2], "model": {"name": "[flu]"}}',
        "RUN3/map.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x80\x00\x00\x01\xe0\x08\x02\x00\x00\x00",
        "RUN3/state.bin": bytes(range(256)) * 4,
        "RUN3/wide.txt": b"x" * 5000 + b"needle" + b"\n\x00\x1b[31mred\n",
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """As an archive, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(
                zipfile.ZipInfo(name, (2026, 11, 20, 12, 0, 0)), data, zipfile.ZIP_DEFLATED
            )
    return buffer.getvalue()


def put(
    stage: Stage,
    key: str,
    data: bytes,
    kind: ArtifactKind = ArtifactKind.RUN_RESULTS,
    run_id: int | None = 3,
) -> Artifact:
    """Stores an artifact of run 3, or of the job itself, and has the catalog know it."""
    stage.store.put(key, data)
    digest = hashlib.sha256(data).hexdigest()
    version = 2 if kind is ArtifactKind.RUN_RESULTS else 0
    artifact = Artifact(12, kind, key, len(data), run_id, version, digest, stored_at=NOON)
    stage.catalog.put_job(a_job())
    stage.catalog.put_run(a_run(12, run_id or 3))
    stage.catalog.put_artifact(artifact)
    return artifact
