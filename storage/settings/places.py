"""Where RunFerry keeps its own files."""

import errno
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import StateError
from core.settings import Profile

_ENDPOINT_VARIABLES = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")


@dataclass(frozen=True)
class Places:
    """Absolute paths. With `$RUNFERRY_HOME` all of them are below it.

    `endpoint` is the S3 endpoint that the environment sets for profiles without their own.
    """

    settings: str
    state_db: str
    caches: str
    logs: str
    store: str
    endpoint: str = ""

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> "Places":
        """As the platform wants it, or as the user does. Touches no file."""
        endpoint = next((environ[name] for name in _ENDPOINT_VARIABLES if environ.get(name)), "")
        if home := environ.get("RUNFERRY_HOME"):
            home = os.path.abspath(os.path.expanduser(home))
            config, state, data, caches = home, home, home, os.path.join(home, "cache")
        else:
            config, state, data, caches = _platform_directories()
        return cls(
            settings=os.path.join(config, "settings.toml"),
            state_db=os.path.join(state, "state.db"),
            caches=caches,
            logs=os.path.join(state, "logs"),
            store=os.path.join(data, "store"),
            endpoint=_bare(endpoint),
        )

    @property
    def state(self) -> str:
        """The directory of everything that must not be lost."""
        return os.path.dirname(self.state_db)

    def store_location(self, profile: Profile) -> str:
        """Names the profile's store apart from all others: bucket, prefix and endpoint, or directory.

        The same store reached by two profiles has one location. Holds no credential.
        """
        if not profile.traits.remote:
            return self.directory(profile)
        endpoint = _bare(profile.endpoint_url or self.endpoint)
        place = f"{profile.bucket}/{profile.prefix}".removesuffix("/")
        return f"{profile.kind}://{place}" + (f" at {endpoint}" if endpoint else "")

    def directory(self, profile: Profile) -> str:
        """Of a local store: its prefix are folders like all others, and `.runferry` is in the last."""
        return os.path.join(profile.path or self.store, profile.prefix).removesuffix("/") or "/"

    def cache_db(self, profile: Profile) -> str:
        """The cache of the profile's store: each store has its own."""
        return os.path.join(self.caches, f"{self._name_of_store(profile)}.db")

    def server_facts(self, profile: Profile) -> str:
        """What the server of the profile's store turned out to want."""
        return os.path.join(self.caches, f"{self._name_of_store(profile)}.json")

    def agent_lock(self, profile: Profile) -> str:
        """What the one process holds that works for the profile's store on this state."""
        return os.path.join(self.state, f"agent-{self._name_of_store(profile)}.lock")

    def _name_of_store(self, profile: Profile) -> str:
        location = self.store_location(profile)
        digest = hashlib.sha256(os.fsencode(location)).hexdigest()[:12]
        slug = re.sub(r"[^A-Za-z0-9]+", "-", location).strip("-")[-40:].strip("-")
        return f"{slug}-{digest}"


def make_directory(path: str) -> None:
    """One of the state's, for its owner only, with those above it. Raises StateError."""
    try:
        os.makedirs(path, mode=0o700, exist_ok=True)
    except OSError as error:
        raise _refusal(path, error) from None
    if not os.access(path, os.W_OK | os.X_OK):
        read_only = os.statvfs(path).f_flag & os.ST_RDONLY
        raise _refusal(path, OSError(errno.EROFS if read_only else errno.EACCES, ""))


def _refusal(directory: str, error: OSError) -> StateError:
    if isinstance(error, FileExistsError | NotADirectoryError):
        reason = "a file is in the way"
    else:
        reason = os.strerror(error.errno or 0)
    return StateError(
        f"RunFerry cannot keep its state in {directory}: {reason}.",
        todo="Make it a directory that you can write, or set RUNFERRY_HOME to one.",
    )


def _platform_directories() -> tuple[str, str, str, str]:
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("runferry", appauthor=False)
    return dirs.user_config_dir, dirs.user_state_dir, dirs.user_data_dir, dirs.user_cache_dir


def _bare(endpoint: str) -> str:
    """The endpoint without user and password, and as two ways of writing it are one."""
    if not endpoint:
        return ""
    from urllib.parse import urlsplit

    try:
        url = urlsplit(endpoint.strip().rstrip("/"))
    except ValueError:  # brackets that hold no address: no client will accept it either
        return "an endpoint that is no address"
    host = url.netloc.rpartition("@")[2].lower()
    return url._replace(netloc=host, query="", fragment="").geturl()
