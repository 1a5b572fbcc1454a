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
from workbench.records import SEVERITIES, Span

Row = dict[str, Any]
ELSEWHERE = Note(
    "a span whose `text` is not what stands from `start` to `end`", "Offsets count code points."
)


def parse(row: Row) -> Parsed:
    """An answer without labels was read, and nothing was found in it. Raises BadShape."""
    if row.get("prompt") is None:
        raise BadShape("no `prompt`: join RAGTruth's responses with their sources by `source_id`")
    response = fields.text(row.get("response"), "response")
    asked, context = _apart(row)
    labels = row["labels"] if isinstance(row["labels"], list) else []
    found = [_span(label, response) for label in labels]
    spans = tuple(one for one in found if isinstance(one, Span))
    said = Judgement(
        about=("1",), source="RAGTruth", spans=spans, read_for_spans=bool(spans) or not labels
    )
    task = row.get("task_type") or None
    return Parsed(
        prompt=fields.prompt(
            {"id": row.get("source_id", row.get("id")), "context": context, "tags": task},
            fields.prompt_messages(asked),
        ),
        completions={"1": fields.answer_messages(response, "response")},
        judgements=(said,),
        variants={"1": named(row.get("model"))},
        notes=tuple(one for one in found if isinstance(one, Note)),
    )


def _apart(row: Row) -> tuple[Any, str | None]:
    """The prompt and the source text. One that the prompt begins with is taken off it, one that it
    holds elsewhere is not said twice.
    """
    asked, source = row["prompt"], row.get("source_info") or None
    if source is not None and not isinstance(source, str):
        source = json.dumps(source, ensure_ascii=False)
    if not source or not isinstance(asked, str) or source not in asked:
        return asked, source
    rest = asked.removeprefix(f"{source}\n\n")
    return (rest, source) if rest != asked and rest.strip() else (asked, None)


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
