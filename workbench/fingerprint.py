"""What makes a model the same model: the hash of its files."""

import hashlib
from pathlib import Path

from workbench.hashing import sha256_json


def model_fingerprint(location: str, adapter: str | None = None) -> str:
    """A model's folder; with an adapter, SHA-256 over both.

    A hub id stands for itself beside an adapter; alone it has no fingerprint (""), since what it
    names may change.
    """
    if adapter is None:
        return folder_fingerprint(Path(location))
    return sha256_json([folder_fingerprint(Path(part)) or part for part in (location, adapter)])


def folder_fingerprint(location: Path) -> str:
    """SHA-256 over names and contents of a model folder; "" for what is no local folder."""
    if not location.is_dir():
        return ""
    digest = hashlib.sha256()
    for path in sorted(p for p in location.iterdir() if p.is_file() and p.suffix != ".md"):
        digest.update(path.name.encode())
        with open(path, "rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
