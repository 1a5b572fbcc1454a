"""The formats that others publish and export: what a row of each becomes. The rows are ours, in the
columns of the real ones, which are linked.
"""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk
from workbench import importing
from workbench.importing.load import Report
from workbench.rubrics import load_taxonomy

Row = dict[str, Any]
Import = Callable[..., Report]


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """Rated by HelpSteer's five attributes, tagged by RAGTruth's kinds; nothing is held out."""
    return make_desk(rubric="helpfulness", heldout_share=0.0)


@pytest.fixture
def bring(desk: Desk, tmp_path: Path) -> Import:
    """Imports rows as judgements from a file named `votes.jsonl`."""

    def run(*rows: Row, kind: Any = "judgements", **how: Any) -> Report:
        path = tmp_path / "votes.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return importing.import_file(
            desk.store, desk.project, path, desk.clock.now, kind=kind, **how
        )

    return run


def said(role: str, text: str) -> Row:
    return {"role": role, "content": text}


def texts(desk: Desk) -> dict[int | None, str]:
    rows = desk.rows("SELECT id, messages FROM completions")
    return {None: "tie"} | {r["id"]: json.loads(r["messages"])[-1]["content"] for r in rows}


def verdicts(desk: Desk, kind: str = "human") -> list[tuple[str, int]]:
    """(the better answer, strength) of what counts."""
    known = texts(desk)
    return [(known[v["winner_id"]], v["strength"]) for v in desk.counted(kind)]


def asked(desk: Desk) -> list[list[tuple[str, str]]]:
    rows = desk.rows("SELECT messages FROM prompts ORDER BY id")
    return [[(m["role"], m["content"]) for m in json.loads(r["messages"])] for r in rows]


def reviewers(desk: Desk) -> list[tuple[str, str]]:
    rows = desk.rows("SELECT name, kind FROM reviewers WHERE imported_from IS NOT NULL ORDER BY id")
    return [(row["name"], row["kind"]) for row in rows]


def variants(desk: Desk) -> list[str]:
    return [row["name"] for row in desk.rows("SELECT name FROM variants ORDER BY name")]


# Pairs: https://huggingface.co/docs/trl/dataset_formats

WHY, FINE, POOR = [said("user", "Why?")], [said("assistant", "So.")], [said("assistant", "No.")]
PAIRS = {
    "explicit": {"prompt": "Why?", "chosen": "So.", "rejected": "No."},
    "conversational": {"prompt": WHY, "chosen": FINE, "rejected": POOR},
    "implicit": {"chosen": WHY + FINE, "rejected": WHY + POOR},
    "with the prompt twice": {"prompt": "Why?", "chosen": WHY + FINE, "rejected": WHY + POOR},
    "implicit text": {"chosen": "Why? So.", "rejected": "Why? No."},
    "OpenAI": {"input": {"messages": WHY, "tools": [], "parallel_tool_calls": True},
               "preferred_output": FINE, "non_preferred_output": POOR},
    "HH-RLHF": {"chosen": "\n\nHuman: Why?\n\nAssistant: So.",
                "rejected": "\n\nHuman: Why?\n\nAssistant: No."},
    "PKU-SafeRLHF": {"prompt": "Why?", "response_0": "No.", "response_1": "So.",
                     "better_response_id": 1},
    "HelpSteer3": {"domain": "general", "context": WHY, "response1": "So.", "response2": "No.",
                   "overall_preference": -1, "individual_preference": []},
    "two answers and a winner": {"prompt": "Why?", "response_a": "No.", "response_b": "So.",
                                 "winner": "model_b"},
    "Argilla": {"id": "1", "fields": {"prompt": "Why?", "response-1": "So.", "response-2": "No."},
                "responses": {"preference": [{"value": "response-1", "user_id": "u1"}]}},
    "Label Studio": {
        "id": 1, "data": {"prompt": "Why?", "answer1": "So.", "answer2": "No."},
        "annotations": [{"completed_by": 3, "lead_time": 4.5, "result": [
            {"from_name": "preference", "type": "pairwise", "value": {"selected": "left"}}]}]},
}  # fmt: skip


