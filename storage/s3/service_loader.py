"""Botocore's models of services, found quickly."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.loaders import Loader


def service_loader() -> "Loader":
    """One that takes every folder of models for a service. Imports botocore.

    Its own looks for files in each of them, some thousand times, before it loads one: an eighth of
    the time in which a client is made, and seconds where Python lives on a slow network file
    system.
    """
    from botocore.loaders import Loader

    class ServiceLoader(Loader):
        def list_available_services(self, type_name: str) -> list[str]:
            folders = filter(os.path.isdir, self.search_paths)
            return sorted({name for folder in folders for name in os.listdir(folder)})

    return ServiceLoader()
