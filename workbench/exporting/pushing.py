"""A version on a hub of datasets: its parts through `datasets`, and its card. Nothing of the
version changes, so whatever fails can be done again. Libraries are loaded when they are needed.
"""

import os
import re
import tempfile
from pathlib import Path
from typing import Any

from workbench.errors import InvalidInput, NotAllowed, NotPushed
from workbench.exporting.containers import PARTS
from workbench.store.datasets import DatasetVersion

TOKEN = "HF_TOKEN"
REPO = re.compile(r"[\w.-]+/[\w.-]+")


def token(repo: str) -> str:
    """The token of the environment, which is kept nowhere.

    Raises InvalidInput for a name that no repository can have, NotAllowed without a token.
    """
    if not REPO.fullmatch(repo):
        raise InvalidInput(
            f"“{repo}” is no repository.", field="repo", remedy="Write it as owner/name."
        )
    found = os.environ.get(TOKEN, "").strip()
    if not found:
        raise NotAllowed(
            f"{TOKEN} is not set, so nothing can be pushed.",
            remedy=f"Set {TOKEN} to a token that may write to {repo}, for this command alone.",
        )
    return found


def push(version: DatasetVersion, repo: str, *, private: bool = False) -> str:
    """The address where it lies now. Raises WorkbenchError, with the place and what to do."""
    secret = token(repo)
    folder = Path(version.folder)
    if not (folder / "README.md").is_file():
        raise InvalidInput(
            f"The folder of {version.name} is gone.",
            field="version",
            remedy="Restore it from a backup.",
        )
    from huggingface_hub import constants

    place = f"{constants.ENDPOINT}/datasets/{repo}"
    try:
        _push(folder, repo, secret, private)
    except Exception as error:  # of the network, of the hub, or of what the hub says
        reason = str(error).replace(secret, "…").strip().splitlines() or [type(error).__name__]
        raise NotPushed(
            f"{version.name} could not be pushed to {place}: {reason[0]}",
            remedy=_remedy(error, version, repo),
        ) from error
    return place


def _push(folder: Path, repo: str, secret: str, private: bool) -> None:
    from datasets import load_dataset
    from huggingface_hub import HfApi

    with tempfile.TemporaryDirectory() as cache:
        parts: Any = load_dataset(str(folder), cache_dir=cache)
        parts.push_to_hub(repo, private=private or None, token=secret)
    HfApi(token=secret).upload_file(
        path_or_fileobj=_card(folder).encode(),
        path_in_repo="README.md",
        repo_id=repo,
        repo_type="dataset",
        commit_message="The card",
    )


def _card(folder: Path) -> str:
    """The version's own, which finds the parts where `push_to_hub` puts them."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    for part in PARTS:
        text = text.replace(f"path: {part}.parquet", f"path: data/{part}-*", 1)
    return text


def _remedy(error: Exception, version: DatasetVersion, repo: str) -> str:
    again = f"The version lies in {version.folder}; then: datasets push {version.name} {repo}."
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status in (401, 403, 404):
        return f"See that the token in {TOKEN} may write there. {again}"
    return f"See that the hub can be reached. {again}"
