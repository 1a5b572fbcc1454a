"""What lies in a version's folder: its manifest names the files, and a version that is there
already gets those that it has not.
"""

import json
import os
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
NEW = ".new-"


def declare(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest with the names of the files beside it."""
    names = {path.name for path in folder.iterdir()} - {MANIFEST}
    files = sorted(name for name in names if not name.startswith(NEW))
    text = json.dumps(manifest | {"files": files}, ensure_ascii=False, indent=2, sort_keys=True)
    new = folder / f"{NEW}{MANIFEST}"
    new.write_text(text + "\n", encoding="utf-8")
    os.replace(new, folder / MANIFEST)


def complete(folder: Path, written: Path) -> None:
    """Move what was made of the same lines for the first time now, file by file, each whole; then
    declare it. A crash between the two leaves a file that the next time declares.
    """
    for path in written.iterdir():
        if not (folder / path.name).exists():
            os.rename(path, folder / path.name)
    declare(folder, json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
