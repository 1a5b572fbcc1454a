"""Answers with what was said of each: scores in HelpSteer2's columns, spans in RAGTruth's; and
judgements as they were given.

https://huggingface.co/datasets/nvidia/HelpSteer2, https://github.com/ParticleMedia/RAGTruth.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from workbench.errors import InvalidInput
from workbench.exporting.format import MESSAGES, Format, NoRow, asked, only
from workbench.exporting.raw import Raw
from workbench.exporting.said import Said
from workbench.records import Project
from workbench.store.database import dumps

OWN = ("prompt", "response", "pair_id")
Json = dict[str, Any]


def helpsteer2_of(project: Project) -> Format:
    """Its columns are the criteria of the project's rubric. Raises InvalidInput without any."""
    criteria = [criterion["key"] for criterion in (project.rubric or {}).get("criteria", [])]
    if not criteria:
        raise InvalidInput(
            "This project has no rubric, so there are no scores to export.",
            field="format",
            remedy="Give it one in its settings, and have answers rated.",
        )
    if taken := sorted(set(criteria) & set(OWN)):
        raise InvalidInput(
            f"The criterion {taken[0]} is called like another column of this format.",
            field="format",
            remedy="Give the criterion another key.",
        )
    scores = [(name, pa.float64()) for name in criteria]
    schema = pa.schema([*_strings(*OWN[:2]), *scores, *_strings(*OWN[2:])])
    return Format(_SCORED, schema, partial(_helpsteer2, criteria), "rated")


def _helpsteer2(criteria: Sequence[str], row: Said) -> str:
    prompt = asked(row.prompt)
    if not all(name in row.scores for name in criteria):
        raise NoRow("not rated on every criterion")
    scores = {name: row.scores[name] for name in criteria}
    said = {"prompt": prompt, "response": only(row.completion)}
    return dumps(said | scores | {"pair_id": row.pair_id})


def _spans(row: Said) -> str:
    messages, about = json.loads(row.prompt), row.about
    return dumps(
        {
            "id": str(row.answer_id),
            "source_id": about["external_id"] or str(about["id"]),
            "model": json.loads(row.variant),
            "prompt": "\n\n".join(message["content"] for message in messages),
            "source_info": about["context"] or "",
            "response": only(row.completion),
            "labels": [_label(span) for span in row.spans],
            "split": row.part,
            "quality": "good",
            "task_type": next(iter(json.loads(about["tags"])), ""),
            "pair_id": row.pair_id,
        }
    )


def _label(span: Json) -> Json:
    return {
        "start": span["start"],
        "end": span["end"],
        "text": span["quote"],
        "meta": span["note"],
        "label_type": "/".join(filter(None, (span["category"], span["subtype"]))),
        "severity": span["severity"],
        "implicit_true": False,
        "due_to_null": False,
    }


def _raw(row: Raw) -> str:
    return row.line


def _strings(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, pa.string()) for name in names]


def _numbers(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, pa.int64()) for name in names]


_SCORED = "Answers with their mean scores by criterion (HelpSteer2)"

_LABELS = pa.list_(
    pa.struct([*_numbers("start", "end"), *_strings("text", "meta", "label_type", "severity"),
               ("implicit_true", pa.bool_()), ("due_to_null", pa.bool_())])
)  # fmt: skip

_SPANS = pa.schema(
    [*_strings("id", "source_id", "model", "prompt", "source_info", "response"),
     ("labels", _LABELS), *_strings("split", "quality", "task_type", "pair_id")]
)  # fmt: skip

_TAGGED = pa.struct(
    [*_numbers("answer", "start", "end"),
     *_strings("quote", "category", "subtype", "severity", "note"),
     *_numbers("evidence_start", "evidence_end")]
)  # fmt: skip

_RAW = pa.schema(
    [
        *_strings("kind"), *_numbers("judgement_id", "supersedes", "prompt_id", "turn"),
        ("prompt", MESSAGES), *_strings("context"),
        ("answers", pa.list_(pa.struct(_strings("variant", "text")))),
        *_numbers("preference"), ("ranking", pa.list_(pa.list_(pa.int64()))),
        ("all_bad", pa.bool_()),
        ("ratings", pa.list_(pa.struct([("answer", pa.int64()), ("criterion", pa.string()),
                                        ("score", pa.int64())]))),
        ("spans", pa.list_(_TAGGED)),
        ("corrections", pa.list_(pa.struct([("answer", pa.int64()), ("text", pa.string())]))),
        *_strings("rationale"), ("reasons", pa.list_(pa.string())),
        ("probability", pa.float64()), ("seconds", pa.float64()),
        *_numbers("guidelines_version", "rubric_version", "taxonomy_version"),
        *_strings("created_at", "reviewer", "reviewer_kind", "pair_id"),
    ]
)  # fmt: skip

SAID_FORMATS = {
    "helpsteer2": Format(
        _SCORED, pa.schema(_strings(*OWN)), partial(_helpsteer2, ()), "rated"
    ),
    "spans": Format("Answers with tagged spans (RAGTruth)", _SPANS, _spans, "spanned"),
    "raw": Format("Judgements as they were given, one by one", _RAW, _raw, "raw"),
}  # fmt: skip
