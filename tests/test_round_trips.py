"""What is exported and imported again is the same: from one store, in a format, into another."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Clock, Desk, answered
from tests.test_export_formats import rated
from workbench import demo, importing
from workbench.exporting import FORMATS, Filters, export
from workbench.importing.load import Report
from workbench.records import Item, Span
from workbench.settings import ProjectSettings, SecondLook, Workspace
from workbench.store import Store

Row = dict[str, Any]
PLAIN = ("preference", "preference-implicit", "preference-text", "reward", "kto", "sft",
           "sft-completion", "openai")  # fmt: skip
SAID = ("helpsteer2", "helpsteer3", "spans", "argilla", "label-studio")
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


def exported(desk: Desk, format_: str) -> Path:
    chosen = Filters(test_share=0.0)
    version = export(desk.store, desk.project, chosen, desk.clock.now, format_=format_)
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


@pytest.mark.parametrize("ending", ["jsonl", "parquet", "json"])
@pytest.mark.parametrize("format_", SAID)
def test_what_people_said_is_imported_elsewhere_and_exported_again_as_it_was(
    annotated: Desk, elsewhere: Desk, format_: str, ending: str
) -> None:
    folder = exported(annotated, format_)
    path = folder / f"train.{ending}"
    if ending == "json" and not FORMATS[format_].listed:
        pytest.skip("only what annotation tools read is a list as well")
    brought(elsewhere, path)
    assert len(rows(folder)) == (ANNOTATED if FORMATS[format_].of == "voted" else 2 * ANNOTATED)
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
