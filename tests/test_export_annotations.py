"""The formats that hold what people said, and not only what it adds up to: scores, spans, single
votes and whole judgements; and what of them is never let out.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk, answered
from tests.test_export_formats import better, judge_as_work, rated, rows, said, texts
from workbench.errors import InvalidInput
from workbench.exporting import Filters, begin, preview, previewing
from workbench.exporting.formats import of_project
from workbench.records import Item, Span
from workbench.settings import SecondLook
from workbench.store import adjudications, projects, reviewers
from workbench.store.database import dumps

MakeDesk = Callable[..., Desk]


def slot(item: Item, start: str) -> int:
    return next(at for at, text in enumerate(item.answers, 1) if text.startswith(start))


def public_id(desk: Desk, name: str) -> str:
    with desk.store.read() as db:
        return reviewers.named(db, name).public_id


@pytest.fixture
def two(make_desk: MakeDesk) -> Desk:
    """One pair, tagged law; Ann finds the fine answer much better, Ben about the same, Cy a little;
    Ann and Cy rate both answers.
    """
    desk = make_desk(overlap=3, second_look=SecondLook(disputes=False))
    desk.import_rows([answered(0) | {"tags": ["law", "tax"], "context": None}])
    desk.store.write(lambda db: db.execute("UPDATE prompts SET language = 'en'"))
    desk.open()
    for name, times, said_why in (("Ann", 1.5, "Clearer."), ("Ben", 0, ""), ("Cy", 0.5, "")):
        person = desk.reviewer(name)
        [item] = desk.claim(person, 1)
        scores = {} if name == "Ben" else rated(item)
        if name == "Cy":
            scores[slot(item, "A fine")] = {"faithful": 1, "to_the_point": 2}
        desk.submit(person, item, preference=round(times * better(item)), ratings=scores,
                    rationale=said_why, seconds=3.5)  # fmt: skip
    return desk


# HelpSteer2


def test_a_rated_answer_has_its_mean_score_on_each_criterion(two: Desk) -> None:
    asked, fine, poor = texts(two)
    found = {row.pop("response"): row for row in rows(two, "helpsteer2")}
    assert {key: found[fine][key] for key in ("prompt", "faithful", "to_the_point")} == {
        "prompt": asked, "faithful": 1.5, "to_the_point": 2.0,
    }  # fmt: skip
    assert (found[poor]["faithful"], found[poor]["to_the_point"]) == (1.0, 1.0)


def test_an_answer_that_lacks_a_score_is_left_out_and_said(two: Desk) -> None:
    two.store.write(
        lambda db: db.execute("DELETE FROM ratings WHERE criterion = 'to_the_point' AND"
                              " completion_id = (SELECT min(id) FROM completions)")
    )  # fmt: skip
    assert len(rows(two, "helpsteer2")) == 1
    with two.store.read() as db:
        found = previewing.look(db, two.project, Filters(), "helpsteer2")
    assert found["unfit"] == {"not rated on every criterion": 1}


def test_answers_that_were_about_the_same_are_rated_all_the_same(desk: Desk) -> None:
    desk.add_answers(1)
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann, 1)
    desk.submit(ann, item, preference=0, ratings=rated(item))
    assert len(rows(desk, "helpsteer2")) == 2


def test_a_project_without_a_rubric_has_no_scores(make_desk: MakeDesk) -> None:
    desk = make_desk(rubric=None)
    with pytest.raises(InvalidInput, match="has no rubric"):
        rows(desk, "helpsteer2")


@pytest.mark.parametrize("name", ["prompt", "response", "pair_id"])
def test_a_criterion_may_not_be_called_like_a_column(make_desk: MakeDesk, name: str) -> None:
    desk = make_desk(rubric=None)
    rubric = dumps({"slug": "x", "title": "X", "criteria": [{"key": name}]})
    now, project_id = desk.clock.now, desk.project.id
    desk.store.write(lambda db: projects.snapshot(db, now, project_id, "rubric", rubric))
    with desk.store.read() as db:
        project = projects.by_id(db, project_id)
    with pytest.raises(InvalidInput, match=f"The criterion {name} is called like"):
        of_project(project, "helpsteer2")


# Prompts as one text

TEXTS = {
    "helpsteer2": lambda row: row["prompt"],
    "argilla": lambda row: row["fields"]["prompt"],
    "label-studio": lambda row: row["data"]["prompt"],
}


def judged_and_rated(desk: Desk, row: dict[str, Any]) -> None:
    desk.import_rows([row])
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann, 1)
    desk.submit(ann, item, preference=better(item), ratings=rated(item))


@pytest.mark.parametrize("format_", TEXTS)
def test_a_source_text_stands_before_the_prompt(desk: Desk, format_: str) -> None:
    judged_and_rated(desk, answered(0) | {"context": "The source."})
    asked, _, _ = texts(desk)
    found = {TEXTS[format_](row) for row in rows(desk, format_)}
    assert found == {f"The source.\n\n{asked}"}


@pytest.mark.parametrize("format_", TEXTS)
def test_a_prompt_of_several_turns_is_no_one_text(desk: Desk, format_: str) -> None:
    earlier = said("user", "Hi") + said("assistant", "Hello.")
    given = answered(0)
    judged_and_rated(desk, given | {"prompt": earlier + said("user", given["prompt"])})
    with pytest.raises(InvalidInput, match="a prompt of several turns is no plain text"):
        rows(desk, format_)


# HelpSteer3, Argilla, Label Studio: pairs with their votes


def test_every_reviewers_preference_is_told_negative_where_the_first_is_better(two: Desk) -> None:
    asked, fine, poor = texts(two)
    [row] = rows(two, "helpsteer3")
    assert (row["domain"], row["language"]) == ("law", "en")
    assert row["context"] == said("user", asked)
    assert (row["response1"], row["response2"]) == (fine, poor)
    assert row["overall_preference"] == -2
    assert [(one["score"], one["reasoning"]) for one in row["individual_preference"]] == [
        (-3, "Clearer."), (0, ""), (-1, ""),
    ]  # fmt: skip


@pytest.mark.parametrize("winner", ["A fine", "A poor"])
def test_which_response_is_the_first_does_not_follow_the_winner(desk: Desk, winner: str) -> None:
    desk.add_answers(1)
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann, 1)
    desk.submit(ann, item, preference=-1 if slot(item, winner) == 1 else 1)
    _, fine, poor = texts(desk)
    [row] = rows(desk, "helpsteer3")
    assert (row["response1"], row["response2"]) == (fine, poor)
    assert row["overall_preference"] == (-1 if winner == "A fine" else 1)


def test_a_ranking_says_which_is_better_and_not_how_much(make_desk: MakeDesk) -> None:
    desk = make_desk(judging="ranking")
    desk.import_rows([{"prompt": "Why is that?", "split": "train",
                       "completions": {n: f"Because of {n}" for n in "abc"}}])  # fmt: skip
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann, 1)
    order = sorted(range(1, 4), key=lambda at: item.answers[at - 1])
    desk.submit(ann, item, preference=None, ranking=((order[0],), (order[2],), (order[1],)))
    found = {
        (row["response1"][-1], row["response2"][-1]): row["individual_preference"][0]["score"]
        for row in rows(desk, "helpsteer3")
    }
    assert found == {("a", "b"): -1, ("a", "c"): -1, ("b", "c"): 1}


def test_argilla_has_each_response_under_its_reviewers_public_id(two: Desk) -> None:
    asked, fine, poor = texts(two)
    [row] = rows(two, "argilla")
    assert row["fields"] == {"prompt": asked, "response-1": fine, "response-2": poor}
    assert row["metadata"]["project"] == "small"
    assert (row["metadata"]["part"], row["metadata"]["strength"]) == ("train", 2.0)
    values = {one["user_id"]: one["value"] for one in row["responses"]["preference"]}
    assert values == {public_id(two, "Ann"): "response-1", public_id(two, "Ben"): "tie",
                      public_id(two, "Cy"): "response-1"}  # fmt: skip
    assert {one["status"] for one in row["responses"]["preference"]} == {"submitted"}


def test_label_studio_selects_a_side_and_nothing_for_a_tie(two: Desk) -> None:
    asked, fine, poor = texts(two)
    [row] = rows(two, "label-studio")
    assert row["id"] == 1
    assert row["data"] == {"prompt": asked, "answer1": fine, "answer2": poor}
    ann, ben, _ = row["annotations"]
    assert ann == {
        "completed_by": public_id(two, "Ann"),
        "result": [{"from_name": "preference", "to_name": "answers", "type": "pairwise",
                    "value": {"selected": "left"}}],
        "lead_time": 3.5,
    }  # fmt: skip
    assert ben["result"] == []


def test_label_studios_tasks_are_numbered_through(desk: Desk) -> None:
    desk.add_answers(5)
    desk.open()
    desk.judge_all(desk.reviewer())
    assert [row["id"] for row in rows(desk, "label-studio")] == [1, 2, 3, 4, 5]


# Spans


def tag(desk: Desk, name: str, *places: tuple[int, int], **more: Any) -> None:
    """The fine answer tagged at these places."""
    person = desk.reviewer(name)
    [item] = desk.claim(person, 1)
    fine = slot(item, "A fine")
    spans = tuple(Span(fine, start, end, "contradicts_source", **more) for start, end in places)
    desk.submit(person, item, preference=better(item), spans=spans)


@pytest.fixture
def tagged(make_desk: MakeDesk) -> Desk:
    """Ann tags two places of the fine answer, Ben one of these and another."""
    desk = make_desk(overlap=2, second_look=SecondLook(disputes=False))
    row = answered(0)
    row["completions"]["a"] = "A fine 🙂 answer, é and all"
    desk.import_rows([row | {"tags": ["law"], "context": "The source."}])
    desk.open()
    tag(desk, "Ann", (2, 6), (9, 15), severity="major", note="No.")
    tag(desk, "Ben", (2, 6), (17, 18))
    return desk


def test_spans_have_their_places_in_code_points_and_each_place_once(tagged: Desk) -> None:
    fine, poor = sorted(rows(tagged, "spans"), key=lambda row: row["response"])
    assert [(one["start"], one["end"], one["text"]) for one in fine["labels"]] == [
        (2, 6, "fine"), (9, 15, "answer"), (17, 18, "é"),
    ]  # fmt: skip
    assert all(fine["response"][one["start"] : one["end"]] == one["text"] for one in fine["labels"])
    first = fine["labels"][0]
    assert (first["label_type"], first["severity"], first["meta"]) == (
        "contradicts_source", "major", "No.",
    )  # fmt: skip
    assert (first["implicit_true"], first["due_to_null"]) == (False, False)
    assert (fine["model"], fine["source_info"], fine["task_type"]) == ("a", "The source.", "law")
    assert (fine["split"], fine["quality"]) == ("train", "good")
    assert poor["labels"] == []


def test_an_answer_that_nobody_could_tag_is_not_called_clean(tagged: Desk) -> None:
    tagged.store.write(lambda db: db.execute("UPDATE judgements SET taxonomy_version = NULL"))
    assert [len(row["labels"]) for row in rows(tagged, "spans")] == [3]


# Raw judgements


def test_a_judgement_is_told_whole_as_it_was_shown(make_desk: MakeDesk) -> None:
    desk = make_desk(reasons=("accuracy",))
    desk.add_answers(1)
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann, 1)
    fine = slot(item, "A fine")
    desk.submit(
        ann, item, preference=better(item), ratings={fine: {"faithful": 2}}, rationale="Clearer.",
        spans=(Span(fine, 2, 6, "contradicts_source"),), correction={fine: "A finer answer"},
        reasons=("accuracy",), probability=0.75, seconds=4.5,
    )  # fmt: skip
    asked, _, _ = texts(desk)
    [row] = rows(desk, "raw")
    [stored] = desk.rows("SELECT * FROM judgements")
    assert row["prompt"] == said("user", asked)
    assert [answer["text"] for answer in row["answers"]] == list(item.answers)
    assert row["answers"][fine - 1]["variant"] == "a"
    assert row["preference"] == better(item)
    assert row["ratings"] == [{"answer": fine, "criterion": "faithful", "score": 2}]
    assert [(one["answer"], one["quote"]) for one in row["spans"]] == [(fine, "fine")]
    assert row["corrections"] == [{"answer": fine, "text": "A finer answer"}]
    assert (row["rationale"], row["reasons"]) == ("Clearer.", ["accuracy"])
    assert (row["probability"], row["seconds"]) == (0.75, 4.5)
    assert (row["reviewer"], row["reviewer_kind"]) == (ann.public_id, "human")
    assert (row["judgement_id"], row["supersedes"]) == (stored["id"], None)
    assert (row["kind"], row["guidelines_version"]) == ("work", 1)
    assert row["created_at"] == stored["created_at"]
    assert (row["ranking"], row["all_bad"]) == (None, False)


def test_a_revision_names_what_it_supersedes_and_stands_alone(desk: Desk) -> None:
    desk.add_answers(1)
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann, 1)
    for number, preference in enumerate((2, -1)):
        desk.submit(ann, item, preference=preference, submission_id=f"s-{number}")
    [row] = rows(desk, "raw")
    before, now = (one["id"] for one in desk.rows("SELECT id FROM judgements ORDER BY id"))
    assert (row["judgement_id"], row["supersedes"], row["preference"]) == (now, before, -1)


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ({"preference": 0}, (0, False)),
        ({"preference": None, "all_bad": True}, (None, True)),
        ({"preference": 1, "all_bad": True}, (1, True)),
    ],
)
def test_ties_and_all_bad_are_judgements_too(
    desk: Desk, verdict: dict[str, Any], told: tuple[int | None, bool]
) -> None:
    desk.add_answers(1)
    desk.open()
    desk.judge_all(desk.reviewer(), **verdict)
    [row] = rows(desk, "raw")
    assert (row["preference"], row["all_bad"]) == told


def test_a_ranking_is_one_row_by_shown_answer(make_desk: MakeDesk) -> None:
    desk = make_desk(judging="ranking")
    desk.import_rows([{"prompt": "Why is that?", "split": "train",
                       "completions": {n: f"Because of {n}" for n in "abc"}}])  # fmt: skip
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann, 1)
    desk.submit(ann, item, preference=None, ranking=((2,), (1, 3)))
    [row] = rows(desk, "raw")
    assert (row["preference"], row["ranking"][0], sorted(row["ranking"][1])) == (None, [2], [1, 3])


def test_a_leads_ruling_changes_no_judgement(two: Desk) -> None:
    [pair] = two.rows("SELECT c.id, min(cc.completion_id) AS a, max(cc.completion_id) AS b"
                      " FROM comparisons c JOIN comparison_completions cc"
                      " ON cc.comparison_id = c.id GROUP BY c.id")  # fmt: skip
    before = rows(two, "raw")
    lead = two.reviewer("Lea", role="lead")
    two.store.write(
        lambda db: db.execute(
            "INSERT INTO adjudications (comparison_id, reviewer_id, ruling, created_at, winner_id,"
            " verdict) VALUES (?, ?, ?, '2026', ?, 1)",
            (
                pair["id"],
                lead.id,
                dumps({"winner_id": pair["b"], "strength": 3, "ranking": None, "all_bad": False}),
                pair["b"],
            ),
        )
    )
    with two.store.read() as db:
        assert adjudications.in_project(db, two.project.id)
    assert rows(two, "raw") == before


# What never trains


@pytest.fixture
def exam(make_desk: MakeDesk) -> Desk:
    """One item each of work, gold and heldout, all judged by Ann; the gold one's worse answer was
    made for gold.
    """
    desk = make_desk(gold_rate=1.0)
    desk.add_gold(1)
    desk.add_answers(1)
    desk.add_answers(1, split="heldout", word="kept")
    [kept] = desk.rows("SELECT min(c.id) AS a, max(c.id) AS b, prompt_id FROM completions c JOIN"
                       " prompts p ON p.id = c.prompt_id WHERE p.split = 'heldout'")  # fmt: skip
    judge_as_work(desk, [kept["a"], kept["b"]], kept["prompt_id"])
    desk.open()
    desk.judge_all(desk.reviewer("Ann"))
    return desk


def test_gold_and_heldout_items_are_never_among_raw_judgements_unasked(exam: Desk) -> None:
    assert {row["kind"] for row in rows(exam, "raw")} == {"work"}


def test_what_is_included_by_choice_says_what_it_is(exam: Desk) -> None:
    kinds = {row["kind"] for row in rows(exam, "raw", include=("gold",))}
    assert kinds == {"work", "gold"}
    gold = [row for row in rows(exam, "raw", include=("gold",)) if row["kind"] == "gold"]
    assert all("gold" in row["prompt"][0]["content"] for row in gold)
    every = rows(exam, "raw", include=("gold", "heldout"))
    assert {row["kind"] for row in every} == {"work", "gold", "heldout"}


def test_what_gold_expects_is_in_no_row(exam: Desk) -> None:
    """Not whether it was passed, and not which answer was made for it."""
    exam.store.write(
        lambda db: db.conn.execute("DROP TRIGGER completions_are_immutable").execute(
            "UPDATE completions SET gold_only = 1 WHERE id IN (SELECT loser_id FROM gold)"
        )
    )
    gold = [row for row in rows(exam, "raw", include=("gold",)) if row["kind"] == "gold"]
    assert gold
    for row in gold:
        assert not {"passed", "winner_id", "expected", "source"} & set(row)
        assert {answer["variant"] for answer in row["answers"]} == {"a", None}


def test_a_masked_answer_is_left_out_whatever_is_included(exam: Desk) -> None:
    exam.store.write(
        lambda db: db.execute("INSERT INTO masks (completion_id, message, start, end, reason)"
                              " SELECT id, 0, 0, 1, 'it says so' FROM completions"
                              " WHERE prompt_id = (SELECT prompt_id FROM gold g JOIN comparisons c"
                              "  ON c.id = g.comparison_id)")
    )  # fmt: skip
    kinds = {row["kind"] for row in rows(exam, "raw", include=("gold", "heldout"))}
    assert kinds == {"work", "heldout"}


def test_only_raw_judgements_may_include_what_never_trains(exam: Desk) -> None:
    with pytest.raises(InvalidInput, match="Choose the format “raw”"):
        rows(exam, "preference", include=("gold",))
    with pytest.raises(InvalidInput, match="Choose the format “raw”"):
        begin(exam.store, exam.project, Filters(include=("gold",)), "preference")
    with pytest.raises(InvalidInput, match="gold or heldout"):
        rows(exam, "raw", include=("secrets",))


@pytest.mark.parametrize("format_", ["raw", "spans", "helpsteer2"])
def test_what_is_not_added_up_has_no_rule_of_what_it_adds_up_to(two: Desk, format_: str) -> None:
    with pytest.raises(InvalidInput, match="nothing is added up, so it has no least votes"):
        rows(two, format_, least_votes=2)


def test_rules_of_people_and_prompts_hold_for_single_judgements(two: Desk) -> None:
    ann = public_id(two, "Ann")
    [row] = rows(two, "raw", reviewers=(ann,))
    assert row["reviewer"] == ann
    assert len(rows(two, "raw", tags=("law",), languages=("en",))) == 3
    with two.store.read() as db:
        found = preview(db, two.project, Filters(tags=("maths",)), "raw")
    assert {reason: cost.rows for reason, cost in found.left_out.items()} == {"another tag": 3}


def test_no_name_of_a_person_is_in_any_file(two: Desk) -> None:
    for format_ in ("raw", "argilla", "label-studio", "helpsteer3"):
        rows(two, format_)
    for folder in two.store.workspace.exports.iterdir():
        for path in Path(folder).glob("*.json*"):
            assert b"Ann" not in path.read_bytes(), path


def test_the_same_judgements_give_the_same_rows(two: Desk) -> None:
    for format_ in ("raw", "argilla", "label-studio", "helpsteer2", "helpsteer3", "spans"):
        assert json.dumps(rows(two, format_)) == json.dumps(rows(two, format_))
