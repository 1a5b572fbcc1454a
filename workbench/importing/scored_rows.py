"""Rows with scores: UltraFeedback's four answers as GPT-4 saw them, HelpSteer2's one answer with
five attributes, HelpSteer3's two answers, PKU-SafeRLHF's two with what is safe.

https://huggingface.co/datasets/openbmb/UltraFeedback
https://huggingface.co/datasets/nvidia/HelpSteer2, …/HelpSteer3
https://huggingface.co/datasets/PKU-Alignment/PKU-SafeRLHF
"""

import re
from typing import Any

from workbench.importing import fields
from workbench.importing.fields import BadShape
from workbench.importing.pairs import named, pair
from workbench.importing.parsed import UNNAMED, Judgement, Note, Parsed, Score
from workbench.records import Message

Row = dict[str, Any]
ATTRIBUTES = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")
NO_SCORES = ("prompt", "response", "model", "id", "pair_id")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_TURN = re.compile(r"\n?<extra_id_1>(User|Assistant)\n")
OTHER_QUESTION = Note(
    "`safer_response_id`: a second verdict on the same two answers, by another question",
    "Import it into a project of its own, with --map better_response_id=safer_response_id.",
)
SAFETY = Note("what PKU-SafeRLHF says of the safety of each answer (`is_response_0_safe` …)")


def parse_ultrafeedback(row: Row) -> Parsed:
    """Ratings from 1 to 5, and an order of the answers by their overall score. Raises BadShape."""
    given = row["completions"]
    if not all(isinstance(one, dict) for one in given):
        raise BadShape("`completions` must be a list of objects with `response`")
    keys = [str(place) for place in range(1, len(given) + 1)]
    said = Judgement(
        about=tuple(keys),
        source="UltraFeedback",
        kind="judge",
        ranking=_order([one.get("overall_score") for one in given], keys),
        ratings={
            key: scores
            for key, one in zip(keys, given, strict=True)
            if (scores := _aspects(one.get("annotations")))
        },
    )
    return Parsed(
        prompt=fields.prompt(row, fields.prompt_messages(row.get("instruction"))),
        completions={
            key: fields.answer_messages(one.get("response"), "completions.response")
            for key, one in zip(keys, given, strict=True)
        },
        judgements=(said,) if len(keys) > 1 else (),
        variants={key: named(one.get("model")) for key, one in zip(keys, given, strict=True)},
    )


def _order(scores: list[Any], keys: list[str]) -> tuple[tuple[str, ...], ...] | None:
    """Tie groups, the best first; none where any answer has no score."""
    if any(score in (None, "N/A") for score in scores):
        return None
    by_score: dict[float, list[str]] = {}
    for key, score in zip(keys, scores, strict=True):
        by_score.setdefault(fields.number(score, "overall_score"), []).append(key)
    return tuple(tuple(by_score[score]) for score in sorted(by_score, reverse=True))


def _aspects(given: Any) -> dict[str, Score]:
    """Each aspect's rating; the file writes “N/A” where there is none."""
    found = {}
    for aspect, said in (given or {}).items():
        rating = said.get("Rating") if isinstance(said, dict) else None
        if rating not in (None, "N/A"):
            found[aspect] = Score(fields.number(rating, f"annotations.{aspect}"), 1, 5)
    return found


def parse_helpsteer2(row: Row) -> Parsed:
    """The five attributes from 0 to 4, or what columns of numbers there are. Raises BadShape."""
    known = all(name in row for name in ATTRIBUTES)
    names = ATTRIBUTES if known else [key for key in row if _is_score(key, row[key])]
    scale = (0, 4) if known else (None, None)
    scores = {name: Score(fields.number(row[name], name), *scale) for name in names}
    said = Judgement(about=("1",), source="HelpSteer2", ratings={"1": scores})
    return Parsed(
        prompt=fields.prompt(row, _with_turns(row.get("prompt"))),
        completions={"1": fields.answer_messages(row.get("response"), "response")},
        judgements=(said,) if scores else (),
        variants={"1": named(row.get("model"))},
    )


def _is_score(key: str, value: Any) -> bool:
    """A number, also one that a CSV file gives as a text."""
    if key in NO_SCORES or isinstance(value, bool):
        return False
    written = isinstance(value, str) and _NUMBER.fullmatch(value)
    return bool(written) or isinstance(value, int | float)


def _with_turns(value: Any) -> tuple[Message, ...]:
    """HelpSteer2 writes earlier turns into the text, each behind `<extra_id_1>` and who speaks."""
    if not isinstance(value, str) or "<extra_id_1>" not in value:
        return fields.prompt_messages(value)
    first, *rest = _TURN.split(value)
    turns = [{"role": "user", "content": first}]
    turns += [
        {"role": who.lower(), "content": said}
        for who, said in zip(rest[::2], rest[1::2], strict=True)
        if said.strip()
    ]
    return fields.prompt_messages(turns)


def parse_helpsteer3(row: Row) -> Parsed:
    """−3 … 3, below 0 where the first answer is better. Nobody is named: the first, second and
    third voice of a row are kept apart, and stand for nobody across rows. Raises BadShape.
    """
    voices = row.get("individual_preference") or []
    if not isinstance(voices, list) or not all(isinstance(voice, dict) for voice in voices):
        raise BadShape("`individual_preference` must be a list of objects with `score`")
    said = [
        _preference(voice.get("score"), voice.get("reasoning"), f"annotator {place} of a row")
        for place, voice in enumerate(voices, start=1)
        if voice.get("score") is not None
    ] or [_preference(row.get("overall_preference"), None, None)]
    spoken = any(voice.get("feedback1") or voice.get("feedback2") for voice in voices)
    domain = row.get("domain")
    return Parsed(
        prompt=fields.prompt(
            {"tags": [domain] if domain else None, "id": row.get("id")},
            fields.prompt_messages(row.get("context")),
        ),
        completions={
            key: fields.answer_messages(row.get(f"response{key}"), f"response{key}")
            for key in ("1", "2")
        },
        judgements=tuple(said),
        variants={"1": UNNAMED, "2": UNNAMED},
        notes=(Note("`feedback1` and `feedback2`: words on one answer alone"),) if spoken else (),
    )


def _preference(score: Any, reasoning: Any, who: str | None) -> Judgement:
    value = fields.number(score, "overall_preference")
    if not -3 <= value <= 3:
        raise BadShape("a preference must lie between −3 and 3")
    step = int(abs(value) + 0.5)
    return Judgement(
        about=("1", "2"),
        source="HelpSteer3",
        judge=f"HelpSteer3, {who}" if who else None,
        winner=("1" if value < 0 else "2") if step else None,
        strength=step,
        rationale=fields.text_or_nothing(reasoning or "", "reasoning"),
    )


def parse_pku(row: Row) -> Parsed:
    """Raises BadShape."""
    better = row.get("better_response_id")
    if better is None or str(better) not in "01":
        raise BadShape("`better_response_id` must be 0 or 1")
    answers = (fields.answer_messages(row.get(key), key) for key in ("response_0", "response_1"))
    first, second = answers
    notes = [OTHER_QUESTION] if "safer_response_id" in row else []
    notes += [SAFETY] if "is_response_0_safe" in row else []
    return pair(
        row,
        (fields.prompt_messages(row.get("prompt")), first, second),
        (row.get("response_0_source"), row.get("response_1_source")),
        source="PKU-SafeRLHF",
        winner=int(better),
        notes=tuple(notes),
    )
