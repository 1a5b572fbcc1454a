"""As many verdicts of each kind: of each tag, language or winning variant, or as many where the
longer answer won as where the shorter did, so that length alone tells nothing.
"""

import json

import numpy as np

from workbench.exporting.filters import Balance
from workbench.quality.verdicts import Verdicts
from workbench.stats.arrays import Ints, Truths, by_id
from workbench.store import exports
from workbench.store.database import Database


def even(db: Database, project_id: int, found: Verdicts, by: Balance) -> Truths:
    """The surest of each group, as many as the smallest group has."""
    if not len(found):
        return np.ones(0, bool)
    groups = _groups(db, project_id, found, by)
    smallest = np.unique(groups, return_counts=True)[1].min()
    kept: Truths = places_within(found, groups) < smallest
    return kept


def places_within(found: Verdicts, groups: Ints) -> Ints:
    """The place of each verdict in its group, from 0: surest first, then strongest, then oldest."""
    order = np.lexsort((found.comparisons, -found.strengths, -found.chances, groups))
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    sizes = np.diff(np.append(starts, len(found)))
    places = np.empty(len(found), np.int64)
    places[order] = np.arange(len(found)) - np.repeat(starts, sizes)
    return places


def _groups(db: Database, project_id: int, found: Verdicts, by: Balance) -> Ints:
    """A number from 0 for each verdict."""
    if by in ("tag", "language"):
        return _of_prompts(db, project_id, found, by)
    if by == "variant":
        return by_id(exports.answer_variants(db, project_id))[found.winners]
    sizes = by_id(exports.answer_sizes(db, project_id))
    longer: Truths = sizes[found.winners] > sizes[found.losers]
    return longer.astype(np.int64)


def _of_prompts(db: Database, project_id: int, found: Verdicts, by: Balance) -> Ints:
    """A prompt belongs to its first tag; those without one are a group too."""
    rows = exports.prompt_words(db, project_id)
    words = {
        prompt: next(iter(json.loads(tags)), "") if by == "tag" else language or ""
        for prompt, tags, language in rows
    }
    named: Ints = np.unique([words[i] for i in found.prompts.tolist()], return_inverse=True)[1]
    return named
