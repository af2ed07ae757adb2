"""What it takes to name what is stored outside of RunFerry."""

from core.settings import Profile
from core.stored.links import LinkMaker
from tui.composition.adapters import Adapters
from tui.parts.addresses import Addresses
from tui.wording.store_commands import StoreCommands


def make_addresses(adapters: Adapters, store_option: str) -> Addresses:
    """For the store of the chosen profile, which command lines name by `store_option`."""
    profile, store = adapters.settings.profile, adapters.store
    return Addresses(
        LinkMaker(store, adapters.clock).to,
        store,
        StoreCommands(store_option, _aws_options(profile, adapters.places.endpoint)),
        profile.traits.remote,
        profile.prefix,
    )


def _aws_options(profile: Profile, endpoint: str) -> tuple[str, ...]:
    """What is not said has to be the same in the AWS settings. `endpoint` is of the environment."""
    options = (
        ("--profile", profile.aws_profile),
        ("--endpoint-url", profile.endpoint_url or endpoint),
        ("--region", profile.region),
        ("--request-payer", "requester" if profile.request_payer else ""),
    )
    return tuple(word for name, value in options if value for word in (name, value))
