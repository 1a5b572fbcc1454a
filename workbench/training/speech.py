"""What the process that trains says to the job that started it: marked lines among its output, so
that it needs neither the store nor a free byte on the disk to be heard.
"""

import json
import os
import sys
from typing import Any

MARK = "@run "
LOOK = "--look"  # the process looks at the rows, and trains nothing


def say(**said: Any) -> None:
    """`done`, `total` and `note` tell how far it is; `error`, with `remedy`, why it ends."""
    line = f"\n{MARK}{json.dumps(said, ensure_ascii=False)}\n"
    sys.stdout.flush()
    os.write(sys.stdout.fileno(), line.encode())  # at once: other processes write here as well


def heard(line: str) -> dict[str, Any] | None:
    """What a line of its output says; None for anything else that it prints."""
    if not line.startswith(MARK):
        return None
    said: dict[str, Any] = json.JSONDecoder().raw_decode(line, len(MARK))[0]
    return said
