"""Free what an upload that was given up had sent."""

from core.ports.journal.uploads import Intents
from core.upload.create_artifact import ArtifactProducer
from core.upload.plan_upload import PlanUpload
from core.upload.upload_request import UploadRequest


class FreeSent:
    """For transfers that do not travel. Callable from any thread; uses the network."""

    def __init__(
        self, plan_upload: PlanUpload, journal: Intents, producer: ArtifactProducer
    ) -> None:
        self._plan_upload = plan_upload
        self._journal = journal
        self._producer = producer

    def __call__(self, request: UploadRequest) -> None:
        """Nothing happens where nothing was sent. Raises StateError.

        What was about to be completed stays: the object may be there, and the next upload adopts it.
        """
        plan = self._plan_upload(request.source)
        job_id = request.job_id or (plan.job.id if plan.job else None)
        run_id = request.run_id or dict(plan.runs).get(request.source)
        if not job_id or not run_id:
            return
        intents = self._journal.intents(job_id, run_id)
        completing = {intent.key for intent in intents if intent.sha256}
        for key in {intent.key for intent in intents} - completing:
            self._producer.give_up(job_id, run_id, key)