@pytest.mark.parametrize("row", PAIRS.values(), ids=PAIRS)
def test_a_pair_is_a_prompt_two_answers_and_the_better_one(
    desk: Desk, bring: Import, row: Row
) -> None:
    report = bring(row)
    assert (report.prompts, report.completions, report.judgements) == (1, 2, 1)
    assert asked(desk) == [[("user", "Why?")]]
    assert [(text.strip(), strength) for text, strength in verdicts(desk)] == [("So.", 1)]
    assert variants(desk) == ["votes"]
    assert bring(row).judgements == 0


def test_hh_rlhfs_earlier_turns_are_the_prompt(desk: Desk, bring: Import) -> None:
    """https://huggingface.co/datasets/Anthropic/hh-rlhf"""
    start = "\n\nHuman: Hi\n\nAssistant: Hello.\n\nHuman: Why?\n\nAssistant:"
    bring({"chosen": f"{start} So.\nIndeed.", "rejected": f"{start} No."})
    assert asked(desk) == [[("user", "Hi"), ("assistant", "Hello."), ("user", "Why?")]]
    assert verdicts(desk) == [("So.\nIndeed.", 1)]
    assert reviewers(desk) == [("HH-RLHF (imported)", "human")]


@pytest.mark.parametrize(
    ("margin", "strength", "left_out"),
    [(1, 1, 0), (1.4, 1, 0), (2.5, 3, 0), (3, 3, 0), (0.2, 1, 1), (7, 1, 1)],
)
def test_a_margin_is_a_strength_where_its_scale_is_known(
    desk: Desk, bring: Import, margin: float, strength: int, left_out: int
) -> None:
    report = bring(PAIRS["explicit"] | {"margin": margin})
    assert verdicts(desk) == [("So.", strength)]
    assert len(report.dropped) == left_out


def test_a_prompt_may_come_again_with_other_answers(desk: Desk, bring: Import) -> None:
    report = bring(PAIRS["explicit"], PAIRS["explicit"] | {"chosen": "Because."})
    assert (report.prompts, report.completions, report.judgements) == (1, 3, 2)
    assert verdicts(desk) == [("So.", 1), ("Because.", 1)]


def test_models_that_a_pair_names_are_its_variants(desk: Desk, bring: Import) -> None:
    bring(PAIRS["explicit"] | {"chosen_model": "a", "rejected_model": "b", "judge": "Ann"})
    assert variants(desk) == ["a", "b"]
    assert reviewers(desk) == [("Ann (imported)", "human")]


def test_a_file_may_be_said_to_be_judged_by_a_model(desk: Desk, bring: Import) -> None:
    bring(PAIRS["explicit"], reading=importing.Reading(judged_by="judge"))
    assert verdicts(desk) == []
    assert verdicts(desk, "judge") == [("So.", 1)]


def test_equal_answers_are_kept_and_their_judgement_is_not(desk: Desk, bring: Import) -> None:
    report = bring(PAIRS["explicit"], PAIRS["explicit"] | {"rejected": "So."})
    assert report.judgements == 1
    [dropped] = report.dropped
    assert (dropped.count, dropped.lines) == (1, [2])
    assert "same text" in dropped.reason


def test_pku_saferlhfs_second_question_is_left_out_and_can_be_mapped(
    desk: Desk, bring: Import
) -> None:
    """https://huggingface.co/datasets/PKU-Alignment/PKU-SafeRLHF"""
    row = PAIRS["PKU-SafeRLHF"] | {
        "safer_response_id": 0, "is_response_0_safe": True, "is_response_1_safe": False,
        "response_0_source": "Alpaca-7B", "response_1_source": "Alpaca2-7B",
    }  # fmt: skip
    report = bring(row)
    assert len(report.dropped) == 2
    assert variants(desk) == ["Alpaca-7B", "Alpaca2-7B"]
    safer = importing.Reading(columns={"better_response_id": "safer_response_id"})
    bring(row, reading=safer)
    assert verdicts(desk) == [("No.", 1)]


