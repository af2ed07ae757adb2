"""Uploads in parts that were begun without anybody hearing of it: the reply, or who asked, was lost."""

import logging

from core.errors import RunFerryError
from core.printable import printable
from storage.s3.bucket import S3Bucket
from storage.s3.multipart import Multipart
from storage.s3.pending import pending_uploads

_log = logging.getLogger(__name__)
_PAGE_UPLOADS = 1000


def free_lost_uploads(bucket: S3Bucket, key: str, ours: str = "") -> None:
    """Aborts what is pending at exactly this key and holds no part, except `ours`. Never raises.

    S3 tells of a pending upload when it began, and nothing by which it could be known as ours. So
    this is for one moment only: just after an object was created here that nobody replaces
    unknowingly (If-None-Match). Whatever else is pending there can only fail from now on,
    whosever it is. What holds a part is left to who sent it, to end it in his own words.

    While there is no such object it may be a live upload of another machine that is about to send
    its first part: so an upload that fails or is given up frees nothing, and the next try does.
    Nor does one that replaced an object: who has seen the new one may be replacing it already.
    """
    try:
        for pending in pending_uploads(bucket, key, _PAGE_UPLOADS):
            if pending.key == key and pending.upload_id != ours:
                _free_if_empty(Multipart(bucket, key, pending.upload_id))
    except RunFerryError as error:
        _log.info("lost uploads to %s were not looked for: %s", printable(key), error.what)


def _free_if_empty(upload: Multipart) -> None:
    try:
        if not upload.listed():
            upload.abort()
    except RunFerryError as error:
        _log.info("a pending upload was left as it is: %s", error.what)
