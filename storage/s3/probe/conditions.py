"""Does the server check the conditions of writes?"""

from collections.abc import Callable, Mapping

from core.errors import PreconditionFailedError, StoreThrottledError
from core.ports.probe import Check
from storage.probing import Look, one_winner
from storage.s3.explanations import UnsupportedError
from storage.s3.probe.scratch import Scratch

_STALE = "00000000000000000000000000000000"


def condition_looks(scratch: Scratch) -> Mapping[Check, Look]:
    """The questions about conditions."""
    looks = _Conditions(scratch)
    return {
        Check.CREATE: looks.create,
        Check.CREATE_RACE: looks.create_race,
        Check.REPLACE: looks.replace,
        Check.COPY_CREATE: looks.copy_create,
        Check.DELETE_VERSION: looks.delete_version,
        Check.COMPLETE_CREATE: looks.complete_create,
        Check.COMPLETE_REPLACE: looks.complete_replace,
        Check.SETTLING: looks.settling,
    }


class _Conditions:
    def __init__(self, scratch: Scratch) -> None:
        self._scratch = scratch

    def create(self) -> tuple[bool, str]:
        return self._refused("create", lambda: self._scratch.put("create", b"2", IfNoneMatch="*"))

    def create_race(self) -> tuple[bool, str]:
        def create(number: int, creator: int) -> bool:
            try:
                self._scratch.put(f"race-{number}", b"%d" % creator, IfNoneMatch="*")
            except (PreconditionFailedError, StoreThrottledError):  # both are S3's answers
                return False
            return True

        return one_winner(create)

    def replace(self) -> tuple[bool, str]:
        def replace() -> None:
            self._scratch.put("replace", b"2", IfMatch=_STALE)

        refused, detail = self._refused("replace", replace)
        if not refused:
            return refused, detail
        etag = self._scratch.put("replace")
        self._scratch.put("replace", b"3", IfMatch=etag)
        return True, ""

    def copy_create(self) -> tuple[bool, str]:
        scratch = self._scratch
        scratch.put("copied", b"2")

        def copy(name: str) -> None:
            scratch.bucket.once(
                "CopyObject",
                lambda client: client.copy_object(
                    Bucket=scratch.bucket.name,
                    Key=scratch.key(name),
                    CopySource={"Bucket": scratch.bucket.name, "Key": scratch.key("copied")},
                    IfNoneMatch="*",
                ),
                scratch.key(name),
            )

        refused, detail = self._refused("copy", lambda: copy("copy"))
        if not refused:
            return refused, detail
        try:
            copy("copy-of-new")
        except PreconditionFailedError:
            return False, "refused where nothing is, too"
        return True, ""

    def delete_version(self) -> tuple[bool, str]:
        key = self._scratch.key("delete")
        return self._refused("delete", lambda: self._scratch.delete(key, IfMatch=_STALE))

    def complete_create(self) -> tuple[bool, str]:
        return self._complete("complete-create", IfNoneMatch="*")

    def complete_replace(self) -> tuple[bool, str]:
        return self._complete("complete-replace", IfMatch=_STALE)

    def settling(self) -> tuple[bool, str]:
        return self._scratch.bucket.client.lenient, ""

    def _complete(self, name: str, **condition: str) -> tuple[bool, str]:
        upload_id = self._scratch.start(name)
        part = self._scratch.send(name, upload_id)
        return self._refused(
            name, lambda: self._scratch.complete(name, upload_id, part, **condition)
        )

    def _refused(self, name: str, write: Callable[[], object]) -> tuple[bool, str]:
        """Whether something existing is protected from `write`."""
        etag = self._scratch.put(name, b"1")
        try:
            write()
        except PreconditionFailedError:
            kept = self._scratch.holds(name, etag)
            return kept, "" if kept else "refused, and done all the same"
        except UnsupportedError:
            return False, "the condition is not supported"
        return False, "the condition is ignored"
