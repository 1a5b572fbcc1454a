"""Who counts as sitting at this machine; read by the pages and by the server alike."""

import os
from collections.abc import Mapping

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


def is_loopback() -> bool:
    """Whether the server listens to this machine alone."""
    return os.environ.get("WORKBENCH_HOST", "") in LOOPBACK


def from_this_machine(headers: Mapping[str, str]) -> bool:
    """Whether a request came straight from this machine: local Host, no proxy in between."""
    lower = {key.lower(): text for key, text in headers.items()}
    host = lower.get("host", "").rsplit(":", 1)[0]
    forwarded = any(name.startswith("x-forwarded") or name == "forwarded" for name in lower)
    return is_loopback() and host in LOOPBACK and not forwarded
