"""A process that ends when the one that started it does, whatever the manner of its death."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel for it (Linux). To be called in the child."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:  # it died before it could be asked
        os.kill(os.getpid(), signal.SIGKILL)
