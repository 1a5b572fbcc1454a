"""The rounds of a project as one table: scores, proof, tags and ratings, each with its source."""

from dataclasses import dataclass
from typing import Any

from workbench.leaderboard import HUMAN
from workbench.records import Project, ReviewerKind
from workbench.rounds.proof import Proof, proof
from workbench.store import Database, datasets, judgements, reports, rounds, variants
from workbench.store.rounds import Round


@dataclass(frozen=True)
class Chapter:
    """One round. `score` is the checker's report, None for prompts that it cannot read;
    `ratings` and `tagged` are of this round's own model, None where nobody judged it.
    """

    round: Round
    model: str
    pairs: int | None
    score: dict[str, Any] | None
    proof: Proof
    ratings: dict[str, float]
    tagged: float | None


def story(db: Database, project: Project, kinds: tuple[ReviewerKind, ...] = HUMAN) -> list[Chapter]:
    """Every round in order; `pairs` are those that made its model."""
    found = rounds.in_project(db, project.id)
    return [
        _chapter(db, project, which, found[i - 1] if i else None, kinds)
        for i, which in enumerate(found)
    ]


def _chapter(
    db: Database,
    project: Project,
    which: Round,
    before: Round | None,
    kinds: tuple[ReviewerKind, ...],
) -> Chapter:
    model = variants.get(db, which.policy_variant_id).model
    source = before.dataset_version_id if before else None
    made_by = datasets.get(db, source) if source else None
    own = {v.id for v in variants.in_project(db, project.id) if v.model.id == model.id}
    tagged = [r for r in judgements.span_rates(db, which.id, kinds) if r["variant_id"] in own]
    answers = sum(r["answers"] for r in tagged)
    return Chapter(
        round=which,
        model=model.name,
        pairs=made_by.manifest["counts"]["train"] if made_by else None,
        score=reports.latest(db, project.id, "faithfulness", which.id),
        proof=proof(db, which, kinds),
        ratings=_means(judgements.rating_means(db, which.id, kinds), own),
        tagged=sum(r["tagged"] for r in tagged) / answers if answers else None,
    )


def _means(rows: list[dict[str, Any]], own: set[int]) -> dict[str, float]:
    """Criterion → mean over this model's variants, weighted by how often each was rated."""
    totals: dict[str, tuple[float, int]] = {}
    for row in rows:
        if row["variant_id"] in own:
            total, n = totals.get(row["criterion"], (0.0, 0))
            totals[row["criterion"]] = (total + row["mean"] * row["n"], n + row["n"])
    return {criterion: total / n for criterion, (total, n) in totals.items()}