# Scores


def test_helpsteer2_is_a_rating_of_each_answer(desk: Desk, bring: Import) -> None:
    """https://huggingface.co/datasets/nvidia/HelpSteer2"""
    scores = {"helpfulness": 3, "correctness": 4, "coherence": 4, "complexity": 2, "verbosity": 1}
    prompt = "Hi\n<extra_id_1>Assistant\nHello.\n<extra_id_1>User\nWhy?"
    report = bring({"prompt": prompt, "response": "So.", **scores})
    assert (report.completions, report.judgements, report.dropped) == (1, 1, [])
    assert asked(desk) == [[("user", "Hi"), ("assistant", "Hello."), ("user", "Why?")]]
    stored = desk.rows("SELECT criterion, score FROM ratings")
    assert {row["criterion"]: row["score"] for row in stored} == scores


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"tone": 2}, "“tone”: the rubric has no such criterion"),
        ({"helpfulness": 2.5}, "“helpfulness” that is no whole number from 0 to 4"),
        ({"helpfulness": 9}, "“helpfulness” that is no whole number from 0 to 4"),
    ],
)
def test_a_score_that_the_rubric_does_not_know_is_left_out(
    desk: Desk, bring: Import, row: Row, reason: str
) -> None:
    report = bring({"prompt": "Why?", "response": "So.", "coherence": 3, **row})
    assert [one.reason for one in report.dropped] == [f"a score on {reason}"]
    assert desk.rows("SELECT criterion, score FROM ratings") == [
        {"criterion": "coherence", "score": 3}
    ]


def test_a_judgement_of_which_nothing_fits_is_left_out(bring: Import) -> None:
    report = bring({"prompt": "Why?", "response": "So.", "tone": 2})
    assert (report.completions, report.judgements) == (1, 0)
    assert {one.count for one in report.dropped} == {1}
    assert len(report.dropped) == 2


def test_helpsteer3_keeps_each_voice_of_a_row(desk: Desk, bring: Import) -> None:
    """https://huggingface.co/datasets/nvidia/HelpSteer3"""
    bring({
        "domain": "stem", "language": "english", "context": WHY, "response1": "No.",
        "response2": "So.", "overall_preference": 2,
        "individual_preference": [
            {"score": 3, "reasoning": "It answers.", "feedback1": "", "feedback2": ""},
            {"score": 1, "reasoning": "", "feedback1": "", "feedback2": ""},
            {"score": 0, "reasoning": "", "feedback1": "", "feedback2": ""},
        ],
    })  # fmt: skip
    assert verdicts(desk) == [("So.", 3), ("So.", 1), ("tie", 0)]
    assert [name for name, _ in reviewers(desk)] == [
        f"HelpSteer3, annotator {n} of a row (imported)" for n in (1, 2, 3)
    ]
    [first] = desk.rows("SELECT rationale FROM judgements WHERE rationale <> ''")
    assert first["rationale"] == "It answers."
    assert desk.rows("SELECT tags FROM prompts") == [{"tags": '["stem"]'}]


def ultrafeedback(*overall: float) -> Row:
    """https://huggingface.co/datasets/openbmb/UltraFeedback"""
    aspect = {"Rating": "4", "Rationale": "Good.", "Type": None}
    return {
        "source": "sharegpt", "instruction": "Why?", "models": ["a", "b", "c"],
        "completions": [
            {"model": name, "response": f"As {name} says.", "overall_score": score,
             "annotations": {"helpfulness": aspect, "honesty": {"Rating": "N/A"}}}
            for name, score in zip("abc", overall, strict=True)
        ],
    }  # fmt: skip


