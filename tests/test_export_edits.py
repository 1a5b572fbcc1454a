"""Corrections in exports: better than the answer as it was, and than those that lost to it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Desk
from workbench.exporting import FORMATS, Filters, export, preview
from workbench.exporting.mending import mended
from workbench.records import Item, Span

ROWS_FROM = ("verdicts", "corrections", "minimal-edits")


@pytest.fixture
def one(desk: Desk) -> Desk:
    desk.add_answers(1)
    desk.open()
    return desk


def slot(item: Item, word: str) -> int:
    return next(at for at, text in enumerate(item.answers, 1) if text.startswith(f"A {word}"))


def correct(desk: Desk, word: str = "fine", text: str = "Best.", name: str = "Ann",
            **verdict: Any) -> Item:  # fmt: skip
    """Somebody finds the fine answer better, and corrects the one that begins with this word."""
    ann = desk.reviewer(name)
    [item] = desk.claim(ann)
    said = {"preference": -1 if slot(item, "fine") == 1 else 1} | verdict
    desk.submit(ann, item, correction={slot(item, word): text}, **said)
    return item


def words(desk: Desk, **filters: Any) -> list[tuple[str, str]]:
    """The first two words of the better and the worse answer of each row."""
    rows, _ = desk.exportable(**filters)
    return [
        (" ".join(row["chosen"][0]["content"].split()[:2]),
         " ".join(row["rejected"][0]["content"].split()[:2]))
        for row in rows
    ]  # fmt: skip


def lines(desk: Desk, format_: str) -> list[dict[str, Any]]:
    with desk.store.read() as db:
        found = preview(db, desk.project, Filters(test_share=0.0), FORMATS[format_].of)
    return [json.loads(FORMATS[format_].line(row)) for row in found.first]


def test_an_edited_answer_beats_the_better_one_which_beats_the_worse_one(one: Desk) -> None:
    correct(one)
    assert words(one) == [("Best.", "A fine"), ("Best.", "A poor"), ("A fine", "A poor")]


def test_an_edited_loser_beats_only_itself(one: Desk) -> None:
    correct(one, "poor")
    assert words(one) == [("Best.", "A poor"), ("A fine", "A poor")]


def test_an_edit_counts_where_all_answers_are_bad(one: Desk) -> None:
    correct(one, preference=None, all_bad=True)
    assert words(one) == [("Best.", "A fine")]


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ({"rows_from": ("verdicts",)}, [("A fine", "A poor")]),
        ({"rows_from": ("corrections",)}, [("Best.", "A fine"), ("Best.", "A poor")]),
        ({"per_prompt": 1}, [("Best.", "A fine")]),
        ({"per_prompt": 2}, [("Best.", "A fine"), ("Best.", "A poor")]),
        ({"least_votes": 2}, [("Best.", "A fine")]),
        ({"kinds": ("judge",)}, []),
        ({"tags": ("law",)}, []),
        ({"rounds": (99,)}, []),
    ],
    ids=str,
)
def test_a_filter_says_which_corrections_go_in(
    one: Desk, filters: dict[str, Any], rows: list[tuple[str, str]]
) -> None:
    correct(one)
    assert words(one, **filters) == rows


def test_a_correction_that_changes_nothing_is_none(one: Desk) -> None:
    ann = one.reviewer()
    [item] = one.claim(ann)
    one.submit(ann, item, preference=1, correction={1: item.answers[0] + " "})
    assert len(words(one)) == 1


def test_equal_corrections_of_two_reviewers_are_one_row_of_both(make_desk: Any) -> None:
    desk = make_desk(overlap=2)
    desk.add_answers(1)
    desk.open()
    for name in ("Ann", "Ben"):
        correct(desk, name=name)
    chosen = Filters(test_share=0.0, rows_from=("corrections",))
    version = export(desk.store, desk.project, chosen, desk.clock.now)
    assert version.manifest["counts"]["train"] == 2
    assert sorted(version.manifest["reviewers"].values()) == [1, 1]


def test_the_row_of_a_correction_leads_to_its_judgement(one: Desk) -> None:
    correct(one)
    chosen = Filters(test_share=0.0)
    version = export(one.store, one.project, chosen, one.clock.now)
    with open(f"{version.folder}/lineage.jsonl", encoding="utf-8") as file:
        first = json.loads(file.readline())
    [judgement] = one.rows("SELECT id FROM judgements")
    assert first["chosen"]["edited"] == "correction"
    assert [said["id"] for said in first["judgements"]] == [judgement["id"]]


def test_sft_learns_the_correction_in_the_place_of_the_answer(one: Desk) -> None:
    correct(one)
    assert [row["messages"][-1]["content"] for row in lines(one, "sft")] == ["Best."]


def test_kto_learns_the_correction_as_a_good_answer(one: Desk) -> None:
    correct(one)
    labels = {row["completion"][0]["content"][:6]: row["label"] for row in lines(one, "kto")}
    assert labels == {"Best.": True, "A fine": True, "A poor": False}


def test_a_reward_model_gets_no_margin_that_nobody_gave(one: Desk) -> None:
    correct(one)
    version = export(one.store, one.project, Filters(test_share=0.0), one.clock.now,
                     format_="reward")  # fmt: skip
    assert version.manifest["counts"]["train"] == 1
    assert version.manifest["left_out"]["a correction has no margin"] == 2


def test_a_withdrawn_judgements_correction_is_gone(one: Desk) -> None:
    correct(one)
    one.store.write(lambda db: db.execute(
        "UPDATE judgements SET withdrawn_at = '2026-01-05T00:00:00.000Z'"))  # fmt: skip
    assert words(one) == []


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        ("UPDATE prompts SET near_heldout = 1", "heldout prompt, or near one"),
        ("UPDATE prompts SET split = 'heldout'", "heldout prompt, or near one"),
        ("UPDATE comparisons SET kind = 'gold'", None),
        (
            "INSERT INTO masks (completion_id, start, end, reason)"
            " SELECT id, 0, 3, 'identity' FROM completions",
            "an answer names its model",
        ),
    ],
)
def test_no_filter_lets_a_barred_correction_in(one: Desk, spoil: str, reason: str | None) -> None:
    correct(one)
    one.store.write(lambda db: db.execute(spoil))
    rows, left_out = one.exportable(rows_from=ROWS_FROM)
    assert rows == []
    assert reason is None or left_out[reason] == 2


def test_a_correction_that_names_a_model_is_left_out(one: Desk) -> None:
    correct(one, text="As ChatGPT, I would say so.")
    rows, left_out = one.exportable(rows_from=("corrections",))
    assert (rows, left_out) == ([], {"a correction names a model": 2})


def test_a_minimal_edit_mends_only_what_was_flagged(one: Desk) -> None:
    ann = one.reviewer()
    [item] = one.claim(ann)
    at = slot(item, "fine")
    answer = item.answers[at - 1]
    span = Span(slot=at, start=2, end=6, category="not_in_source")
    text = answer.replace("fine", "good").replace("answer", "reply")
    one.submit(ann, item, preference=None, all_bad=True, spans=(span,), correction={at: text})
    rows, _ = one.exportable(rows_from=("minimal-edits",))
    [row] = rows
    assert row["rejected"][0]["content"] == answer
    assert row["chosen"][0]["content"] == answer.replace("fine", "good")


@pytest.mark.parametrize(
    ("original", "corrected", "flagged", "expected"),
    [
        ("It was 1807.", "It was 1809.", [(7, 11)], "It was 1809."),
        ("Red and blue.", "Pink and green.", [(8, 12)], "Red and green."),
        ("Red and blue.", "Pink and blue.", [(8, 12)], None),
        ("It is so.", "It is so, always.", [(6, 8)], "It is so, always."),
        ("One. Two. Three.", "One. Three.", [(5, 9)], "One. Three."),
        ("Same.", "Same.", [(0, 4)], None),
        ("Ünïcode 🦊 ran", "Ünïcode 🦊 slept", [(10, 13)], "Ünïcode 🦊 slept"),
    ],
)
def test_only_changes_that_touch_a_span_are_made(
    original: str, corrected: str, flagged: list[tuple[int, int]], expected: str | None
) -> None:
    assert mended(original, corrected, flagged) == expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_with_all_of_it_flagged_the_mended_answer_is_the_correction(a: str, b: str) -> None:
    assert mended(a, b, [(0, len(a))]) == (b if a != b else None)


def test_a_correction_of_nothing_flagged_is_counted_as_no_minimal_edit(one: Desk) -> None:
    correct(one)
    rows, left_out = one.exportable(rows_from=("minimal-edits",))
    assert (rows, left_out) == ([], {"a correction of nothing that was flagged": 1})


def test_a_version_names_nobody_whose_rows_did_not_fit_its_format(desk: Desk) -> None:
    """Ann corrects one answer, which has no margin; Ben prefers one, which has."""
    desk.add_answers(2)
    desk.open()
    correct(desk, "poor", preference=None, all_bad=True)
    ben = desk.reviewer("Ben")
    desk.judge_all(ben)
    version = export(desk.store, desk.project, Filters(test_share=0.0), desk.clock.now,
                     format_="reward")  # fmt: skip
    assert version.manifest["reviewers"] == {ben.public_id: 1}


def test_a_minimal_edit_that_is_all_of_a_correction_still_beats_the_loser(one: Desk) -> None:
    ann = one.reviewer()
    [item] = one.claim(ann)
    at = slot(item, "fine")
    text = item.answers[at - 1].replace("fine", "good")
    span = Span(slot=at, start=2, end=6, category="not_in_source")
    said = {"preference": -1 if at == 1 else 1, "spans": (span,)}
    one.submit(ann, item, correction={at: text}, **said)
    assert words(one, rows_from=ROWS_FROM) == [
        ("A good", "A fine"), ("A good", "A poor"), ("A fine", "A poor")
    ]  # fmt: skip
