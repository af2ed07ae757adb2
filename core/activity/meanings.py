"""What an error means for whoever reads it later, by its cause: what works, and what does not."""

_MEANINGS = {
    "StoreConnectionError": "No answer came: the network, a proxy or the store may be down. Nothing is"
    " known to be wrong with the runs.",
    "StoreEndpointError": "The address, the certificate or a proxy is set up wrongly: nothing reaches"
    " the store until that is changed.",
    "StoreThrottledError": "The store works, and has too much to do.",
    "StoreCredentialsError": "Nobody is let in with these credentials: nothing can be stored or read"
    " until they are renewed or put right.",
    "StoreAccessDeniedError": "The store knows these credentials, and they may not do this."
    " What they may do goes on working.",
    "StoreClockError": "The store takes no request from a machine whose clock is so far off.",
    "BucketNotFoundError": "This profile leads to a place that does not exist.",
    "ObjectNotFoundError": "Something that was to be there was deleted or moved, perhaps by others.",
    "ObjectArchivedError": "It is stored, and has to be restored before it can be read.",
    "PreconditionFailedError": "What is there is not what was expected; it was not replaced.",
    "ConflictError": "Something that is not ours is in the way; it was not touched.",
    "UploadGoneError": "What an earlier try had sent is no longer there: it has to be sent again.",
    "InvalidResultsDirectoryError": "There is nothing there that could be stored as a run.",
    "ResultsPackagingError": "The run cannot be packed as a whole, and half a run is not stored.",
    "SourceChangedError": "Something still writes into the run: what was read is not one state of it.",
    "ResultsMetadataError": "The content is in the store, and only its record is missing.",
    "ContentDiffersError": "What is stored is not what was recorded: it was replaced, or is damaged.",
    "NotifyError": "Nobody was told by the program of [notify]. Runs and uploads are not affected.",
    "GarbledError": "The connection changes bytes on their way; the stored object may be good.",
    "NameTakenError": "There is something of that name, which was not replaced.",
    "NameRefusedError": "The file system here does not take that name.",
    "UnsafeArchiveError": "The archive would write where it must not.",
    "LooseArchiveError": "The archive holds more than RUN directories.",
    "LargeArchiveError": "The archive would take far more room than itself.",
    "InvalidArtifactError": "The file cannot be what it was submitted as.",
    "JobNotFoundError": "This store has no job of this id: it was never registered there, or deleted.",
    "RunNotFoundError": "The job has no run of this id.",
    "ArtifactNotFoundError": "Nothing of this kind is stored there.",
    "OtherJobError": "These runs belong to another job already.",
    "CatalogError": "Only the cache is affected: what is stored is safe.",
    "StateError": "What this machine remembers of its uploads cannot be used as it is.",
    "SettingsError": "RunFerry does not guess what a setting was to be.",
}


def meaning_of(cause: str) -> str:
    """One sentence or two; empty where an error says all there is to say."""
    return _MEANINGS.get(cause, "")
