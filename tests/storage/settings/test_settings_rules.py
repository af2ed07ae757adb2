"""Finish rules by configuration, and everything about them that is refused."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.finish.profiles import finish_rule
from core.finish.ready_made import READY_MADE
from core.settings import (
    BUILT_IN_RULES,
    RULE_FIELDS,
    Marker,
    Require,
    RuleKind,
    RuleSettings,
    Settings,
    Which,
)
from storage.settings.file import load_settings

SIMULATOR = """\
[watch]
rule = "solver"
quiet_seconds = 45

[rules.solver]
kind = "sentinel"
success = ["DONE", { file = "out/exit_code", matches = "^0$" }]
failure = [{ file = "out/exit_code", matches = '^[1-9]' }]
absent = ["*.tmp", "lock/*"]
min_files = 3
quiet_seconds = 12.5
program = "solver3d"

[rules.slow]
kind = "quiet"
min_files = 5
"""
FULL = """\
[rules.md]
kind = "sentinel"
success = [
  { file = "*.log", matches = "^End$", min_bytes = "1 kB" },
  { file = "../state/{run}.done", min_bytes = 7 },
]
require = "all"
ignore = ["*.png", "post/", "a/b.txt"]
min_bytes = "2 MiB"
"""


def load(
    tmp_path: Path, content: str, environ: Mapping[str, str] | None = None, **flags: object
) -> Settings:
    file = tmp_path / "settings.toml"
    file.write_text(content)
    return load_settings(str(file), environ or {}, flags)


def rule_of(settings: Settings, name: str) -> RuleSettings:
    return next(rule for rule in settings.watch.rules if rule.name == name)


def test_a_rule_without_code(tmp_path: Path) -> None:
    """Everything about a simulator that leaves markers can be written, and makes a rule."""
    settings = load(tmp_path, SIMULATOR)
    code = "out/exit_code"
    assert rule_of(settings, "solver") == RuleSettings(
        "solver",
        RuleKind.SENTINEL,
        success=(Marker("DONE"), Marker(code, "^0$")),
        failure=(Marker(code, "^[1-9]"),),
        absent=("*.tmp", "lock/*"),
        min_files=3,
        quiet_seconds=12.5,
        program="solver3d",
    )
    rule = finish_rule(settings.watch)
    assert (rule.name, rule.program) == ("solver", "solver3d")


def test_markers_of_logs(tmp_path: Path) -> None:
    """Patterns of names, files beside the run, sizes, all of several, and what is no result."""
    assert rule_of(load(tmp_path, FULL), "md") == RuleSettings(
        "md",
        RuleKind.SENTINEL,
        success=(Marker("*.log", "^End$", 1000), Marker("../state/{run}.done", min_bytes=7)),
        require=Require.ALL,
        ignore=("*.png", "post/", "a/b.txt"),
        min_bytes=2 << 20,
    )


def test_a_log_alone_is_not_enough(tmp_path: Path) -> None:
    """A rule that knows no sign asks for two files, until it is told otherwise."""
    rules = [load(tmp_path, text) for text in ("", QUIET, QUIET + "min_files = 1")]
    assert rule_of(rules[0], "quiet").min_files == 2
    assert rule_of(rules[1], "mine").min_files == 2
    assert rule_of(rules[2], "mine").min_files == 1
    assert rule_of(rules[0], "sentinel").min_files == 1


def test_origins(tmp_path: Path) -> None:
    """Every field of every rule says where it came from, for `config show`."""
    settings = load(tmp_path, SIMULATOR)
    assert settings.origins["rules.solver.success"] == "file:7"
    assert settings.origins["rules.slow.min_files"] == "file:16"
    assert settings.origins["rules.slow.program"] == "default"
    assert settings.origins["rules.fred.kind"] == "default"
    for rule in settings.watch.rules:
        assert all(f"rules.{rule.name}.{f}" in settings.origins for f in RULE_FIELDS[rule.kind])


def test_markers_can_be_shown() -> None:
    """As they are meant."""
    assert str(Marker("DONE")) == "DONE"
    assert str(Marker("code", "^0$")) == "code =~ ^0$"
    assert str(Marker("a.gro", min_bytes=9)) == "a.gro (9 bytes or more)"


def test_built_in(tmp_path: Path) -> None:
    """They exist without a table; one that is changed keeps what the table leaves out."""
    assert load(tmp_path, "").watch.rules == (*BUILT_IN_RULES, *READY_MADE)
    settings = load(tmp_path, '[rules.sentinel]\nsuccess = ["OK"]\n[rules.fred]\nquiet_seconds = 9')
    assert rule_of(settings, "sentinel").success == (Marker("OK"),)
    assert rule_of(settings, "sentinel").failure == (Marker("FAILED"),)
    assert [rule.name for rule in settings.watch.rules][:3] == ["fred", "sentinel", "quiet"]
    assert (settings.watch.rule, settings.watch.quiet_seconds) == ("fred", 9)


@pytest.mark.parametrize("name", ["fred", "sentinel", "quiet", "solver", "slow"])
def test_chosen(tmp_path: Path, name: str) -> None:
    """By flag, variable or file: built-in and configured rules alike."""
    assert load(tmp_path, SIMULATOR, rule=name).watch.rule == name
    assert load(tmp_path, SIMULATOR, {"RUNFERRY_RULE": name}).watch.rule == name
    assert load(tmp_path, SIMULATOR.replace('"solver"\n', f'"{name}"\n', 1)).watch.rule == name


@pytest.mark.parametrize(
    ("content", "flags", "environ", "seconds", "origin"),
    [
        ("", {}, {}, 30, "default"),
        ("", {"rule": "quiet"}, {}, 900, "default"),
        ("[watch]\nquiet_seconds = 5", {"rule": "quiet"}, {}, 5, "file:2"),
        (SIMULATOR, {}, {}, 12.5, "file:11"),
        (SIMULATOR, {"rule": "fred"}, {}, 45, "file:3"),
        (SIMULATOR, {"rule": "slow"}, {}, 45, "file:3"),
        (SIMULATOR, {"quiet_seconds": 1}, {}, 1, "flag"),
        (SIMULATOR, {}, {"RUNFERRY_QUIET_SECONDS": "2"}, 2, "env RUNFERRY_QUIET_SECONDS"),
        ("[rules.quiet]\nquiet_seconds = 60", {"rule": "quiet"}, {}, 60, "file:2"),
    ],
)
def test_quiet_seconds(
    tmp_path: Path,
    content: str,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    seconds: float,
    origin: str,
) -> None:
    """Flag, environment, the rule's own, the file's, then 900 s for quiet rules and 30 s."""
    settings = load(tmp_path, content, environ, **flags)
    assert settings.watch.quiet_seconds == seconds
    assert settings.origins["watch.quiet_seconds"] == origin


def test_name_of_a_rule_may_be_anything(tmp_path: Path) -> None:
    """Only settings are judged by their names: a rule called like a secret holds none."""
    settings = load(tmp_path, '[rules.token-sim]\nkind = "quiet"\n', rule="token-sim")
    assert (settings.watch.rule, settings.watch.quiet_seconds) == ("token-sim", 900)
    assert rule_of(settings, "token-sim") == RuleSettings("token-sim", RuleKind.QUIET, min_files=2)


LIST = "line 3: success must be a list, one or more, of file names or of { file ="
WHERE = "line 3: success names a file that is neither inside the RUN directory nor"
BESIDE = "line 3: success names a file beside the RUN directory with *, ? or [: there is only {run}"
SIZE = "line 3: success has a min_bytes that must be a number of bytes, such as 4096"
COVERS = "line 3: ignore must be a list of patterns for names, such as"
WHAT = "line 3: success has a pattern in matches that is not a regular expression."
SENTINEL = '[rules.mine]\nkind = "sentinel"\n'
QUIET = '[rules.mine]\nkind = "quiet"\n'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("rules = 3", "line 1: must be a table: write [rules] above it."),
        ("[rules]\nmine = 3", "line 2: must be a table: write [rules.NAME] above it."),
        ('[rules."a b"]\nkind = "quiet"', "line 1: the name of a rule must be a name of letters"),
        ("[rules.mine]", 'line 1: a rule needs a kind. Write kind = "fred" or'),
        ('[rules.mine]\nkind = "qwertz"', 'line 2: kind must be "fred" or "sentinel" or "quiet".'),
        ("[rules.mine]\nkind = []", 'line 2: kind must be "fred" or "sentinel" or "quiet".'),
        (SENTINEL + 'sucess = ["x"]', "line 3: unknown setting. Did you mean success?"),
        (SENTINEL, 'line 1: a rule of kind "sentinel" needs a success marker.'),
        (SENTINEL + 'success = "qwertz"', LIST),
        (SENTINEL + "success = []", LIST),
        (SENTINEL + "success = [3]", LIST),
        (SENTINEL + 'success = ["qwertz", ""]', WHERE),
        (SENTINEL + 'success = ["../../qwertz"]', WHERE),
        (SENTINEL + 'success = ["qwertz/../x"]', WHERE),
        (SENTINEL + 'success = ["../"]', WHERE),
        (SENTINEL + 'success = ["/qwertz"]', WHERE),
        (SENTINEL + 'success = ["a\\nb"]', WHERE),
        (SENTINEL + 'success = ["../qwertz*"]', BESIDE),
        (SENTINEL + 'success = ["../qwertz[1]"]', BESIDE),
        (SENTINEL + 'success = [{ matches = "qwertz" }]', LIST),
        (SENTINEL + 'success = [{ file = "a", match = "qwertz" }]', LIST),
        (SENTINEL + 'success = [{ file = ["a"] }]', LIST),
        (SENTINEL + 'success = [{ file = "a", min_bytes = "qwertz" }]', SIZE),
        (SENTINEL + 'success = [{ file = "a", min_bytes = -1 }]', SIZE),
        (SENTINEL + 'success = [{ file = "a", min_bytes = true }]', SIZE),
        (
            SENTINEL + 'success = ["a"]\nrequire = "qwertz"',
            'line 4: require must be "any" or "all"',
        ),
        (SENTINEL + 'ignore = "qwertz"', COVERS),
        (SENTINEL + "ignore = []", COVERS),
        (SENTINEL + 'ignore = ["qwertz", 3]', COVERS),
        (SENTINEL + 'ignore = ["../qwertz"]', COVERS),
        (SENTINEL + 'ignore = ["/"]', COVERS),
        (QUIET + 'min_bytes = "qwertz"', "line 3: min_bytes must be a number of bytes, such as"),
        (QUIET + 'require = "all"', 'line 3: require does not belong to rules of kind "quiet".'),
        ('[rules.fred]\nignore = ["a"]', 'line 2: ignore does not belong to rules of kind "fred"'),
        (SENTINEL + 'success = [{ file = "a", matches = "(qwertz" }]', WHAT),
        (SENTINEL + 'success = [{ file = "a", matches = "[[qwertz]" }]', WHAT),
        (SENTINEL + 'success = [{ file = "a", matches = "q{99999999999}" }]', WHAT),
        (SENTINEL + 'success = [{ file = "a", matches = 3 }]', WHAT),
        (
            SENTINEL + 'success = [{ file = "a", matches = "(qwertz+)+" }]',
            "line 3: success has a pattern in matches that repeats a repetition, as (a+)+ does",
        ),
        (SENTINEL + f'success = [{{ file = "a", matches = "{"(" * 900}" }}]', WHAT),
        (SENTINEL + f'success = [{{ file = "a", matches = "{"qwertz" * 200}" }}]', WHAT),
        (SENTINEL + 'success = ["OK"]\nfailure = ["qwertz/"]', "line 4: failure names a file"),
        (QUIET + 'absent = "*.qwertz"', "line 3: absent must be a list of patterns for file names"),
        (QUIET + "absent = []", "line 3: absent must be a list of patterns"),
        (QUIET + 'absent = ["*.qwertz", 3]', "line 3: absent must be a list of patterns"),
        (QUIET + 'absent = ["/qwertz/*"]', "line 3: absent must be a list of patterns"),
        (QUIET + "min_files = 0", "line 3: min_files must be a whole number from 1 to 10000000."),
        (QUIET + "min_files = true", "line 3: min_files must be a whole number"),
        (QUIET + "quiet_seconds = -1", "line 3: quiet_seconds must be a number of seconds"),
        (QUIET + 'program = "/opt/qwertz"', "line 3: program must be the name of an executable"),
        (QUIET + 'program = ""', "line 3: program must not be empty"),
        (
            SENTINEL + 'pid_file = "qwertz*.pid"',
            "line 3: pid_file must be one file, without *, ? or [",
        ),
        (SENTINEL + 'pid_file = "../qwertz[1]"', "line 3: pid_file names a file beside the RUN"),
        (SENTINEL + 'pid_file = "../../qwertz"', "line 3: pid_file names a file that is neither"),
        (SENTINEL + 'pid_file = "/qwertz"', "line 3: pid_file names a file that is neither"),
        (SENTINEL + 'pid_file = ""', "line 3: pid_file must not be empty"),
        (SENTINEL + "pid_file = 3", "line 3: pid_file must be"),
        (QUIET + 'success = ["OK"]', 'line 3: success does not belong to rules of kind "quiet".'),
        (
            "[rules.fred]\nmin_files = 2",
            'line 2: min_files does not belong to rules of kind "fred"',
        ),
        ('[rules.fred]\nkind = "quiet"', 'line 2: the rule "fred" is built in and of kind "fred".'),
        ('[rules.quiet]\nkind = "sentinel"', 'line 2: the rule "quiet" is built in and of kind'),
    ],
)
@pytest.mark.filterwarnings("ignore")  # a doubtful pattern is refused, not warned about
def test_refused(tmp_path: Path, content: str, expected: str) -> None:
    """With file and line, in the words of the schema, and never with the value."""
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, content)
    assert f"{tmp_path / 'settings.toml'}, {expected}" in str(caught.value)
    assert "qwertz" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_unknown_rule(tmp_path: Path) -> None:
    """What there is gets listed, and the unknown name is not repeated."""
    for environ, flags in (({"RUNFERRY_RULE": "qwertz"}, {}), ({}, {"rule": "qwertz"})):
        with pytest.raises(SettingsError) as caught:
            load(tmp_path, SIMULATOR, environ, **flags)
        assert "gromacs, lammps, openfoam, quiet, sentinel, slow, solver, sumo." in str(
            caught.value
        )
        assert "qwertz" not in str(caught.value)


def test_refused_when_not_in_use(tmp_path: Path) -> None:
    """A broken rule is found before the day on which it is needed."""
    with pytest.raises(SettingsError, match="line 1: a rule needs a kind"):
        load(tmp_path, "[rules.other]", rule="fred")


def test_a_marker_in_full(tmp_path: Path) -> None:
    """All that a marker may say; what cannot be used is refused."""
    settings = load(
        tmp_path,
        """[rules.mine]
kind = "sentinel"
about = "each log has ended"
success = [{ file = "{a,b}.log", matches = "^End", begins = "^Exec", which = "each", says = "End" }]
""",
    )
    marker = Marker("{a,b}.log", "^End", 0, "^Exec", Which.EACH, "End")
    assert rule_of(settings, "mine").success == (marker,)
    assert rule_of(settings, "mine").about == "each log has ended"


@pytest.mark.parametrize(
    ("marker", "why"),
    [
        ('begins = "("', "begins that is not a regular expression"),
        ('which = "some"', "which that must be"),
        ("says = 3", "says that must be text"),
        (f'file = "{"{a,b}" * 40}"', "too much with its braces"),
    ],
)
def test_a_marker_refused(tmp_path: Path, marker: str, why: str) -> None:
    """Where it stands, and what is wrong with it."""
    table = marker if marker.startswith("file") else f'file = "x", {marker}'
    with pytest.raises(SettingsError, match=why):
        load(tmp_path, f'[rules.mine]\nkind = "sentinel"\nsuccess = [{{ {table} }}]')
