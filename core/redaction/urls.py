"""URLs: user and password in front of the host."""

import re

from core.redaction.spans import Source, Span

# Up to the last @ before the path. `host:9000/path@v1` has a slash before its @, and
# `git@github.com:x` has no `://`. A name without password stays, unless it is as long as a token.
_USERINFO = re.compile(
    r"""
    ://
    (   [^\s/?\#"'<>@:]{0,256}+ : [^\s/?\#"'<>]{0,1024} (?=@)
      | [^\s/?\#"'<>@:\[]{20,256}+ (?=@)
      | [^\s/?\#"'<>@:\[]{1,256}+ : (?![0-9]{1,5}[/?\#]) [^\s"'<>@]{1,256}+ (?=@)   # a / in it
    )
    """,
    re.VERBOSE,
)
_ENCODED_USERINFO = re.compile(
    r"%((?:25){0,3})3a (?:%\1 2f){2} ([^\s%/?\#\"'<>]{0,256} %\1 3a \S{0,256}?) %\1 40",
    re.VERBOSE,
)


def find_userinfo(source: Source) -> list[Span]:
    """`user:password` of every URL, also of a URL that is percent-encoded as a whole."""
    spans = (
        [match.span(1) for match in _USERINFO.finditer(source.folded)]
        if "://" in source.folded
        else []
    )
    if "%3a" in source.folded:
        spans += [match.span(2) for match in _ENCODED_USERINFO.finditer(source.folded)]
    return spans
