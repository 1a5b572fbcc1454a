"""Rows on disk: JSON lines, which name a version by their hash, and beside them what other tools
read. Each is written piece by piece, so that memory stays flat however many rows there are.

It knows lines of JSON and a schema, and nothing of what they mean.
"""

import hashlib
import io
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet

PARQUET_ROWS = 20_000  # many small row groups cost much
BLOCK = 1 << 24  # bytes of JSON that one row at most may have


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
        for block in _blocks(file):
            out.write_table(_table(block, schema))


def _blocks(file: Iterable[bytes]) -> Iterable[bytes]:
    block: list[bytes] = []
    for line in file:
        block.append(line)
        if len(block) == PARQUET_ROWS:
            yield b"".join(block)
            block = []
    if block:
        yield b"".join(block)


def _table(block: bytes, schema: pa.Schema) -> pa.Table:
    return pa.json.read_json(
        io.BytesIO(block),
        read_options=pa.json.ReadOptions(block_size=max(BLOCK, len(block)), use_threads=False),
        parse_options=pa.json.ParseOptions(
            explicit_schema=schema, unexpected_field_behavior="ignore"
        ),
    )
