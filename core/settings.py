"""Validated settings: plain values, no files, no environment. `storage.settings.file` reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from core.kinds.built_in_kinds import BUILT_IN_KINDS
from core.kinds.run_kind import Curve, KindsOfRoots, RunKind
from core.redaction.secret import Secret


class StoreKind(StrEnum):
    """Where a profile's artifacts live."""

    LOCAL = "local"
    S3 = "s3"


@dataclass(frozen=True)
class StoreTraits:
    """`fields` of a profile mean something for such a store; a `remote` one is behind a network."""

    fields: tuple[str, ...]
    remote: bool


STORE_TRAITS: Mapping[StoreKind, StoreTraits] = MappingProxyType(
    {
        StoreKind.LOCAL: StoreTraits(("kind", "path", "prefix"), remote=False),
        StoreKind.S3: StoreTraits(
            (
                "kind",
                "bucket",
                "prefix",
                "region",
                "endpoint_url",
                "aws_profile",
                "access_key_id",
                "secret_access_key",
                "session_token",
                "addressing_style",
                "checksums",
                "create_bucket",
                "archive_class",
                "encryption",
                "kms_key_id",
                "bucket_key",
                "acl",
                "request_payer",
                "storage_class",
                "object_tags",
                "part_size",
                "ca_bundle",
                "proxy",
            ),
            remote=True,
        ),
    }
)


class AddressingStyle(StrEnum):
    """Where a request names its bucket."""

    AUTO = "auto"
    PATH = "path"
    VIRTUAL = "virtual"


class Encryption(StrEnum):
    """How the store encrypts what it is given: with a key of its own, or one of the account's KMS."""

    AES256 = "AES256"
    KMS = "aws:kms"
    DSSE = "aws:kms:dsse"

    @property
    def by_kms(self) -> bool:
        """Whether a key can be named, and etags are no MD5 sums."""
        return self is not Encryption.AES256


class Acl(StrEnum):
    """The ready-made access lists that an object can have."""

    PRIVATE = "private"
    OWNER_READS = "bucket-owner-read"
    OWNER_HAS_ALL = "bucket-owner-full-control"
    AUTHENTICATED_READ = "authenticated-read"
    AWS_EXEC_READ = "aws-exec-read"
    PUBLIC_READ = "public-read"


@dataclass(frozen=True)
class Profile:
    """One store; which fields a kind has is in `STORE_TRAITS`. Credentials left out come from the AWS chain.

    `path` is the directory of a local store (empty: `store/` beside the state). All keys are below `prefix`, which is empty or ends in a slash.
    An empty `endpoint_url` or `region` is left to the AWS settings. A bucket is named
    in the path or (`virtual`) in the host's name; `auto` is by path where the endpoint is not AWS.
    Servers that do not know S3's checksums get none without `checksums`. With `create_bucket` a
    missing bucket is created. `archive_class` is the storage class that artifacts are archived in.

    What the bucket demands of whatever is stored in it: `encryption` with the KMS key `kms_key_id` (empty:
    the account's own) by way of a `bucket_key`, an `acl`, a `storage_class`, tags (`object_tags`).
    With `request_payer` whoever asks is ready to pay, for reads too.
    `part_size` are bytes: what is larger goes in parts. `ca_bundle` is a file of authorities, `proxy` a URL
    without a login or a `${NAME}`; without them those of the environment count.
    """

    name: str
    kind: StoreKind = StoreKind.LOCAL
    path: str = ""
    bucket: str = ""
    prefix: str = ""
    region: str = ""
    endpoint_url: str = ""
    aws_profile: str = ""
    access_key_id: Secret | None = None
    secret_access_key: Secret | None = None
    session_token: Secret | None = None
    addressing_style: AddressingStyle = AddressingStyle.AUTO
    checksums: bool = True
    create_bucket: bool = False
    archive_class: str = "GLACIER_IR"
    encryption: Encryption | None = None
    kms_key_id: str = ""
    bucket_key: bool = False
    acl: Acl | None = None
    request_payer: bool = False
    storage_class: str = ""
    object_tags: bool = False
    part_size: int = 8 << 20
    ca_bundle: str = ""
    proxy: str = ""

    @property
    def traits(self) -> StoreTraits:
        """Of its kind."""
        return STORE_TRAITS[self.kind]


