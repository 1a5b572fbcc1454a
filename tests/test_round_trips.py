"""What is exported and imported again is the same: from one store, in a format, into another."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Clock, Desk, answered
from workbench import demo, importing
from workbench.exporting import Filters, export
from workbench.settings import ProjectSettings, Workspace
from workbench.store import Store

Row = dict[str, Any]
FORMATS = ("preference", "preference-implicit", "preference-text", "reward", "kto", "sft",
           "sft-completion", "openai")  # fmt: skip
PAIRS = 8


@pytest.fixture
def judged(make_desk: Callable[..., Desk]) -> Desk:
    """Eight pairs of all strengths, one of them bad throughout; one prompt has a source text, and
    one was asked with an earlier turn before it.
    """
    desk = make_desk(heldout_share=0.0)
    rows = [answered(i) for i in range(PAIRS)]
    rows[0]["context"] = "The source."
    earlier = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]
    rows[1]["prompt"] = [*earlier, {"role": "user", "content": rows[1]["prompt"]}]
    desk.import_rows(rows)
    desk.open()
    ann = desk.reviewer("Ann")
    for place, item in enumerate(desk.claim(ann, PAIRS)):
        preference = (1 + place % 3) * desk.better(item) // 2
        bad = place == PAIRS - 1
        desk.submit(ann, item, preference=None if bad else preference, all_bad=bad)
    return desk


@pytest.fixture
def elsewhere(tmp_path: Path, new_database: Path, clock: Clock) -> Desk:
    """A project in a fresh store, which holds nothing out."""
    workspace = Workspace(tmp_path / "elsewhere").create()
    shutil.copyfile(new_database, workspace.database)
    store = Store(workspace)
    settings = ProjectSettings(gold_rate=0.0, repeat_rate=0.0, heldout_share=0.0)
    project = demo.create_project(store, clock.now, "fresh", "Fresh", settings)
    return Desk(store, project, clock)


def exported(desk: Desk, format_: str) -> Path:
    chosen = Filters(test_share=0.0)
    version = export(desk.store, desk.project, chosen, desk.clock.now, format_=format_)
    return Path(version.folder)


def rows(folder: Path) -> list[Row]:
    """All but the ids, which name the rows of one store; in an order of their own."""
    found = [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]
    for row in found:
        row.pop("pair_id", None)
    return sorted(found, key=json.dumps)


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
@pytest.mark.parametrize("format_", FORMATS)
def test_a_version_imported_elsewhere_is_exported_again_as_it_was(
    judged: Desk, elsewhere: Desk, format_: str, ending: str
) -> None:
    folder = exported(judged, format_)
    report = importing.import_file(
        elsewhere.store, elsewhere.project, folder / f"train.{ending}", elsewhere.clock.now,
        kind="judgements",
    )  # fmt: skip
    assert (report.bad, report.dropped) == ([], [])
    assert len(rows(folder)) >= PAIRS - 3
    assert report.judgements == len(rows(folder))
    assert rows(exported(elsewhere, format_)) == rows(folder)


def test_a_labelled_answer_is_no_pair_and_is_heard_with_those_of_pairs(judged: Desk) -> None:
    before = rows(exported(judged, "kto"))
    path = judged.store.workspace.home / "labels.jsonl"
    mine = [{"prompt": "Why?", "completion": "So.", "label": True},
            {"prompt": "How?", "completion": "No.", "label": False}]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in mine))
    importing.import_file(judged.store, judged.project, path, judged.clock.now, kind="judgements")
    added = [row for row in rows(exported(judged, "kto")) if row not in before]
    assert {(row["completion"][0]["content"], row["label"]) for row in added} == {
        ("So.", True), ("No.", False)
    }  # fmt: skip
    assert len(rows(exported(judged, "preference"))) == PAIRS - 1


def test_an_answer_called_good_as_often_as_bad_is_left_out(judged: Desk) -> None:
    before = rows(exported(judged, "kto"))
    path = judged.store.workspace.home / "labels.jsonl"
    row = {"prompt": "Why?", "completion": "So."}
    two = [row | {"label": True, "judge": "A"}, row | {"label": False, "judge": "B"}]
    path.write_text("".join(json.dumps(one) + "\n" for one in two))
    importing.import_file(judged.store, judged.project, path, judged.clock.now, kind="judgements")
    assert rows(exported(judged, "kto")) == before
