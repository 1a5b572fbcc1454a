"""Parts of the data: which are thin, lopsided or contested, by tag, language, length and file.

A slice is a set of prompts. It knows arrays, and gives plain JSON values.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.quality.agreement import on_choice
from workbench.quality.lengths import Lengths
from workbench.quality.votes import GOLD, NONE, TIE, Votes
from workbench.quality.weighing import Agreed
from workbench.stats.arrays import Ints, Truths
from workbench.stats.shares import share

THIN = 30  # judged items below which little can be said
LOPSIDED = 0.75  # one variant surely wins more than this share
MOST = 40
SIZES = ((200, "up to 200 characters"), (1_000, "200 to 1,000"), (4_000, "1,000 to 4,000"))
LONGEST = "over 4,000 characters"
PromptRow = tuple[int, str, str | None, int, str]
Key = tuple[str, str]


@dataclass(frozen=True)
class Slices:
    """`members[(dimension, name)]`: the prompts of a slice, rising."""

    members: dict[Key, Ints]


def divide(rows: list[PromptRow]) -> Slices:
    """Rows: (prompt, tags as JSON, language, characters, file)."""
    prompts, tags, languages, sizes, files = zip(*rows, strict=True) if rows else [()] * 5
    ids = np.array(prompts, np.int64)
    lengths = np.searchsorted([most for most, _ in SIZES], sizes).tolist()
    return Slices({
        **_named("tag", ids, tags, lambda tagged: set(json.loads(tagged)) or {"no tag"}),
        **_named("language", ids, languages, lambda language: {language or "unknown"}),
        **_named("length", ids, lengths, lambda at: {SIZES[at][1] if at < len(SIZES) else LONGEST}),
        **_named("file", ids, files, lambda file: {file}),
    })  # fmt: skip


def _named(
    dimension: str, prompts: Ints, values: Sequence[Any], names: Callable[[Any], set[str]]
) -> dict[Key, Ints]:
    """The prompts by the names that their values stand for; of many values few differ."""
    codes = {value: at for at, value in enumerate(dict.fromkeys(values))}
    code = np.fromiter(map(codes.__getitem__, values), np.int64)
    ends = np.cumsum(np.bincount(code, minlength=len(codes)))
    parts = np.split(prompts[np.argsort(code, kind="stable")], ends[:-1])
    found: dict[Key, list[Ints]] = defaultdict(list)
    for value, part in zip(codes, parts, strict=False):
        for name in names(value):
            found[dimension, name].append(part)
    return {key: np.sort(np.concatenate(several)) for key, several in found.items()}


def measure(
    slices: Slices, votes: Votes, agreed: Agreed, lengths: Lengths, threshold: float
) -> list[dict[str, Any]]:
    """Each slice with its counts and agreement, the most contested of each dimension first."""
    about = votes.about
    unsure = (agreed.chances < threshold) | (agreed.verdicts == NONE)
    several = agreed.counts.sum(axis=1) > 1
    differ = several & ((agreed.counts > 0).sum(axis=1) > 1)
    work = about.kinds[agreed.items] != GOLD
    winners = _winners(agreed, lengths)
    overall = share(int(differ[work].sum()), int(several[work].sum()))
    found = []
    for (dimension, name), prompts in largest(slices.members):
        mine = work & np.isin(about.prompts[agreed.items], prompts)
        contested = share(int(differ[mine].sum()), int(several[mine].sum()))
        found.append({
            "dimension": dimension,
            "name": name,
            "prompts": len(prompts),
            "items": int(mine.sum()),
            "differ": vars(contested),
            "unsure": vars(share(int(unsure[mine].sum()), int(mine.sum()))),
            **on_choice(agreed.counts[mine]),
            **_top(winners, mine),
            "contested": _above(contested.low, overall.high),
        })  # fmt: skip
    for one in found:
        one["thin"] = one["items"] < THIN
        one["lopsided"] = _above(one["top_share"]["low"], LOPSIDED)
    found.sort(key=lambda one: (one["dimension"], -(one["differ"]["value"] or 0), one["name"]))
    return found


def _above(low: float | None, bound: float | None) -> bool:
    return low is not None and bound is not None and low > bound


def _winners(agreed: Agreed, lengths: Lengths) -> Ints:
    """The variant that won each item of the sample; 0 where none did or both are the same."""
    variants = lengths.variants[agreed.items]
    decisive = agreed.verdicts < TIE
    winner = np.where(agreed.verdicts == 0, variants[:, 0], variants[:, 1])
    winners: Ints = np.where(decisive & (variants[:, 0] != variants[:, 1]), winner, 0)
    return winners


def _top(winners: Ints, mine: Truths) -> dict[str, Any]:
    """The variant that won most often, and its share of the wins."""
    won = winners[mine & (winners > 0)]
    if not len(won):
        return {"top_variant": None, "top_share": vars(share(0, 0))}
    variants, counts = np.unique(won, return_counts=True)
    best = int(counts.argmax())
    return {
        "top_variant": int(variants[best]), "top_share": vars(share(int(counts[best]), len(won)))
    }  # fmt: skip


def largest(members: dict[Key, Ints]) -> Iterator[tuple[Key, Ints]]:
    """The largest slices of each dimension; a project may have thousands of tags."""
    taken: Counter[str] = Counter()
    for key in sorted(members, key=lambda key: (-len(members[key]), key)):
        taken[key[0]] += 1
        if taken[key[0]] <= MOST:
            yield key, members[key]