class RuleKind(StrEnum):
    """How a finish rule tells that a run has ended."""

    FRED = "fred"
    SENTINEL = "sentinel"
    QUIET = "quiet"


class Which(StrEnum):
    """Of several files that a marker takes: which has to say what it asks for."""

    ANY = "any"
    NEWEST = "newest"
    EACH = "each"


@dataclass(frozen=True)
class Marker:
    """A file of a RUN directory, or beside it, that says how the run ended.

    `file` is a path below the RUN directory, in which `*`, `?` and `[abc]` stand for what they do in a
    shell and `{a,b}` for a or b, or `../` and one beside it, without those; `{run}` is the directory's name.
    With `matches`, a regular expression in whose lines `^` and `$` hold, only when that is found in the
    file's beginning or end; with `min_bytes`, only when it has as many.

    Of several files those alone are meant in whose beginning `begins` is found. `which` of them has to
    count: any, the one written last, or each (which asks nothing where there is none). `says` is what
    `matches` looks for, in words.
    """

    file: str
    matches: str = ""
    min_bytes: int = 0
    begins: str = ""
    which: Which = Which.ANY
    says: str = ""

    def __str__(self) -> str:
        if self.says:
            return f"{self.says} in {self.which} of {self.file}"
        pattern = f" =~ {self.matches}" if self.matches else ""
        size = f" ({self.min_bytes} bytes or more)" if self.min_bytes else ""
        return f"{self.file}{pattern}{size}"


class Require(StrEnum):
    """How many of the success markers it takes."""

    ANY = "any"
    ALL = "all"


@dataclass(frozen=True)
class RuleSettings:
    """A named finish rule. Which fields a kind has is in `RULE_FIELDS`.

    `absent` are glob patterns over relative paths and over names alone. What `ignore` covers
    (`core.path_patterns`) is no result: a marker may be older, and it counts for none of
    `min_files`. `min_bytes` are those of the whole run. `program` is the base name
    of the simulator's executable, `pid_file` a file with its process id, inside or beside. `quiet_seconds` None leaves it to `watch.quiet_seconds`. `about`
    says in words when a run is done.
    """

    name: str
    kind: RuleKind
    success: tuple[Marker, ...] = ()
    failure: tuple[Marker, ...] = ()
    absent: tuple[str, ...] = ()
    min_files: int = 1
    quiet_seconds: float | None = None
    program: str = ""
    require: Require = Require.ANY
    ignore: tuple[str, ...] = ()
    min_bytes: int = 0
    about: str = ""
    pid_file: str = ""


QUIET_MIN_FILES = 2
"""A log alone is what a simulator writes before its results."""
_OF_ALL = ("kind", "about", "quiet_seconds")
_CONDITIONS = ("ignore", "absent", "min_files", "min_bytes", "program", "pid_file")
RULE_FIELDS: Mapping[RuleKind, tuple[str, ...]] = MappingProxyType(
    {
        RuleKind.FRED: _OF_ALL,
        RuleKind.SENTINEL: (*_OF_ALL, "success", "failure", "require", *_CONDITIONS),
        RuleKind.QUIET: (*_OF_ALL, *_CONDITIONS),
    }
)
BUILT_IN_RULES = (
    RuleSettings("fred", RuleKind.FRED, about="FRED's results are whole and its log has ended"),
    RuleSettings("sentinel", RuleKind.SENTINEL, (Marker("DONE"),), (Marker("FAILED"),)),
    RuleSettings("quiet", RuleKind.QUIET, min_files=QUIET_MIN_FILES),
)


