"""What somebody does who has a link, and no credentials."""

import http.client
from urllib.parse import urlsplit


def follow(method: str, link: str, body: bytes = b"") -> bytes:
    """What comes back; the server has to be content with it."""
    url = urlsplit(link)
    connection = http.client.HTTPConnection(url.netloc)
    headers = {"Content-Type": "application/zip"}
    connection.request(method, f"{url.path}?{url.query}", body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status == http.client.OK
    return content
