"""Datasets of the hub, or in a folder, as the `datasets` library loads them: `hub:OWNER/NAME` or
`hub:FOLDER`, and behind another colon the split, else `train`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.errors import InvalidInput

PREFIX = "hub:"


def is_hub(path: Path) -> bool:
    return str(path).startswith(PREFIX)


def name_of(path: Path) -> str:
    """`owner/name`, or what a folder is called."""
    where, _ = _parts(path)
    return Path(where).name if Path(where).is_dir() else where


def _parts(path: Path) -> tuple[str, str]:
    where, _, split = str(path).removeprefix(PREFIX).partition(":")
    return where, split or "train"


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Its rows, read from disk page by page. Raises InvalidInput where nothing can be loaded."""
    # Here and not above: it takes a second, and most imports are of files.
    from datasets import load_dataset
    from datasets.exceptions import DatasetsError
    from datasets.utils import disable_progress_bars

    where, split = _parts(path)
    disable_progress_bars()
    try:
        yield from load_dataset(where, split=split, streaming=False)
    except (OSError, ValueError, DatasetsError) as error:
        raise InvalidInput(
            f"The dataset “{where}”, split “{split}”, cannot be loaded: {_first_line(error)}",
            field="file",
            remedy="Is the name right (hub:OWNER/NAME:SPLIT), and the hub within reach?",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason was given."])[0]
