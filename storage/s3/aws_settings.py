"""The AWS settings of this machine, as they count for a profile."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from core.settings import Profile
from storage.bucket_names import access_point_region
from storage.s3.address import checked_endpoint
from storage.s3.aws_files import read_aws_file
from storage.s3.way import proxies, trust_file

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from botocore.session import Session as BotoSession

_CONNECT_SECONDS = 5
_ANSWER_SECONDS = 12
_ATTEMPTS = 2
_PROFILE_VARIABLES = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"]
_REGION_VARIABLES = ["AWS_REGION", "AWS_DEFAULT_REGION"]


def aws_settings(profile: Profile) -> "BotoSession":
    """As botocore finds them, with four differences.

    Files may have a byte order mark or be in Latin-1, and broken ones are named with the line. Empty
    variables count as unset. AWS_REGION counts, as for the AWS CLI. An endpoint that is no URL is
    named with the variable or the file that has it. Imports botocore.
    """
    from botocore.config import Config
    from botocore.configprovider import ConfigChainFactory

    settings = _session_class()()
    settings.register_component("data_loader", service_loader())
    chains = ConfigChainFactory(settings, {n: value for n, value in os.environ.items() if value})
    store = settings.get_component("config_store")
    store.set_config_provider(
        "profile",
        chains.create_config_chain(instance_name="profile", env_var_names=_PROFILE_VARIABLES),
    )
    store.set_config_provider(
        "region",
        chains.create_config_chain(
            instance_name="region", env_var_names=_REGION_VARIABLES, config_property_names="region"
        ),
    )
    if profile.aws_profile:
        settings.set_config_variable("profile", profile.aws_profile)
    if region := access_point_region(profile.bucket) or profile.region:
        settings.set_config_variable("region", region)
    settings.set_default_client_config(  # of those who are asked for credentials
        Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_ANSWER_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            proxies=proxies(profile, "", os.environ),
        )
    )
    trust_file(settings, profile, os.environ)
    return settings


def configured_endpoint(settings: "BotoSession", service: str) -> tuple[str, str]:
    """The endpoint of a service, and which variable or setting has it; both empty without one."""
    if settings.get_config_variable("ignore_configured_endpoint_urls"):
        return "", ""
    of_service = f"AWS_ENDPOINT_URL_{service.upper().replace('-', '_')}"
    for variable in (of_service, "AWS_ENDPOINT_URL"):
        if url := os.environ.get(variable):
            return url, variable
    scoped: dict[str, Any] = settings.get_scoped_config()
    section = settings.full_config.get("services", {}).get(scoped.get("services"), {})
    own: Any = section.get(service.replace("-", "_"))
    if isinstance(own, dict) and (url := cast("dict[str, str]", own).get("endpoint_url")):
        return url, f"[services {scoped['services']}] in {settings_file(settings)}"
    url = scoped.get("endpoint_url", "")
    return url, f"{settings_file(settings)}" if url else ""


def settings_file(settings: "BotoSession", name: str = "config_file") -> str:
    """As a user knows it; `credentials_file` is the other one."""
    return str(settings.get_config_variable(name))


def _session_class() -> "type[BotoSession]":
    from botocore.configloader import build_profile_map
    from botocore.exceptions import ConfigNotFound
    from botocore.session import Session as BotoSession

    def read(path: str) -> dict[str, Any]:
        try:
            return read_aws_file(path)
        except ConfigNotFound:
            return {}

    class Settings(BotoSession):
        _read: dict[str, Any] | None = None

        @property
        def full_config(self) -> dict[str, Any]:
            if self._read is None:
                merged = build_profile_map(read(settings_file(self)))
                for name, values in read(settings_file(self, "credentials_file")).items():
                    merged["profiles"].setdefault(name, {}).update(values)
                self._read = merged
            return self._read

        def create_client(self, service_name: str, *others: Any, **settings: Any) -> Any:
            if not settings.get("endpoint_url"):
                url, origin = configured_endpoint(self, service_name)
                settings["endpoint_url"] = checked_endpoint(url, origin) if url else None
            return super().create_client(service_name, *others, **settings)

    return Settings


@cache
def service_loader() -> "Loader":
    """One for the process, that takes every folder of models for a service. Imports botocore.

    Botocore's own looks for files in each of them, some thousand times, before it loads one: an
    eighth of the time in which a client is made, and seconds where Python lives on a slow network
    file system. What was read once is kept: most of the time in which the next client is made.
    """
    from botocore.loaders import Loader

    class ServiceLoader(Loader):
        def list_available_services(self, type_name: str) -> list[str]:
            folders = filter(os.path.isdir, self.search_paths)
            return sorted({name for folder in folders for name in os.listdir(folder)})

    return ServiceLoader()
