"""Settings out of flags, environment and file, and everything that is refused."""

import itertools
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.finish.ready_made import READY_MADE
from core.redaction.secret import Secret
from core.settings import (
    BUILT_IN_RULES,
    Acl,
    AddressingStyle,
    AppearanceSettings,
    Encryption,
    NotifyEvent,
    NotifySettings,
    Profile,
    Settings,
    StoreKind,
    Symbols,
    TransferSettings,
    WatchSettings,
)
from storage.settings.file import load_settings

MIB = 1 << 20
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
FULL = """\
profile = "lab"

[profiles.lab]
kind = "s3"
bucket = "lab-results"
region = "eu-central-1"
endpoint_url = "https://minio.example:9000/"
access_key_id = "${LAB_KEY}"
secret_access_key = "${LAB_SECRET}"
session_token = "${LAB_TOKEN}"
addressing_style = "virtual"
checksums = false
create_bucket = true
archive_class = "DEEP_ARCHIVE"
encryption = "aws:kms"
kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
bucket_key = true
acl = "bucket-owner-full-control"
request_payer = true
storage_class = "STANDARD_IA"
object_tags = true

[profiles.disk]
path = "~/archive"

[watch]
rule = "sentinel"
quiet_seconds = 12.5
stall_seconds = 3600
sidecars = true

[transfers]
parallel = 4
"""
ACCESS_POINT = "arn:aws:s3:us-west-2:123456789012:accesspoint/epi-ap"
LAB = {
    "LAB_KEY": "Lab4711Key",
    "LAB_SECRET": SECRET,
    "LAB_TOKEN": "session/4711+0815==",
    "HOME": "/home/ada",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def load(
    file: Path,
    content: str | bytes | None = None,
    environ: Mapping[str, str] | None = None,
    **flags: object,
) -> Settings:
    if content is not None:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_settings(str(file), environ or {}, flags)


def at(line: str) -> str:
    """The origin of what is set in this line of the full file."""
    lines: list[str] = [*FULL.splitlines()]
    return f"file:{lines.index(line) + 1}"


def refused(
    file: Path,
    content: str | bytes,
    environ: Mapping[str, str] | None = None,
    **flags: object,
) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load(file, content, environ, **flags)
    assert caught.value.exit_code == 2
    return caught.value


RULES = (*BUILT_IN_RULES, *READY_MADE)


class TestFile:
    def test_missing(self, file: Path) -> None:
        """Without a file everything is as it comes: a local store, FRED's rule."""
        settings = load(file)
        assert settings.profile == Profile("local")
        assert dict(settings.profiles) == {"local": Profile("local")}
        assert settings.watch == WatchSettings(rules=RULES)
        assert settings.transfers == TransferSettings()
        assert set(settings.origins.values()) == {"default"}

    def test_full(self, file: Path) -> None:
        """Every setting can be written."""
        settings = load(file, FULL, LAB)
        assert settings.profile == Profile(
            "lab",
            StoreKind.S3,
            bucket="lab-results",
            region="eu-central-1",
            endpoint_url="https://minio.example:9000",
            access_key_id=Secret("Lab4711Key"),
            secret_access_key=Secret(SECRET),
            session_token=Secret("session/4711+0815=="),
            addressing_style=AddressingStyle.VIRTUAL,
            checksums=False,
            create_bucket=True,
            archive_class="DEEP_ARCHIVE",
            encryption=Encryption.KMS,
            kms_key_id="arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            bucket_key=True,
            acl=Acl.OWNER_HAS_ALL,
            request_payer=True,
            storage_class="STANDARD_IA",
            object_tags=True,
        )
        assert settings.profiles["disk"] == Profile("disk", path="/home/ada/archive")
        assert settings.watch == WatchSettings(
            "sentinel", 12.5, 3600, sidecars=True, kind="any", rules=RULES
        )
        assert settings.transfers.parallel == 4

    def test_secrets_stay_inside(self, file: Path) -> None:
        """Settings can be printed."""
        assert SECRET not in repr(load(file, FULL, LAB))

    @pytest.mark.parametrize("content", ["", "\ufeff" + FULL, FULL.replace("\n", "\r\n")])
    def test_encodings(self, file: Path, content: str) -> None:
        """An empty file, a byte order mark and DOS line ends are fine."""
        assert load(file, content.encode(), LAB).watch.rule in {"fred", "sentinel"}

    def test_kind_follows_from_bucket(self, file: Path) -> None:
        """A profile with a bucket is one of S3."""
        settings = load(file, '[profiles.lab]\nbucket = "lab-results"\n', profile="lab")
        assert settings.profile == Profile("lab", StoreKind.S3, bucket="lab-results")

    def test_local_profile_elsewhere(self, file: Path) -> None:
        """The built-in profile may get another directory."""
        assert load(file, '[profiles.local]\npath = "/data/store"\n').profile.path == "/data/store"

    def test_credentials_of_other_profiles(self, file: Path) -> None:
        """A profile that is not in use needs no environment, and has no credentials."""
        settings = load(file, FULL, {"HOME": "/home/ada"}, profile="local")
        assert settings.profiles["lab"].secret_access_key is None
        assert settings.profile == Profile("local")


class TestOrder:
    def test_flag_first(self, file: Path) -> None:
        """A flag is stronger than the environment, the environment stronger than the file."""
        environ = {
            "RUNFERRY_PROFILE": "disk",
            "RUNFERRY_QUIET_SECONDS": "40",
            "RUNFERRY_RULE": "fred",
            "RUNFERRY_PARALLEL": "7",
            "RUNFERRY_STALL_SECONDS": "2592000",
            "RUNFERRY_COUNTDOWN_SECONDS": "0",
            "RUNFERRY_UPLOAD_FAILED": "true",
            "RUNFERRY_SIDECARS": "0",
            "RUNFERRY_POLLING": "TRUE",
        }
        by_environment = load(file, FULL, LAB | environ)
        assert by_environment.profile.name == "disk"
        assert by_environment.watch.quiet_seconds == 40
        assert by_environment.watch.rule == "fred"
        assert by_environment.transfers.parallel == 7
        watch = by_environment.watch
        assert (watch.stall_seconds, watch.countdown_seconds) == (2_592_000, 0)
        assert (watch.upload_failed, watch.sidecars, watch.polling) == (True, False, True)
        flags = {
            "profile": "local",
            "quiet_seconds": 3,
            "stall_seconds": 5.5,
            "rule": "sentinel",
            "bucket": None,
        }
        by_flag = load(file, None, LAB | environ, **flags)
        assert by_flag.profile.name == "local"
        assert by_flag.watch.quiet_seconds == 3
        assert by_flag.watch.stall_seconds == 5.5
        assert by_flag.watch.rule == "sentinel"
        assert by_flag.origins["watch.quiet_seconds"] == "flag"
        assert by_flag.origins["transfers.parallel"] == "env RUNFERRY_PARALLEL"

    @pytest.mark.parametrize(
        ("written", "limit"), [('"20 MB/s"', 20_000_000), ("5000", 5000), ('"off"', 0), ("0", 0)]
    )
    def test_limit(self, file: Path, written: str, limit: int) -> None:
        """A number of bytes per second, or text; the environment is stronger."""
        content = f"[transfers]\nlimit = {written}\n"
        assert load(file, content).transfers.limit == limit
        by_environment = load(file, content, {"RUNFERRY_LIMIT": "1.5 MB/s"})
        assert by_environment.transfers.limit == 1_500_000
        assert by_environment.origins["transfers.limit"] == "env RUNFERRY_LIMIT"

    @pytest.mark.parametrize(
        ("written", "size"),
        [
            ("16", 16 * MIB),
            ('"5 MiB"', 5 * MIB),
            ('"20 MB"', 20_000_000),
            ('"1.5 GiB"', 1536 * MIB),
        ],
    )
    def test_part_size(self, file: Path, written: str, size: int) -> None:
        """A number of MiB, or text."""
        content = f'[profiles.a]\nbucket = "abc"\npart_size = {written}\n'
        assert load(file, content).profiles["a"].part_size == size

    def test_way(self, file: Path) -> None:
        """Authorities are a file below home, too; a proxy may be named by a variable, which stays there."""
        lines = ('[profiles.a]\nbucket = "abc"', 'ca_bundle = "~/ca.pem"', 'proxy = "${LAB_PROXY}"')
        environ = {"HOME": "/home/ada", "LAB_PROXY": "http://ada:hunter2hunter2@proxy:3128"}
        profile = load(file, "\n".join(lines), environ, profile="a").profile
        assert (profile.ca_bundle, profile.proxy) == ("/home/ada/ca.pem", "${LAB_PROXY}")
        assert "hunter2" not in repr(profile)

    def test_keys(self, file: Path) -> None:
        """Two may change places; what a screen does not have is nobody's there."""
        file.write_text(
            '[keys]\nupload = "U"\nupload_anyway = "u"\nlink = "ctrl+L ?f5"\nmark = "space"\n'.replace(
                "?f5", "f5"
            )
        )
        settings = load(file)
        assert settings.keys == {"upload": ("U",), "upload_anyway": ("u",), "link": ("^l", "f5")}
        assert settings.origins["keys.mark"] == "file:5"

    def test_compression(self, file: Path) -> None:
        """One of three words; the environment is stronger."""
        content = '[transfers]\ncompression = "compact"\n'
        assert load(file, "").transfers.compression == "auto"
        assert load(file, content).transfers.compression == "compact"
        by_environment = load(file, content, {"RUNFERRY_COMPRESSION": "fast"})
        assert by_environment.transfers.compression == "fast"
        assert by_environment.origins["transfers.compression"] == "env RUNFERRY_COMPRESSION"

    def test_appearance(self, file: Path) -> None:
        """Words and switches; the environment of one terminal is stronger than the file for all."""
        content = '[appearance]\ntheme = "light"\nsymbols = "ascii"\nnotices = false\nbell = true\n'
        assert load(file, "").appearance == AppearanceSettings("dark", Symbols.AUTO, True, False)
        assert load(file, content).appearance == AppearanceSettings(
            "light", Symbols.ASCII, False, True
        )
        here = load(file, content, {"RUNFERRY_THEME": "ansi-dark", "RUNFERRY_BELL": "0"})
        assert here.appearance == AppearanceSettings("ansi-dark", Symbols.ASCII, False, False)
        assert here.origins["appearance.theme"] == "env RUNFERRY_THEME"

    def test_notify(self, file: Path) -> None:
        """A program with arguments, or by itself; of all events unless some are named."""
        assert load(file, "").notify == NotifySettings()
        told = load(file, '[notify]\ncommand = ["mail", "-s x"]\nevents = ["failed"]\n').notify
        assert told == NotifySettings(("mail", "-s x"), (NotifyEvent.FAILED,))
        assert load(file, '[notify]\ncommand = "notify-me"\n').notify.command == ("notify-me",)
        for wrong in ("command = []", "command = [1]", 'events = ["gone"]', "events = []"):
            with pytest.raises(SettingsError, match="line 2"):
                load(file, f"[notify]\n{wrong}\n")

    def test_origins(self, file: Path) -> None:
        """Every setting says where it came from, with the line of the file."""
        origins = load(file, FULL, LAB | {"RUNFERRY_RULE": "fred"}).origins
        assert origins["profile"] == "file:1"
        assert origins["profiles.lab.bucket"] == "file:5"
        assert origins["profiles.lab.secret_access_key"] == "file:9"
        assert origins["profiles.lab.aws_profile"] == "default"
        assert origins["profiles.disk.path"] == at('path = "~/archive"')
        assert origins["watch.rule"] == "env RUNFERRY_RULE"
        assert origins["watch.sidecars"] == at("sidecars = true")
        assert origins["watch.polling"] == "default"
        assert origins["transfers.parallel"] == at("parallel = 4")

    def test_empty_variable(self, file: Path) -> None:
        """An empty variable is none."""
        assert load(file, FULL, LAB | {"RUNFERRY_RULE": ""}).watch.rule == "sentinel"

    def test_bucket_on_the_fly(self, file: Path) -> None:
        """A bucket can be used without a profile; nothing else of it comes from the file."""
        environ = {"RUNFERRY_PROFILE": "disk", "HOME": "/home/ada"}
        settings = load(file, FULL, environ, bucket="s3://other-bucket/")
        assert settings.profile == Profile("other-bucket", StoreKind.S3, bucket="other-bucket")
        assert settings.profiles["other-bucket"] == settings.profile
        assert settings.origins["profile"] == "flag"
        assert settings.origins["profiles.other-bucket.bucket"] == "flag"

    def test_prefix_on_the_fly(self, file: Path) -> None:
        """What comes after the bucket's name is a prefix, with or without a slash at the end."""
        for url in ("s3://lab/teams/epi", "s3://lab/teams/epi/"):
            settings = load(file, FULL, LAB, bucket=url)
            assert settings.profile == Profile(
                "lab", StoreKind.S3, bucket="lab", prefix="teams/epi/"
            )
            assert settings.origins["profiles.lab.prefix"] == "flag"

    @pytest.mark.parametrize("slash", ["/", ":"])
    def test_access_point_on_the_fly(self, file: Path, slash: str) -> None:
        """Slashes of its ARN are its own; it goes by its name."""
        arn = f"arn:aws:s3:us-west-2:123456789012:accesspoint{slash}epi-ap"
        for url, prefix in ((f"s3://{arn}", ""), (f"s3://{arn}/teams/epi", "teams/epi/")):
            profile = load(file, FULL, LAB, bucket=url).profile
            assert profile == Profile("epi-ap", StoreKind.S3, bucket=arn, prefix=prefix)

    @pytest.mark.parametrize("written", ["teams/epi/", "teams/epi", "/teams/epi/"])
    def test_prefix(self, file: Path, written: str) -> None:
        """All ways to write it mean the same; a local store has it too."""
        for kind in ('bucket = "abc"', 'path = "/x"'):
            text = f'profile = "a"\n[profiles.a]\n{kind}\nprefix = "{written}"'
            assert load(file, text, {}).profile.prefix == "teams/epi/"

    @pytest.mark.parametrize(
        ("flags", "expected"),
        [
            ({"bucket": "other-bucket"}, "--bucket must be written as s3://NAME"),
            ({"bucket": "s3://"}, "--bucket must not be empty"),
            ({"bucket": "s3://a/b"}, "--bucket must be a bucket name"),
            ({"bucket": "s3://lab/a//b"}, "--bucket must name folders of the store"),
            ({"bucket": "s3://lab/a/../b"}, "--bucket must name folders of the store"),
            (
                {"bucket": "s3://lab--usw2-az1--x-s3/epi"},
                "--bucket is an S3 Express directory bucket",
            ),
            ({"bucket": "s3://lab", "profile": "lab"}, "Only one of --profile and --bucket"),
            ({"profile": "labb"}, "--profile names a profile that does not exist"),
            ({"quiet_seconds": -1}, "--quiet must be a number of seconds from 0 to 86400."),
            ({"stall_seconds": 0.5}, "--stall must be a number of seconds from 1 to 2592000."),
            ({"rule": "nothing"}, "--rule names a finish rule that does not exist. There are:"),
        ],
    )
    def test_wrong_flag(self, file: Path, flags: Mapping[str, object], expected: str) -> None:
        """A flag is refused by its own name."""
        assert expected in str(refused(file, FULL, LAB, **flags))

    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("RUNFERRY_PROFILE", "nowhere"),
            ("RUNFERRY_QUIET_SECONDS", "soon"),
            ("RUNFERRY_QUIET_SECONDS", "nan"),
            ("RUNFERRY_RULE", "Fred"),
            ("RUNFERRY_PARALLEL", "17"),
            ("RUNFERRY_PARALLEL", "2.5"),
            ("RUNFERRY_STALL_SECONDS", "inf"),
            ("RUNFERRY_COUNTDOWN_SECONDS", "3601"),
            ("RUNFERRY_UPLOAD_FAILED", "maybe"),
            ("RUNFERRY_SIDECARS", "2"),
            ("RUNFERRY_POLLING", "None"),
            ("RUNFERRY_THEME", "pink"),
            ("RUNFERRY_SYMBOLS", "emoji"),
        ],
    )
    def test_wrong_variable(self, file: Path, variable: str, value: str) -> None:
        """A variable is refused by its own name, without its value."""
        error = refused(file, FULL, LAB | {variable: value})
        assert variable in error.what
        assert value not in str(error)


