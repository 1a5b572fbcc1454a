"""Rows of two answers, of which one is better: TRL's preference and reward columns, plain or
conversational, with the prompt beside both answers or within them; OpenAI's preference fine-tuning;
HH-RLHF's transcripts.

https://huggingface.co/docs/trl/dataset_formats
https://platform.openai.com/docs/guides/direct-preference-optimization
https://huggingface.co/datasets/Anthropic/hh-rlhf
"""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from workbench.importing import fields
from workbench.importing.fields import BadShape
from workbench.importing.pairs import Answers, pair, strength
from workbench.importing.parsed import Note, Parsed
from workbench.records import Message, ReviewerKind

Row = dict[str, Any]
HUMAN = "\n\nHuman:"
_SPEAKER = re.compile(r"\n\n(Human|Assistant):")
ROLES = {"Human": "user", "Assistant": "assistant"}


def parse(row: Row) -> Parsed:
    """TRL's columns. Raises BadShape."""
    return _preferred(row, _asked(row), source="preference")


def parse_binarized(row: Row) -> Parsed:
    """UltraFeedback as pairs: GPT-4's scores say which answer is the better one."""
    return _preferred(row, _asked(row), source="UltraFeedback", kind="judge")


def _asked(row: Row) -> Answers:
    """What was asked, and the better and the worse answer to it."""
    better, worse = (_needed(row, key) for key in ("chosen", "rejected"))
    if isinstance(better, str) and isinstance(worse, str):
        return _of_texts(row, better, worse)
    if _is_conversation(better) and _is_conversation(worse):
        return _split(better, worse)
    prompt = fields.prompt_messages(_needed(row, "prompt"))
    return (
        prompt,
        fields.answer_messages(better, "chosen"),
        fields.answer_messages(worse, "rejected"),
    )


def _needed(row: Row, key: str) -> Any:
    if row.get(key) is None:
        raise BadShape(f"no `{key}`")
    return row[key]


def _of_texts(row: Row, better: str, worse: str) -> Answers:
    """Without a prompt it is the texts' common beginning, up to a word's end, as TRL finds it."""
    if row.get("prompt") is None:
        pairs = takewhile(lambda both: both[0] == both[1], zip(better, worse, strict=False))
        at = sum(1 for _ in pairs)
        at = better.rfind(" ", 0, at) if " " in better[:at] else 0
        if not at:
            raise BadShape("no `prompt`, and `chosen` and `rejected` have no common beginning")
        asked, better, worse = better[:at], better[at:], worse[at:]
    else:
        asked = row["prompt"]
    return (
        fields.prompt_messages(asked),
        fields.answer_messages(better, "chosen"),
        fields.answer_messages(worse, "rejected"),
    )


def _is_conversation(value: Any) -> bool:
    """Whether the messages hold the prompt as well."""
    return isinstance(value, list) and any(
        isinstance(m, dict) and m.get("role") == "user" for m in value
    )


def _split(better: Any, worse: Any) -> Answers:
    """Two conversations that part at their last messages."""
    first, second = fields.messages(better, "chosen"), fields.messages(worse, "rejected")
    return split(first, second)


def split(first: Sequence[Message], second: Sequence[Message]) -> Answers:
    """The prompt is all that both begin with; each goes on with one answer of its own."""
    asked = tuple(first[:-1])
    if not asked or asked != tuple(second[:-1]):
        raise BadShape("`chosen` and `rejected` differ before their last message")
    for last, key in ((first[-1], "chosen"), (second[-1], "rejected")):
        if last["role"] != "assistant":
            raise BadShape(f"`{key}` must end with an assistant message")
    return fields.prompt_messages(list(asked)), (first[-1],), (second[-1],)


def _preferred(row: Row, found: Answers, *, source: str, kind: ReviewerKind = "human") -> Parsed:
    step, notes = strength(row["margin"]) if row.get("margin") is not None else (1, ())
    if row.get("tools"):
        notes = (*notes, Note("`tools` are not kept"))
    names = (row.get("chosen_model"), row.get("rejected_model"))
    return pair(
        row, found, names, source=source, judge=fields.optional_text(row, "judge"), kind=kind,
        winner=0, strength=step, notes=notes,
    )  # fmt: skip


def parse_openai(row: Row) -> Parsed:
    """Raises BadShape."""
    given = row["input"] if isinstance(row["input"], dict) else {}
    asked = fields.prompt_messages(_needed(given, "messages"))
    answers = (
        fields.answer_messages(_needed(row, key), key)
        for key in ("preferred_output", "non_preferred_output")
    )
    better, worse = answers
    notes = (Note("`tools` are not kept"),) if given.get("tools") else ()
    return pair(row, (asked, better, worse), source="openai", winner=0, notes=notes)


def parse_hh(row: Row) -> Parsed:
    """HH-RLHF names nobody: its pairs were chosen by crowd workers. Raises BadShape."""
    first, second = (_transcript(row, key) for key in ("chosen", "rejected"))
    return pair(row, split(first, second), source="HH-RLHF", winner=0)


def _transcript(row: Row, key: str) -> list[Message]:
    pieces = _SPEAKER.split(fields.text(row.get(key), key))
    if pieces[0].strip() or len(pieces) < 3:
        raise BadShape(f"`{key}` must begin with “Human:”")
    return [
        {"role": ROLES[who], "content": fields.text(said.strip(), key)}
        for who, said in zip(pieces[1::2], pieces[2::2], strict=True)
    ]
