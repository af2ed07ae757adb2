"""A SLURM cluster of one node on loopback: the real munged, slurmctld and slurmd."""

import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from tests.servers.guarded import GuardedServers, free_port

_PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scancel", "scontrol", "sinfo", "squeue")
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "PREEMPTED", "NODE_FAIL"})
_STATE = re.compile(r"\bJobState=(\w+)")
_PATIENCE = 240
_POLL = 0.5
# Two partitions on one node: what comes into `high` takes the place of what is at work in `low`.
_CONFIGURATION = """
ClusterName=runferry
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={directory}/munge.socket,cred_expire=5
StateSaveLocation={directory}/state
SlurmdSpoolDir={directory}/spool
SlurmctldPidFile={directory}/slurmctld.pid
SlurmdPidFile={directory}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,bf_interval=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=4
PartitionName=low Nodes=ALL Default=YES PriorityTier=1 GraceTime=20 PreemptMode=REQUEUE
PartitionName=high Nodes=ALL PriorityTier=10 PreemptMode=OFF
"""


def missing_programs() -> Sequence[str]:
    """What has to be installed for it: Debian's packages `slurm-wlm` and `munge`."""
    return [name for name in _PROGRAMS if not shutil.which(name, path=_PATH)]


class SlurmCluster:
    """At work while the block lasts; jobs run as `user`, who starts it. KillWait is SLURM's own, 30 s."""

    def __init__(self, directory: Path, user: str) -> None:
        self._directory = directory
        self._user = user
        configuration = str(directory / "slurm.conf")
        self._environ = {**os.environ, "PATH": _PATH, "SLURM_CONF": configuration}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._configure()
        servers = GuardedServers(
            [self._munged(), ["slurmctld", "-D"], ["slurmd", "-D"]],
            what="the SLURM cluster",
            ready=self._is_ready,
            directory=self._directory,
            environ=self._environ,
        )
        with ExitStack() as stack:
            stack.enter_context(servers)
            stack.callback(self._end_jobs)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def submit(self, script: Path, *options: str, environ: Mapping[str, str]) -> str:
        """The id of the job, of an array that of all its tasks."""
        return self._ask("sbatch", "--parsable", *options, str(script), environ=environ).strip()

    def cancel(self, job: str) -> None:
        """As a user does who has had enough."""
        self._ask("scancel", job)

    def states(self, job: str) -> Sequence[str]:
        """Of its tasks."""
        lines = self._ask("scontrol", "--oneliner", "show", "job", job).splitlines()
        return [found[1] for line in lines if (found := _STATE.search(line))]

    def wait_for(self, what: str, happens: Callable[[], bool]) -> None:
        """Until it does; fails after minutes."""
        deadline = time.monotonic() + _PATIENCE
        while not happens():
            assert time.monotonic() < deadline, f"not within {_PATIENCE} s: {what}"
            time.sleep(_POLL)

    def wait_for_end(self, job: str) -> Sequence[str]:
        """The states in which its tasks ended, once all their processes are gone."""
        self.wait_for(f"the end of job {job}", lambda: self._has_ended(job))
        return self.states(job)

    def _has_ended(self, job: str) -> bool:
        return _ENDED.issuperset(self.states(job)) and not self._queue(f"--jobs={job}")

    def _configure(self) -> None:
        directory = self._directory
        for name in ("state", "spool"):
            (directory / name).mkdir()
        (directory / "munge.key").write_bytes(secrets.token_bytes(128))
        (directory / "munge.key").chmod(0o600)
        (directory / "slurm.conf").write_text(
            _CONFIGURATION.format(
                host=os.uname().nodename.partition(".")[0],
                controller=free_port(),
                node=free_port(),
                user=self._user,
                directory=directory,
            )
        )

    def _munged(self) -> list[str]:
        files = {"socket": "socket", "key-file": "key", "seed-file": "seed", "pid-file": "pid"}
        places = [f"--{name}={self._directory}/munge.{end}" for name, end in files.items()]
        return ["munged", "--foreground", "--force", *places]

    def _is_ready(self) -> bool:
        return "idle" in self._told_by("sinfo", "--noheader", "--format=%T").stdout

    def _end_jobs(self) -> None:
        """Whatever runs would go on without the cluster."""
        self._told_by("scancel", f"--user={self._user}")
        self.wait_for("that no job is left", lambda: not self._queue())

    def _queue(self, *options: str) -> str:
        return self._told_by("squeue", "--noheader", *options).stdout

    def _ask(self, *command: str, environ: Mapping[str, str] | None = None) -> str:
        answer = self._told_by(*command, environ=environ or {})
        assert not answer.returncode, answer.stderr
        return answer.stdout

    def _told_by(
        self, *command: str, environ: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            env={**self._environ, **(environ or {})},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
