"""How a file is read: tables and datasets, columns under other names, what would come of it, and
what is left out.
"""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.conftest import Desk
from workbench import importing
from workbench.errors import InvalidInput
from workbench.importing import Reading, mapping
from workbench.importing.dropping import Drops
from workbench.importing.preview import first_rows
from workbench.importing.reading import Checked
from workbench.settings import REPOSITORY
from workbench.store import imports

Row = dict[str, Any]
PAIR = {"prompt": "Why, “then”?\nReally?", "chosen": "So,\r\nindeed.", "rejected": "No."}
MESSAGES = {
    "chosen": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}],
    "rejected": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "No."}],
}


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk(rubric="helpfulness", heldout_share=0.0)


def check(desk: Desk, path: Path, *, kind: Any = "judgements", **reading: Any) -> Checked:
    return importing.check_file(path, kind, desk.project, Reading(**reading))


def load(desk: Desk, path: Path, *, kind: Any = "judgements", **how: Any) -> importing.Report:
    return importing.import_file(desk.store, desk.project, path, desk.clock.now, kind=kind, **how)


def table(path: Path, *rows: Row) -> Path:
    """A CSV, TSV or Parquet file; what is no text is written as JSON into a cell."""
    if path.suffix == ".parquet":
        pa.parquet.write_table(pa.Table.from_pylist(list(rows)), path)
        return path
    names = list(dict.fromkeys(name for row in rows for name in row))
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, names, delimiter="\t" if path.suffix == ".tsv" else ",")
        out.writeheader()
        out.writerows({k: v if isinstance(v, str) else json.dumps(v) for k, v in row.items()}
                      for row in rows)  # fmt: skip
    return path


# Tables


@pytest.mark.parametrize("name", ["pairs.csv", "pairs.tsv", "pairs.parquet"])
@pytest.mark.parametrize("row", [PAIR, MESSAGES], ids=["texts", "messages"])
def test_a_table_is_read_as_json_lines_are(desk: Desk, tmp_path: Path, name: str, row: Row) -> None:
    lines = tmp_path / "pairs.jsonl"
    lines.write_text(json.dumps(row))
    [from_table] = check(desk, table(tmp_path / name, row)).rows
    [from_lines] = check(desk, lines).rows
    assert vars(from_table) | {"line": 0} == vars(from_lines) | {"line": 0}


