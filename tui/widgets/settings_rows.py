"""The settings as rows: profiles and what they hold, the watched trees, then every other setting."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, cast

from core.actions import ACTIONS, keys_of
from core.ports.settings_file import Keys
from core.redaction.secret import Secret
from core.settings import RULE_FIELDS, Profile, RuleSettings, Settings
from tui.widgets.cells import Cell, Column, Row, Tone
from tui.widgets.row_source import ListSource
from tui.wording.formatting import short_path
from tui.wording.settings import about, dotted, in_words, origin_words

SETTING_COLUMNS = (
    Column("SETTING", 22, flexible=True, most=34),
    Column("VALUE", 20, flexible=True),
    Column("FROM", 16, from_width=60),
)
PROFILES, WATCHED = "Profiles", "Watched trees"
RARE = frozenset({"Keys", "Run kinds", "Finish rules"})
"""Sections that are folded at first."""
NEW_PROFILE = "+ a new profile"
_ELSEWHERE = frozenset({"name", "rules", "kinds", "roots", "quiet_by_rule"})
_SHOWN_ABOVE = frozenset({"profile", "profiles", "keys", "origins"})
_OF_FILE = {"names": "pattern"}
_CREDENTIALS = frozenset({"access_key_id", "secret_access_key", "session_token"})


@dataclass(frozen=True)
class Section:
    """A heading."""

    title: str
    folded: bool

    @property
    def key(self) -> str:
        """Of its row."""
        return f"#{self.title}"


@dataclass(frozen=True)
class ProfileItem:
    """One profile; `used` by this app as long as it is open."""

    profile: Profile
    location: str
    origin: str
    used: bool
    folded: bool

    @property
    def key(self) -> str:
        """Of its row."""
        return f"profiles.{self.profile.name}"


@dataclass(frozen=True)
class NewProfile:
    """The row that makes one."""

    key: str = NEW_PROFILE


@dataclass(frozen=True)
class RootItem:
    """A watched tree."""

    path: str
    kind: str
    rule: str
    origin: str

    @property
    def key(self) -> str:
        """Of its row."""
        return f"tree {self.path}"

    @property
    def keys(self) -> Keys:
        """The setting that says of which kind its runs are."""
        return ("roots", self.path, "kind")


@dataclass(frozen=True)
class SettingItem:
    """One setting; `value` as one would type it, and `secret` when that is not to be seen."""

    keys: Keys
    value: str
    origin: str
    secret: bool = False
    depth: int = 1

    @property
    def key(self) -> str:
        """Of its row."""
        return dotted(self.keys)

    @property
    def title(self) -> str:
        """Below the heading of its section."""
        return dotted(self.keys[1:] if self.depth == 1 and len(self.keys) > 1 else self.keys[-1:])

    @property
    def about(self) -> str:
        """What it is for."""
        return about(self.keys)


Item = Section | ProfileItem | NewProfile | RootItem | SettingItem


@dataclass(frozen=True)
class SettingsPicture:
    """What is shown: `settings` as they are now, the profile in use, the watched trees, what is folded."""

    settings: Settings
    used: str
    roots: Sequence[str]
    location: Callable[[Profile], str]
    folded: frozenset[str] = RARE
    unfolded: frozenset[str] = frozenset()
    """Profiles whose settings are shown."""
    needle: str = ""

    def rows(self) -> ListSource[Item]:
        """All rows; with a needle those alone that hold it, none folded."""
        shown = [*self._found()] if self.needle else [*self.items()]
        return ListSource(shown, lambda item: item.key, _row)

    @property
    def count(self) -> int:
        """How many settings there are."""
        return sum(isinstance(item, SettingItem) for item in self._unfolded())

    def _unfolded(self) -> Iterator[Item]:
        every = frozenset(self.settings.profiles)
        return replace(self, folded=frozenset(), unfolded=every).items()

    def _found(self) -> Iterator[Item]:
        wanted = self.needle.lower()
        for item in self._unfolded():
            if isinstance(item, SettingItem) and wanted in f"{item.key}\n{item.value}".lower():
                yield replace(item, depth=0)

    def items(self) -> Iterator[Item]:
        """Of all rows, whatever the needle."""
        yield from self._section(PROFILES, self._profiles())
        yield from self._section(WATCHED, map(self._root, self.roots))
        for title, items in self._others():
            yield from self._section(title, items)

    def _section(self, title: str, items: Iterator[Item]) -> Iterator[Item]:
        folded = title in self.folded
        yield Section(title, folded)
        if not folded:
            yield from items

    def _profiles(self) -> Iterator[Item]:
        settings = self.settings
        yield self._item(("profile",), settings.profile.name)
        for name, profile in settings.profiles.items():
            folded = name not in self.unfolded
            origin = next(
                (o for f in profile.traits.fields if (o := self._origin(("profiles", name, f)))),
                "built in",
            )
            yield ProfileItem(profile, self.location(profile), origin, name == self.used, folded)
            if not folded:
                for each in profile.traits.fields:
                    yield self._item(("profiles", name, each), getattr(profile, each), depth=2)
        yield NewProfile()

    def _root(self, path: str) -> RootItem:
        kind = self.settings.watch.kind_of(path)
        own = next((r for r in self.settings.watch.roots if _is_in(path, r)), "")
        origin = self.settings.origins.get(
            f'roots."{own}".kind' if own else "watch.kind", "default"
        )
        return RootItem(path, kind.name, kind.rule, origin)

    def _others(self) -> Iterator[tuple[str, Iterator[Item]]]:
        """Every section that there is, whoever thought of it."""
        alone = list[Item]()
        for section in fields(self.settings):
            value, keys = getattr(self.settings, section.name), (section.name,)
            title = section.name.replace("_", " ").capitalize()
            if section.name in _SHOWN_ABOVE:
                continue
            if isinstance(value, Mapping):
                entries = cast("Mapping[str, object]", value).items()
                yield title, (self._item((*keys, name), entry) for name, entry in entries)
            elif is_dataclass(value):
                yield title, self._fields(keys, value)
            else:
                alone.append(self._item(keys, value))
        if alone:
            yield "Everything else", iter(alone)
        keys, watch = self.settings.keys, self.settings.watch
        yield "Keys", (self._item(("keys", name), keys_of(name, keys)) for name in ACTIONS)
        yield "Run kinds", self._named("kinds", {kind.name: kind for kind in watch.kinds})
        yield "Finish rules", self._rules(watch.rules)

    def _named(self, table: str, values: Mapping[str, object]) -> Iterator[Item]:
        for name, value in values.items():
            yield from self._fields((table, name), value)

    def _rules(self, rules: Sequence[RuleSettings]) -> Iterator[Item]:
        for rule in rules:
            for each in RULE_FIELDS[rule.kind]:
                yield self._item(("rules", rule.name, each), getattr(rule, each))

    def _fields(self, keys: Keys, value: Any) -> Iterator[Item]:
        for each in fields(value):
            if each.name not in _ELSEWHERE:
                name = _OF_FILE.get(each.name, each.name)
                yield self._item((*keys, name), getattr(value, each.name))

    def _item(self, keys: Keys, value: object, depth: int = 1) -> SettingItem:
        origin = self.settings.origins.get(".".join(keys), "default")
        secret = isinstance(value, Secret) or keys[-1] in _CREDENTIALS
        return SettingItem(keys, "" if secret else in_words(keys, value), origin, secret, depth)

    def _origin(self, keys: Keys) -> str:
        origin = self.settings.origins.get(".".join(keys), "default")
        return "" if origin == "default" else origin


def _is_in(path: str, root: str) -> bool:
    return f"{path}/".startswith(f"{root.rstrip('/')}/")


def _row(item: Item) -> Row:
    match item:
        case Section():
            sign = "▸" if item.folded else "▾"
            return Row(item.key, (Cell(f"{sign} {item.title}", Tone.STRONG, span=3),), heading=True)
        case ProfileItem():
            return _profile_row(item)
        case NewProfile():
            return Row(item.key, (Cell(NEW_PROFILE, Tone.DIM, span=3),), indent=2)
        case RootItem():
            kind = f"{item.kind}, by the rule {item.rule}"
            path = Cell(short_path(item.path), keep_end=True)
            return Row(item.key, (path, Cell(kind), _origin_cell(item.origin)), indent=2)
        case SettingItem():
            return _setting_row(item)


def _profile_row(item: ProfileItem) -> Row:
    name = f"{'▸' if item.folded else '▾'} {item.profile.name}{'  ● in use' if item.used else ''}"
    tone = Tone.GOOD if item.used else Tone.PLAIN
    cells = (Cell(name, tone), Cell(short_path(item.location)), _origin_cell(item.origin))
    return Row(item.key, cells, indent=2)


def _setting_row(item: SettingItem) -> Row:
    is_set = item.origin != "default"
    value = "from a variable" if item.secret and is_set else item.value
    tone = Tone.PLAIN if is_set else Tone.DIM
    title = item.key if item.depth == 0 else item.title
    cells = (Cell(title), Cell(value or "—", tone), _origin_cell(item.origin))
    return Row(item.key, cells, indent=2 * max(1, item.depth))


def _origin_cell(origin: str) -> Cell:
    return Cell(origin_words(origin), Tone.DIM)
