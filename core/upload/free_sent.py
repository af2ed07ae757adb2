"""Free what an upload that was given up had sent."""

from core.upload.create_artifact import ArtifactProducer
from core.upload.plan_upload import PlanUpload
from core.upload.upload_request import UploadRequest


class FreeSent:
    """For transfers that do not travel. Callable from any thread; uses the network."""

    def __init__(self, plan_upload: PlanUpload, producer: ArtifactProducer) -> None:
        self._plan_upload = plan_upload
        self._producer = producer

    def __call__(self, request: UploadRequest) -> None:
        """Nothing happens where nothing was sent. Raises StateError.

        What was about to be completed stays: the object may be there, and the next upload adopts it.
        """
        job_id, run_id = self._place(request)
        if job_id and run_id:
            self._producer.give_up_begun(job_id, run_id)

    def _place(self, request: UploadRequest) -> tuple[int | None, int | None]:
        plan = self._plan_upload(request.source)
        return request.job_id or plan.job_id, request.run_id or plan.run_id(request.source)
