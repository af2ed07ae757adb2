"""The processes of this host, by what its kernel or an installed library tells."""

import os

from core.ports.processes import Processes
from storage.machine.proc_processes import ProcProcesses

_OWN = "/proc/self/cmdline"


def processes_here() -> Processes:
    """None are seen where neither tells of them."""
    if os.path.exists(_OWN):
        return ProcProcesses()
    from storage.machine.installed_psutil import installed_psutil
    from storage.machine.psutil_processes import PsutilProcesses

    psutil = installed_psutil()
    return PsutilProcesses(psutil) if psutil else ProcProcesses()