@dataclass(frozen=True)
class WatchSettings:
    """`kind` names one of `kinds`, `rule` one of `rules`: the one of that kind, or another one for it.

    `roots` are directories whose runs are of other kinds, deeper ones over those around them.
    `quiet_by_rule` are the seconds that count for the rules of those.
    `quiet_seconds` two equal scans must span before finished: the one that counts for `rule`.
    After `stall_seconds` without a change an unfinished run counts as stalled; `countdown_seconds`
    pass before an automatic upload, which takes failed runs along with `upload_failed`, and with
    `upload_changed` those that changed since they were stored (None: where the rule is a quiet one).
    With `sidecars` the files beside a RUN directory are stored too; `polling` watches without events.
    """

    rule: str = "fred"
    quiet_seconds: float = 30.0
    stall_seconds: float = 86_400.0
    countdown_seconds: float = 10.0
    upload_failed: bool = False
    upload_changed: bool | None = None
    sidecars: bool = False
    polling: bool = False
    rules: tuple[RuleSettings, ...] = BUILT_IN_RULES
    kind: str = "fred"
    kinds: tuple[RunKind, ...] = BUILT_IN_KINDS
    roots: Mapping[str, RunKind] = field(default_factory=dict[str, RunKind])
    quiet_by_rule: Mapping[str, float] = field(default_factory=dict[str, float])

    @property
    def chosen_kinds(self) -> tuple[RunKind, ...]:
        """Those that runs may be of."""
        return (self.default_kind, *self.roots.values())

    def takes_changed(self, root: str) -> bool:
        """Whether runs of a root are stored anew by themselves when they changed since they were stored.

        A quiet rule may have been wrong: what it stored too early is put right by itself.
        """
        if self.upload_changed is not None:
            return self.upload_changed
        name = self.kind_of(root).rule
        return any(r.kind is RuleKind.QUIET for r in self.rules if r.name == name)

    @property
    def default_kind(self) -> RunKind:
        """Of runs in none of `roots`."""
        kind = next(kind for kind in self.kinds if kind.name == self.kind)
        return replace(kind, rule=self.rule)

    @cached_property
    def kind_of(self) -> KindsOfRoots:
        """The kind of the runs at or below an absolute path."""
        return KindsOfRoots(self.default_kind, self.roots)

    def curves_at(self, place: str) -> Sequence[Curve]:
        """The tables that a run may have its curves in: of its kind by its absolute path, of any by its key."""
        is_here = place.startswith("/")
        kinds = (self.kind_of(place),) if is_here else (*self.chosen_kinds, *self.kinds)
        return [*dict.fromkeys(kind.curve for kind in kinds if kind.curve)]


MOST_PARALLEL = 16
"""Transfers at a time."""


AUTO = "auto"
"""The link decides."""


@dataclass(frozen=True)
class TransferSettings:
    """`parallel` transfers at a time; `limit` bytes per second of all together, 0 for none.

    `compression` is that of all uploads, or `AUTO`: what the link gives time for.
    """

    parallel: int = 2
    limit: int = 0
    compression: str = AUTO


THEMES = ("dark", "light", "ansi-dark", "ansi-light", "high-contrast", "flexoki")
"""The first is the default; those of the ANSI colours have the terminal's own."""


class Symbols(StrEnum):
    """What signs, bars, curves and borders are drawn with; `auto`: what the locale of the terminal has."""

    AUTO = "auto"
    UNICODE = "unicode"
    ASCII = "ascii"


@dataclass(frozen=True)
class AppearanceSettings:
    """Of the app. `theme` is one of `THEMES`.

    With `notices` the terminal says on the desktop how a long transfer ended, with `bell` it rings, too.
    """

    theme: str = THEMES[0]
    symbols: Symbols = Symbols.AUTO
    notices: bool = True
    bell: bool = False


class NotifyEvent(StrEnum):
    """What a user may want to hear of while nobody looks. What stopped before it was done has failed, too."""

    DONE = "done"
    FAILED = "failed"
    STALLED = "stalled"
    UPLOAD_FAILED = "upload-failed"


@dataclass(frozen=True)
class NotifySettings:
    """The program and its arguments that are told, none for nobody; and of which `events`."""

    command: tuple[str, ...] = ()
    events: tuple[NotifyEvent, ...] = tuple(NotifyEvent)


@dataclass(frozen=True)
class Settings:
    """All of it. `keys` are the user's own for actions of the app, by the names of `core.actions`.

    `origins` names for each dotted setting where its value came from.
    """

    profile: Profile
    profiles: Mapping[str, Profile]
    watch: WatchSettings = WatchSettings()
    transfers: TransferSettings = TransferSettings()
    appearance: AppearanceSettings = AppearanceSettings()
    notify: NotifySettings = NotifySettings()
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