def test_ultrafeedback_is_a_judges_order_of_the_answers(desk: Desk, bring: Import) -> None:
    report = bring(ultrafeedback(6.5, 8, 6.5))
    assert reviewers(desk) == [("UltraFeedback (imported)", "judge")]
    [vote] = desk.counted("judge")
    known = texts(desk)
    assert [[known[i] for i in tied] for tied in vote["ranking"]] == [
        ["As b says."], ["As a says.", "As c says."]
    ]  # fmt: skip
    assert [one.reason for one in report.dropped] == [
        "a score on “helpfulness”: 1–5 there, 0–4 in the rubric"
    ]


def test_ultrafeedback_as_pairs_is_a_judges_as_well(desk: Desk, bring: Import) -> None:
    """https://huggingface.co/datasets/HuggingFaceH4/ultrafeedback_binarized"""
    row = {"prompt": "Why?", "prompt_id": "x", "messages": WHY + FINE, "chosen": WHY + FINE,
           "rejected": WHY + POOR, "score_chosen": 8.5, "score_rejected": 4.0}  # fmt: skip
    bring(row)
    assert verdicts(desk, "judge") == [("So.", 1)]


# Votes of Chatbot Arena

BATTLE = {"id": 30192, "model_a": "a", "model_b": "b", "prompt": '["Why?", "And then?"]',
          "response_a": '["So.", "That."]', "response_b": '["No.", "None."]'}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "winner", "all_bad"),
    [
        ({"winner_model_a": 1, "winner_model_b": 0, "winner_tie": 0}, "That.", 0),
        ({"winner_model_a": 0, "winner_model_b": 0, "winner_tie": 1}, "tie", 0),
        ({"winner": "model_b"}, "None.", 0),
        ({"winner": "both_bad"}, "tie", 1),
        ({"winner": "tie (bothbad)"}, "tie", 1),
    ],
)
def test_a_vote_of_the_arena_is_about_the_whole_conversation(
    desk: Desk, bring: Import, row: Row, winner: str, all_bad: int
) -> None:
    """https://huggingface.co/datasets/lmarena-ai/arena-human-preference-55k"""
    bring(BATTLE | row)
    [vote] = desk.counted()
    assert (texts(desk)[vote["winner_id"]], vote["turn"], vote["all_bad"]) == (winner, 1, all_bad)
    assert variants(desk) == ["a", "b"]


def test_the_arenas_conversations_have_parts_and_voters(desk: Desk, bring: Import) -> None:
    """https://huggingface.co/datasets/lmsys/chatbot_arena_conversations, and …-140k's parts."""

    def talk(text: str) -> list[Row]:
        part = {"type": "text", "text": text, "image": None, "mimeType": None}
        return [*WHY, {"role": "assistant", "content": [part]}]

    bring({"question_id": "58210e39", "model_a": "a", "model_b": "b", "winner": "model_a",
           "judge": "arena_user_973", "conversation_a": talk("So."), "conversation_b": talk("No."),
           "turn": 1, "anony": True, "language": "English", "tstamp": 1682351591.1})  # fmt: skip
    assert verdicts(desk) == [("So.", 1)]
    assert reviewers(desk) == [("arena_user_973 (imported)", "human")]


# One answer


def test_a_kto_row_calls_an_answer_good_or_bad(desk: Desk, bring: Import) -> None:
    bring({"prompt": "Why?", "completion": "So.", "label": True},
          {"prompt": WHY, "completion": POOR, "label": False})  # fmt: skip
    assert verdicts(desk) == [("So.", 1), ("tie", 0)]
    assert [vote["all_bad"] for vote in desk.counted()] == [0, 1]
    assert desk.exportable() == ([], {})


