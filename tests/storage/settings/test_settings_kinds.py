"""Run kinds by configuration: which counts where, and everything about them that is refused."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.finish.profiles import finish_rules
from core.kinds.built_in_kinds import LAMMPS
from core.kinds.run_kind import Curve, LinkPolicy, NumberIn, Progress, RunKind
from core.kinds.run_names import RunNames
from core.settings import Settings
from storage.settings.file import load_settings

MD = """\
[watch]
kind = "md"

[kinds.md]
pattern = ["seed_(\\\\d+)", "run-(\\\\d+)"]
rule = "quiet"
exclude = ["restart.*", "*.cpt", "processor*/"]
links = "skip"
progress = { file = "log.lammps", pattern = "^ *(\\\\d+) ", of = 100000 }
curve = { file = "out.csv", x = "time", y = ["I", "R"] }

[roots."/data/fred"]
kind = "fred"

[roots."~/any"]
kind = "any"
"""


def load(
    tmp_path: Path, content: str, environ: Mapping[str, str] | None = None, **flags: object
) -> Settings:
    file = tmp_path / "settings.toml"
    file.write_text(content)
    return load_settings(str(file), {"HOME": "/home/ada", **(environ or {})}, flags)


def test_a_simulator_in_one_table(tmp_path: Path) -> None:
    """Everything about its runs can be said."""
    kind = load(tmp_path, MD).watch.kind_of("/data/seed_1")
    assert kind == RunKind(
        "md",
        RunNames((r"seed_(\d+)", r"run-(\d+)")),
        "quiet",
        ("restart.*", "*.cpt", "processor*/"),
        LinkPolicy.SKIP,
        Progress(NumberIn("log.lammps", r"^ *(\d+) "), 100000),
        Curve("out.csv", "time", ("I", "R")),
    )


def test_origins(tmp_path: Path) -> None:
    """Every field says where it came from, for `config show`."""
    origins = load(tmp_path, MD).origins
    assert origins["watch.kind"] == "file:2"
    assert origins["watch.rule"] == origins["kinds.md.rule"] == "file:6"
    assert origins["kinds.md.pattern"] == "file:5"
    assert origins["kinds.fred.pattern"] == "default"
    assert origins['roots."/home/ada/any".kind'] == "file:16"


def test_each_root_has_its_rule(tmp_path: Path) -> None:
    """The deepest root that the file names; `~` is the user's home."""
    settings = load(tmp_path, MD + '[roots."/data/fred/md"]\nkind = "md"\n')
    rules = finish_rules(settings.watch)
    paths = ("/data/x", "/data/fred/RUN1", "/home/ada/any/RUN1", "/data/fred/md/seed_1")
    assert [rules.of(path).name for path in paths] == ["quiet", "fred", "sentinel", "quiet"]
    assert {rule.name for rule in rules.all} == {"quiet", "fred", "sentinel"}


@pytest.mark.parametrize(
    ("content", "environ", "flags", "kind", "rule"),
    [
        ("", {}, {}, "fred", "fred"),
        ("", {}, {"kind": "any"}, "any", "sentinel"),
        ("", {}, {"rule": "sentinel"}, "any", "sentinel"),
        ("", {}, {"rule": "quiet"}, "any", "quiet"),
        ("", {}, {"kind": "fred", "rule": "quiet"}, "fred", "quiet"),
        ("", {"RUNFERRY_KIND": "any"}, {}, "any", "sentinel"),
        ("", {"RUNFERRY_KIND": "any"}, {"rule": "fred"}, "any", "fred"),
        ("", {"RUNFERRY_RULE": "quiet"}, {"kind": "fred"}, "fred", "fred"),
        ('[watch]\nrule = "sentinel"', {}, {}, "any", "sentinel"),
        ('[watch]\nrule = "sentinel"', {}, {"kind": "fred"}, "fred", "fred"),
        ('[watch]\nkind = "any"\nrule = "quiet"', {}, {}, "any", "quiet"),
        ('[rules.nfs]\nkind = "fred"', {}, {"rule": "nfs"}, "fred", "nfs"),
        ('[kinds.mine]\nrule = "quiet"', {}, {"rule": "quiet"}, "mine", "quiet"),
        ('[kinds.fred]\nrule = "quiet"', {}, {}, "fred", "quiet"),
    ],
)
def test_which_kind_and_rule_count(
    tmp_path: Path,
    content: str,
    environ: Mapping[str, str],
    flags: Mapping[str, object],
    kind: str,
    rule: str,
) -> None:
    """A kind brings its rule, a rule beside it wins; a rule alone means a kind that has it, or any."""
    watch = load(tmp_path, content, environ, **flags).watch
    assert (watch.kind, watch.rule) == (kind, rule)
    assert (watch.kind_of("/x").name, watch.kind_of("/x").rule) == (kind, rule)


def test_what_is_said_for_one_command_counts_for_all_roots(tmp_path: Path) -> None:
    """Else `scan ROOT --kind any` would show something else, depending on a file."""
    assert load(tmp_path, MD, kind="any").watch.kind_of("/data/fred/x").name == "any"
    kind = load(tmp_path, MD, rule="quiet").watch.kind_of("/data/fred/x")
    assert (kind.name, kind.rule) == ("fred", "quiet")


