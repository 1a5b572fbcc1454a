"""What a row means: the workbench's own shape, MT-Bench's questions, AlpacaEval's outputs.

{prompt, id?, context?, reference?, tags?, split?}                own, prompts
{variables: {…}, prompt?, …}                                      own, for templates
{prompt, variant, completion} or {prompt, completions: {…}}       own, completions
{question_id, category, turns: […], reference?}                   MT-Bench
{instruction, dataset, outputs: {…}, judge_vs_MODEL: {…}}          AlpacaEval
"""

from typing import Any

from workbench.importing import fields
from workbench.importing.fields import BadShape
from workbench.importing.parsed import Parsed, SoftVerdict
from workbench.records import Message, Prompt


def parse(row: dict[str, Any]) -> Parsed:
    """Raises BadShape."""
    if "turns" in row:
        parsed = _mt_bench(row)
    elif "instruction" in row:
        parsed = _alpaca_eval(row)
    elif "prompt" in row or "variables" in row:
        parsed = _own(row)
    else:
        raise BadShape("no `prompt` (nor `variables`, `turns`, or `instruction`)")
    return parsed


def _own(row: dict[str, Any]) -> Parsed:
    variables = fields.variables(row.get("variables"))
    prompt = Prompt(
        messages=_messages(row, variables),
        variables=variables,
        context=fields.optional_text(row, "context"),
        reference=fields.optional_text(row, "reference"),
        tags=fields.tags(row.get("tags")),
        external_id=None if row.get("id") is None else str(row["id"]),
        split=fields.split(row.get("split")),
        occurred_at=fields.optional_text(row, "occurred_at"),
    )
    given = row.get("completions")
    if given is None and "completion" in row:
        given = {fields.text(row.get("variant"), "variant"): row["completion"]}
    if given is not None and not isinstance(given, dict):
        raise BadShape("`completions` must be an object: variant → text")
    answers = {
        str(v): fields.answer_messages(a, f"completions.{v}") for v, a in (given or {}).items()
    }
    return Parsed(prompt, answers)


def _messages(row: dict[str, Any], variables: dict[str, str]) -> tuple[Message, ...]:
    """What people see of a prompt that is given by its variables alone: these, line by line."""
    if "prompt" in row:
        return fields.prompt_messages(row["prompt"])
    lines = (f"{name}: {text}" for name, text in variables.items())
    return fields.prompt_messages("\n".join(lines))


def _mt_bench(row: dict[str, Any]) -> Parsed:
    turns = row["turns"]
    if not isinstance(turns, list) or not turns:
        raise BadShape("`turns` must be a list of texts")
    reference = row.get("reference")
    if isinstance(reference, list):
        reference = "\n\n".join(str(part) for part in reference)
    if reference is not None:
        reference = fields.text(reference, "reference")
    prompt = Prompt(
        messages=tuple({"role": "user", "content": fields.text(t, "turns")} for t in turns),
        reference=reference,
        tags=fields.tags(row.get("category")),
        external_id=str(row["question_id"]) if "question_id" in row else None,
    )
    return Parsed(prompt, {})


def _alpaca_eval(row: dict[str, Any]) -> Parsed:
    prompt = Prompt(
        messages=({"role": "user", "content": fields.text(row["instruction"], "instruction")},),
        tags=fields.tags(row.get("dataset")),
    )
    outputs = row.get("outputs", {})
    if not isinstance(outputs, dict):
        raise BadShape("`outputs` must be an object: model → text")
    answers = {str(m): fields.answer_messages(text, f"outputs.{m}") for m, text in outputs.items()}
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
