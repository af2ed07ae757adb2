"""Random secrets in every context vanish; what a user needs to read stays, whatever it is."""

import hashlib
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from string import ascii_letters, digits, printable
from urllib.parse import quote, urlencode

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core.redaction.redactor import Redactor
from core.stored.job_s3_prefix import JobS3Prefix

few = settings(derandomize=True, max_examples=60)
many = settings(derandomize=True, max_examples=250)

BASE64 = ascii_letters + digits + "+/"

aws_keys = st.text(BASE64, min_size=40, max_size=40)
session_tokens = st.builds(
    "{}{}==".format,
    st.sampled_from(["IQoJb3JpZ2lu", "FwoGZXIvYXdz"]),
    st.text(BASE64, min_size=80, max_size=160),
)
# Without quotes, `password=config.token` is a line of code and is kept on purpose.
CODE = re.compile(
    r"(?:self|os|config|settings|args|options|getpass)\..*|[\w.]*(?:password|passwd|secret|token|_key)",
    re.IGNORECASE,
)
passwords = st.builds(
    "{}{}".format,
    st.sampled_from(ascii_letters + digits),
    st.text(ascii_letters + digits + "!#$%*+-./:=?@^_~", min_size=7, max_size=23),
).filter(lambda value: not CODE.fullmatch(value))
words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=8, max_size=15)
secrets = st.one_of(aws_keys, session_tokens, passwords, words)
names = st.sampled_from(
    [
        *("aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "SecretAccessKey", "secret_key"),
        *("secretKey", "password", "DB_PASSWORD", "session_token", "AWS_SESSION_TOKEN", "token"),
        *("api-key", "apiKey", "client_secret", "access_key", "private_key", "passphrase"),
        *("auth_token", "X-Auth-Token", "accountKey"),
    ]
)

Context = Callable[[str, str], str]
CONTEXTS: dict[str, Context] = {
    "ini": lambda name, value: f"[s3]\n{name} = {value}\nregion = eu-west-1\n",
    "ini, no blanks": lambda name, value: f"{name}={value}",
    "shell": lambda name, value: f"export {name}='{value}'",
    "power shell": lambda name, value: f"$env:{name} = {value}",
    "toml": lambda name, value: f"{name} = {json.dumps(value)}\n",
    "toml, three quotes": lambda name, value: f'{name} = """\n{value}\n"""\n',
    "json": lambda name, value: json.dumps({"a": 1, name: value, "b": 2}),
    "json, indented": lambda name, value: json.dumps({name: value, "b": 2}, indent=2),
    "json in json": lambda name, value: json.dumps(json.dumps({"a": 1, name: value})),
    "json in json in json": lambda name, value: json.dumps(json.dumps(json.dumps({name: value}))),
    "environment as json": lambda name, value: json.dumps([{"name": name, "value": value}]),
    "yaml": lambda name, value: f"s3:\n  {name}: '{value}'\n  region: eu-west-1\n",
    "yaml block": lambda name, value: f"{name}: |\n  {value}\nregion: eu-west-1",
    "url": lambda name, value: f"https://h/p?a=1&{name}={quote(value, safe='')}&b=2",
    "form": lambda name, value: urlencode({"a": 1, name: value, "b": 2}),
    "url in url": lambda name, value: quote(f"https://h/?{name}={quote(value, safe='')}", safe=""),
    "header": lambda name, value: f"{name}: {value}\r\nHost: h\r\n",
    "bearer": lambda _, value: f"Authorization: Bearer {value}",
    "repr": lambda name, value: repr({"a": 1, name: value}),
    "repr of bytes": lambda name, value: repr({name: value.encode(), "b": 2}),
    "pair": lambda name, value: repr([(name, value), ("b", "2")]),
    "keyword": lambda name, value: f"Client({name}={value!r}, retries=3)",
    "call": lambda name, value: f"Client({name}=Secret({value!r}))",
    "option": lambda name, value: f"prog --{name} {value} --verbose",
    "option with equals": lambda name, value: f"prog --{name}={value} --verbose",
    "arguments": lambda name, value: repr(["prog", f"--{name}", value, "--verbose"]),
    "xml": lambda name, value: f"<a><{name}>{escape(value)}</{name}><b>1</b></a>",
    "xml, cut off": lambda name, value: f"<a><{name}>{escape(value)}",
    "attribute": lambda name, value: f'<a {name}="{escape(value)}" b="1"/>',
    "user information": lambda _, value: f"http://user:{quote(value, safe='')}@host:9000/p",
    "curl": lambda _, value: f"curl -u 'user:{value}' https://h/",
    "minio client": lambda _, value: f"mc alias set lab https://h/ user {value}",
    "connection string": lambda name, value: f"Host=h;{name}={value};Pool=2",
    "log": lambda name, value: f"2025-10-23 21:15:00 INFO s3: using {name}={value} for upload",
    "arrow": lambda name, value: f"{name} => {value}",
    "prompt": lambda name, value: f"{name} [None]: {value}\nregion [None]: eu-west-1",
}
WRAPPERS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "coloured": lambda text: f"\x1b[31m{text}\x1b[0m",
    "json": lambda text: json.dumps({"message": text}),
    "repr": repr,
    "repr of bytes": lambda text: repr(text.encode()),
    "html": escape,
    "panel": lambda text: "\n".join(f"│ {line} │" for line in text.split("\n")),
    "traceback": lambda text: f'Traceback:\n  File "x.py", line 3, in f\nValueError: {text}\n',
}


