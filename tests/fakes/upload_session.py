"""An upload that is begun anew and remembered in memory."""

from collections.abc import Mapping

from core.ports.object_store import OpenUpload, SentPart, UploadSession


class NewSession(UploadSession):
    """`open` is what the store began, if it keeps what was sent; `left` what it could not free."""

    def __init__(self, *, repeated: bool = False) -> None:
        self._repeated = repeated
        self.open: OpenUpload | None = None
        self.left: list[OpenUpload] = []

    @property
    def before(self) -> None:
        return None

    @property
    def parts(self) -> Mapping[int, SentPart]:
        return {}

    @property
    def repeated(self) -> bool:
        return self._repeated

    def unfreed(self, upload: OpenUpload) -> None:
        self.left.append(upload)

    def opened(self, upload: OpenUpload) -> None:
        self.open = upload

    def sent(self, part: SentPart) -> None: ...

    def kept(self, count: int) -> None: ...
