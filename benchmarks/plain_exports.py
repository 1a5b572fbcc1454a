"""One way to write a million pairs, in a process that loads nothing else:
`python -m benchmarks.plain_exports WAY FOLDER FILE` tells what it took as JSON.

The plain ways take each pair from its one judgement and write its rows. They reckon no consensus,
ask no rule, and write no lineage and no hash.
"""

import json
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

ROWS = 20_000  # of a Parquet row group
PAIRS = """
    SELECT {} FROM judgements j CROSS JOIN comparison_completions y
        ON y.comparison_id = j.comparison_id AND y.completion_id <> j.winner_id
    CROSS JOIN completions a ON a.id = j.winner_id
    CROSS JOIN completions b ON b.id = y.completion_id
"""
TEXTS = PAIRS.format("a.rendered, a.messages, b.messages, j.submission_id")
OBJECTS = PAIRS.format(
    "json_object('prompt', json(a.rendered), 'chosen', json(a.messages),"
    " 'rejected', json(b.messages), 'pair_id', j.submission_id)"
)
Took = dict[str, float]
Started = tuple[float, float]


def started() -> Started:
    return time.perf_counter(), time.process_time()


def took(since: Started) -> Took:
    """Seconds on the wall and of the processor, and this process's peak of memory so far."""
    wall, cpu = time.perf_counter() - since[0], time.process_time() - since[1]
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    return {"wall": wall, "cpu": cpu, "mib": peak}


def jsonl(home: Path, file: Path) -> dict[str, Took]:
    """SQLite's `json_object`, line by line."""
    since = started()
    with closing(_opened(home)) as db, file.open("w") as lines:
        for (line,) in db.execute(OBJECTS):
            lines.write(line + "\n")
    return {"whole": took(since)}


def parquet(home: Path, file: Path) -> dict[str, Took]:
    """Batches of columns, messages as the nested lists that trainers read."""
    import pyarrow as pa
    import pyarrow.parquet

    since = started()
    message = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    kinds = [message, message, message, pa.string()]
    names = ["prompt", "chosen", "rejected", "pair_id"]
    read: list[Callable[[str], Any]] = [json.loads, json.loads, json.loads, str]
    schema = pa.schema(list(zip(names, kinds, strict=True)))
    with (
        closing(_opened(home)) as db,
        pa.parquet.ParquetWriter(file, schema, compression="zstd") as out,
    ):
        rows = db.execute(TEXTS)
        while batch := rows.fetchmany(ROWS):
            texts = zip(read, zip(*batch, strict=True), kinds, strict=True)
            columns = [pa.array(list(map(one, column)), kind) for one, column, kind in texts]
            out.write_table(pa.table(columns, schema=schema))
    return {"whole": took(since)}


def parquet_text(home: Path, file: Path) -> dict[str, Took]:
    """Batches of columns, messages left as the JSON texts that the store holds."""
    import pyarrow as pa
    import pyarrow.parquet

    since = started()
    schema = pa.schema(
        [(name, pa.string()) for name in ("prompt", "chosen", "rejected", "pair_id")]
    )
    with (
        closing(_opened(home)) as db,
        pa.parquet.ParquetWriter(file, schema, compression="zstd") as out,
    ):
        rows = db.execute(TEXTS)
        while batch := rows.fetchmany(ROWS):
            columns = [pa.array(column) for column in zip(*batch, strict=True)]
            out.write_table(pa.table(columns, schema=schema))
    return {"whole": took(since)}


def ours(home: Path, folder: Path) -> dict[str, Took]:
    """An export as its job makes it. What it took until the pairs were settled and chosen, until
    the JSON lines lay there with their lineage, until the Parquet files did, and in all.
    """
    from workbench.clock import utc_now
    from workbench.exporting import Filters, export, writing
    from workbench.settings import Workspace
    from workbench.store import Store, projects

    found, since = dict[str, Took](), started()

    def marked(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def worked(*given: Any) -> Any:
            done = work(*given)
            found[name] = took(since)
            return done

        return worked

    for name in ("collect", "_write_lines", "to_parquet"):
        setattr(writing, name, marked(name, getattr(writing, name)))
    store = Store(Workspace(home))
    with store.read() as db:
        project = projects.get(db, "pairs")
    export(store, project, Filters(), utc_now(), folder)
    return found | {"whole": took(since)}


def _opened(home: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{home / 'workbench.db'}?mode=ro", uri=True)


WAYS = {"jsonl": jsonl, "parquet": parquet, "parquet-text": parquet_text, "ours": ours}

if __name__ == "__main__":
    print(json.dumps(WAYS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))))