SFT = [{"messages": WHY + FINE}, {"prompt": WHY, "completion": FINE},
       {"prompt": "Why?", "completion": "So."}]  # fmt: skip


@pytest.mark.parametrize("row", SFT)
def test_an_sft_row_is_good_among_judgements_and_else_an_answer(
    desk: Desk, bring: Import, row: Row
) -> None:
    report = bring(row, kind="completions")
    assert (report.completions, report.judgements, report.dropped) == (1, 0, [])
    bring(row)
    assert verdicts(desk) == [("So.", 1)]


LOGS = [
    {"request": {"messages": WHY, "model": "m"}, "response": {"choices": [{"message": FINE[0]}]}},
    {"custom_id": "7", "body": {"messages": WHY, "model": "m"},
     "response": {"status_code": 200, "body": {"model": "m", "choices": [{"message": FINE[0]}]}}},
]  # fmt: skip


@pytest.mark.parametrize("row", LOGS)
def test_a_logged_request_is_a_prompt_and_its_choices_are_answers(
    desk: Desk, bring: Import, row: Row
) -> None:
    """https://platform.openai.com/docs/api-reference/chat"""
    bring(row, kind="completions")
    assert asked(desk) == [[("user", "Why?")]]
    assert (variants(desk), desk.counted()) == (["m"], [])


# Annotation tools


def test_what_argilla_did_not_submit_or_a_model_suggested_is_left_out(
    desk: Desk, bring: Import
) -> None:
    """https://docs.argilla.io/latest/how_to_guides/import_export/"""
    row = PAIRS["Argilla"] | {
        "suggestions": {"preference": {"value": "response-2", "agent": "a model"}},
        "responses": {
            "preference": [
                {"value": "response-2", "user_id": "u1", "status": "submitted"},
                {"value": "tie", "user_id": "u2", "status": "submitted"},
                {"value": "response-1", "user_id": "u3", "status": "draft"},
            ],
            "comment": [{"value": "It says why.", "user_id": "u1", "status": "submitted"}],
        },
    }
    report = bring(row)
    assert verdicts(desk) == [("No.", 1), ("tie", 0)]
    assert [name for name, _ in reviewers(desk)] == ["u1 (imported)", "u2 (imported)"]
    assert desk.rows("SELECT rationale FROM judgements WHERE rationale <> ''") == [
        {"rationale": "It says why."}
    ]
    assert len(report.dropped) == 2


@pytest.mark.parametrize(
    ("value", "winner"),
    [
        ({"selected": "right"}, "No."),
        ({"choices": ["tie"]}, "tie"),
        ({"choices": ["answer2"]}, "No."),
        ({"ranker": {"rank": ["answer2", "answer1"]}}, "No."),
    ],
)
def test_label_studios_controls_say_which_is_better(
    desk: Desk, bring: Import, value: Row, winner: str
) -> None:
    """https://labelstud.io/guide/export"""
    words = {"from_name": "why", "type": "textarea", "value": {"text": ["It says why."]}}
    result = [{"from_name": "preference", "type": "any", "value": value}, words]
    bring(PAIRS["Label Studio"] | {"annotations": [
        {"completed_by": {"id": 1, "email": "ann@example.org"}, "result": result, "lead_time": 3.5},
        {"completed_by": 2, "was_cancelled": True, "result": result},
    ]})  # fmt: skip
    assert [text for text, _ in verdicts(desk)] == [winner]
    assert reviewers(desk) == [("ann@example.org (imported)", "human")]
    [stored] = desk.rows("SELECT rationale, seconds FROM judgements")
    assert (stored["rationale"], stored["seconds"]) == ("It says why.", 3.5)


# Spans: https://github.com/ParticleMedia/RAGTruth


def ragtruth(*labels: Row) -> Row:
    return {"id": "1", "source_id": "15592", "model": "gpt-4", "temperature": 0.7,
            "prompt": "Who signed?", "source_info": "Signed by A. Reed.",
            "response": "B. Moss signed.", "labels": list(labels), "split": "train",
            "quality": "good", "task_type": "QA"}  # fmt: skip


