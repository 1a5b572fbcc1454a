"""Which judged pairs may train: the rules of leaks and provenance, one verdict at a time.

Gold never comes here (work comparisons only), and work on the very answers of a gold item never
passes, nor do heldout prompts and their near-duplicates; a pair passes only if both answers replied
to the same messages.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from workbench.hashing import sha256_json, unit_interval
from workbench.quality import Consensus, consensus
from workbench.records import Completion, Message, ReviewerKind, history
from workbench.settings import ProjectSettings
from workbench.store import completions, gold, judgements, projects, prompts, reviewers, reviews
from workbench.store.database import Database

PAGE = 1000


@dataclass(frozen=True)
class Filters:
    """What goes in. `test_share` of the train prompts' clusters becomes the test part.

    `least_posterior` None is the project's threshold; where it asks for one judgement of an item,
    a single one stands, since there is nobody to agree with.
    """

    kinds: tuple[ReviewerKind, ...] = ("human",)
    least_votes: int = 1
    least_strength: float = 1.0
    least_posterior: float | None = None
    test_share: float = 0.1
    round_id: int | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Barred:
    """What no filter lets in: `allowed` are the train prompts that lie near no heldout one, with
    their clusters; `gold` work pairs that are gold as well; `waiting` for a lead's second look.
    """

    allowed: dict[int, str]
    gold: set[int]
    waiting: set[int]

    def reason(self, verdict: Consensus) -> str | None:
        if verdict.comparison_id in self.gold:
            return "gold"
        if verdict.prompt_id not in self.allowed:
            return "heldout prompt, or near one"
        if verdict.comparison_id in self.waiting:
            return "waits for a second look, or was sent back"
        return None


@dataclass(frozen=True)
class Row:
    """A row of a preference dataset, and where it came from."""

    pair_id: str
    part: str
    prompt: tuple[Message, ...]
    chosen: tuple[Message, ...]
    rejected: tuple[Message, ...]
    lineage: dict[str, Any]


@dataclass(frozen=True)
class Preview:
    """The rows in a fixed order, and how many verdicts each rule left out."""

    rows: list[Row]
    left_out: dict[str, int] = field(default_factory=dict)


def collect(db: Database, project_id: int, filters: Filters) -> Preview:
    """All rows that may train, ordered by comparison."""
    verdicts = judgements.counted(db, project_id, filters.kinds, round_id=filters.round_id)
    votes = {v["id"]: v for v in verdicts}
    allowed = prompts.trainable_clusters(db, project_id)
    barred = Barred(allowed, gold.twins(db, project_id), reviews.held_back(db, project_id))
    people = {r.id: r for r in reviewers.everyone(db)}
    names = dict(completions.variant_names(db, project_id))
    rounds = () if filters.round_id is None else (filters.round_id,)
    agreed = consensus(db, project_id, filters.kinds, rounds=rounds)
    settings = projects.by_id(db, project_id).settings
    rows: list[Row] = []
    left_out: Counter[str] = Counter()
    for at in range(0, len(agreed), PAGE):
        page = agreed[at : at + PAGE]
        answers = completions.by_ids(db, _ids(page))
        for verdict in page:
            reason = _refusal(verdict, filters, settings, barred, answers, votes)
            if reason:
                left_out[reason] += 1
                continue
            voters = [
                (votes[i]["id"], people[votes[i]["reviewer_id"]]) for i in verdict.judgement_ids
            ]
            turn = votes[verdict.judgement_ids[0]]["turn"]
            cluster = allowed[verdict.prompt_id]
            rows.append(_row(verdict, filters, cluster, answers, turn, voters, names))
    return Preview(rows, dict(left_out))


def _is_sure(verdict: Consensus, filters: Filters, settings: ProjectSettings) -> bool:
    if filters.least_posterior is not None:
        return verdict.posterior >= filters.least_posterior
    alone = len(verdict.judgement_ids) == 1 and settings.wanted == 1
    return alone or verdict.posterior >= settings.consensus_threshold


def _ids(page: list[Consensus]) -> set[int]:
    return {i for c in page for i in (c.winner_id, c.loser_id) if i is not None}


def _refusal(
    verdict: Consensus,
    filters: Filters,
    settings: ProjectSettings,
    barred: Barred,
    answers: dict[int, Completion],
    votes: dict[int, dict[str, Any]],
) -> str | None:
    """Why this verdict makes no row, in words for people; None if it does."""
    if reason := barred.reason(verdict):
        return reason
    if verdict.all_bad:
        return "all bad"
    if verdict.winner_id is None or verdict.loser_id is None:
        return "about the same, or undecided"
    if len(verdict.judgement_ids) < filters.least_votes:
        return "too few votes"
    if not _is_sure(verdict, filters, settings):
        return "reviewers not sure enough together"
    if verdict.strength < filters.least_strength:
        return "too weak a preference"
    turn = votes[verdict.judgement_ids[0]]["turn"]
    chosen, rejected = answers[verdict.winner_id], answers[verdict.loser_id]
    if _question(chosen, turn) != _question(rejected, turn):
        return "the answers replied to different messages"
    return None


def _question(answer: Completion, turn: int) -> tuple[Message, ...]:
    return history(answer.rendered, answer.messages, turn)


def _row(
    verdict: Consensus,
    filters: Filters,
    cluster: str,
    answers: dict[int, Completion],
    turn: int,
    voters: list[tuple[int, Any]],
    names: dict[int, str],
) -> Row:
    assert verdict.winner_id is not None
    assert verdict.loser_id is not None
    chosen, rejected = answers[verdict.winner_id], answers[verdict.loser_id]
    content = {
        "prompt": _question(chosen, turn),
        "chosen": (chosen.messages[turn],),
        "rejected": (rejected.messages[turn],),
    }
    part = "test" if unit_interval("test", cluster) < filters.test_share else "train"
    pair_id = sha256_json({**content, "comparison": verdict.comparison_id})[:16]
    lineage = {
        "pair_id": pair_id,
        "part": part,
        "comparison_id": verdict.comparison_id,
        "prompt_id": verdict.prompt_id,
        "turn": turn,
        "chosen": {"completion_id": chosen.id, "variant": names[chosen.variant_id]},
        "rejected": {"completion_id": rejected.id, "variant": names[rejected.variant_id]},
        "strength": verdict.strength,
        "posterior": round(verdict.posterior, 6),
        "judgements": [
            {"id": i, "reviewer": person.public_id, "kind": person.kind} for i, person in voters
        ],
    }
    return Row(pair_id, part, lineage=lineage, **content)