def _forms(value: str) -> set[str]:
    return {value, json.dumps(value)[1:-1], repr(value)[1:-1], escape(value), quote(value, safe="")}


@pytest.mark.parametrize("context", CONTEXTS)
@few
@given(name=names, value=secrets, wrapper=st.sampled_from(sorted(WRAPPERS)))
def test_secret_in_context(context: str, name: str, value: str, wrapper: str) -> None:
    """A secret that nobody registered vanishes beside its name, whatever both are written in."""
    assume(value not in CONTEXTS[context](name, ""))  # password=password
    text = WRAPPERS[wrapper](CONTEXTS[context](name, value))

    redacted = Redactor().redact(text)

    assert [form for form in _forms(value) if form in redacted] == []


@many
@given(
    value=st.binary().map(lambda seed: b64encode(hashlib.sha256(seed).digest()[:30]).decode()),
    text=st.sampled_from(["KeyError: '{}'", "bad creds {} end", "{}", "a={},b=1", "b'\\n{}\\xff'"]),
)
def test_bare_aws_key(value: str, text: str) -> None:
    """An AWS secret access key vanishes without any context."""
    assume(all(re.search(kind, value) for kind in ("[A-Z]", "[a-z]", "[0-9]")))

    assert value not in Redactor().redact(text.format(value))


@many
@given(
    value=st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=12, max_size=60),
    wrapper=st.sampled_from(sorted(WRAPPERS)),
    width=st.integers(3, 11),
)
@example(value="[ABC]0012345", wrapper="coloured", width=3)
def test_known_value_of_any_text(value: str, wrapper: str, width: int) -> None:
    """Any known value vanishes, also encoded or wrapped, without its name."""
    assume(len(set(filter(str.isalnum, value.lower()))) > 8)
    redactor = Redactor()
    redactor.register(value)
    forms = {
        value,
        quote(value, safe=""),
        quote(quote(value, safe=""), safe=""),
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
        escape(value),
        b64encode(value.encode()).decode(),
        value.encode().hex(" "),
    }
    if not set("%&\\[") & set(value):  # which a line break might tear apart
        forms.add("\n  ".join(value[at : at + width] for at in range(0, len(value), width)))

    redacted = redactor.redact(WRAPPERS[wrapper](" , ".join(forms)))

    assert [form for form in forms if form in redacted] == []


