"""What a judge's reply says: a verdict as JSON, alone or in some text around it.

Without a preference there is no verdict: the reply cannot be read, and nothing takes its place. A
rating that is off its scale, or a span whose words are not in the answer, is left out.
"""

import json
from dataclasses import dataclass
from typing import Any

LONGEST = 50_000
MOST_SPANS = 100
TIES = ("tie", "same", "equal", "about the same", "both", "neither")


@dataclass(frozen=True)
class Said:
    """`preference` −3…3, negative for answer 1; `ratings` by answer; `spans` as {answer, start,
    end, category, quote}; `dropped` counts spans that could not be placed.
    """

    preference: int
    ratings: dict[int, dict[str, int]]
    spans: list[dict[str, Any]]
    dropped: int
    reason: str


def read(
    reply: str, answers: tuple[str, ...], criteria: list[dict[str, Any]], categories: set[str]
) -> Said | None:
    """None for a reply that gives no verdict."""
    for found in reversed(_objects(reply[:LONGEST])):
        preference = _preference(found.get("preference"))
        if preference is not None:
            spans, dropped = _spans(found.get("spans"), answers, categories)
            reason = found.get("reason")
            return Said(
                preference=preference,
                ratings=_ratings(found.get("ratings"), criteria),
                spans=spans,
                dropped=dropped,
                reason=reason if isinstance(reason, str) else "",
            )
    return None


def _objects(text: str) -> list[dict[str, Any]]:
    """The JSON objects in a text that stand in no other one, in order."""
    decoder, found, at = json.JSONDecoder(), [], text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            found.append(value)
        at = text.find("{", end)
    return found


def _preference(said: Any) -> int | None:
    if isinstance(said, str):
        said = said.strip().casefold()
        if said in TIES:
            return 0
        try:
            said = float(said.replace("−", "-"))
        except ValueError:
            return None
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    return int(said) if said == said // 1 and -3 <= said <= 3 else None


def _ratings(said: Any, criteria: list[dict[str, Any]]) -> dict[int, dict[str, int]]:
    scales = {c["key"]: (c["min"], c["max"]) for c in criteria}
    found: dict[int, dict[str, int]] = {}
    for slot in (1, 2):
        scores = said.get(str(slot)) if isinstance(said, dict) else None
        for key, score in scores.items() if isinstance(scores, dict) else ():
            whole = isinstance(score, int) and not isinstance(score, bool)
            if whole and key in scales and scales[key][0] <= score <= scales[key][1]:
                found.setdefault(slot, {})[key] = score
    return found


def _spans(
    said: Any, answers: tuple[str, ...], categories: set[str]
) -> tuple[list[dict[str, Any]], int]:
    given = said[:MOST_SPANS] if isinstance(said, list) else []
    placed = [_placed(one, answers, categories) for one in given if isinstance(one, dict)]
    found = [one for one in placed if one]
    return found, len(given) - len(found)


def _placed(
    said: dict[str, Any], answers: tuple[str, ...], categories: set[str]
) -> dict[str, Any] | None:
    """A quoted span by its offsets; None for words that are not there or a kind that is not."""
    slot, quote, category = said.get("answer"), said.get("quote"), said.get("category")
    if slot not in (1, 2) or not isinstance(quote, str) or not quote:
        return None
    if not isinstance(category, str) or category not in categories:
        return None
    nth = said.get("occurrence", 1)
    start = _find(answers[slot - 1], quote, nth if isinstance(nth, int) else 1)
    if start < 0:
        return None
    end = start + len(quote)
    return {"answer": int(slot), "start": start, "end": end, "category": category, "quote": quote}


def _find(text: str, quote: str, nth: int) -> int:
    """Where the nth occurrence begins, overlapping ones counted; −1 if there are fewer."""
    at = -1
    for _ in range(max(1, min(nth, len(text) + 1))):
        at = text.find(quote, at + 1)
        if at < 0:
            return -1
    return at
