"""What is said of the batch job that stores a run, and that nothing else of its environment is."""

import pytest

from core.model import MOST_TAGS
from core.stored.manifests import read_manifest
from core.upload.batch_job import batch_tags, of_batch_job, of_job
from core.upload.upload_request import UploadRequest
from tests.core.bench import RUN4, Bench

_TASK = {
    "SLURM_CLUSTER_NAME": "lab",
    "SLURM_JOB_ID": "12",
    "SLURM_ARRAY_TASK_ID": "2",
    "SLURMD_NODENAME": "n7",
    "RUNFERRY_EXIT_CODE": "143",
}


@pytest.mark.parametrize(
    ("environ", "tags"),
    [
        ({}, ""),
        (
            _TASK,
            "slurm_cluster=lab slurm_job_id=12 slurm_array_task_id=2 slurm_node=n7 exit_code=143",
        ),
        (
            {"PBS_JOBID": "77[3].head.lab", "PBS_ARRAY_INDEX": "3"},
            "pbs_job_id=77[3].head.lab pbs_array_index=3",
        ),
        ({"JOB_ID": "5", "SGE_TASK_ID": "undefined"}, "sge_job_id=5"),
        ({"JOB_ID": "5", "SGE_TASK_ID": "4"}, "sge_task_id=4 sge_job_id=5"),
        ({"JOB_ID": "5"}, ""),
        ({"LSB_JOBID": "9", "LSB_JOBINDEX": "0"}, "lsf_job_id=9"),
        ({"SLURM_JOB_ID": "", "SLURMD_NODENAME": "two words"}, ""),
        ({"SLURM_JOB_ID": "1" * 101, "SLURM_CLUSTER_NAME": "a\x1b[31m"}, ""),
        (
            {"AWS_SECRET_ACCESS_KEY": "x", "SLURM_JWT": "y", "PBS_PASSWORD": "z"},
            "",
        ),
    ],
)
def test_tags(environ: dict[str, str], tags: str) -> None:
    """By an allow-list of names, and of letters."""
    assert batch_tags(environ) == tags


def test_told_apart() -> None:
    """The tags of the job are shown with it, those of the batch job with the run."""
    tags = ("project=flu", "r&d", "slurm_job_id=12", "exit_code=0")
    assert of_batch_job(tags) == ["slurm_job_id=12", "exit_code=0"]
    assert of_job(tags) == ["project=flu", "r&d"]


@pytest.mark.parametrize("count", [1, MOST_TAGS])
def test_version(count: int) -> None:
    """Its manifest has both, as many as a manifest can have: a longer one could not be read."""
    bench = Bench()
    tags = tuple(f"t{number}" for number in range(count))
    job = bench.register_job("flu", tags=tags)
    request = UploadRequest(RUN4, job.id, batch="slurm_job_id=12 exit_code=0")
    bench.ferry_run(request, bench.progress)
    (key,) = (o.key for o in bench.store.list("jobs/") if o.key.endswith(".v0001.json"))
    manifest = read_manifest(bench.store, key)
    assert manifest
    assert manifest.tags == (*tags, "slurm_job_id=12", "exit_code=0")[:MOST_TAGS]
