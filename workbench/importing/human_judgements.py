"""MT-Bench's human judgements: a row is one judge's verdict on two conversations at one turn.

{question_id, model_a, model_b, winner, judge, conversation_a, conversation_b, turn}

A judge is a person's name; a model is a list with its prompt's name, ["gpt-4", "pair-v2"], or in
the published file of GPT-4's verdicts the name “gpt4_pair”.
"""

from typing import Any

from workbench.importing import fields
from workbench.importing.fields import BadShape
from workbench.importing.parsed import Judgement, Parsed
from workbench.records import Message, Prompt, ReviewerKind

SOURCE = "MT-Bench"
KEYS = ("question_id", "model_a", "model_b", "winner", "judge", "conversation_a",
        "conversation_b", "turn")  # fmt: skip
WINNERS = ("model_a", "model_b", "tie", "tie (bothbad)")


def parse(row: dict[str, Any]) -> Parsed:
    """Raises BadShape."""
    missing = [f"`{key}`" for key in KEYS if row.get(key) is None]
    if missing:
        raise BadShape(f"no {', '.join(missing)}")
    first, second = (fields.text(row[key], key) for key in ("model_a", "model_b"))
    if first == second:
        raise BadShape(f"`model_a` and `model_b` are both `{first}`")
    asked, said_by_first = conversation(row, "conversation_a")
    also_asked, said_by_second = conversation(row, "conversation_b")
    if asked != also_asked:
        raise BadShape("the user messages of `conversation_a` and `conversation_b` differ")
    return Parsed(
        prompt=Prompt(messages=asked, external_id=question(row["question_id"])),
        completions={first: said_by_first, second: said_by_second},
        judgements=(_judgement(row, first, second, turns=len(asked)),),
    )


def question(value: Any) -> str:
    return str(value) if type(value) is int else fields.text(value, "question_id")


def conversation(row: dict[str, Any], key: str) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
    """What was asked and what was said; a model may have said nothing, and was judged for it."""
    given = row[key] if isinstance(row[key], list) else []
    roles = [message.get("role") if isinstance(message, dict) else None for message in given]
    if not roles or roles != ["user", "assistant"] * (len(roles) // 2):
        raise BadShape(f"`{key}` must be a list of messages: user, assistant, user, assistant …")
    asked = (fields.text(message.get("content"), f"{key}.content") for message in given[::2])
    said = (
        fields.text_or_nothing(message.get("content"), f"{key}.content") for message in given[1::2]
    )
    return (
        tuple({"role": "user", "content": text} for text in asked),
        tuple({"role": "assistant", "content": text} for text in said),
    )


def _judgement(row: dict[str, Any], first: str, second: str, *, turns: int) -> Judgement:
    turn, winner = row["turn"], row["winner"]
    if type(turn) is not int or not 1 <= turn <= turns:
        raise BadShape(f"`turn` must be a number from 1 to {turns}, the conversations' turns")
    if winner not in WINNERS:
        raise BadShape(f"`winner` must be one of: {', '.join(WINNERS)}")
    judge, kind = _judge(row["judge"])
    return Judgement(
        about=(first, second),
        source=SOURCE,
        judge=judge,
        kind=kind,
        turn=turn - 1,
        winner={"model_a": first, "model_b": second}.get(winner),
        all_bad=winner == "tie (bothbad)",
    )


def _judge(value: Any) -> tuple[str, ReviewerKind]:
    if isinstance(value, list) and value:
        return "/".join(fields.text(part, "judge") for part in value), "judge"
    name = fields.text(value, "judge")
    return name, "judge" if name.lower().startswith("gpt") else "human"
