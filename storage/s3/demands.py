"""What a bucket demands of requests: added to each as it is made, so that nobody can forget it."""

import logging
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from core.errors import RunFerryError
from core.settings import Profile
from core.stored.job_s3_prefix import parse_key
from core.stored.object_tags import object_tags
from core.stored.storage_classes import is_archivable, needs_restore

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest
    from botocore.hooks import BaseEventHooks
    from botocore.model import OperationModel

_log = logging.getLogger(__name__)

JobTags = Callable[[int], Sequence[str]]
"""The tags of a job, as far as they are known here. May raise RunFerryError."""

_COPY = "CopyObject"
_CREATING = ("PutObject", "CreateMultipartUpload", _COPY)
_TYPES = {"zip": "application/zip", "json": "application/json", "log": "text/plain"}
_ANY_TYPE = "application/octet-stream"
_HEADERS = {
    "ServerSideEncryption": "x-amz-server-side-encryption",
    "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
    "BucketKeyEnabled": "x-amz-server-side-encryption-bucket-key-enabled",
    "ACL": "x-amz-acl",
    "StorageClass": "x-amz-storage-class",
    "Tagging": "x-amz-tagging",
    "ContentType": "Content-Type",
}
_SETTINGS = ("encryption", "acl", "storage_class", "request_payer", "object_tags")
_PAYER, _REQUESTER = "x-amz-request-payer", "requester"


def no_tags(job_id: int) -> Sequence[str]:
    """Where nobody knows of jobs."""
    return ()


class Demands:
    """Those of the bucket of a profile. Called on the threads of requests.

    Whoever makes a request and asks for something else, as for another storage class, gets that.
    """

    def __init__(self, profile: Profile, job_tags: JobTags = no_tags) -> None:
        self._encryption: dict[str, object] = {}
        if profile.encryption:
            self._encryption["ServerSideEncryption"] = profile.encryption.value
        if profile.kms_key_id:
            self._encryption["SSEKMSKeyId"] = profile.kms_key_id
        if profile.bucket_key:
            self._encryption["BucketKeyEnabled"] = True
        self._acl = profile.acl
        self._storage_class = profile.storage_class
        self._with_tags = profile.object_tags
        self.charged = profile.request_payer
        """Whether who asks is to pay."""
        self.sends = frozenset(name for name in _SETTINGS if getattr(profile, name))
        """The settings that add something, by their names."""
        self._prefix = profile.prefix
        self._job_tags = job_tags
        self._told: set[int] = set()

    def attend(self, events: "BaseEventHooks") -> None:
        """Makes a client meet them; also in links."""
        events.register("before-parameter-build.s3", self._add)
        events.register("before-sign.s3", _pay_for_link)

    def link_headers(self, key: str) -> Mapping[str, str]:
        """What has to be sent with content that is stored at `key` by a link.

        Its type is not signed: it is only there for what is stored to have it.
        """
        asked = {**self._of_object(key), "ContentType": _type_of(key)}
        return {_HEADERS[name]: _in_header(value) for name, value in asked.items()}

    def _add(
        self,
        params: MutableMapping[str, Any],
        model: "OperationModel",
        context: Mapping[str, object],
        **_event: object,
    ) -> None:
        if self.charged and model.input_shape and "RequestPayer" in model.input_shape.members:
            params["RequestPayer"] = _REQUESTER
        if model.name in _CREATING:
            for name, value in self._of_request(params, model.name, context).items():
                params.setdefault(name, value)

    def _of_request(
        self, params: Mapping[str, Any], operation: str, context: Mapping[str, object]
    ) -> Mapping[str, object]:
        key = params["Key"]
        asked = self._of_object(key)
        if operation == _COPY and "Tagging" in asked:
            asked["TaggingDirective"] = "REPLACE"
        keeps_type = operation == _COPY and params.get("MetadataDirective") != "REPLACE"
        if not keeps_type and not context.get("is_presign_request"):
            asked["ContentType"] = _type_of(key)
        return asked

    def _of_object(self, whole_key: str) -> dict[str, object]:
        key = whole_key.removeprefix(self._prefix)
        asked = {**self._encryption}
        if self._acl:
            asked["ACL"] = self._acl.value
        if self._storage_class and (is_archivable(key) or not needs_restore(self._storage_class)):
            asked["StorageClass"] = self._storage_class
        if self._with_tags and (tags := self._tags(key)):
            asked["Tagging"] = tags
        return asked

    def _tags(self, key: str) -> str:
        place = parse_key(key)
        job_id = place.prefix.job_id if place else 0
        tags = object_tags(key, self._tags_of_job(job_id) if job_id else ())
        if tags.left_out and job_id not in self._told:
            self._told.add(job_id)
            count = len(tags.left_out)
            _log.warning("%d tags of job %d do not fit on its objects", count, job_id)
        return tags.header

    def _tags_of_job(self, job_id: int) -> Sequence[str]:
        try:
            return self._job_tags(job_id)
        except RunFerryError as error:
            _log.warning("the tags of job %d are not known: %s", job_id, error.what)
            return ()


def _pay_for_link(request: "AWSRequest", **_event: object) -> None:
    """In the query, where whoever has the link need not know of it."""
    if request.context.get("is_presign_request") and _PAYER in request.headers:
        del request.headers[_PAYER]
        request.params[_PAYER] = _REQUESTER


def _type_of(key: str) -> str:
    return _TYPES.get(key.rpartition(".")[2], _ANY_TYPE)


def _in_header(value: object) -> str:
    return "true" if value is True else str(value)