def label(**other: Any) -> Row:
    return {"start": 0, "end": 7, "text": "B. Moss", "meta": "It was A. Reed.",
            "label_type": "Evident Conflict", "implicit_true": False, "due_to_null": False,
            **other}  # fmt: skip


def test_ragtruths_labels_are_spans_of_the_taxonomys_kinds(
    make_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = with_taxonomy(make_desk)
    path = tmp_path / "r.jsonl"
    wrong = [label(text="else"), label(end=99), label(label_type="Typo")]
    path.write_text(json.dumps(ragtruth(label(), label(label_type="baseless"), *wrong)))
    report = importing.import_file(
        desk.store, desk.project, path, desk.clock.now, kind="judgements"
    )
    spans = desk.rows("SELECT category, subtype, quote, note FROM spans ORDER BY id")
    assert [(s["category"], s["subtype"]) for s in spans] == [
        ("conflict", "evident"), ("baseless", None)
    ]  # fmt: skip
    assert {(s["quote"], s["note"]) for s in spans} == {("B. Moss", "It was A. Reed.")}
    assert sum(one.count for one in report.dropped) == 3
    assert desk.rows("SELECT context FROM prompts") == [{"context": "Signed by A. Reed."}]


def with_taxonomy(make_desk: Callable[..., Desk]) -> Desk:
    desk = make_desk(heldout_share=0.0)
    desk.project = replace(desk.project, taxonomy=load_taxonomy("ragtruth"))
    return desk


@pytest.mark.parametrize(
    ("prompt", "asked_for", "context"),
    [
        ("Who signed?", "Who signed?", "Signed by A. Reed."),
        ("Signed by A. Reed.\n\nWho signed?", "Who signed?", "Signed by A. Reed."),
        ("Read: Signed by A. Reed. Who?", "Read: Signed by A. Reed. Who?", None),
    ],
)
def test_a_source_text_is_not_said_twice(
    desk: Desk, bring: Import, prompt: str, asked_for: str, context: str | None
) -> None:
    bring(ragtruth() | {"prompt": prompt})
    assert asked(desk) == [[("user", asked_for)]]
    assert desk.rows("SELECT context FROM prompts") == [{"context": context}]


def test_an_answer_that_was_read_and_not_tagged_is_a_judgement(desk: Desk, bring: Import) -> None:
    assert bring(ragtruth()).judgements == 1
    assert desk.rows("SELECT taxonomy_version AS had FROM judgements") == [{"had": 1}]


@pytest.mark.parametrize("other", [{"end": 99}, {"label_type": "Typo"}])
def test_an_answer_whose_spans_all_fell_away_is_not_called_clean(bring: Import, other: Row) -> None:
    assert bring(ragtruth(label(**other))).judgements == 0


def test_an_answer_of_which_no_label_can_be_read_is_not_called_clean(bring: Import) -> None:
    report = bring(ragtruth(label(end=99)))
    assert report.judgements == 0
    assert {one.reason for one in report.dropped} == {
        "a span whose `text` is not what stands from `start` to `end`",
        "a judgement of which nothing could be kept",
    }


def test_the_labels_of_a_table_are_json(make_desk: Callable[..., Desk], tmp_path: Path) -> None:
    desk = with_taxonomy(make_desk)
    path = tmp_path / "r.csv"
    columns = {"prompt": "Who signed?", "response": "B. Moss signed.",
               "labels": json.dumps([label()])}  # fmt: skip
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([columns.keys(), columns.values()])
    importing.import_file(desk.store, desk.project, path, desk.clock.now, kind="judgements")
    assert [row["quote"] for row in desk.rows("SELECT quote FROM spans")] == ["B. Moss"]


@pytest.mark.parametrize(
    ("prompt", "kept"),
    [
        ("Signed by A. Reed.\n\nWho signed?", ("Who signed?", "Signed by A. Reed.")),
        ("Who signed? Signed by A. Reed.", ("Who signed? Signed by A. Reed.", None)),
        ("Who signed?", ("Who signed?", "Signed by A. Reed.")),
    ],
)
def test_a_source_text_before_the_question_is_kept_apart(
    desk: Desk, bring: Import, prompt: str, kept: tuple[str, str | None]
) -> None:
    bring(ragtruth() | {"prompt": prompt})
    [[(_, text)]] = asked(desk)
    [stored] = desk.rows("SELECT context, tags FROM prompts")
    assert (text, stored["context"]) == kept
    assert stored["tags"] == '["QA"]'


# What annotation tools leave out


def test_an_annotation_of_two_answers_that_selects_nothing_is_a_tie(
    desk: Desk, bring: Import
) -> None:
    row = PAIRS["Label Studio"] | {"annotations": [{"completed_by": 3, "result": []}]}
    assert bring(row).judgements == 1
    assert verdicts(desk) == [("tie", 0)]


@pytest.mark.parametrize(("given", "strength"), [(2.5, 3), (9, 1), ("big", 1), (None, 1)])
def test_the_strength_of_a_record_is_that_of_its_votes(
    desk: Desk, bring: Import, given: Any, strength: int
) -> None:
    bring(PAIRS["Argilla"] | {"metadata": {"strength": given}})
    assert verdicts(desk) == [("So.", strength)]


# Bad rows

BAD_ROWS = [
    ({"chosen": "So."}, "no `rejected`"),
    ({"chosen": "So.", "rejected": "No."}, "no `prompt`, and `chosen` and `rejected` have no"),
    ({"chosen": WHY + FINE, "rejected": [said("user", "How?"), *POOR]}, "differ before their last"),
    ({"prompt": "Why?", "chosen": "So.", "rejected": "No.", "margin": "big"},
     "`margin` must be a number"),
    ({"chosen": "\n\nHuman: Why?", "rejected": "\n\nAssistant: No."}, "differ before their last"),
    ({"prompt": "Why?", "completion": "So.", "label": "perhaps"}, "`label` must be true or false"),
    ({"messages": FINE}, "`messages` holds no prompt before the answer"),
    ({"messages": [said("tool", "3"), *FINE]}, "each message needs a role"),
    ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}, *FINE]},
     "holds something else than text"),
    ({"response": {"body": {"choices": [{"message": FINE[0]}]}}}, "join a batch's output"),
    (PAIRS["HelpSteer3"] | {"overall_preference": 4}, "must lie between −3 and 3"),
    (PAIRS["PKU-SafeRLHF"] | {"better_response_id": 2}, "`better_response_id` must be 0 or 1"),
    (BATTLE | {"winner": "model_c"}, "`winner` must be one of"),
    (BATTLE, "no `winner`"),
    ({"fields": {"text": "x"}, "responses": {}}, "`fields` holds none of: prompt"),
    ({"fields": {"prompt": "x"}, "responses": {}}, "must hold one or two answers"),
    (ragtruth() | {"labels": "none"}, "`labels` must be a list of objects"),
    (ragtruth() | {"prompt": None}, "join RAGTruth's responses with their sources"),
    ({"prompt": "Why?", "variant": "a", "completion": "So."}, "nobody judged anything in it"),
    ({"input": 5, "preferred_output": FINE}, "no `messages`"),
    ({"instruction": "x", "completions": ["y"]}, "must be a list of objects"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "reason"), BAD_ROWS, ids=range(len(BAD_ROWS)))
def test_a_bad_row_says_what_is_wrong(bring: Import, row: Row, reason: str) -> None:
    report = bring(PAIRS["explicit"], row, skip_bad=True)
    [bad] = report.bad
    assert bad.line == 2
    assert reason in bad.reason
