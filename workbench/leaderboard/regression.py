"""Regression: each version of a template against the one before it, same model and sampling."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from workbench.leaderboard.head_to_head import Meeting, meeting
from workbench.records import Sampling

Json = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """From one version of a template to the next that answered; `before` and `after` are
    variants of one model and sampling.
    """

    template: str
    model: str
    sampling: str
    old: int
    new: int
    before: int
    after: int
    meeting: Meeting


def steps(report: Json) -> list[Step]:
    """Every step of every template, in the order of versions; the newer version is the first of
    its meeting, so that a win rate above one half is progress.
    """
    lines: dict[tuple[str, str, str], list[Json]] = defaultdict(list)
    for one in report["variants"]:
        lines[one["template"], one["model"], _words(one["sampling"])].append(one)
    found = []
    for (template, model, sampling), versions in sorted(lines.items()):
        ordered = sorted(versions, key=lambda one: one["version"])
        for before, after in pairwise(ordered):
            found.append(Step(
                template, model, sampling, before["version"], after["version"], before["id"],
                after["id"], meeting(report, after["id"], before["id"]),
            ))  # fmt: skip
    return found


def _words(sampling: Json) -> str:
    return Sampling.from_json(sampling).words()
