"""The first rows as they will be understood, in words: prompt, answers, and who said what."""

from collections.abc import Sequence
from typing import Any

from workbench.importing.parsed import Judgement, Parsed
from workbench.records import plain_text

SHOWN = 5
LONGEST = 200


def first_rows(rows: Sequence[Parsed], most: int = SHOWN) -> list[dict[str, Any]]:
    """`{line, prompt, answers: {variant: text}, said: […]}` of each, long texts cut."""
    return [_row(row) for row in rows[:most]]


def _row(row: Parsed) -> dict[str, Any]:
    names = _names(row)
    soft = [f"{v.second}: {v.probability:.0%} against {v.first}" for v in row.verdicts]
    return {
        "line": row.line,
        "prompt": _short("\n".join(plain_text(m["content"]) for m in row.prompt.messages)),
        "answers": {
            names[key]: _short("\n".join(plain_text(m["content"]) for m in messages))
            for key, messages in row.completions.items()
        },
        "said": [_said(one, names) for one in row.judgements] + soft,
    }


def _names(row: Parsed) -> dict[str, str]:
    """By key: the variant, with a number where it gave several of the answers."""
    variants = [row.variant(key) for key in row.completions]
    return {
        key: f"{name} ({place})" if variants.count(name) > 1 else name
        for place, (key, name) in enumerate(zip(row.completions, variants, strict=True), start=1)
    }


def _said(one: Judgement, names: dict[str, str]) -> str:
    parts = [_verdict(one, names)]
    for key, scores in one.ratings.items():
        listed = ", ".join(f"{name} {score.value:g}" for name, score in scores.items())
        parts.append(f"{names[key]}: {listed}")
    if one.spans:
        parts.append(f"{len(one.spans)} spans")
    who = f"{one.judge or one.source} ({one.kind})"
    return f"{who}: {'; '.join(part for part in parts if part)}"


def _verdict(one: Judgement, names: dict[str, str]) -> str:
    if one.ranking:
        return " > ".join(" = ".join(names[key] for key in tied) for tied in one.ranking)
    if one.all_bad:
        return "bad" if len(one.about) == 1 else "all bad"
    if one.winner and len(one.about) == 1:
        return "good"
    if one.winner:
        return f"{names[one.winner]} is better, strength {one.strength}"
    return "about the same" if len(one.about) == 2 else ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
