"""What things are called in a sentence."""

from core.model import Job
from core.printable import printable
from core.redaction import conceal


def job_title(job: Job) -> str:
    """As in `job 12 "simpleflu"`."""
    name = printable(conceal(job.name)).strip()
    return f'job {job.id} "{name}"' if name else f"job {job.id}"
