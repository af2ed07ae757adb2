"""What of a run is stored, and what stays on the disk only."""

import pytest

from core.kinds.built_in_kinds import ANY
from core.kinds.run_kind import LinkPolicy, RunKind
from core.ports.tree import EntryType, Scan, TreeEntry
from core.source.stored_part import as_of_scan, stored_part, told_left_out


def scan_of(*paths: str) -> Scan:
    """Ten bytes a file; what ends in a slash is a directory."""
    return Scan.of("/data/RUN1", map(_entry, paths), "as it was")


def _entry(path: str) -> TreeEntry:
    kind = EntryType.DIRECTORY if path.endswith("/") else EntryType.FILE
    return TreeEntry(path.rstrip("/"), kind, 10, 0, 0)


def excluding(*patterns: str) -> RunKind:
    return RunKind("mine", ANY.names, ANY.rule, exclude=patterns)


@pytest.mark.parametrize(
    ("pattern", "left_out"),
    [
        ("restart.*", {"restart.a", "sub/restart.b"}),
        ("sub/*.b", {"sub/restart.b"}),
        ("*/p", set[str]()),
        ("**/p", {"processor0/0.1/p"}),
        ("processor0/*/p", {"processor0/0.1/p"}),
        ("processor0/*", {"processor0/U", "processor0/0.1", "processor0/0.1/p"}),
        ("0.[0-2]/", {"processor0/0.1", "processor0/0.1/p"}),
        ("processor*/", {"processor0", "processor0/U", "processor0/0.1", "processor0/0.1/p"}),
        (
            "processor*",
            {"processor0", "processor0/U", "processor0/0.1", "processor0/0.1/p", "processors.txt"},
        ),
        ("**/processor0", {"processor0", "processor0/U", "processor0/0.1", "processor0/0.1/p"}),
        ("processor0/**/p", {"processor0/0.1/p"}),
        ("gr\u00f6sse", {"gro\u0308sse"}),
        ("U/", set[str]()),
        ("*.cpt", set[str]()),
    ],
)
def test_excluded(pattern: str, left_out: set[str]) -> None:
    """By names or paths, however accents are written; a directory with all that is in it.

    With a slash at the end only directories; `**/` means none as well.
    """
    scan = scan_of(
        "restart.a",
        "sub/",
        "sub/restart.b",
        "processor0/",
        "processor0/U",
        "processor0/0.1/",
        "processor0/0.1/p",
        "processors.txt",
        "gro\u0308sse",
        "out.csv",
    )
    part = stored_part(scan, excluding(pattern))
    assert {left.entry.path for left in part.left_out} == left_out
    assert {entry.path for entry in part.entries} == {e.path for e in scan.entries} - left_out
    assert all(left.why == f"excluded by {pattern}" for left in part.left_out)


def test_counts_are_those_of_what_is_stored() -> None:
    """Files and bytes, without directories."""
    part = stored_part(scan_of("a", "b.tmp", "sub/", "sub/c"), excluding("*.tmp"))
    assert (part.files, part.bytes) == (2, 20)


def test_a_change_of_what_is_left_out_is_none() -> None:
    """Not of what is stored; the scan sees it, so that a rule does."""
    kind = excluding("restart.*")
    before, after = scan_of("out.csv"), scan_of("out.csv", "restart.a")
    stored = stored_part(before, kind).fingerprint
    assert stored_part(after, kind).fingerprint != after.fingerprint
    again = stored_part(scan_of("out.csv", "restart.a", "restart.b"), kind)
    assert again.fingerprint == stored_part(after, kind).fingerprint
    assert stored == before.fingerprint


def test_what_is_stored_as_a_scan_would_see_it() -> None:
    """Compared with a scan's own, each half for itself: names and sizes, and times."""
    kind = excluding("restart.*")
    scan = Scan.of("/data/RUN1", map(_entry, ("out.csv", "restart.a")), "names-times")
    extent, times = stored_part(scan, kind).fingerprint.split("-")
    assert as_of_scan(f"{extent}-{times}", scan, kind) == "names-times"
    assert as_of_scan(f"{extent}-older", scan, kind) == "names-older"
    assert as_of_scan(f"others-{times}", scan, kind) == "others-times"
    assert as_of_scan("of-another", scan, kind) == "of-another"
    assert as_of_scan("without a dash", scan, kind) == "without a dash"
    assert as_of_scan("names-times", scan, ANY) == "names-times"


def with_links(*links: tuple[str, str]) -> Scan:
    """A scan of a file `out.csv`, and links with their texts."""
    entries = [TreeEntry(path, EntryType.SYMLINK, 0, 0, 0o777, text) for path, text in links]
    return Scan.of("/data/RUN1", [_entry("out.csv"), *entries], "as it was")


def of_links(policy: LinkPolicy) -> RunKind:
    return RunKind("mine", ANY.names, ANY.rule, links=policy)


def test_links_are_stored() -> None:
    """All of them; of those out of the run it is told that their content is not."""
    scan = with_links(("latest", "out.csv"), ("table", "/shared/t"), ("over", "table"))
    part = stored_part(scan, of_links(LinkPolicy.STORE))
    assert part.entries == scan.entries
    assert [(left.entry.path, left.why) for left in part.left_out] == [
        ("over", "link to table, content not stored"),
        ("table", "link to /shared/t, content not stored"),
    ]


def test_a_link_to_what_is_stored_beside() -> None:
    """As in a run of several directories."""
    part = stored_part(
        with_links(("first", "../RUN2/a")), of_links(LinkPolicy.STORE), None, {"RUN2"}
    )
    assert part.left_out == ()


def test_refused_links() -> None:
    """It is told why, and of which one; without links there is nothing to refuse."""
    kind = of_links(LinkPolicy.REFUSE)
    scan = with_links(("latest", "out.csv"))
    assert "RUN1/latest is a link to out.csv" in stored_part(scan, kind).refused
    assert told_left_out(scan, kind) == (stored_part(scan, kind).refused,)
    assert stored_part(scan_of("a"), kind).refused == ""


def test_names_too_long() -> None:
    """No ZIP holds them: they are left out, and others stay."""
    deep = "/".join(["d" * 200] * 21)
    part = stored_part(scan_of("a", deep), ANY)
    assert [left.entry.path for left in part.left_out] == [deep]
    (line,) = told_left_out(scan_of("a", deep), ANY)
    assert line.endswith("its name is too long for a ZIP")


def test_many_lines() -> None:
    """There are never more than a few."""
    scan = with_links(*((f"l{n}", f"/shared/{n}") for n in range(250)))
    lines = told_left_out(scan, of_links(LinkPolicy.STORE))
    assert (len(lines), lines[-1]) == (101, "and 150 more")


def test_patterns_are_named_before_all_else() -> None:
    """However many links there are: the lines are bounded."""
    links = [TreeEntry(f"a{n:03}", EntryType.SYMLINK, 0, 0, 0, f"/out/{n}") for n in range(200)]
    scan = Scan.of("/data/RUN1", [*links, _entry("z.cpt")], "as it was")
    lines = told_left_out(scan, excluding("*.cpt"))
    assert lines[0] == "RUN1/z.cpt: excluded by *.cpt"
    assert lines[-1] == "and 101 more"
