"""What variants are like beside winning: rubric means, tagged answers, cost and latency."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from workbench.records import ReviewerKind
from workbench.stats.agreement import Estimate
from workbench.stats.arrays import Floats, Ints
from workbench.stats.means import clustered_mean, clustered_share
from workbench.store import comparing
from workbench.store.database import Database

Json = dict[str, Any]
Mean = Callable[[Floats, Ints], Estimate]
TAGGED = "tagged"  # the share of judged answers with at least one span


def qualities(db: Database, project_id: int, kinds: tuple[ReviewerKind, ...]) -> Json:
    """By variant: `{criteria: {key: estimate}, tagged: estimate, cost: {…}}`; intervals are
    clustered by prompt.
    """
    rated = _estimates(
        clustered_mean,
        (
            ((variant, name), prompt, score)
            for variant, prompt, name, score in comparing.ratings(db, project_id, kinds)
        ),
    )
    tagged = _estimates(
        clustered_share,
        (
            ((variant, TAGGED), prompt, found)
            for variant, prompt, found in comparing.tagged(db, project_id, kinds)
        ),
    )
    found: dict[int, Json] = defaultdict(lambda: {"criteria": {}, TAGGED: None, "cost": None})
    for (variant, name), estimate in rated.items():
        found[variant]["criteria"][name] = estimate
    for (variant, _), estimate in tagged.items():
        found[variant][TAGGED] = estimate
    for row in comparing.costs(db, project_id):
        found[row.pop("variant_id")]["cost"] = row
    return {str(variant): body for variant, body in found.items()}


def _estimates(
    mean: Mean, rows: Iterable[tuple[tuple[int, str], int, float]]
) -> dict[tuple[int, str], Json]:
    values: dict[tuple[int, str], list[tuple[float, int]]] = defaultdict(list)
    for key, prompt, value in rows:
        values[key].append((value, prompt))
    found = {}
    for key, pairs in values.items():
        numbers, prompts = np.array(pairs, float).T
        found[key] = vars(mean(numbers, prompts.astype(np.int64)))
    return found
