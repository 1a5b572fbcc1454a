"""What makes a model the same model: the hash of its files."""

import hashlib
from pathlib import Path


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


def model_fingerprint(location: str, adapter: str | None = None) -> str:
    """Of a model with an adapter, over both."""
    return folder_fingerprint(Path(location))
