"""OpenStack Swift with its S3 interface: four processes, one copy of everything, on loopback."""

import getpass
import os
import subprocess
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Self

from tests.servers.guarded import GuardedServers, answers, free_port

_NODES = ("object", "container", "account")
_CLUSTER = """
[swift-hash]
swift_hash_path_suffix = runferry
swift_hash_path_prefix = tests
[storage-policy:0]
name = default
default = yes
"""
_NODE = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {etc}
devices = {devices}
mount_check = false
disable_fallocate = true
fallocate_reserve = 0
[pipeline:main]
pipeline = {node}-server
[app:{node}-server]
use = egg:swift#{node}
"""
# No memcached: it would keep tokens and container listings, and S3 requests are signed one by one.
_PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {etc}
[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck bulk s3api tempauth copy slo dlo versioned_writes \
symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
rate_limit_after_segment = 10000
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
allow_object_versioning = true
[filter:symlink]
use = egg:swift#symlink
"""
_RING = """
import sys
from swift.common.ring import RingBuilder
path, port = sys.argv[1:]
builder = RingBuilder(3, 1, 0)
builder.add_dev(dict(id=0, region=1, zone=1, ip="127.0.0.1", port=int(port), device="d1",
    weight=1.0, replication_ip="127.0.0.1", replication_port=int(port), meta=""))
builder.rebalance()
builder.get_ring().save(path + ".ring.gz")
"""


class SwiftServer:
    """Runs while the block lasts. Checks signatures."""

    key_id = "test:tester"
    secret_key = "testing"

    def __init__(self, python: Path, directory: Path) -> None:
        self._python = python
        self._directory = directory
        self._etc = directory / "etc"
        self._devices = directory / "devices"
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._environ = {**os.environ, "SWIFT_DIR": str(self._etc)}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._etc.mkdir()
        (self._devices / "d1").mkdir(parents=True)
        (self._etc / "swift.conf").write_text(_CLUSTER)
        for node in _NODES:
            port = free_port()
            self._run(_RING, str(self._etc / node), str(port))
            self._configure(node, _NODE, port)
        self._configure("proxy", _PROXY, self._port)
        servers = GuardedServers(
            [self._command(name) for name in (*_NODES, "proxy")],
            what=self.url,
            ready=partial(answers, f"{self.url}/healthcheck"),
            directory=self._directory,
            environ=self._environ,
        )
        self._stack.enter_context(servers)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._python, "-c", program, *arguments], env=self._environ, check=True, timeout=60
        )

    def _configure(self, name: str, template: str, port: int) -> None:
        text = template.format(
            port=port, user=getpass.getuser(), etc=self._etc, devices=self._devices, node=name
        )
        (self._etc / f"{name}.conf").write_text(text)

    def _command(self, name: str) -> list[str]:
        program = self._python.parent / f"swift-{name}-server"
        return [str(program), str(self._etc / f"{name}.conf")]
