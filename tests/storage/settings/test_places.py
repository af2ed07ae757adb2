"""Where the state lies."""

import os
import stat
from dataclasses import asdict
from pathlib import Path

import pytest

from core.errors import StateError
from core.settings import Profile, StoreKind
from storage.settings.places import Places, make_directory

LAB = Profile("lab", StoreKind.S3, bucket="lab-results")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def places(home: Path) -> Places:
    return Places.find({"RUNFERRY_HOME": str(home)})


class TestFind:
    def test_home(self, home: Path, places: Places) -> None:
        """Everything is below $RUNFERRY_HOME, and nothing is made yet."""
        assert places.settings == str(home / "settings.toml")
        assert places.state_db == str(home / "state.db")
        assert places.state == str(home)
        assert places.logs == str(home / "logs")
        assert places.store == str(home / "store")
        assert places.cache_db(LAB).startswith(str(home / "cache") + "/")
        assert not home.exists()

    @pytest.mark.parametrize("environ", [{}, {"RUNFERRY_HOME": ""}])
    def test_platform(
        self, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without it the platform's directories count."""
        for kind in ("CONFIG", "STATE", "CACHE", "DATA"):
            monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind.lower()))
        places = Places.find(environ)
        assert places.settings == str(tmp_path / "config" / "runferry" / "settings.toml")
        assert places.state_db == str(tmp_path / "state" / "runferry" / "state.db")
        assert places.logs == str(tmp_path / "state" / "runferry" / "logs")
        assert places.store == str(tmp_path / "data" / "runferry" / "store")
        assert places.caches == str(tmp_path / "cache" / "runferry")

    def test_relative_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A relative directory is one of the directory in which RunFerry was started."""
        monkeypatch.chdir(tmp_path)
        assert Places.find({"RUNFERRY_HOME": "here"}).state == str(tmp_path / "here")


class TestStores:
    def test_caches_are_apart(self, places: Places) -> None:
        """Each store has its own cache, whose name tells a person which one."""
        profiles = [
            Profile("local"),
            Profile("disk", path="/data/archive"),
            LAB,
            Profile("lab2", StoreKind.S3, bucket="lab-results2"),
            Profile("minio", StoreKind.S3, bucket="lab-results", endpoint_url="https://minio:9000"),
            Profile("epi", StoreKind.S3, bucket="lab-results", prefix="teams/epi/"),
            Profile("flu", StoreKind.S3, bucket="lab-results", prefix="teams/epi-flu/"),
            Profile("epi-disk", path="/data/archive", prefix="teams/epi/"),
        ]
        caches = [places.cache_db(profile) for profile in profiles]
        assert len(set(caches)) == len(profiles)
        assert "lab-results" in os.path.basename(caches[2])

    def test_same_store(self, places: Places) -> None:
        """Two profiles of one store share what is known about it."""
        written = Profile(
            "a", StoreKind.S3, bucket="b", endpoint_url="https://MinIO:9000/", aws_profile="x"
        )
        other = Profile("c", StoreKind.S3, bucket="b", endpoint_url="https://minio:9000")
        assert places.cache_db(written) == places.cache_db(other)
        assert places.store_location(written) == "s3://b at https://minio:9000"

    def test_prefix_of_a_directory(self, places: Places) -> None:
        """It is a folder like any other: whoever names it as the path has the same store."""
        whole = Profile("disk", path="/data", prefix="teams/epi/")
        folder = Profile("epi", path="/data/teams/epi")
        assert places.store_location(whole) == places.store_location(folder) == "/data/teams/epi"
        assert places.store_location(Profile("root", path="/")) == "/"

    def test_prefix_of_a_bucket(self, places: Places) -> None:
        """It is part of the location."""
        epi = Profile(
            "a", StoreKind.S3, bucket="b", prefix="teams/epi/", endpoint_url="https://minio:9000"
        )
        assert places.store_location(epi) == "s3://b/teams/epi at https://minio:9000"

    def test_endpoint_of_environment(self, home: Path) -> None:
        """The same bucket name on another server is another store; no credential is kept."""
        environ = {"RUNFERRY_HOME": str(home), "AWS_ENDPOINT_URL": "http://elsewhere"}
        s3 = environ | {"AWS_ENDPOINT_URL_S3": "http://ada:hunter2@minio:9000/"}
        assert Places.find(s3).store_location(LAB) == "s3://lab-results at http://minio:9000"
        assert Places.find(environ).store_location(LAB) == "s3://lab-results at http://elsewhere"
        assert "hunter2" not in str(asdict(Places.find(s3)))

    def test_odd_endpoint(self, home: Path) -> None:
        """An endpoint that is no address is the client's to refuse."""
        environ = {"RUNFERRY_HOME": str(home), "AWS_ENDPOINT_URL_S3": "http://[x"}
        assert "[x" not in Places.find(environ).cache_db(LAB)

    def test_directory_that_is_not_utf8(self, places: Places) -> None:
        """A local store may lie in any directory."""
        cache = places.cache_db(Profile("disk", path="/data/m\udcfcller"))
        assert os.path.basename(cache).isascii()


class TestMakeDirectory:
    def test_owner_only(self, home: Path) -> None:
        """It exists afterwards, for its owner only, as those above do; repeating is harmless."""
        make_directory(str(home / "logs"))
        make_directory(str(home / "logs"))
        assert stat.S_IMODE((home / "logs").stat().st_mode) == 0o700

    @pytest.mark.parametrize("name", ["home", "home/logs"])
    def test_file_in_the_way(self, tmp_path: Path, name: str) -> None:
        """The error names the path, wherever the file is."""
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
        with pytest.raises(StateError, match="a file is in the way") as caught:
            make_directory(str(tmp_path / "home/logs"))
        assert str(tmp_path / "home/logs") in caught.value.what

    def test_unwritable(self) -> None:
        """A directory that nobody can write is named, with the way out."""
        with pytest.raises(StateError, match="RunFerry cannot keep its state") as caught:
            make_directory("/proc/runferry")
        assert "/proc/runferry" in caught.value.what
        assert "RUNFERRY_HOME" in caught.value.todo
        assert caught.value.exit_code == 2
