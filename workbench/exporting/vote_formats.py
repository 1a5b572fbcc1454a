"""Pairs with what each reviewer said of them: HelpSteer3's columns, and the records that Argilla
and Label Studio take in.

https://huggingface.co/datasets/nvidia/HelpSteer3, https://docs.argilla.io,
https://labelstud.io/guide/task_format.
"""

import json
from typing import Any

import pyarrow as pa

from workbench.exporting.format import MESSAGES, Format, asked, only
from workbench.exporting.voted import Vote, VotedPair
from workbench.store.database import dumps

Json = dict[str, Any]


def _helpsteer3(row: VotedPair) -> str:
    first, second = row.answers
    return dumps(
        {
            "domain": next(iter(json.loads(row.about["tags"])), ""),
            "language": row.about["language"] or "",
            "context": json.loads(row.pair.prompt),
            "response1": only(first),
            "response2": only(second),
            "overall_preference": row.preference,
            "individual_preference": [
                {"score": vote.preference, "reasoning": vote.rationale, "feedback1": "",
                 "feedback2": ""}
                for vote in row.votes
            ],
            "pair_id": row.pair.pair_id,
        }
    )  # fmt: skip


def _argilla(row: VotedPair) -> str:
    first, second = row.answers
    return dumps(
        {
            "id": row.pair.pair_id,
            "fields": {
                "prompt": asked(row.pair.prompt),
                "response-1": only(first),
                "response-2": only(second),
            },
            "metadata": {
                "project": row.project,
                "part": row.part,
                "strength": row.pair.margin,
                "posterior": row.posterior,
            },
            "suggestions": {},
            "responses": {
                "preference": [
                    {"value": _named(vote, "response-1", "response-2", "tie"),
                     "user_id": vote.reviewer, "status": "submitted"}
                    for vote in row.votes
                ]
            },
            "vectors": {},
        }
    )  # fmt: skip


def _label_studio(row: VotedPair) -> str:
    first, second = row.answers
    return dumps(
        {
            "id": row.number,
            "data": {
                "prompt": asked(row.pair.prompt),
                "answer1": only(first),
                "answer2": only(second),
            },
            "annotations": [_annotation(vote) for vote in row.votes],
        }
    )


def _annotation(vote: Vote) -> Json:
    """Its pairwise control knows left and right, so a tie selects nothing."""
    chosen = {
        "from_name": "preference",
        "to_name": "answers",
        "type": "pairwise",
        "value": {"selected": _named(vote, "left", "right", "")},
    }
    result = [chosen] if vote.preference else []
    return {"completed_by": vote.reviewer, "result": result, "lead_time": vote.seconds}


def _named(vote: Vote, first: str, second: str, tie: str) -> str:
    return tie if not vote.preference else first if vote.preference < 0 else second


def _texts(*names: str) -> pa.DataType:
    return pa.struct([(name, pa.string()) for name in names])


# Parquet has no empty objects, so Argilla's suggestions and vectors are in its JSON alone.
_ARGILLA = pa.schema(
    [
        ("id", pa.string()),
        ("fields", _texts("prompt", "response-1", "response-2")),
        ("metadata", pa.struct([("project", pa.string()), ("part", pa.string()),
                                ("strength", pa.float64()), ("posterior", pa.float64())])),
        ("responses", pa.struct([("preference", pa.list_(_texts("value", "user_id", "status")))])),
    ]
)  # fmt: skip

_LABEL_STUDIO = pa.schema(
    [
        ("id", pa.int64()),
        ("data", _texts("prompt", "answer1", "answer2")),
        ("annotations", pa.list_(pa.struct([
            ("completed_by", pa.string()),
            ("result", pa.list_(pa.struct([
                ("from_name", pa.string()), ("to_name", pa.string()), ("type", pa.string()),
                ("value", _texts("selected")),
            ]))),
            ("lead_time", pa.float64()),
        ]))),
    ]
)  # fmt: skip

_HELPSTEER3 = pa.schema(
    [
        ("domain", pa.string()), ("language", pa.string()), ("context", MESSAGES),
        ("response1", pa.string()), ("response2", pa.string()),
        ("overall_preference", pa.int64()),
        ("individual_preference", pa.list_(pa.struct([
            ("score", pa.int64()), ("reasoning", pa.string()), ("feedback1", pa.string()),
            ("feedback2", pa.string()),
        ]))),
        ("pair_id", pa.string()),
    ]
)  # fmt: skip

VOTE_FORMATS = {
    "helpsteer3": Format(
        "Pairs with every reviewer's preference (HelpSteer3)", _HELPSTEER3, _helpsteer3, "voted"
    ),
    "argilla": Format("Records for Argilla", _ARGILLA, _argilla, "voted", listed=True),
    "label-studio": Format(
        "Tasks for Label Studio", _LABEL_STUDIO, _label_studio, "voted", listed=True
    ),
}
