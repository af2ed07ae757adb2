"""LocalStack's S3 on loopback, from a Python environment: no container."""

import os
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Self

from tests.servers.guarded import GuardedServers, answers, free_port


class LocalStackServer:
    """Runs while the block lasts. Checks the signatures of presigned URLs, not those of headers."""

    key_id = "test"
    secret_key = "test"

    def __init__(self, python: Path, directory: Path) -> None:
        self._python = python
        self._directory = directory
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        servers = GuardedServers(
            [[str(self._python), "-m", "localstack.runtime.main"]],
            what=self.url,
            ready=partial(answers, f"{self.url}/_localstack/health"),
            directory=self._directory,
            environ=self._environ(),
        )
        self._stack.enter_context(servers)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _environ(self) -> dict[str, str]:
        address = f"127.0.0.1:{self._port}"
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "HOME": str(self._directory),
            "TMPDIR": str(self._directory),
            "FILESYSTEM_ROOT": str(self._directory / "fs"),
            "SERVICES": "s3",
            "STRICT_SERVICE_LOADING": "1",
            "EAGER_SERVICE_LOADING": "1",
            # The default gateway ignores the address it is to listen on, and takes all of them.
            "GATEWAY_SERVER": "hypercorn",
            "GATEWAY_LISTEN": address,
            "LOCALSTACK_HOST": address,
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DNS_ADDRESS": "0",
            "DNS_DISABLED": "1",
            "OVERRIDE_IN_DOCKER": "0",
            "S3_SKIP_SIGNATURE_VALIDATION": "0",
        }
