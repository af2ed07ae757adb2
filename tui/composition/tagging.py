"""Tags of stored objects, by the settings of a profile."""

from collections.abc import Callable, Sequence

from core.settings import Profile
from core.stored.object_tags import left_out


def find_left_out(profile: Profile) -> Callable[[Sequence[str]], Sequence[str]]:
    """Of a job's tags those that its objects do not get, where objects get tags at all."""
    return left_out if profile.object_tags else lambda _: ()