class TestSecrets:
    @pytest.mark.parametrize(
        "line",
        [
            f'secret_access_key = "{SECRET}"',
            'secret_access_key = "minioadmin"',
            'access_key_id = "minioadmin"',
            'session_token = "x"',
            'password = "hunter2hunter2"',
            "password = 12345678",
            'secret-access-key = "hunter2hunter2"',
            '"API_KEY" = "hunter2hunter2"',
            'secret_access_key = "${LAB_SECRET}hunter2hunter2"',
            'secret_access_key = " ${LAB_SECRET}"',
            'secret_access_key = "$LAB_SECRET"',
            'tokens = ["hunter2hunter2"]',
            'aws_profile = "AKIAIOSFODNN7EXAMPLE"',
            'endpoint_url = "https://minio:hunter2hunter2@host:9000"',
            'proxy = "http://ada:hunter2hunter2@proxy:3128"',
            'comment.auth = "hunter2hunter2"',
        ],
        ids=itertools.count(),
    )
    def test_literal(self, file: Path, line: str) -> None:
        """A secret in the file is refused with the number of its line, not with its text."""
        error = refused(file, f'[profiles.lab]\nbucket = "lab-results"\n\n{line}\n', LAB)
        assert f"{file}, line 4:" in error.what
        for secret in (SECRET, "minioadmin", "hunter2", "12345678", "AKIA", line):
            assert secret not in str(error)

    def test_profile_may_be_called_so(self, file: Path) -> None:
        """Only settings are judged by their names, not profiles."""
        content = '[profiles.token-lab]\nbucket = "lab-results"\n'
        assert load(file, content, profile="token-lab").profile.bucket == "lab-results"

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, "LAB_SECRET, which is not set"),
            ("", "LAB_SECRET, which is empty"),
            (f"{SECRET}\n", "white space or a line break"),
            (f" {SECRET}", "white space or a line break"),
            (f"{SECRET}\u200b", "white space or a line break"),
            (f'"{SECRET}"', "wrapped in quotes"),
        ],
        ids=["not set", "empty", "newline", "space", "zero width", "quotes"],
    )
    def test_variable(self, file: Path, value: str | None, expected: str) -> None:
        """A credential that would break the request is refused before it is sent."""
        environ = {name: text for name, text in LAB.items() if name != "LAB_SECRET"}
        if value is not None:
            environ["LAB_SECRET"] = value
        error = refused(file, FULL, environ)
        assert expected in error.what
        assert f"{file}, line 9: secret_access_key" in error.what
        assert SECRET not in str(error)

    def test_secret_as_variable_name(self, file: Path) -> None:
        """What does not look like a variable's name is not repeated."""
        content = FULL.replace("${LAB_SECRET}", "${hunter2hunter2}")
        assert "hunter2" not in str(refused(file, content, LAB))

    @pytest.mark.parametrize("left_out", ["access_key_id", "secret_access_key"])
    def test_half(self, file: Path, left_out: str) -> None:
        """One half of a pair of credentials is refused."""
        lines = [line for line in FULL.splitlines() if not line.startswith(left_out)]
        error = refused(file, "\n".join(lines), LAB)
        assert "only of use together" in error.what

    def test_two_sources(self, file: Path) -> None:
        """Credentials and an AWS profile contradict each other."""
        content = FULL.replace('region = "eu-central-1"', 'aws_profile = "lab"')
        error = refused(file, content, LAB)
        assert "line 6: a profile has either" in error.what


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ('rule = "fred"', "line 1: unknown setting."),
            ("[watch]\nquiet_second = 3", "line 2: unknown setting. Did you mean quiet_seconds?"),
            ("[watch]\nquiet-seconds = 3", "line 2: unknown setting. Did you mean quiet_seconds?"),
            ("[transfer]\nparallel = 3", "line 1: unknown setting. Did you mean transfers?"),
            ('[profiles.lab]\nbuket = "x"', "line 2: unknown setting. Did you mean bucket?"),
            ("[watch]\nzzz = 3", "line 2: unknown setting. Known here: kind, rule, quiet_seconds"),
            ("watch = 3", "line 1: must be a table: write [watch] above it."),
            ('[keys]\nuplod = "w"', "line 2: unknown setting. Did you mean upload?"),
            ("[keys]\nupload = 3", "line 2: upload must be a key in quotes, or several"),
            ('[keys]\nupload = "uu"', "line 2: upload names a key that is none that a terminal"),
            ('[keys]\nupload = "^i"', "line 2: upload names a key that is tab for a terminal."),
            ('[keys]\nupload = "^q"', "line 2: upload names a key that is taken: it quits"),
            (
                '[keys]\nhold = "Z"\nupload = "w h U"',
                "line 3: upload and upload_anyway would both have the key U (Watch, run).",
            ),
            ("profiles = 3", "line 1: must be a table: write [profiles] above it."),
            ("[profiles]\nlab = 3", "line 2: must be a table: write [profiles.NAME] above it."),
            ("profile = 3", "line 1: profile must be text in quotes."),
            ('profile = "lab"', "line 1: profile names a profile that does not exist."),
            ('[watch]\nrule = "x"', "line 2: rule names a finish rule that does not exist. There"),
            ("[watch]\nrule = []", "line 2: rule must be text in quotes."),
            ('[watch]\nquiet_seconds = "3"', "line 2: quiet_seconds must be a number of seconds"),
            ("[watch]\nquiet_seconds = true", "line 2: quiet_seconds must be a number of seconds"),
            ("[watch]\nquiet_seconds = nan", "line 2: quiet_seconds must be a number of seconds"),
            ("[watch]\nquiet_seconds = 86401", "line 2: quiet_seconds must be a number of seconds"),
            ("[watch]\nquiet_seconds = -0.1", "line 2: quiet_seconds must be a number of seconds"),
            ("[watch]\nstall_seconds = 0", "line 2: stall_seconds must be a number of seconds"),
            ("[watch]\nstall_seconds = 2592001", "line 2: stall_seconds must be a number"),
            ("[watch]\ncountdown_seconds = 3601", "line 2: countdown_seconds must be a number"),
            ("[watch]\nupload_failed = 1", "line 2: upload_failed must be true or false."),
            ('[watch]\nsidecars = "yes"', "line 2: sidecars must be true or false."),
            ("[watch]\npolling = []", "line 2: polling must be true or false."),
            ("[transfers]\nparallel = 0", "line 2: parallel must be a whole number from 1 to 16."),
            ("[transfers]\nparallel = 17", "line 2: parallel must be a whole number"),
            ("[transfers]\nparallel = 2.0", "line 2: parallel must be a whole number"),
            ("[transfers]\nparallel = true", "line 2: parallel must be a whole number"),
            ("[transfers]\ncompression = 5", 'line 2: compression must be "auto" or "fast" or'),
            ("[transfers]\nlimit = 20", "line 2: limit must be off (0), or from 1 kB/s"),
            ("[transfers]\nlimit = -1", "line 2: limit must be off (0), or from 1 kB/s"),
            ("[transfers]\nlimit = true", "line 2: limit must be bytes per second"),
            ('[transfers]\nlimit = "20 Mbit/s"', "line 2: limit must be bytes per second"),
            ('[profiles.a]\nkind = "ftp"', 'line 2: kind must be "local" or "s3".'),
            ('[profiles.a]\nkind = "s3"', 'line 1: a profile of kind "s3" needs a bucket.'),
            ('[profiles.a]\nregion = "x"', 'line 2: region belongs to profiles of kind "s3".'),
            (
                '[profiles.a]\nbucket = "abc"\npath = "/x"',
                'line 3: path belongs to profiles of kind "local".',
            ),
            (
                '[profiles.local]\nbucket = "abc"',
                'line 1: the profile "local" is built in and of kind "local".',
            ),
            ('[profiles."a b"]\npath = "/x"', "line 1: the name of a profile must be a name of"),
            ('[profiles.a]\npath = "x/y"', "line 2: path must be an absolute path"),
            ('[profiles.a]\npath = "~ada/y"', "line 2: path must be an absolute path"),
            ('[profiles.a]\npath = "/${HOME}"', "line 2: path cannot refer to an environment"),
            ('[profiles.a]\npath = ""', "line 2: path must not be empty"),
            ('[profiles.a]\nbucket = "s3://abc"', "line 2: bucket must be the bucket's name alone"),
            ('[profiles.a]\nbucket = "ab"', "line 2: bucket must be a bucket name"),
            ('[profiles.a]\nbucket = "arn:aws:s3:::x"', "line 2: bucket must be a bucket name"),
            (
                '[profiles.a]\nbucket = "arn:aws:s3::123456789012:accesspoint/mfz.mrap"',
                "line 2: bucket is a Multi-Region Access Point",
            ),
            (
                '[profiles.a]\nbucket = "lab--usw2-az1--x-s3"',
                "line 2: bucket is an S3 Express directory bucket",
            ),
            (
                f'[profiles.a]\nbucket = "{ACCESS_POINT}"\nregion = "eu-west-1"',
                "line 3: the access point is in the region us-west-2, as its ARN says",
            ),
            (
                f'[profiles.a]\nbucket = "{ACCESS_POINT}"\ncreate_bucket = true',
                "line 3: an access point cannot be created",
            ),
            ('[profiles.a]\nbucket = "[red]x[/]"', "line 2: bucket must be a bucket name"),
            ('[profiles.a]\nbucket = "abc"\nregion = "eu 1"', "line 3: region must be"),
            *(
                (f"[profiles.a]\nbucket = 'abc'\nprefix = '{written}'", f"line 3: prefix {why}")
                for written, why in {
                    "": "must not be empty",
                    "/": "must name folders",
                    "a//b": "must name folders",
                    "a/../b": "must name folders",
                    "./a": "must name folders",
                    "teams/*": "must not hold *",
                    "teams/${user}": "cannot refer to an environment variable",
                    "teams\\epi": "must not hold *",
                    "_runferry": "must not lead into what RunFerry keeps",
                    "jobs/epi": "must not lead into what RunFerry keeps",
                    "a/jobs/12": "must not lead into what RunFerry keeps",
                    "a/.runferry/b": "must not lead into what RunFerry keeps",
                    "a" * 201: "must not be longer than 200 bytes",
                }.items()
            ),
            (
                '[profiles.a]\nbucket = "abc"\narchive_class = "cold"',
                "line 3: archive_class must be",
            ),
            (
                '[profiles.a]\nbucket = "abc"\nencryption = "AES"',
                'line 3: encryption must be "AES256" or "aws:kms" or "aws:kms:dsse".',
            ),
            (
                '[profiles.a]\nbucket = "abc"\nkms_key_id = "alias/lab"',
                'line 3: kms_key_id needs encryption = "aws:kms" or "aws:kms:dsse".',
            ),
            (
                '[profiles.a]\nbucket = "abc"\nencryption = "AES256"\nkms_key_id = "alias/lab"',
                'line 4: kms_key_id needs encryption = "aws:kms" or "aws:kms:dsse".',
            ),
            (
                '[profiles.a]\nbucket = "abc"\nencryption = "aws:kms"\nkms_key_id = "a b"',
                "line 4: kms_key_id must be the id or the ARN of a KMS key",
            ),
            (
                '[profiles.a]\nbucket = "abc"\nencryption = "aws:kms:dsse"\nbucket_key = true',
                'line 4: bucket_key needs encryption = "aws:kms".',
            ),
            (
                '[profiles.a]\nbucket = "abc"\nacl = "log-delivery-write"',
                'line 3: acl must be "private" or "bucket-owner-read"',
            ),
            (
                '[profiles.a]\nbucket = "abc"\nstorage_class = "standard"',
                "line 3: storage_class must be the name of a storage class",
            ),
            (
                '[profiles.a]\nbucket = "abc"\nrequest_payer = "requester"',
                "line 3: request_payer must be true or false.",
            ),
            (
                '[profiles.a]\npath = "/x"\nobject_tags = true',
                'line 3: object_tags belongs to profiles of kind "s3".',
            ),
            (
                '[profiles.a]\nbucket = "abc"\naddressing_style = "host"',
                'line 3: addressing_style must be "auto" or "path" or "virtual".',
            ),
            (
                '[profiles.a]\nbucket = "abc"\nchecksums = "off"',
                "line 3: checksums must be true or false.",
            ),
            (
                '[profiles.a]\nbucket = "abc"\npart_size = 4',
                'line 3: part_size must be from "5 MiB"',
            ),
            (
                '[profiles.a]\nbucket = "abc"\npart_size = "6 GiB"',
                "line 3: part_size must be from",
            ),
            (
                '[profiles.a]\nbucket = "abc"\npart_size = "8 MiB/s"',
                "line 3: part_size must be from",
            ),
            ('[profiles.a]\nbucket = "abc"\npart_size = true', "line 3: part_size must be from"),
            (
                '[profiles.a]\nbucket = "abc"\nca_bundle = "ca.pem"',
                "line 3: ca_bundle must be an ab",
            ),
            (
                '[profiles.a]\nbucket = "abc"\nproxy = "proxy:3128"',
                "line 3: proxy must be an address",
            ),
            (
                '[profiles.a]\nbucket = "abc"\nproxy = "socks5://proxy:1080"',
                "line 3: proxy must be an address",
            ),
            (
                '[profiles.a]\nbucket = "abc"\nproxy = "http://ada@proxy:3128"',
                "line 3: proxy must not hold a login",
            ),
            (
                '[profiles.a]\npath = "/x"\nchecksums = false',
                'line 3: checksums belongs to profiles of kind "s3".',
            ),
        ],
    )
    def test_place_and_reason(self, file: Path, content: str, expected: str) -> None:
        """What is wrong is said in the words of the schema, with the line."""
        assert f"{file}, {expected}" in str(refused(file, content))

    @pytest.mark.parametrize(
        "endpoint",
        [
            "minio:9000",
            "ftp://minio:9000",
            "https://",
            "https://host:99999",
            "https://host:0",
            "https://[::1",
            "https://host/?x=1",
            "https://host/#x",
            "https://ada@host",
            "http://169.254.169.254/",
        ],
    )
    def test_endpoint(self, file: Path, endpoint: str) -> None:
        """An address that no S3 server can have is refused."""
        content = f'[profiles.a]\nbucket = "abc"\nendpoint_url = "{endpoint}"'
        error = refused(file, content)
        assert f"{file}, line 3: endpoint_url" in error.what
        assert endpoint not in error.what.replace("https://host:9000", "")

    @pytest.mark.parametrize(
        "endpoint", ["http://127.0.0.1:9000", "https://[::1]:9000", "https://host/minio"]
    )
    def test_good_endpoint(self, file: Path, endpoint: str) -> None:
        """Ports, IPv6 and a path are fine."""
        content = f'[profiles.a]\nbucket = "abc"\nendpoint_url = "{endpoint}"'
        assert load(file, content, profile="a").profile.endpoint_url == endpoint

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (f'a = 1\nb = "{SECRET}\n', "line 2, column 46: not valid TOML."),
            (f"[watch]\n{SECRET} = 1", "line 2, column 14: not valid TOML."),
            ("[watch]\nrule = 'fred'\nrule = 'fred'", ": a key or table is given twice."),
            ("[watch]\n[watch]", "line 2, column 7: a key or table is given twice."),
            ("x = 1 1\ny = 2", "line 1, column 7: not valid TOML."),
            ("x = '''", "at its end: not valid TOML."),
            ("x = " + "[" * 100_000, ": not valid TOML."),
            ("x = " + "9" * 5000, ": not valid TOML."),
            ("a." * 300 + "b = 1", "line 1: nested too deeply."),
        ],
        ids=[
            "value",
            "key",
            "key twice",
            "table twice",
            "two",
            "text",
            "arrays",
            "number",
            "tables",
        ],
    )
    def test_syntax(self, file: Path, content: str, expected: str) -> None:
        """Line and column, and not a word of the line."""
        error = refused(file, content)
        assert expected in error.what
        assert str(file) in error.what
        assert SECRET[:15] not in str(error)

    def test_not_utf8(self, file: Path) -> None:
        """The line is counted in bytes that can be counted."""
        error = refused(file, b"# ok\n# m\xfcller\n")
        assert f"{file}, line 2: not UTF-8." in error.what

    def test_too_large(self, file: Path) -> None:
        """More than 1 MiB is no settings file."""
        assert "larger than 1 MiB" in refused(file, b"#" * ((1 << 20) + 1)).what

    def test_not_a_file(self, file: Path) -> None:
        """A directory and a pipe are refused, and the pipe is not waited for."""
        os.mkdir(file)
        with pytest.raises(SettingsError, match="Is a directory"):
            load(file)
        os.rmdir(file)
        os.mkfifo(file)
        with pytest.raises(SettingsError, match="not a file"):
            load(file)

    def test_unreadable(self, tmp_path: Path) -> None:
        """A file that cannot be opened is an error, not an empty file."""
        (tmp_path / "loop").symlink_to("loop")
        with pytest.raises(SettingsError, match="cannot be read: Too many levels"):
            load(tmp_path / "loop")

    def test_below_a_file(self, tmp_path: Path) -> None:
        """Nothing can be there: missing. What is wrong with the place is said by its user."""
        (tmp_path / "file").touch()
        assert load(tmp_path / "file" / "settings.toml") == load(tmp_path / "missing.toml")