def test_the_tables_of_curves(tmp_path: Path) -> None:
    """Of a run here by its kind alone; what is stored may be of any kind, of the chosen ones first."""
    watch = load(tmp_path, MD).watch
    out = Curve("out.csv", "time", ("I", "R"))
    assert list(watch.curves_at("/data/md/seed_1")) == [out]
    assert not watch.curves_at("/data/fred/RUN1")
    assert list(watch.curves_at("jobs/1/run_1_results.zip")) == [out, LAMMPS.curve]


def test_each_rule_keeps_its_patience(tmp_path: Path) -> None:
    """What `quiet` waits for is not what FRED's runs are kept waiting."""
    watch = load(tmp_path, MD).watch
    assert watch.quiet_seconds == 900
    assert watch.quiet_by_rule == {"fred": 30, "sentinel": 30}
    assert set(load(tmp_path, MD, quiet_seconds=7).watch.quiet_by_rule.values()) == {7}


NUMBERS = 'progress must be { file = "NAME", pattern = "EXPRESSION" }'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("kinds = 3", "line 1: must be a table: write [kinds] above it."),
        ("[kinds]\nmd = 3", "line 2: must be a table: write [kinds.NAME] above it."),
        ('[kinds."a b"]', "line 1: the name of a run kind must be a name of letters"),
        ("[kinds.md]\npatern = 3", "line 2: unknown setting. Did you mean pattern?"),
        ("[kinds.md]\npattern = 3", "line 2: pattern must be a regular expression"),
        ("[kinds.md]\npattern = []", "line 2: pattern must be a regular expression"),
        ("[kinds.md]\npattern = ['(']", "line 2: pattern must be a regular expression"),
        (
            "[kinds.md]\npattern = ['run_(\\d+)+']",
            "line 2: pattern repeats a repetition, as (a+)+ does: it could search for ever.",
        ),
        (
            "[kinds.md]\nprogress = { file = 'log', pattern = '((\\d+ ?)*)$' }",
            "line 2: progress repeats a repetition",
        ),
        (
            '[kinds.md]\nrule = "x"',
            "line 2: rule names no finish rule. There are: exit-code, fred,",
        ),
        ('[kinds.md]\nexclude = ["/tmp"]', "line 2: exclude must be a list of patterns"),
        ('[kinds.md]\nexclude = ["../x"]', "line 2: exclude must be a list of patterns"),
        ('[kinds.md]\nexclude = ["a//"]', "line 2: exclude must be a list of patterns"),
        ('[kinds.md]\nexclude = ["*", "!a"]', 'line 2: exclude has a pattern with "!"'),
        (
            f"[kinds.md]\nprogress = {{ file = 'x', pattern = '(x)', of = {10**400} }}",
            f"line 2: {NUMBERS}",
        ),
        ('[kinds.md]\nlinks = "x"', 'line 2: links must be "store" or "follow" or "skip" or'),
        ('[kinds.md]\nprogress = "x"', f"line 2: {NUMBERS}"),
        ('[kinds.md]\nprogress = { file = "x", pattern = "x" }', f"line 2: {NUMBERS}"),
        ('[kinds.md]\nprogress = { file = "x", pattern = "(x)", of = 0 }', f"line 2: {NUMBERS}"),
        ('[kinds.md]\nprogress = { file = "x", pattern = "(x)", of = {} }', f"line 2: {NUMBERS}"),
        ('[kinds.md]\ncurve = { file = "x", x = "t" }', "line 2: curve must be { file ="),
        ('[kinds.md]\ncurve = { file = "/x", x = "t", y = "I" }', "line 2: curve must be"),
        ('[watch]\nkind = "x"', "line 2: kind names a run kind that does not exist. There are:"),
        ('[roots."data"]\nkind = "any"', "line 1: a root must be an absolute path"),
        ('[roots."/data"]\nkind = "x"', "line 2: kind names no run kind. There are: any, fred"),
        ('[roots."/data"]\nrule = "x"', "line 2: unknown setting. Known here: kind"),
        ("[roots]\n'/data' = 3", "line 2: must be a table"),
    ],
)
def test_refused(tmp_path: Path, content: str, why: str) -> None:
    """Before anything starts, with the line."""
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, content)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    ("written", "of_quiet", "of_fred"),
    [(None, True, False), ('"auto"', True, False), ("true", True, True), ("false", False, False)],
)
def test_which_roots_are_stored_anew(
    tmp_path: Path, written: str | None, of_quiet: bool, of_fred: bool
) -> None:
    """Unless it is decided for all, the rule of each root tells whether it may have been wrong."""
    told = f"[watch]\nupload_changed = {written}\n" if written else "[watch]\n"
    watch = load(tmp_path, MD.replace("[watch]\n", told)).watch
    assert (watch.takes_changed("/data/seeds"), watch.takes_changed("/data/fred")) == (
        of_quiet,
        of_fred,
    )


def test_stored_anew_or_not(tmp_path: Path) -> None:
    """There is no third way."""
    with pytest.raises(SettingsError, match=r'must be true, false or "auto"'):
        load(tmp_path, '[watch]\nupload_changed = "quiet"\n')
