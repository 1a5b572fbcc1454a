"""The same rows as CSV, SQLite and a JSON list: made of the lines, beside them, and declared."""

import csv
import hashlib
import json
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from tests.conftest import Desk
from tests.test_export_formats import better, rated
from workbench import exporting, jobs
from workbench.errors import InvalidInput
from workbench.exporting import FORMATS, Filters, containers, export
from workbench.store.datasets import DatasetVersion

FORMULA = ("=", "+", "-", "@", "\t", "\r")
TEXTS = st.text(alphabet=st.sampled_from("=+-@\t\r\n'\";,ab é🙂"), max_size=6)


def freeze(desk: Desk, *also: str, format_: str = "preference", share: float = 0.3) -> Any:
    chosen = Filters(test_share=share)
    return export(desk.store, desk.project, chosen, desk.clock.now, format_=format_, also=also)


def lines(folder: Path, part: str = "train") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{part}.jsonl").read_text().splitlines()]


def manifest(version: DatasetVersion) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(version.folder) / "manifest.json").read_text())
    return found


@pytest.fixture
def judged(desk: Desk) -> Desk:
    """Twenty rated pairs."""
    desk.add_answers(20)
    desk.open()
    ann = desk.reviewer("Ann")
    while items := desk.claim(ann, 10):
        for item in items:
            desk.submit(ann, item, preference=better(item), ratings=rated(item))
    return desk


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_is_whole_in_csv_and_in_sqlite(judged: Desk, format_: str) -> None:
    folder = Path(freeze(judged, "csv", "sqlite", format_=format_).folder)
    db = Database(folder / "dataset.sqlite")
    names = set(db["train"].columns_dict)
    for part in ("train", "test"):
        wanted = [{n: row[n] for n in row if n in names} for row in lines(folder, part)]
        assert wanted
        stored = [
            {n: json.loads(row[n]) if isinstance(one[n], list | dict) else row[n] for n in one}
            for row, one in zip(db[part].rows, wanted, strict=True)
        ]
        assert stored == wanted
        with open(folder / f"{part}.csv", encoding="utf-8", newline="") as file:
            cells = list(csv.DictReader(file))
        assert [_read(cell, one) for cell, one in zip(cells, wanted, strict=True)] == wanted


def _read(cells: dict[str, str], row: dict[str, Any]) -> dict[str, Any]:
    """Cells as their row has them: what is no text is JSON."""
    return {
        name: value if isinstance(row[name], str) else json.loads(value or "null")
        for name, value in cells.items()
    }


def test_one_sqlite_file_holds_all_of_a_version(judged: Desk) -> None:
    version = freeze(judged, "sqlite")
    folder = Path(version.folder)
    db = Database(folder / "dataset.sqlite")
    assert set(db.table_names()) == {"train", "test", "lineage", "manifest"}
    assert [json.loads(row["line"]) for row in db["lineage"].rows] == [
        json.loads(line) for line in (folder / "lineage.jsonl").read_text().splitlines()
    ]
    said = {row["name"]: json.loads(row["value"]) for row in db["manifest"].rows}
    assert said == version.manifest
    assert not [path for path in folder.iterdir() if path.name.startswith("dataset.sqlite-")]


def test_an_empty_part_has_its_columns(judged: Desk) -> None:
    folder = Path(freeze(judged, "csv", "sqlite", share=0.0).folder)
    db = Database(folder / "dataset.sqlite")
    assert db["test"].count == 0
    assert db["test"].columns_dict == db["train"].columns_dict
    assert (folder / "test.csv").read_text().strip() == '"prompt","chosen","rejected","pair_id"'


@pytest.mark.parametrize("format_", ["argilla", "label-studio"])
def test_what_is_taken_in_as_a_list_lies_there_as_one(judged: Desk, format_: str) -> None:
    version = freeze(judged, format_=format_)
    for part in ("train", "test"):
        path = Path(version.folder) / f"{part}.json"
        assert json.loads(path.read_text()) == lines(path.parent, part)
    assert {"train.json", "test.json"} <= set(manifest(version)["files"])


def test_an_empty_list_is_a_list(judged: Desk) -> None:
    version = freeze(judged, format_="label-studio", share=0.0)
    assert json.loads((Path(version.folder) / "test.json").read_text()) == []


# No formula


