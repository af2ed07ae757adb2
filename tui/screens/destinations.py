"""Where the palette leads."""

from textual.message import Message

from core.model import Job


class RunChosen(Message):
    """Go to a run on the Watch screen."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path


class JobChosen(Message):
    """Go to a job on the Browse screen."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self.job = job
