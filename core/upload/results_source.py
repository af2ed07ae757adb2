"""Where the bytes of results come from: the directories of a run."""

from collections.abc import Iterator

from core.binding.match_content import MatchContent
from core.errors import SourceChangedError
from core.model import Artifact
from core.ports.packaging import Compression, PackStream, ResultsPackager
from core.progress import Progress
from core.source.find_results import FindResults, Results
from core.transfer_view import Phase
from core.upload.choose_compression import ChooseCompression


class ResultsSource:
    """Compares them, packs them, and sees whether they are the same still. Callable from any thread."""

    def __init__(
        self,
        find_results: FindResults,
        match_content: MatchContent,
        packager: ResultsPackager,
        choose_compression: ChooseCompression,
    ) -> None:
        self._find_results = find_results
        self._match_content = match_content
        self._packager = packager
        self._choose_compression = choose_compression

    def content_id(self, results: Results, progress: Progress) -> str:
        """Reads all files, the first time. Raises ResultsPackagingError, TransferCancelledError."""
        return self._match_content.content_id(results, progress)

    def equal(self, results: Results, progress: Progress) -> Iterator[Artifact]:
        """Stored results of this content, newest first, as far as the catalog knows.

        Raises as `content_id` does.
        """
        return self._match_content.all(results, progress)

    def size_bound(self, results: Results) -> int:
        """Bytes that the archive does not exceed."""
        return self._packager.size_bound(results.sources)

    def pack(self, results: Results, begun_with: str, progress: Progress) -> tuple[PackStream, str]:
        """The archive and its encoder: `begun_with`, if that can still be used.

        Parts that were sent already are of use to the encoder that made them only.
        """
        progress.begin(Phase.SENDING, total=results.bytes)
        compression = self._known(begun_with) or self._choose_compression()
        stream = self._packager.pack(results.sources, progress.add_read, compression)
        return stream, self._packager.encoder(compression)

    def confirm(self, results: Results) -> None:
        """Raises SourceChangedError when anything was written into them, and as `FindResults`."""
        if self._find_results.scan_again(results) is not results:
            raise SourceChangedError(
                "The run changed while it was packed.",
                kept="Nothing was stored.",
                todo="Upload again when nothing writes into it any more.",
            )

    def _known(self, encoder: str) -> Compression | None:
        return next((c for c in Compression if self._packager.encoder(c) == encoder), None)