def test_an_empty_cell_says_nothing(desk: Desk, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", {"prompt": "Why?", "context": "The source."}, {"prompt": "x"})
    first, second = check(desk, path, kind="prompts").rows
    assert (first.prompt.context, second.prompt.context) == ("The source.", None)


def test_a_bad_row_of_a_table_is_named_by_the_line_it_begins_on(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('prompt,id\n"two\nlines",1\nWhy?,2,3\nHow?,4\n"open')
    checked = check(desk, path, kind="prompts")
    assert [row.line for row in checked.rows] == [2, 5]
    assert [(bad.line, bad.reason.split(":")[0]) for bad in checked.bad] == [
        (4, "3 cells for 2 columns"), (6, "not valid CSV")
    ]  # fmt: skip


def test_an_answer_of_a_table_may_be_long(desk: Desk, tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", PAIR | {"chosen": "word " * 40_000})
    assert check(desk, path).bad == []


@pytest.mark.parametrize("name", ["rows.parquet", "none.parquet"])
def test_what_is_no_parquet_file_says_so(desk: Desk, tmp_path: Path, name: str) -> None:
    (tmp_path / "rows.parquet").write_text("prompt")
    with pytest.raises(InvalidInput, match="cannot be read"):
        check(desk, tmp_path / name)


# Datasets


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset as it lies in a folder; what is loaded of it is cached beside it."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    folder = tmp_path / "mine"
    folder.mkdir()
    table(folder / "train.parquet", PAIR)
    table(folder / "test.parquet", PAIR | {"chosen": "Tested."})
    return folder


@pytest.mark.parametrize(("split", "chosen"), [("", "So,\r\nindeed."), (":test", "Tested.")])
def test_a_dataset_is_read_split_by_split(
    desk: Desk, dataset: Path, split: str, chosen: str
) -> None:
    report = load(desk, Path(f"hub:{dataset}{split}"))
    assert (report.prompts, report.completions, report.judgements) == (1, 2, 1)
    [first, _] = desk.rows("SELECT messages FROM completions ORDER BY id")
    assert json.loads(first["messages"])[0]["content"] == chosen
    assert desk.rows("SELECT DISTINCT name FROM variants") == [{"name": "mine"}]


def test_a_split_that_is_not_there_is_named(desk: Desk, dataset: Path) -> None:
    with pytest.raises(InvalidInput, match='split “dev”, cannot be loaded: Unknown split "dev"'):
        check(desk, Path(f"hub:{dataset}:dev"))


def test_reading_a_dataset_loads_no_torch(dataset: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from workbench.importing.readers import read\n"
        f"assert len(list(read(Path('hub:{dataset}')))) == 1\n"
        "assert not {'torch', 'transformers', 'trl'} & set(sys.modules)"
    )
    environment = {"HF_DATASETS_CACHE": str(dataset.parent / "cache"), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# Columns under other names

TABLE = {"question": "Why?", "answer_good": "So.", "answer_bad": "No.", "of": {"who": "Ann"}}
COLUMNS = {
    "prompt": "question", "chosen": "answer_good", "rejected": "answer_bad", "judge": "of.who",
}  # fmt: skip


def test_columns_are_read_under_the_names_that_they_are_given(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([TABLE]))
    assert len(check(desk, path).bad) == 1
    report = load(desk, path, reading=Reading(columns=COLUMNS))
    assert (report.judgements, report.formats) == (1, {"preference": 1})
    [stored] = imports_of(desk)
    assert stored["reading"]["columns"] == COLUMNS
    assert desk.rows("SELECT name FROM reviewers WHERE name LIKE 'Ann%'") == [
        {"name": "Ann (imported)"}
    ]


def imports_of(desk: Desk) -> list[Row]:
    with desk.store.read() as db:
        return [json.loads(row["report"]) for row in imports.recent(db, desk.project.id)]


def test_a_column_can_be_left_aside(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([PAIR | {"margin": 9}]))
    assert len(check(desk, path).drops.listed()) == 1
    assert check(desk, path, columns=mapping.from_words(["margin="])).drops.listed() == []


def test_a_column_of_scores_is_a_criterion(desk: Desk, tmp_path: Path) -> None:
    path = table(
        tmp_path / "a.csv", {"q": "Why?", "a": "So.", "help": "3"}, {"q": "How?", "a": "Like this."}
    )
    columns = {"prompt": "q", "completion": "a", "rating:helpfulness": "help"}
    report = load(desk, path, reading=Reading(columns=columns))
    assert desk.rows("SELECT criterion, score FROM ratings") == [
        {"criterion": "helpfulness", "score": 3}
    ]
    assert report.completions == 2


def test_a_format_can_be_forced(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([PAIR | {"response": "What else?"}]))
    assert check(desk, path).formats == {"preference": 1}
    assert len(check(desk, path, format="helpsteer2", kind="completions").rows) == 1
    with pytest.raises(InvalidInput, match="There is no format “helpsteer9”"):
        check(desk, path, format="helpsteer9")


@pytest.mark.parametrize(
    ("word", "said"),
    [("prompt", "is not NAME=COLUMN"), ("=x", "is not NAME=COLUMN"),
     ("promt=question", "Nothing is read as “promt”"), ("rating:=x", "Nothing is read as")],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_says_why(word: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        mapping.from_words([word])


@pytest.mark.parametrize(
    ("name", "columns", "meant"),
    [
        ("prompt", ["Question", "answer"], "Question"),
        ("prompt", ["question", "prompt"], "prompt"),
        ("chosen", ["left", "right"], None),
        ("prompt", ["Customer Question", "Better Reply"], "Customer Question"),
        ("chosen", ["Customer Question", "Better Reply", "how much better"], "Better Reply"),
        ("prompt", ["prompt_id", "text"], None),
        ("id", ["prompt", "Ticket ID"], "Ticket ID"),
    ],
)
def test_the_likely_column_is_guessed(name: str, columns: list[str], meant: str | None) -> None:
    assert mapping.guess(name, columns) == meant


def test_a_column_that_is_not_there_is_named_with_those_that_are(
    desk: Desk, tmp_path: Path
) -> None:
    path = table(tmp_path / "a.csv", {"Question": "Why?", "Good": "So.", "Bad": "No."})
    columns = {"prompt": "Question", "chosen": "Godo", "rejected": "Bad"}
    with pytest.raises(InvalidInput, match="There is no column “Godo” to read as “chosen”") as told:
        check(desk, path, columns=columns)
    assert "The file has Question, Good, Bad." in str(told.value)


def test_a_name_that_nothing_has_is_answered_with_the_near_ones() -> None:
    with pytest.raises(InvalidInput, match=r"Did you mean prompt\?"):
        mapping.from_words(["promt=question"])
    with pytest.raises(InvalidInput, match=r"docs/importing\.md"):
        mapping.from_words(["agent=Agent"])


# What would come of it


def test_a_preview_says_what_is_understood_and_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"prompt": "Why?", "chosen": "So.", "rejected": "x" * 999}))
    [row] = first_rows(check(desk, path).rows)
    assert (row["line"], row["prompt"], len(row["answers"]["a (2)"])) == (1, "Why?", 200)
    assert row["said"] == ["preference (human): a (1) is better, strength 1"]
    assert desk.rows("SELECT id FROM imports") == []


# What is left out


def test_reasons_are_counted_with_their_first_lines() -> None:
    drops = Drops()
    for line in range(1, 8):
        drops.add("no such criterion", line, "Give it one.")
    drops.add("same text", 3)
    assert [one.words() for one in drops.listed()] == [
        "7 × no such criterion (lines 1, 2, 3, 4, 5 …)", "1 × same text (line 3)"
    ]  # fmt: skip


def test_what_was_left_out_is_kept_with_the_import(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [PAIR, PAIR, PAIR | {"rejected": PAIR["chosen"]}, {"prompt": "x"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = load(desk, path, skip_bad=True)
    [stored] = imports_of(desk)
    assert [(one["count"], one["lines"]) for one in stored["dropped"]] == [(1, [3]), (1, [2])]
    assert [one["line"] for one in stored["bad"]] == [4]
    assert stored == json.loads(json.dumps(report.to_json()))


def test_only_answers_are_taken_where_only_they_were_asked_for(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(PAIR))
    report = load(desk, path, kind="completions")
    assert (report.completions, report.judgements) == (2, 0)
    assert [one.remedy for one in report.dropped] == ["`import judgements` brings it in."]
