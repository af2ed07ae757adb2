"""What is said of an object that is not what the user has seen."""

from core.errors import ConflictError


def changed_object(url: str, how: str) -> ConflictError:
    """The error that says so; for the caller to raise."""
    return ConflictError(
        f"{url} {how}.",
        kept="It was left as it is.",
        todo="Refresh the list, and look at it before you try again; `runferry store check` tells "
        "more.",
    )
