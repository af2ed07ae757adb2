"""Whether a write may go ahead."""

from core.errors import PreconditionFailedError
from core.ports.object_store import StoredObject
from core.printable import printable


def check_condition(
    key: str,
    current: StoredObject | None,
    *,
    if_absent: bool = False,
    if_match: str | None = None,
) -> None:
    """Raises PreconditionFailedError unless `current` is what the caller believes it is."""
    if if_absent and current:
        raise PreconditionFailedError(f"{printable(key)} exists already.")
    if if_match is not None and not current:
        raise PreconditionFailedError(f"{printable(key)} does not exist any more.")
    if if_match is not None and current and current.etag != if_match:
        raise PreconditionFailedError(f"{printable(key)} is not the version that was expected.")
