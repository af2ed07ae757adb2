"""Links to objects on S3: signed with version 4, used by others over HTTP."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from core.errors import StoreCredentialsError
from core.ports.presigned_url import LinkMethod, PresignedUrl
from core.redaction import redact
from core.redaction.secret import Secret
from core.settings import Profile
from storage.s3.store import S3Store

KEY = "jobs/7/2026/11/20/120000/run_4_results.zip"


@pytest.fixture
def store(s3_profile: Profile) -> Iterator[S3Store]:
    store = S3Store(s3_profile)
    yield store
    store.close()


def asked(url: PresignedUrl, *, data: bytes | None = None) -> bytes:
    """The answer that somebody without credentials gets."""
    method = "GET" if data is None else "PUT"
    headers = {"Content-Type": "application/zip"}  # moto takes urllib's default for a form
    request = urllib.request.Request(url.reveal(), data, headers, method=method)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - http to a server of ours
        return answer.read()


def fields(url: PresignedUrl) -> dict[str, str]:
    """What the link's query says."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url.reveal()).query).items()}


def test_fetched(store: S3Store) -> None:
    """Whoever has the link gets the bytes."""
    store.put(KEY, b"content")
    assert asked(store.presign(KEY, LinkMethod.GET, expires_seconds=60)) == b"content"


def test_stored(store: S3Store) -> None:
    """By a plain PUT, without any header that the client would have to know of."""
    asked(store.presign(KEY, LinkMethod.PUT, expires_seconds=60), data=b"theirs")
    assert b"".join(store.read(KEY)) == b"theirs"


def test_nothing_there(store: S3Store) -> None:
    """A link is made without asking; following it says that there is nothing."""
    url = store.presign(KEY, LinkMethod.GET, expires_seconds=60)
    with pytest.raises(urllib.error.HTTPError) as caught:
        asked(url)
    caught.value.close()
    assert caught.value.code == 404


@pytest.mark.parametrize("method", LinkMethod)
def test_what_is_signed(s3_profile: Profile, method: LinkMethod) -> None:
    """Version 4, the life span, one key; only the host has to be sent as it was signed."""
    token = Secret("IQoJb3JpZ2luX2VjEXAMPLETOKEN0123456789abcdefghij")
    store = S3Store(replace(s3_profile, session_token=token))
    url = store.presign(KEY, method, expires_seconds=604_800)
    store.close()
    found = fields(url)
    assert urlsplit(url.reveal()).path.endswith(f"/{KEY}")
    assert (found["X-Amz-Algorithm"], found["X-Amz-Expires"]) == ("AWS4-HMAC-SHA256", "604800")
    assert found["X-Amz-SignedHeaders"] == "host"
    assert found["X-Amz-Security-Token"] == token.reveal()


def test_nobody_prints_it(store: S3Store) -> None:
    """Neither the object nor any text that it got into shows the signature; the key stays."""
    url = store.presign(KEY, LinkMethod.GET, expires_seconds=60)
    signature = fields(url)["X-Amz-Signature"]
    assert "http" not in f"{url} {url!r} {url:>9} {[url]}"
    covered = redact(f"GET {url.reveal()} failed")
    assert signature not in covered
    assert KEY in covered
    assert redact(KEY) == KEY


def test_no_credentials(s3_profile: Profile) -> None:
    """The same error as for a request."""
    nobody = replace(s3_profile, access_key_id=None, secret_access_key=None)
    store = S3Store(nobody)
    with pytest.raises(StoreCredentialsError):
        store.presign(KEY, LinkMethod.GET, expires_seconds=60)
    store.close()
