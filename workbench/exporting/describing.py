"""What a version's card says of its verdicts: how far reviewers agreed and how sure they are
together, which prompts are covered, and who won, by tag and by language.

It reckons over arrays and gives plain JSON values; the words are the card's.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from workbench.exporting.collecting import Rows
from workbench.quality.agreement import on_choice
from workbench.quality.verdicts import Verdicts
from workbench.quality.votes import CLASSES
from workbench.stats.arrays import Ints, Truths, by_id, table
from workbench.store import benchmarks, completions, exports
from workbench.store.database import Database

MOST_GROUPS = 12  # tags or languages, those with the most prompts
MOST_VARIANTS = 4  # those that stand in the most pairs
Json = dict[str, Any]


def describe(db: Database, project_id: int, rows: Rows) -> Json:
    """`{agreement, label_smoothing, corrections, benchmarks, coverage, groups}`.

    `agreement` is None where no two judged the same; `label_smoothing` the mean chance that a
    verdict is wrong, None but for pairs. Each group is `{name, prompts, covered, rows, wins:
    {variant: [won, of]}}`.
    """
    found = rows.chosen.verdicts
    covered = np.unique([*found.prompts.tolist(), *(edit.prompt_id for edit in rows.chosen.edits)])
    trainable = np.fromiter(exports.trainable(db, project_id), np.int64)
    groups = _groups(db, project_id, trainable)
    wins = _Wins(db, project_id, rows)
    return {
        "agreement": _agreement(rows),
        "label_smoothing": _doubt(found) if rows.pairs else None,
        "corrections": len(rows.chosen.edits),
        "benchmarks": {one.name: one.sha256 for one in benchmarks.named(db)},
        "coverage": {"prompts": len(trainable), "covered": len(covered)},
        "groups": {
            kind: [
                {
                    "name": name,
                    "prompts": len(prompts),
                    "covered": int(np.isin(prompts, covered).sum()),
                    "rows": int((mine := np.isin(found.prompts, prompts)).sum()),
                    "wins": wins.among(mine),
                }
                for name, prompts in named
            ]
            for kind, named in groups.items()
        },
    }


def _doubt(found: Verdicts) -> float | None:
    return round(float(1 - found.chances.mean()), 4) if len(found) else None


def _agreement(rows: Rows) -> Json | None:
    """Of all pairs that several judged, whatever became of them: those that went in agree more."""
    ballots = rows.source.ballots
    sizes = np.diff(ballots.starts)
    shared = rows.heard[sizes[rows.heard] > 1]
    if not len(shared):
        return None
    codes = np.repeat(np.arange(len(shared)), sizes[shared])
    starts = np.repeat(ballots.starts[shared] - np.cumsum(sizes[shared]) + sizes[shared],
                       sizes[shared])  # fmt: skip
    said = ballots.verdicts[starts + np.arange(len(codes))]
    return on_choice(table(codes, said, (len(shared), CLASSES))) | {"items": len(shared)}


def _groups(db: Database, project_id: int, trainable: Ints) -> dict[str, list[tuple[str, Ints]]]:
    tagged: defaultdict[str, list[int]] = defaultdict(list)
    spoken: defaultdict[str, list[int]] = defaultdict(list)
    wanted = frozenset(trainable.tolist())
    for prompt, tags, language in exports.prompt_words(db, project_id):
        if prompt in wanted:
            for tag in json.loads(tags):
                tagged[tag].append(prompt)
            if language:
                spoken[language].append(prompt)
    return {"tag": list(_largest(tagged)), "language": list(_largest(spoken))}


def _largest(members: dict[str, list[int]]) -> Iterator[tuple[str, Ints]]:
    order = sorted(members, key=lambda name: (-len(members[name]), name))
    for name in order[:MOST_GROUPS]:
        yield name, np.array(members[name], np.int64)


class _Wins:
    """How often each of the variants that stand in the most pairs won, of the pairs with another
    variant.
    """

    def __init__(self, db: Database, project_id: int, rows: Rows):
        found = rows.chosen.verdicts
        variants = by_id(exports.answer_variants(db, project_id))
        self.won, self.lost = variants[found.winners], variants[found.losers]
        self.against = found.decided & (self.won != self.lost)
        names = dict(completions.variant_names(db, project_id))
        both = np.concatenate([self.won[self.against], self.lost[self.against]])
        ids, times = np.unique(both, return_counts=True)
        most = ids[np.argsort(-times, kind="stable")][:MOST_VARIANTS]
        self.names = {int(i): names[int(i)] for i in most}

    def among(self, mine: Truths) -> dict[str, list[int]]:
        """By variant, [won, of] where it stands in any."""
        won, lost = self.won[mine & self.against], self.lost[mine & self.against]
        counts = {
            name: [int((won == i).sum()), int((won == i).sum() + (lost == i).sum())]
            for i, name in self.names.items()
        }
        return {name: both for name, both in counts.items() if both[1]}
