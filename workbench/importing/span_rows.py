"""RAGTruth: one answer, and the stretches of it that its source text does not support.

{id, prompt, source_info, model, response, labels: [{start, end, text, meta, label_type}]}
https://github.com/ParticleMedia/RAGTruth (its `response.jsonl`, joined with `source_info.jsonl`)
"""

import json
from typing import Any

from workbench.importing import fields
from workbench.importing.fields import BadShape
from workbench.importing.pairs import named
from workbench.importing.parsed import Judgement, Note, Parsed
from workbench.records import SEVERITIES, Prompt, Span

Row = dict[str, Any]
GAP = "\n\n"  # between a source text and the question about it
ELSEWHERE = Note(
    "a span whose `text` is not what stands from `start` to `end`", "Offsets count code points."
)


def parse(row: Row) -> Parsed:
    """An answer without labels was read, and nothing was found in it; one of which no label can be
    read is not called free of them. Raises BadShape.
    """
    if row.get("prompt") is None:
        raise BadShape("no `prompt`: join RAGTruth's responses with their sources by `source_id`")
    response = fields.text(row.get("response"), "response")
    found = [_span(label, response) for label in _labels(row["labels"])]
    spans = tuple(one for one in found if isinstance(one, Span))
    said = Judgement(
        about=("1",), source="RAGTruth", spans=spans, read_for_spans=bool(spans or not found)
    )
    return Parsed(
        prompt=_prompt(row),
        completions={"1": fields.answer_messages(response, "response")},
        judgements=(said,),
        variants={"1": named(row.get("model"))},
        notes=tuple(one for one in found if isinstance(one, Note)),
    )


def _labels(given: Any) -> list[Any]:
    """The labels, which a table holds as JSON."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except json.JSONDecodeError:
            given = None
    if not isinstance(given, list):
        raise BadShape("`labels` must be a list of objects")
    return given


def _prompt(row: Row) -> Prompt:
    """The source text stands apart: it is taken off the prompt's beginning, and is not kept twice
    where the prompt holds it further on.
    """
    asked, source = row["prompt"], row.get("source_info") or None
    if source is not None and not isinstance(source, str):
        source = json.dumps(source, ensure_ascii=False)
    if source and isinstance(asked, str) and asked.startswith(source + GAP):
        asked = asked.removeprefix(source + GAP)
    elif source and source in str(asked):
        source = None
    told = {
        "id": row.get("source_id", row.get("id")),
        "context": source,
        "tags": row.get("task_type") or None,
    }
    return fields.prompt(told, fields.prompt_messages(asked))


def _span(label: Any, response: str) -> Span | Note:
    label = label if isinstance(label, dict) else {}
    start, end = label.get("start"), label.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(response):
        return ELSEWHERE
    quote = response[start:end]
    if label.get("text") not in (None, quote):
        return ELSEWHERE
    kind = fields.text(label.get("label_type"), "label_type")
    note = fields.text_or_nothing(label.get("meta") or "", "meta")
    severity = label.get("severity") if label.get("severity") in SEVERITIES else None
    return Span(
        slot=1, start=start, end=end, category=kind, quote=quote, note=note, severity=severity
    )
