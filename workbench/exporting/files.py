"""Rows on disk: JSON lines, which name a version by their hash, and beside them what other tools
read. Each is written piece by piece, so that memory stays flat however many rows there are.

It knows lines of JSON and a schema, and nothing of what they mean.
"""

import hashlib
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

BLOCK = 1 << 22  # bytes of JSON in a row group, and one line more: many small ones cost much


class Lines:
    """A file of JSON lines that is on disk for good once it is closed."""

    def __init__(self, path: Path):
        self._file = open(path, "wb", buffering=1 << 20)  # noqa: SIM115 - closed on exit
        self._digest = hashlib.sha256()
        self.rows = 0

    def write(self, lines: list[str]) -> None:
        if lines:
            content = ("\n".join(lines) + "\n").encode()
            self._file.write(content)
            self._digest.update(content)
            self.rows += len(lines)

    def digest(self) -> bytes:
        return self._digest.digest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


def to_parquet(lines: Path, path: Path, schema: pa.Schema) -> None:
    """The same rows as a Parquet file; an empty one where there are none."""
    with (
        pa.parquet.ParquetWriter(path, schema, compression="zstd") as out,
        open(lines, "rb") as file,
    ):
        while block := file.read(BLOCK):
            out.write_table(_table(block + file.readline(), schema))


def _table(block: bytes, schema: pa.Schema) -> pa.Table:
    return pa.json.read_json(
        pa.BufferReader(block),
        read_options=pa.json.ReadOptions(block_size=len(block), use_threads=False),
        parse_options=pa.json.ParseOptions(
            explicit_schema=schema, unexpected_field_behavior="ignore"
        ),
    )
