"""What is exported and imported again is the same: from one store, in a format, into another."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Clock, Desk, answered
from tests.test_export_formats import rated
from workbench import demo, importing
from workbench.errors import InvalidInput
from workbench.exporting import FORMATS, Filters, export
from workbench.importing.load import Report
from workbench.records import Item, Span
from workbench.rubrics import load_taxonomy
from workbench.settings import ProjectSettings, SecondLook, Workspace
from workbench.store import Store

Row = dict[str, Any]
PLAIN = ("preference", "preference-implicit", "preference-text", "reward", "kto", "sft",
           "sft-completion", "openai")  # fmt: skip
SAID = ("helpsteer2", "helpsteer3", "spans", "argilla", "label-studio")
FILES = [
    (name, ending)
    for name in SAID
    for ending in ("jsonl", "parquet", *(["json"] if FORMATS[name].listed else []))
]
TABLES = (
    "preference",
    "preference-implicit",
    "preference-text",
    "reward",
    "kto",
    "sft",
    "sft-completion",
)
PAIRS = 8
ANNOTATED = 6
UNDISPUTED = SecondLook(disputes=False)


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
def annotated(make_desk: Callable[..., Desk]) -> Desk:
    """Six pairs that Ann, Ben and Cy judged, rated and tagged; one prompt has a source text. Ben
    finds both the same in every second pair, and Cy in one finds the other answer better.
    """
    desk = make_desk(heldout_share=0.0, overlap=3, second_look=UNDISPUTED)
    given = [answered(i) | {"tags": ["law"]} for i in range(ANNOTATED)]
    given[0]["context"] = "The source."
    desk.import_rows(given)
    desk.open()
    for name, step in (("Ann", 3), ("Ben", 2), ("Cy", 1)):
        person = desk.reviewer(name)
        for place, item in enumerate(sorted(desk.claim(person, ANNOTATED), key=asked_first)):
            desk.submit(person, item, preference=said(name, place, step) * desk.better(item) // 2,
                        ratings=rated(item), spans=tagged(item, name), rationale=f"{name} says.",
                        seconds=3.5)  # fmt: skip
    return desk


def said(name: str, place: int, step: int) -> int:
    """How much better the fine answer is. The mean of those who find it better is always whole."""
    if place == 2:
        return -3 if name == "Cy" else 3
    return 0 if name == "Ben" and place % 2 else step


def asked_first(item: Item) -> list[str]:
    """An order of items that is the same for everyone."""
    return sorted(item.answers)


def tagged(item: Item, name: str) -> tuple[Span, ...]:
    """All find the same fault with the poor answer, and Ben another; the fine one has none."""
    slot = 1 + item.answers[1].startswith("A poor")
    fault = Span(slot, 2, 6, "contradicts_source", severity="major", note="No.")
    other = Span(slot, 7, 13, "off_topic")
    return (fault, other) if name == "Ben" else (fault,)


@pytest.fixture
def elsewhere(tmp_path: Path, new_database: Path, clock: Clock) -> Desk:
    """A project in a fresh store, which holds nothing out."""
    workspace = Workspace(tmp_path / "elsewhere").create()
    shutil.copyfile(new_database, workspace.database)
    store = Store(workspace)
    settings = ProjectSettings(
        gold_rate=0.0, repeat_rate=0.0, heldout_share=0.0, second_look=UNDISPUTED
    )
    project = demo.create_project(
        store, clock.now, "fresh", "Fresh", settings, rubric="grounded-qa"
    )
    return Desk(store, project, clock)


def exported(desk: Desk, format_: str, *also: str) -> Path:
    chosen = Filters(test_share=0.0)
    version = export(desk.store, desk.project, chosen, desk.clock.now, format_=format_, also=also)
    return Path(version.folder)


def rows(folder: Path) -> list[Row]:
    """All but the ids, which name the rows of one store, its people and the project; in an order of
    their own.
    """
    found = [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]
    for row in found:
        for name in ("pair_id", "id", "source_id"):
            row.pop(name, None)
        row.get("metadata", {}).pop("project", None)
        for one in row.get("responses", {}).get("preference", []):
            one.pop("user_id")
        for one in row.get("annotations", []):
            one.pop("completed_by")
    return sorted(found, key=json.dumps)


def brought(desk: Desk, path: Path) -> Report:
    """A file imported as judgements, whole."""
    report = importing.import_file(
        desk.store, desk.project, path, desk.clock.now, kind="judgements"
    )
    assert (report.bad, report.dropped) == ([], [])
    return report


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
@pytest.mark.parametrize("format_", PLAIN)
def test_a_version_imported_elsewhere_is_exported_again_as_it_was(
    judged: Desk, elsewhere: Desk, format_: str, ending: str
) -> None:
    folder = exported(judged, format_)
    report = brought(elsewhere, folder / f"train.{ending}")
    assert len(rows(folder)) >= PAIRS - 3
    assert report.judgements == len(rows(folder))
    assert rows(exported(elsewhere, format_)) == rows(folder)


@pytest.mark.parametrize(("format_", "ending"), FILES)
def test_what_people_said_is_imported_elsewhere_and_exported_again_as_it_was(
    annotated: Desk, elsewhere: Desk, format_: str, ending: str
) -> None:
    folder = exported(annotated, format_)
    brought(elsewhere, folder / f"train.{ending}")
    assert len(rows(folder)) == (ANNOTATED if FORMATS[format_].of == "voted" else 2 * ANNOTATED)
    assert rows(exported(elsewhere, format_)) == rows(folder)


@pytest.mark.parametrize("format_", ["argilla", "label-studio"])
def test_people_whom_a_tool_names_stay_apart(
    annotated: Desk, elsewhere: Desk, format_: str
) -> None:
    brought(elsewhere, exported(annotated, format_) / "train.json")
    found = elsewhere.rows("SELECT count(*) AS votes FROM judgements GROUP BY reviewer_id")
    assert [one["votes"] for one in found] == [ANNOTATED] * 3


def test_a_mean_that_nobody_gave_is_no_score(annotated: Desk, elsewhere: Desk) -> None:
    annotated.store.write(
        lambda db: db.execute(
            "UPDATE ratings SET score = 0 WHERE criterion = 'faithful' AND (judgement_id,"
            " completion_id) = (SELECT judgement_id, min(completion_id) FROM ratings"
            " GROUP BY judgement_id ORDER BY judgement_id LIMIT 1)"
        )
    )
    folder = exported(annotated, "helpsteer2")
    report = importing.import_file(
        elsewhere.store, elsewhere.project, folder / "train.jsonl", elsewhere.clock.now,
        kind="judgements",
    )  # fmt: skip
    [dropped] = report.dropped
    assert "that is no whole number from 0 to 2" in dropped.reason
    assert len(rows(exported(elsewhere, "helpsteer2"))) == len(rows(folder)) - 1


def test_the_subtype_of_a_span_comes_back(make_desk: Callable[..., Desk], elsewhere: Desk) -> None:
    desk = make_desk(heldout_share=0.0)
    label = {"start": 0, "end": 7, "text": "B. Moss", "label_type": "Evident Conflict"}
    row = {"prompt": "Who signed?", "response": "B. Moss signed.", "labels": [label]}
    path = desk.store.workspace.home / "spans.jsonl"
    path.write_text(json.dumps(row) + "\n")
    for one in (desk, elsewhere):
        one.project = replace(one.project, taxonomy=load_taxonomy("ragtruth"))
    brought(desk, path)
    folder = exported(desk, "spans")
    brought(elsewhere, folder / "train.jsonl")
    for again in (folder, exported(elsewhere, "spans")):
        [back] = rows(again)
        assert [one["label_type"] for one in back["labels"]] == ["conflict/evident"]


# Tables


@pytest.mark.parametrize("format_", TABLES)
def test_a_table_imported_elsewhere_is_exported_again_as_it_was(
    judged: Desk, elsewhere: Desk, format_: str
) -> None:
    folder = exported(judged, format_, "csv")
    brought(elsewhere, folder / "train.csv")
    assert rows(exported(elsewhere, format_)) == rows(folder)


@pytest.mark.parametrize("format_", ["helpsteer2", "spans"])
def test_a_table_of_what_people_said_is_exported_again_as_it_was(
    annotated: Desk, elsewhere: Desk, format_: str
) -> None:
    folder = exported(annotated, format_, "csv")
    brought(elsewhere, folder / "train.csv")
    assert rows(exported(elsewhere, format_)) == rows(folder)


@pytest.mark.parametrize("format_", ["openai", "helpsteer3", "argilla", "label-studio"])
def test_a_table_with_objects_as_text_is_refused(
    annotated: Desk, elsewhere: Desk, format_: str
) -> None:
    folder = exported(annotated, format_, "csv")
    with pytest.raises(InvalidInput, match=f"{ANNOTATED} of {ANNOTATED} rows cannot be used"):
        brought(elsewhere, folder / "train.csv")


def test_what_keeps_a_table_from_being_a_formula_is_read_as_a_part_of_the_text(
    desk: Desk, elsewhere: Desk
) -> None:
    """Whether the file is ours or another's whose text begins so, nothing in it says."""
    row = answered(0)
    row["completions"]["a"] = "=1+1"
    desk.import_rows([row])
    desk.open()
    desk.judge_all(desk.reviewer())
    brought(elsewhere, exported(desk, "preference-text", "csv") / "train.csv")
    [before] = rows(exported(desk, "preference-text"))
    [after] = rows(exported(elsewhere, "preference-text"))
    changed = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    assert list(changed.values()) == [("=1+1", "'=1+1")]


def test_raw_judgements_and_sqlite_files_are_not_read_back(
    annotated: Desk, elsewhere: Desk
) -> None:
    folder = exported(annotated, "raw", "sqlite")
    refused = {"train.jsonl": "no `completion`", "dataset.sqlite": "is none of .jsonl"}
    for name, reason in refused.items():
        with pytest.raises(InvalidInput, match=reason):
            brought(elsewhere, folder / name)
    assert elsewhere.rows("SELECT id FROM imports") == []


# Labels


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
