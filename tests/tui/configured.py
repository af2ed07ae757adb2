"""Settings for the app in tests, without a file."""

from collections.abc import Callable, Iterator
from types import MappingProxyType

from core.configure.change_profiles import ChangeProfiles
from core.configure.set_setting import SetSetting
from core.doctor.examine import Examined
from core.ports.examiner import Diagnosis, Outcome
from core.settings import Profile, Settings, StoreKind, TransferSettings
from core.source.scan_tree import ScannedRun
from tests.fakes.settings_file import FakeSettingsFile
from tui.parts.configuration import Configuration

LAB = Profile("lab", StoreKind.S3, bucket="epi-results", prefix="teams/epi/", region="us-west-2")


def a_configuration() -> Configuration:
    """A local store in use, a bucket beside it, a limit; nothing that is changed is read again."""
    file = FakeSettingsFile()
    local = Profile("local")
    settings = Settings(
        local,
        {"local": local, "lab": LAB},
        transfers=TransferSettings(limit=20_000_000),
        origins=MappingProxyType(
            {
                "profile": "file:2",
                "profiles.lab.bucket": "file:5",
                "profiles.lab.prefix": "file:6",
                "profiles.lab.region": "file:7",
                "transfers.limit": "file:11",
                "transfers.parallel": "env RUNFERRY_PARALLEL",
            }
        ),
    )
    return Configuration(
        path="/home/ada/.config/runferry/settings.toml",
        running=settings,
        load=lambda: settings,
        revision=file.revision,
        create=file.create,
        set_setting=SetSetting(file),
        profiles=ChangeProfiles(file),
        location=lambda profile: f"s3://{profile.bucket}" if profile.bucket else "~/store",
        examine=_examined,
        judge=_judged,
    )


def _examined(name: str) -> Iterator[Examined]:
    yield Examined("store", Diagnosis("list", Outcome.OK, f"the one of {name}"))


def _judged(root: str, on_problem: Callable[[str, str], None]) -> Iterator[ScannedRun]:
    on_problem(f"{root}/locked", "Permission denied")
    yield from ()
