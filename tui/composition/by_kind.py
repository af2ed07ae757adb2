"""The adapters that suit the kind of a profile's store. A new kind is one more function here."""

from collections.abc import Callable, Mapping, Sequence

from core.errors import SettingsError
from core.ports.mfa_prompt import MfaPrompt
from core.settings import Profile, StoreKind
from core.waiting.store_waits import StoreWaits
from storage.settings.places import Places
from tui.composition.options import Pauses
from tui.composition.store_adapters import StoreAdapters

JobTags = Callable[[int], Sequence[str]]
"""The tags of a job, as far as they are known here. Called on any thread."""


def store_adapters(
    profile: Profile,
    places: Places,
    waits: StoreWaits,
    pauses: Pauses,
    job_tags: JobTags,
    prompt: MfaPrompt,
) -> StoreAdapters:
    """Those of the profile. What the store waits for is told to `waits`; `prompt` asks for codes."""
    make = _BY_KIND.get(profile.kind)
    if make is None:
        raise SettingsError(f"No adapter knows stores of the kind {profile.kind!r}.")
    return make(profile, places, waits, pauses, job_tags, prompt)


def _s3(
    profile: Profile,
    places: Places,
    waits: StoreWaits,
    pauses: Pauses,
    job_tags: JobTags,
    prompt: MfaPrompt,
) -> StoreAdapters:
    from tui.composition.s3_adapters import S3Adapters

    return S3Adapters(profile, waits, pauses, job_tags, places.server_facts(profile), prompt)


def _local(
    profile: Profile,
    places: Places,
    waits: StoreWaits,
    pauses: Pauses,
    job_tags: JobTags,
    prompt: MfaPrompt,
) -> StoreAdapters:
    from tui.composition.local_adapters import LocalAdapters

    return LocalAdapters(profile, places)


_BY_KIND: Mapping[
    StoreKind, Callable[[Profile, Places, StoreWaits, Pauses, JobTags, MfaPrompt], StoreAdapters]
] = {StoreKind.S3: _s3, StoreKind.LOCAL: _local}  # fmt: skip
