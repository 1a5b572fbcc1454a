"""A version's folder: written aside, then renamed, so that a crash leaves no half one; and the
manifest that says what lies in it.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.locks import held
from workbench.store import Store

UNFINISHED = ".writing-"
MANIFEST = "manifest.json"
Json = dict[str, Any]


@contextmanager
def aside(store: Store, base: Path) -> Iterator[Path]:
    """A folder to write in; one export at a time, so that what a killed one left is known."""
    base.mkdir(parents=True, exist_ok=True)
    with held(store.workspace.locks / "export.lock", wait=True):
        _remove_unfinished(base)
        folder = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=base))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def remove_unfinished(store: Store) -> int:
    """Remove what killed exports left in the workspace; leaves a running one alone."""
    with held(store.workspace.locks / "export.lock", wait=False) as free:
        return _remove_unfinished(store.workspace.exports) if free else 0


def _remove_unfinished(base: Path) -> int:
    left = list(base.glob(f"{UNFINISHED}*"))
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def publish(written: Path, folder: Path, manifest: Json) -> None:
    """Rename into place. A version that is there already has the same lines; what was made of them
    for the first time now is moved to it file by file, each whole, and then declared.
    """
    declare(written, manifest)
    os.chmod(written, 0o755)
    try:
        os.rename(written, folder)
    except OSError:
        if not (folder / MANIFEST).is_file():
            raise
        for path in written.iterdir():
            if not (folder / path.name).exists():
                os.rename(path, folder / path.name)
        declare(folder, json.loads((folder / MANIFEST).read_text(encoding="utf-8")))


def declare(folder: Path, manifest: Json) -> None:
    """Write the manifest with the names of the files beside it."""
    names = {path.name for path in folder.iterdir()} - {MANIFEST}
    files = sorted(name for name in names if not name.startswith(UNFINISHED))
    text = json.dumps(manifest | {"files": files}, ensure_ascii=False, indent=2, sort_keys=True)
    new = folder / f"{UNFINISHED}{MANIFEST}"
    new.write_text(text + "\n", encoding="utf-8")
    os.replace(new, folder / MANIFEST)