ids = st.integers(1, 10**9)
moments = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
keys = st.builds(JobS3Prefix.run_results, st.builds(JobS3Prefix, ids, moments), ids)
blobs = st.binary(max_size=64)
digests = st.one_of(
    blobs.map(lambda blob: hashlib.sha256(blob).hexdigest()),
    blobs.map(lambda blob: hashlib.sha256(blob).hexdigest().upper()),
    blobs.map(lambda blob: hashlib.sha1(blob).hexdigest()),  # noqa: S324 - as git names things
    blobs.map(lambda blob: b64encode(hashlib.sha256(blob).digest()).decode()),
    blobs.map(lambda blob: b64encode(hashlib.md5(blob).digest()).decode()),  # noqa: S324
    blobs.map(lambda blob: f'"{hashlib.md5(blob).hexdigest()}-12"'),  # noqa: S324
    blobs.map(lambda blob: urlsafe_b64encode(hashlib.sha512(blob).digest()).decode()),
    st.uuids().map(str),
    st.uuids().map(lambda uuid: uuid.hex),
)
segments = st.sampled_from(
    [
        *("home", "alice", "Projects", "FRED", "OUT", "RUN4", "RUN12", "Results2025", "v2", "a"),
        *("SimulationOutput", "calibration", "node_modules", "x86", "run_4_results.zip", "OUT.csv"),
    ]
)
paths = st.lists(segments, min_size=1, max_size=8).map("/".join)
prose = st.lists(
    st.sampled_from(
        [
            *("uploaded", "the", "run", "of", "job", "token", "secret", "password", "key", "12%"),
            *("signature", "3.5", "GB", "at", "21:15:00", "v0001", "access", "denied", "for"),
            *("bucket", "epi-results,", "(retry)", "expired;", "upload", "finished.", "us-east-1"),
        ]
    ),
    max_size=20,
).map(" ".join)
texts = st.sampled_from(
    [
        "{}",
        "uploaded {} (12,345,678 bytes, 45%)",
        "s3://epi-results/{}",
        "/home/alice/{}",
        'Key="{}", ETag={}',
        "sha256={}",
        "x-amz-meta-runferry-write-token: {}",
        "write_token={}",
        "RequestId: {} HostId: {}",
        "arn:aws:s3:::epi-results/{}",
        "NextContinuationToken={}",
        "https://epi-results.s3.amazonaws.com/{}?versionId={}",
        "{}\n\tand {}\n",
    ]
)


@many
@given(text=texts, shown=st.one_of(keys, digests, paths))
def test_what_users_read(text: str, shown: str) -> None:
    """Keys of objects, digests, ids and paths pass unchanged."""
    whole = text.format(shown, shown)

    assert Redactor().redact(whole) == whole


@many
@given(prose)
def test_prose(text: str) -> None:
    """Sentences about secrets pass unchanged."""
    assert Redactor().redact(text) == text


fragments = st.sampled_from(
    [
        *("password", "secret_key", "token", "Signature", "&sig=", "Authorization: ", "Basic "),
        *("=", ": ", " = ", '"', "'", '\\"', '\\\\"', '"""', "\n", "\\n", "\\", " ", "[", "]"),
        *("(", ")", "<", ">", "</", "<secret_key>", "</secret_key>", "&lt;secret&gt;", "&quot;"),
        *("<StringToSign>", "'CanonicalRequest': '", "Credential=", "/20251023/", "Digest "),
        *("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "hunter2", "AA"),
        *("://", "@", "u:p@", "%3D", "%22", "%3a%2f%2f", "│ ", "| ", ", ", ";", "--password "),
        *(
            "-----BEGIN PRIVATE KEY-----",
            "-----END PRIVATE KEY-----",
            "\x1b[31m",
            "\x1b]0;",
            "\x07",
        ),
        *(
            "\r\n",
            "\0",
            "\u200b",
            "‹redacted›",
            "‹",
            "|\n  ",
            "${X}",
            "null",
            "[/]",
            "mc alias set ",
        ),
        *("curl -u ", "name", '"value": "', "</name><value>", "IQoJb3JpZ2lu", "eyJabcdefgh.", "x1"),
    ]
)
pathological = st.lists(fragments, max_size=14).map("".join)
any_text = st.text(st.characters(categories=["L", "N", "P", "S", "Z", "C"]))  # C: surrogates too


@many
@given(st.one_of(any_text, pathological, st.text(printable)))
@example("password=‹redacted›")
@example("\ud800\udfff password=\udcff\udcfe")
def test_any_text(text: str) -> None:
    """On any text at all redaction is idempotent, and no control character comes out."""
    redactor = Redactor()
    redactor.register("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")

    once = redactor.redact(text)

    assert "withheld" not in once
    assert redactor.redact(once) == once
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", once)