@given(texts=st.lists(TEXTS, min_size=1, max_size=5), number=st.integers(-3, 3))
def test_no_cell_of_text_begins_a_formula(texts: list[str], number: int) -> None:
    """A text comes back but for the ' before it; a number stays one."""
    row = {f"={n}": text for n, text in enumerate(texts)} | {"n": number, "nested": texts}
    written = _csv(row)
    cells = list(csv.reader(StringIO(written, newline="")))
    assert len(cells) == 2
    for cell in (*cells[0], *cells[1][: len(texts)], cells[1][-1]):
        assert not cell.startswith(FORMULA)
    assert cells[1][len(texts)] == str(number)
    assert [_undone(cell) for cell in cells[1][: len(texts)]] == [_undone(text) for text in texts]
    assert json.loads(cells[1][-1]) == texts


def _undone(text: str) -> str:
    """Without a ' that stands before a formula."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text


def _csv(row: dict[str, Any]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "train.jsonl").write_text(json.dumps(row) + "\n")
        containers.to_csv(path / "train.jsonl", path / "train.csv", list(row))
        return (path / "train.csv").read_bytes().decode()


@pytest.mark.parametrize("begun", FORMULA)
def test_a_formula_is_shown_as_text(begun: str) -> None:
    assert f"\"'{begun}cmd|' /C calc'!A0\"" in _csv({"text": f"{begun}cmd|' /C calc'!A0"})


# Declared, and not part of the name


def test_the_files_are_declared_and_name_nothing(judged: Desk) -> None:
    plain = freeze(judged)
    version = freeze(judged, "csv", "sqlite")
    assert version.name == plain.name
    assert manifest(version)["files"] == sorted(
        path.name for path in Path(version.folder).iterdir() if path.name != "manifest.json"
    )
    assert {"train.csv", "test.csv", "dataset.sqlite"} <= set(manifest(version)["files"])


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name != "manifest.json"
    }


def test_a_version_gets_the_containers_that_it_has_not(judged: Desk) -> None:
    first = freeze(judged)
    before = digests(Path(first.folder))
    assert freeze(judged, "csv").id == first.id
    assert freeze(judged, "sqlite").id == first.id
    after = digests(Path(first.folder))
    assert set(after) - set(before) == {"train.csv", "test.csv", "dataset.sqlite"}
    assert {name: after[name] for name in before} == before
    assert manifest(first)["files"] == sorted(after)
    assert [path.name for path in judged.store.workspace.exports.iterdir()] == [first.name]


def test_a_version_keeps_the_containers_that_it_has(judged: Desk) -> None:
    first = freeze(judged, "csv")
    freeze(judged)
    assert "train.csv" in manifest(first)["files"]


def test_a_file_that_a_killed_export_had_moved_is_declared_by_the_next(judged: Desk) -> None:
    version = freeze(judged)
    (Path(version.folder) / "train.csv").write_text("moved, and not declared yet")
    freeze(judged)
    assert "train.csv" in manifest(version)["files"]


def test_a_job_makes_them_too(judged: Desk) -> None:
    job = exporting.begin(judged.store, judged.project, Filters(), "preference", ("csv",))
    jobs.wait(judged.store, job.id)
    [stored] = judged.rows("SELECT folder FROM dataset_versions")
    assert (Path(stored["folder"]) / "train.csv").is_file()


def test_a_container_that_there_is_not_is_refused(judged: Desk) -> None:
    with pytest.raises(InvalidInput, match="csv or sqlite"):
        freeze(judged, "xlsx")
    with pytest.raises(InvalidInput, match="no container xlsx"):
        exporting.begin(judged.store, judged.project, Filters(), "preference", ("xlsx",))
    assert not list(judged.store.workspace.exports.glob("*"))


def test_numbers_and_truths_are_typed_in_sqlite(tmp_path: Path) -> None:
    row = {"n": -2, "score": 1.5, "label": True, "none": None}
    for name in ("train.jsonl", "test.jsonl"):
        (tmp_path / name).write_text(json.dumps(row) + "\n")
    (tmp_path / "lineage.jsonl").write_text("")
    schema = pa.schema([("n", pa.int64()), ("score", pa.float64()), ("label", pa.bool_()),
                        ("none", pa.string())])  # fmt: skip
    containers.to_sqlite(tmp_path, tmp_path / "dataset.sqlite", schema, {})
    [stored] = Database(tmp_path / "dataset.sqlite")["train"].rows
    assert stored == {"n": -2, "score": 1.5, "label": 1, "none": None}
