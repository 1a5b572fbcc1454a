"""The evidence of a proof, from the store: what the gate weighs, over one consensus verdict for
each frozen prompt, by reviewers of the kinds that are asked for.
"""

from collections import defaultdict

import numpy as np

from workbench.records import Project, ReviewerKind
from workbench.rounds import abilities
from workbench.rounds.gate import Evidence, guard_alpha
from workbench.rounds.verdicts import LOST, Meetings, Met, meetings
from workbench.stats import paired
from workbench.stats.arrays import Floats
from workbench.stats.controlled import at_equal_length
from workbench.stats.paired import Change
from workbench.store import proofs, variants
from workbench.store.database import Database
from workbench.store.proofs import StoredProof

CLEARLY = 2.0  # of 3: from here on a lost prompt is a regression
Kinds = tuple[ReviewerKind, ...]
Pairs = dict[int, tuple[float, float]]  # by prompt, of the old answer and the new one


def collect(
    db: Database, project: Project, proof: StoredProof, kinds: Kinds
) -> tuple[Evidence, Meetings]:
    """All that was measured so far, and the verdicts behind it."""
    found = meetings(db, proof, kinds)
    alpha = guard_alpha(1 + bool(_categories(project)) + len(_criteria(project)))
    evidence = Evidence(
        win=found.win,
        equal_length=at_equal_length(found.outcomes, *lengths(db, proof, found)),
        spans=_spans(db, project, proof, found, kinds, alpha),
        ratings=_ratings(db, project, found, kinds, alpha),
        abilities=_abilities(db, project, proof, alpha),
        regressions=len(regressions(found)),
        left=found.left,
    )
    return evidence, found


def regressions(found: Meetings) -> list[Met]:
    """Prompts on which the old answer was clearly preferred, the clearest first."""
    lost = [met for met in found.judged if met.outcome == LOST and met.strength >= CLEARLY]
    return sorted(lost, key=lambda met: -met.strength)


def lengths(db: Database, proof: StoredProof, found: Meetings) -> tuple[Floats, Floats]:
    """Of the new answers and of the old ones: in tokens, or in characters where the tokens of one
    of them are not known.
    """
    news, olds = (proofs.answers(db, i) for i in (proof.candidate_id, proof.incumbent_id))
    sides = [[side[met.prompt_id] for met in found.judged] for side in (news, olds)]
    counted = all(answer["tokens"] is not None for side in sides for answer in side)
    unit = "tokens" if counted else "characters"
    new, old = (np.array([answer[unit] for answer in side], float) for side in sides)
    return new, old


def _categories(project: Project) -> list[str]:
    """Those of its taxonomy that are hallucinations, if reviewers are asked for spans."""
    categories = (project.taxonomy or {}).get("categories", [])
    asked = project.settings.asks.spans
    return [one["key"] for one in categories if asked and one.get("hallucination")]


def _criteria(project: Project) -> dict[str, str]:
    """Title by key: those of its rubric of which more is better."""
    criteria = (project.rubric or {}).get("criteria", [])
    return {one["key"]: one["title"] for one in criteria if one.get("more_is_better", True)}


def _spans(
    db: Database, project: Project, proof: StoredProof, found: Meetings, kinds: Kinds, alpha: float
) -> Change | None:
    """None where reviewers are not asked for such spans, or nobody counted the tokens."""
    categories = _categories(project)
    if not categories:
        return None
    rows = proofs.tagged(db, [met.comparison_id for met in found.judged], kinds, categories)
    counts = _paired(found, {(prompt, answer): n for prompt, answer, n in rows})
    news, olds = (proofs.answers(db, i) for i in (proof.candidate_id, proof.incumbent_id))
    sizes = [(olds[p]["tokens"], news[p]["tokens"]) for p in counts]
    if any(None in pair for pair in sizes):
        return None
    old, new = _columns(counts)
    old_sizes, new_sizes = np.array(sizes, float).reshape(-1, 2).T
    return paired.rates(old, old_sizes, new, new_sizes, alpha=alpha)


def _ratings(
    db: Database, project: Project, found: Meetings, kinds: Kinds, alpha: float
) -> dict[str, Change]:
    """By criterion of which more is better, where both answers were rated."""
    rows = proofs.rated(db, [met.comparison_id for met in found.judged], kinds)
    scores: dict[str, dict[tuple[int, int], float]] = defaultdict(dict)
    for prompt, answer, criterion, score in rows:
        scores[criterion][prompt, answer] = score
    pairs = {title: _paired(found, scores[key]) for key, title in _criteria(project).items()}
    columns = {title: _columns(both) for title, both in pairs.items() if both}
    return {title: paired.means(*both, alpha=alpha) for title, both in columns.items()}


def _paired(found: Meetings, values: dict[tuple[int, int], float]) -> Pairs:
    """The prompts on which there is a value for both answers."""
    return {
        met.prompt_id: (values[met.prompt_id, met.old], values[met.prompt_id, met.new])
        for met in found.judged
        if (met.prompt_id, met.old) in values and (met.prompt_id, met.new) in values
    }


def _columns(both: Pairs) -> tuple[Floats, Floats]:
    old, new = np.array(list(both.values()), float).reshape(-1, 2).T
    return old, new


def _abilities(
    db: Database, project: Project, proof: StoredProof, alpha: float
) -> dict[str, Change]:
    """All items together: a few of one kind could never show that it fell."""
    sides = (variants.get(db, i).model for i in (proof.incumbent_id, proof.candidate_id))
    old, new = (abilities.results(db, project, model) for model in sides)
    both = [(old[i], new[i]) for i in old if old[i] is not None and new.get(i) is not None]
    if not both:
        return {}
    kept, lost, gained, neither = (
        both.count(pair) for pair in ((True, True), (True, False), (False, True), (False, False))
    )
    return {abilities.NAME: paired.passes(kept, lost, gained, neither, alpha=alpha)}
