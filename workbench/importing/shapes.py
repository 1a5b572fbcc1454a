"""What a row means: the workbench's own shape, MT-Bench's questions, AlpacaEval's outputs.

{prompt, id?, context?, reference?, tags?, split?}                own, prompts
{prompt, variant, completion} or {prompt, completions: {…}}       own, completions
{question_id, category, turns: […], reference?}                   MT-Bench
{instruction, dataset, outputs: {…}, judge_vs_MODEL: {…}}          AlpacaEval
"""

from dataclasses import dataclass
from typing import Any

from workbench.records import Message, Prompt

ROLES = ("system", "user", "assistant")


class BadShape(ValueError):
    """A row that can't be used; the text says which key and why."""


@dataclass(frozen=True)
class SoftVerdict:
    """A judge's word on two variants of one prompt: the chance that `second` is better."""

    first: str
    second: str
    probability: float


@dataclass(frozen=True)
class Parsed:
    """A row as records: a prompt, its completions by variant, and verdicts on them."""

    prompt: Prompt
    completions: dict[str, tuple[Message, ...]]
    verdicts: tuple[SoftVerdict, ...] = ()
    judge: str | None = None


def parse(row: dict[str, Any]) -> Parsed:
    """Raises BadShape."""
    if "turns" in row:
        parsed = _mt_bench(row)
    elif "instruction" in row:
        parsed = _alpaca_eval(row)
    elif "prompt" in row:
        parsed = _own(row)
    else:
        raise BadShape("no `prompt` (nor `turns`, nor `instruction`)")
    for variant, messages in parsed.completions.items():
        if len(messages) != parsed.prompt.turns:
            raise BadShape(
                f"`{variant}` has {len(messages)} answers for {parsed.prompt.turns} turns"
            )
    return parsed


def _own(row: dict[str, Any]) -> Parsed:
    prompt = Prompt(
        messages=_prompt_messages(row["prompt"]),
        context=_optional_text(row, "context"),
        reference=_optional_text(row, "reference"),
        tags=_tags(row.get("tags")),
        external_id=None if row.get("id") is None else str(row["id"]),
        split=_split(row.get("split")),
        occurred_at=_optional_text(row, "occurred_at"),
    )
    given = row.get("completions")
    if given is None and "completion" in row:
        given = {_text(row.get("variant"), "variant"): row["completion"]}
    if given is not None and not isinstance(given, dict):
        raise BadShape("`completions` must be an object: variant → text")
    answers = {str(v): _answer_messages(a, f"completions.{v}") for v, a in (given or {}).items()}
    return Parsed(prompt, answers)


def _mt_bench(row: dict[str, Any]) -> Parsed:
    turns = row["turns"]
    if not isinstance(turns, list) or not turns:
        raise BadShape("`turns` must be a list of texts")
    reference = row.get("reference")
    if isinstance(reference, list):
        reference = "\n\n".join(str(part) for part in reference)
    if reference is not None:
        reference = _text(reference, "reference")
    prompt = Prompt(
        messages=tuple({"role": "user", "content": _text(t, "turns")} for t in turns),
        reference=reference,
        tags=_tags(row.get("category")),
        external_id=str(row["question_id"]) if "question_id" in row else None,
    )
    return Parsed(prompt, {})


def _alpaca_eval(row: dict[str, Any]) -> Parsed:
    prompt = Prompt(
        messages=({"role": "user", "content": _text(row["instruction"], "instruction")},),
        tags=_tags(row.get("dataset")),
    )
    outputs = row.get("outputs", {})
    if not isinstance(outputs, dict):
        raise BadShape("`outputs` must be an object: model → text")
    answers = {str(m): _answer_messages(text, f"outputs.{m}") for m, text in outputs.items()}
    key = next((k for k in row if k.startswith("judge_vs_")), None)
    if key is None:
        return Parsed(prompt, answers)
    if not isinstance(row[key], dict):
        raise BadShape(f"`{key}` must be an object: model → number")
    reference = key.removeprefix("judge_vs_")
    verdicts = tuple(
        SoftVerdict(reference, str(model), _soft(value, f"{key}.{model}"))
        for model, value in row[key].items()
        if model != reference
    )
    for verdict in verdicts:
        for model in (verdict.first, verdict.second):
            if model not in answers:
                raise BadShape(f"`{key}` judges `{model}`, which has no output")
    return Parsed(prompt, answers, verdicts, judge=key)


def _soft(value: Any, key: str) -> float:
    if not isinstance(value, int | float) or not 1 <= value <= 2:
        raise BadShape(f"`{key}` must be a number from 1 to 2")
    return float(value) - 1


def _prompt_messages(value: Any) -> tuple[Message, ...]:
    if isinstance(value, str):
        return ({"role": "user", "content": _text(value, "prompt")},)
    messages = _messages(value, "prompt")
    if messages[-1]["role"] != "user":
        raise BadShape("`prompt` must end with a user message")
    return messages


def _answer_messages(value: Any, key: str) -> tuple[Message, ...]:
    if isinstance(value, str):
        return ({"role": "assistant", "content": _text(value, key)},)
    messages = _messages(value, key)
    if any(m["role"] != "assistant" for m in messages):
        raise BadShape(f"`{key}` may hold assistant messages only, one for each turn")
    return messages


def _messages(value: Any, key: str) -> tuple[Message, ...]:
    if not isinstance(value, list) or not value:
        raise BadShape(f"`{key}` must be a text or a list of messages")
    for message in value:
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            raise BadShape(f"`{key}`: each message needs a role: {', '.join(ROLES)}")
        _text(message.get("content"), f"{key}.content")
    return tuple({"role": m["role"], "content": m["content"]} for m in value)


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadShape(f"`{key}` must be a text that is not empty")
    if "\x00" in value:
        raise BadShape(f"`{key}` holds a zero byte")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise BadShape(f"`{key}` holds half of a surrogate pair")
    return value


def _optional_text(row: dict[str, Any], key: str) -> str | None:
    return None if row.get(key) is None else _text(row[key], key)


def _tags(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    tags = [value] if isinstance(value, str) else value
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise BadShape("`tags` must be a list of texts")
    return tuple(tags)


def _split(value: Any) -> Any:
    if value not in (None, "train", "heldout"):
        raise BadShape("`split` must be train or heldout")
    return value
