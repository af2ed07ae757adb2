"""Botocore's models of services, found quickly. Imports botocore: import it where that is needed."""

import os

from botocore.loaders import Loader


class ServiceLoader(Loader):
    """Takes every folder of models for a service.

    Botocore looks for files in each of them, some thousand times, before it loads one: an eighth
    of the time in which a client is made, and seconds where Python lives on a slow network file
    system.
    """

    def list_available_services(self, type_name: str) -> list[str]:
        """The names of all folders; loading one that is no service of this type fails later."""
        folders = filter(os.path.isdir, self.search_paths)
        return sorted({name for folder in folders for name in os.listdir(folder)})
