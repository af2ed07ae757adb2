"""Bring back what was asked for, be it long ago."""

from collections.abc import Callable

from core.download.download_artifact import DownloadArtifact
from core.download.download_request import DownloadRequest
from core.download.wanted import Downloaded
from core.errors import ArtifactNotFoundError, ContentDiffersError, ObjectNotFoundError
from core.model import Artifact
from core.ports.catalog import CatalogReader
from core.ports.journal.proofs import ProofKind
from core.progress import Progress
from core.stored.keep_proofs import KeepProofs, Proven


class FetchArtifact:
    """Trusts the catalog first; what turns out to be outdated is looked up anew, once."""

    def __init__(
        self,
        catalog: CatalogReader,
        download: DownloadArtifact,
        refresh: Callable[[], object],
        keep_proofs: KeepProofs,
    ) -> None:
        """`refresh` makes the catalog equal to the store."""
        self._catalog = catalog
        self._download = download
        self._refresh = refresh
        self._keep_proofs = keep_proofs

    def __call__(
        self, request: DownloadRequest, progress: Progress, *, fresh: bool = False
    ) -> Downloaded:
        """`fresh` says that the catalog has just been read.

        A file that is there already is only known to be the one when it has.

        Raises ArtifactNotFoundError, StoreError, DownloadError, UnsafeArchiveError.
        """
        known = self._known(request, fresh=fresh)
        try:
            return self._get(known, request, progress)
        except (ArtifactNotFoundError, ObjectNotFoundError, ContentDiffersError):
            self._refresh()
            if (found := self._find(request)) == known:
                raise
        return self._get(found, request, progress)

    def _known(self, request: DownloadRequest, *, fresh: bool) -> Artifact | None:
        known = self._find(request)
        if fresh or not self._is_there(known, request):
            return known
        self._refresh()
        return self._find(request)

    def _is_there(self, known: Artifact | None, request: DownloadRequest) -> bool:
        if known is None or request.extract:
            return False
        return self._download.is_there(known, request.directory)

    def _find(self, request: DownloadRequest) -> Artifact | None:
        stored = self._catalog.artifacts(request.job_id, request.run_id)
        return max(filter(request.is_for, stored), key=lambda a: a.version, default=None)

    def _get(
        self,
        artifact: Artifact | None,
        request: DownloadRequest,
        progress: Progress,
    ) -> Downloaded:
        if artifact is None:
            raise ArtifactNotFoundError(f"{request.source} is not stored any more.")
        try:
            downloaded = self._download(
                artifact,
                request.directory,
                progress,
                extract=request.extract,
                any_size=request.any_size,
                replace=request.replace,
            )
        except ContentDiffersError:
            self._keep_proofs.forget([artifact.key])
            raise
        self._prove(downloaded)
        return downloaded

    def _prove(self, downloaded: Downloaded) -> None:
        """By its digest; nobody asked the store for what was there already."""
        artifact = downloaded.artifact
        if artifact.sha256 and not downloaded.reused:
            self._keep_proofs(ProofKind.DOWNLOADED, [Proven(artifact.key, artifact.sha256)])
