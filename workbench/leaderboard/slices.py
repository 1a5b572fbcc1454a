"""The board for parts of the prompts: by tag, language, length and file, and within a template."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from workbench.leaderboard.board import rows
from workbench.leaderboard.matches import Matches
from workbench.quality.slices import PromptRow, divide, largest
from workbench.records import Variant
from workbench.stats.ranking import fit

LEAST = 10  # votes below which a slice says nothing
Part = tuple[str, str, Matches]


def sliced(
    matches: Matches, prompts: list[PromptRow], variants: dict[int, Variant]
) -> list[dict[str, Any]]:
    """`{dimension, name, prompts, votes, variants: […]}` of each slice with enough votes."""
    return [
        {
            "dimension": dimension,
            "name": name,
            "prompts": len(np.unique(part.prompts)),
            "votes": len(part),
            "variants": [row for row in rows(part, fit(part.duels)) if row["votes"]],
        }
        for dimension, name, part in [
            *_by_prompt(matches, prompts),
            *_by_template(matches, variants),
        ]
        if len(part) >= LEAST
    ]


def _by_prompt(matches: Matches, prompts: list[PromptRow]) -> Iterator[Part]:
    met = matches.prompt_ids[matches.prompts]
    for (dimension, name), members in largest(divide(prompts).members):
        yield dimension, name, matches.only(np.isin(met, members))


def _by_template(matches: Matches, variants: dict[int, Variant]) -> Iterator[Part]:
    """Where both answers come from one version of a template: models compared on equal terms."""
    template = np.array([variants[i].template.id for i in matches.variant_ids.tolist()])
    names = {v.template.id: f"{v.template.name} v{v.template.version}" for v in variants.values()}
    if len(np.unique(template)) < 2:
        return
    for one in np.unique(template).tolist():
        both = (template[matches.first] == one) & (template[matches.second] == one)
        yield "template", names[one], matches.only(both)
