"""Votes of Chatbot Arena, in the shapes that it was published in, and any table of two answers and
a winner.

{model_a, model_b, winner, conversation_a, conversation_b, judge?}
{prompt, response_a, response_b, winner | winner_model_a, winner_model_b, winner_tie, model_a?, …}

A vote is about the conversation as a whole; it is stored at its last turn.
https://huggingface.co/datasets/lmsys/chatbot_arena_conversations
https://huggingface.co/datasets/lmarena-ai/arena-human-preference-55k, …-140k
"""

import json
from typing import Any

from workbench.importing import fields
from workbench.importing.fields import BadShape
from workbench.importing.pairs import Answers, Said, pair
from workbench.importing.parsed import Parsed
from workbench.records import Message

Row = dict[str, Any]
FIRST = ("model_a", "a", "left", "response_a", "1")
SECOND = ("model_b", "b", "right", "response_b", "2")
BAD = ("tie (bothbad)", "both_bad", "bothbad", "all bad")
FLAGS = ("winner_model_a", "winner_model_b", "winner_tie")


def parse(row: Row) -> Parsed:
    """Raises BadShape."""
    winner, all_bad = _winner(row)
    found = _conversations(row) if row.get("conversation_a") is not None else _responses(row)
    judge = row.get("judge")
    return pair(
        {"id": row.get("id", row.get("question_id"))} | row,
        found,
        (row.get("model_a"), row.get("model_b")),
        source="Chatbot Arena",
        judge=None if judge is None else fields.text(judge, "judge"),
        winner=winner,
        all_bad=all_bad,
    )


def _winner(row: Row) -> tuple[int | None, bool]:
    """0, 1, or None for a tie; and whether both were bad."""
    if row.get("winner") is None:
        flags = [key in row and fields.truth(row[key], key) for key in FLAGS]
        if sum(flags) != 1:
            raise BadShape("no `winner`: one of `winner_model_a`, `_b` and `winner_tie` must be 1")
        return (0, 1, None)[flags.index(True)], False
    said = str(row["winner"]).strip().lower()
    if said in BAD:
        return None, True
    if said not in (*FIRST, *SECOND, "tie"):
        raise BadShape("`winner` must be one of: model_a, model_b, tie, both_bad")
    return None if said == "tie" else int(said in SECOND), False


def _conversations(row: Row) -> Answers:
    asked, first = _turns(row, "conversation_a")
    also, second = _turns(row, "conversation_b")
    if asked != also:
        raise BadShape("the user messages of `conversation_a` and `conversation_b` differ")
    return asked, first, second


def _turns(row: Row, key: str) -> tuple[Said, Said]:
    """What was asked and what was said; a model may have said nothing."""
    given = row[key] if isinstance(row[key], list) else []
    roles = [message.get("role") if isinstance(message, dict) else None for message in given]
    if not roles or roles != ["user", "assistant"] * (len(roles) // 2):
        raise BadShape(f"`{key}` must be a list of messages: user, assistant, user, assistant …")
    messages: list[Message] = [
        {"role": m["role"], "content": fields.content(m.get("content"), f"{key}.content")}
        for m in given
    ]
    for message in messages:
        check = fields.text if message["role"] == "user" else fields.text_or_nothing
        check(message["content"], f"{key}.content")
    return tuple(messages[::2]), tuple(messages[1::2])


def _responses(row: Row) -> Answers:
    """Texts, or lists of one text a turn, which a table holds as JSON."""
    texts = {key: _texts(row, key) for key in ("prompt", "response_a", "response_b")}
    asked = tuple({"role": "user", "content": text} for text in texts["prompt"])
    first, second = (
        tuple({"role": "assistant", "content": text} for text in texts[key])
        for key in ("response_a", "response_b")
    )
    return asked, first, second


def _texts(row: Row, key: str) -> list[str]:
    value = row.get(key)
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except json.JSONDecodeError:
            value = row[key]  # a text that only begins like a list
    texts = value if isinstance(value, list) and value else [value]
    return [fields.text(text, key) for text in texts]
