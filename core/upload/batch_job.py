"""The batch job that an upload is asked for in, as tags of the versions that it makes."""

import re
from collections.abc import Iterable, Mapping, Sequence

_TAGS = {
    "SLURM_CLUSTER_NAME": "slurm_cluster",
    "SLURM_JOB_ID": "slurm_job_id",
    "SLURM_ARRAY_JOB_ID": "slurm_array_job_id",
    "SLURM_ARRAY_TASK_ID": "slurm_array_task_id",
    "SLURM_RESTART_COUNT": "slurm_restart_count",
    "SLURMD_NODENAME": "slurm_node",
    "PBS_JOBID": "pbs_job_id",
    "PBS_ARRAY_INDEX": "pbs_array_index",
    "PBS_ARRAYID": "pbs_array_index",
    "LSB_JOBID": "lsf_job_id",
    "LSB_JOBINDEX": "lsf_job_index",
    "SGE_TASK_ID": "sge_task_id",
    "RUNFERRY_EXIT_CODE": "exit_code",
}
"""What is read of an environment, and nothing else of it: there may be credentials in the rest."""
_SGE_JOB, _SGE_JOB_TAG = "JOB_ID", "sge_job_id"
"""A name that others use, too: it counts beside SGE's own ones."""
_VALUE = re.compile(r"[\w.:+@\[\]-]{1,100}", re.ASCII)
_NO_ARRAY = {"sge_task_id=undefined", "lsf_job_index=0"}
_OURS = frozenset({*_TAGS.values(), _SGE_JOB_TAG})


def batch_tags(environ: Mapping[str, str]) -> str:
    """`slurm_job_id=12 slurm_node=n7 …`, separated by spaces; empty outside of batch jobs."""
    names = {**_TAGS, _SGE_JOB: _SGE_JOB_TAG} if "SGE_TASK_ID" in environ else _TAGS
    tags = (f"{tag}={environ[name]}" for name, tag in names.items() if _is_told(environ.get(name)))
    return " ".join(tag for tag in tags if tag not in _NO_ARRAY)


def of_batch_job(tags: Iterable[str]) -> Sequence[str]:
    """Those of a version that tell of the batch job that stored it."""
    return [tag for tag in tags if tag.partition("=")[0] in _OURS]


def of_job(tags: Iterable[str]) -> Sequence[str]:
    """Those of a version that are its job's."""
    return [tag for tag in tags if tag.partition("=")[0] not in _OURS]


def _is_told(value: str | None) -> bool:
    return bool(value and _VALUE.fullmatch(value))
