"""The formats that are read: what each is known by, and what turns its rows into records.

The first one that knows a row's columns reads it, unless a format was named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench.importing import (
    annotation_rows,
    answer_rows,
    arena_rows,
    human_judgements,
    preference_rows,
    scored_rows,
    shapes,
    span_rows,
)
from workbench.importing.fields import BadShape
from workbench.importing.parsed import Parsed

Row = dict[str, Any]


@dataclass(frozen=True)
class Format:
    """`columns` are those that it reads, beside what every prompt may have; `parse` raises
    BadShape.
    """

    title: str
    columns: tuple[str, ...]
    knows: Callable[[Row], bool]
    parse: Callable[[Row], Parsed]


PROMPT_COLUMNS = ("id", "system", "context", "reference", "tags", "split")


def _has(*columns: str) -> Callable[[Row], bool]:
    return lambda row: all(row.get(column) is not None for column in columns)


def _any(*columns: str) -> Callable[[Row], bool]:
    return lambda row: any(row.get(column) is not None for column in columns)


def _is_hh(row: Row) -> bool:
    said = row.get("chosen")
    return isinstance(said, str) and said.startswith(preference_rows.HUMAN)


def _is_ultrafeedback(row: Row) -> bool:
    return "instruction" in row and isinstance(row.get("completions"), list)


def _is_answer(row: Row) -> bool:
    """Own rows with a variant and nothing said of the answer are read as the workbench's own."""
    return _has("prompt", "completion")(row) and (
        row.get("variant") is None
        or any(key == "label" or key.startswith(answer_rows.RATING) for key in row)
    )


def _is_arena(row: Row) -> bool:
    return _any("winner_model_a", "response_a", "tstamp", "evaluation_order")(row)


def _is_mt_bench_judgement(row: Row) -> bool:
    return "conversation_a" in row or ("question_id" in row and "turns" not in row)


FORMATS = {
    "hh-rlhf": Format("HH-RLHF's transcripts", ("chosen", "rejected"), _is_hh,
                      preference_rows.parse_hh),
    "ultrafeedback-binarized": Format(
        "UltraFeedback as pairs", ("prompt", "chosen", "rejected"),
        _has("chosen", "rejected", "score_chosen"), preference_rows.parse_binarized),
    "preference": Format(
        "Preference pairs (TRL)",
        ("prompt", "chosen", "rejected", "margin", "chosen_model", "rejected_model", "judge"),
        _any("chosen", "rejected"), preference_rows.parse),
    "openai": Format(
        "Preference fine-tuning (OpenAI)", ("input", "preferred_output", "non_preferred_output"),
        _has("input", "preferred_output"), preference_rows.parse_openai),
    "ultrafeedback": Format("UltraFeedback", ("instruction", "completions"), _is_ultrafeedback,
                            scored_rows.parse_ultrafeedback),
    "helpsteer3": Format(
        "HelpSteer3",
        ("context", "response1", "response2", "overall_preference", "individual_preference",
         "domain"),
        _has("response1", "response2"), scored_rows.parse_helpsteer3),
    "pku-saferlhf": Format(
        "PKU-SafeRLHF",
        ("prompt", "response_0", "response_1", "better_response_id", "response_0_source",
         "response_1_source"),
        _has("response_0", "response_1"), scored_rows.parse_pku),
    "spans": Format(
        "Tagged spans (RAGTruth)",
        ("prompt", "response", "labels", "source_info", "source_id", "task_type", "model"),
        _has("response", "labels"), span_rows.parse),
    "helpsteer2": Format(
        "HelpSteer2", ("prompt", "response", "model", *scored_rows.ATTRIBUTES),
        _has("prompt", "response"), scored_rows.parse_helpsteer2),
    "arena": Format(
        "Votes of Chatbot Arena, or any two answers and a winner",
        ("prompt", "response_a", "response_b", "winner", "model_a", "model_b", "judge",
         "conversation_a", "conversation_b", *arena_rows.FLAGS),
        _is_arena, arena_rows.parse),
    "mt-bench-judgements": Format("MT-Bench's human judgements", human_judgements.KEYS,
                                  _is_mt_bench_judgement, human_judgements.parse),
    "argilla": Format("Records of Argilla", ("fields", "responses"), _has("fields"),
                      annotation_rows.parse_argilla),
    "label-studio": Format("Tasks of Label Studio", ("data", "annotations"),
                           _has("data", "annotations"), annotation_rows.parse_label_studio),
    "openai-log": Format("Logs of requests and responses (OpenAI)",
                         ("request", "response", "body", "custom_id"),
                         _any("request", "response", "body"), answer_rows.parse_log),
    "messages": Format("Conversations (SFT, OpenAI)", ("messages", "model", "variant", "label"),
                       _has("messages"), answer_rows.parse_chat),
    "answers": Format(
        "Answers one by one (TRL's KTO and SFT, tables)",
        ("prompt", "completion", "label", "variant", "judge"), _is_answer, answer_rows.parse),
    "own": Format(
        "The workbench's own, MT-Bench's questions, AlpacaEval's outputs",
        ("prompt", "variables", "completions", "variant", "completion", "occurred_at", "turns",
         "instruction", "outputs", "dataset", "category", "question_id"),
        lambda row: True, shapes.parse),
}  # fmt: skip


def format_of(row: Row) -> str:
    """The name of the format that knows this row's columns."""
    return next(name for name, format_ in FORMATS.items() if format_.knows(row))


def parse(row: Row, name: str) -> Parsed:
    """The row as this format reads it. Raises BadShape."""
    try:
        parsed = FORMATS[name].parse(row)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadShape(f"it is no row of the format {name}") from error
    for key, messages in parsed.completions.items():
        if len(messages) != parsed.prompt.turns:
            raise BadShape(
                f"`{parsed.variant(key) or key}` has {len(messages)} answers"
                f" for {parsed.prompt.turns} turns"
            )
    return parsed
