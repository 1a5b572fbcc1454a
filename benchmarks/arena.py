"""A workspace of a leaderboard: models × versions of templates, votes on pairs of their answers.

Its rows are written as they are: by way of the desk they would take long. Strengths are drawn, so
that the true order is known; answers cost and take what their model does, two models' cost is
unknown.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from benchmarks.million import LANGUAGES, TAGS, insert
from workbench import demo
from workbench.clock import iso
from workbench.records import Project
from workbench.settings import Asks, ProjectSettings, Workspace
from workbench.stats.arrays import Floats, Ints
from workbench.store import Store
from workbench.store.database import Database

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEMPLATES = (("plain", 1), ("plain", 2), ("plain", 3), ("brief", 1), ("brief", 2))
TIES, LONG, RATED, TAGGED = 0.15, 0.3, 0.2, 0.1
UNPRICED = 2  # models
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Size:
    """Each model answers by each version of the templates; one vote a comparison."""

    models: int = 10
    prompts: int = 2_000
    votes: int = 100_000
    reviewers: int = 20

    @property
    def variants(self) -> int:
        return self.models * len(TEMPLATES)


@dataclass(frozen=True)
class Votes:
    """One row a vote; answers are numbered by prompt, then variant."""

    prompts: Ints
    first: Ints
    second: Ints
    won: Ints  # 0 the first, 1 the second, 2 neither
    reviewers: Ints


def build(workspace: Workspace, slug: str, size: Size) -> Project:
    store, settings = Store(workspace), ProjectSettings(asks=Asks(ratings=True, spans=True))
    project = demo.create_project(
        store, START, slug, slug.title(), settings, rubric="helpfulness"
    )  # fmt: skip
    store.write(lambda db: _fill(db, project.id, size))
    return project


def _fill(db: Database, project_id: int, size: Size) -> None:
    draw, now = np.random.default_rng(0), iso(START)
    words = draw.integers(10, 60, (size.prompts, size.variants))
    votes = _votes(draw, size, words)
    insert(db, "imports", "id, project_id, kind, file_name, sha256, started_at, finished_at",
           [(1, project_id, "completions", "a.jsonl", "", now, now)])  # fmt: skip
    insert(db, "prompts", "id, project_id, import_id, content_hash, messages, tags, language,"
           " split, cluster, created_at", _prompts(project_id, size))  # fmt: skip
    _variants(db, project_id, size)
    insert(db, "completions", "id, prompt_id, variant_id, sample_index, messages, rendered,"
           " finish_reason, tokens_out, latency_ms, cost_usd, created_at",
           _answers(draw, size, words))  # fmt: skip
    _judged(db, project_id, size, votes)


def _prompts(project_id: int, size: Size) -> Iterator[Row]:
    for at in range(size.prompts):
        said = [{"role": "user", "content": f"Question {at}: what should I know before I start?"}]
        yield (at + 1, project_id, 1, f"h{at}", json.dumps(said),
               json.dumps([TAGS[at % len(TAGS)]]), LANGUAGES[at % 7 % len(LANGUAGES)], "train",
               f"c{at}", iso(START))  # fmt: skip


def _variants(db: Database, project_id: int, size: Size) -> None:
    now, models, forms = iso(START), range(size.models), list(enumerate(TEMPLATES))
    insert(db, "models", "id, name, kind, location, fingerprint, created_at",
           ((m + 1, _model(m), "imported", "", "", now) for m in models))  # fmt: skip
    insert(db, "templates", "id, project_id, name, version, system, user, created_at",
           ((t + 1, project_id, name, version, f"You are a {name} helper, draft {version}.",
             "{{ prompt }}", now) for t, (name, version) in forms))  # fmt: skip
    insert(db, "variants", "id, project_id, name, model_id, template_id, sampling, created_at",
           ((1 + m * len(TEMPLATES) + t, project_id, f"{_model(m)}, {name} v{version}", m + 1,
             t + 1, '{"max_tokens":256,"temperature":0.7,"top_p":1.0}', now)
            for m in models for t, (name, version) in forms))  # fmt: skip


def _model(at: int) -> str:
    return f"{('osprey', 'heron', 'plover', 'swift')[at % 4]}-{1 + at // 4}"


def _answers(draw: np.random.Generator, size: Size, words: Ints) -> Iterator[Row]:
    price = 10 ** draw.uniform(-5, -3, size.models)
    pace = draw.uniform(8, 60, size.models)
    for prompt in range(size.prompts):
        for variant in range(size.variants):
            count, model = int(words[prompt, variant]), variant // len(TEMPLATES)
            text = f"Answer {variant} to question {prompt}: " + "and then some more " * count
            said = json.dumps([{"role": "assistant", "content": text}])
            usd = None if model < UNPRICED else float(price[model] * count)
            yield (1 + prompt * size.variants + variant, prompt + 1, variant + 1, 0, said, "[]",
                   "stop", 4 * count, float(pace[model] * count), usd, iso(START))  # fmt: skip


def strengths(size: Size) -> Floats:
    """The true strength of each variant, in log odds."""
    draw = np.random.default_rng(7)
    by_model = np.sort(draw.normal(0, 0.8, size.models))
    by_template = np.array([0.0, 0.3, -0.2, 0.1, 0.4])
    theta: Floats = np.add.outer(by_model, by_template).ravel()
    return theta


def _votes(draw: np.random.Generator, size: Size, words: Ints) -> Votes:
    """Different pairs of each prompt, as many for each."""
    a, b = np.triu_indices(size.variants, 1)
    each = size.votes // size.prompts
    picked = np.concatenate([draw.choice(len(a), each, replace=False) for _ in range(size.prompts)])
    prompts = np.repeat(np.arange(size.prompts), each)
    first, second, theta = a[picked], b[picked], strengths(size)
    longer = np.sign(words[prompts, first] - words[prompts, second])
    chance = 1 / (1 + np.exp(theta[second] - theta[first] - LONG * longer))
    won = np.where(draw.random(len(picked)) < chance, 0, 1)
    won = np.where(draw.random(len(picked)) < TIES, 2, won)
    return Votes(prompts, first, second, won, draw.integers(0, size.reviewers, len(picked)))


def _judged(db: Database, project_id: int, size: Size, votes: Votes) -> None:
    now = iso(START)
    first = (1 + votes.prompts * size.variants + votes.first).tolist()
    second = (1 + votes.prompts * size.variants + votes.second).tolist()
    insert(db, "comparisons", "id, project_id, prompt_id, kind, fingerprint, wanted, counted,"
           " open_slots, created_at",
           ((at + 1, project_id, prompt + 1, "work", f"0:{a},{b}", 1, 1, 0, now)
            for at, (prompt, a, b) in enumerate(
                zip(votes.prompts.tolist(), first, second, strict=True))))  # fmt: skip
    insert(db, "comparison_completions", "comparison_id, position, completion_id",
           ((at + 1, side, pair[side]) for at, pair in enumerate(zip(first, second, strict=True))
            for side in (0, 1)))  # fmt: skip
    insert(db, "reviewers", "id, public_id, name, kind, role, active, seed, imported_from,"
           " created_at",
           ((1_000 + r, f"r-{r}", f"Reviewer {r}", "human", "reviewer", 0, r, "elsewhere", now)
            for r in range(size.reviewers)))  # fmt: skip
    insert(db, "judgements", "id, submission_id, comparison_id, reviewer_id, winner_id, strength,"
           " shown, seconds, guidelines_version, created_at",
           _judgements(votes, first, second))  # fmt: skip
    _details(db, size, votes, first, second)
    db.conn.execute(
        "INSERT INTO events (at, project_id, reviewer_id, kind, subject_id)"
        " SELECT created_at, ?, reviewer_id, 'judgement.submitted', id FROM judgements",
        (project_id,),
    )


def _judgements(votes: Votes, first: list[int], second: list[int]) -> Iterator[Row]:
    said = zip(votes.won.tolist(), votes.reviewers.tolist(), first, second, strict=True)
    for at, (won, who, *pair) in enumerate(said):
        winner, strength = (pair[won], 1 + at % 3) if won < 2 else (None, 0)
        shown = f"[{pair[at % 2]},{pair[1 - at % 2]}]"
        day = iso(START + timedelta(seconds=at))
        yield at + 1, f"s{at}", at + 1, 1_000 + who, winner, strength, shown, 9.5, 1, day


def _details(db: Database, size: Size, votes: Votes, first: list[int], second: list[int]) -> None:
    """Ratings and tags of some answers; the weaker the variant, the more tags."""
    draw, theta = np.random.default_rng(3), strengths(size)
    chosen = np.flatnonzero(draw.random(len(first)) < RATED).tolist()
    ratings, spans = [], []
    for at in chosen:
        for answer, variant in ((first[at], votes.first[at]), (second[at], votes.second[at])):
            score = int(np.clip(round(3 + theta[variant] + draw.normal(0, 1)), 1, 5))
            ratings.append((at + 1, answer, "helpfulness", score))
            if draw.random() < TAGGED / np.exp(theta[variant]):
                spans.append((at + 1, answer, 0, 6, "Answer", "not_in_source"))
    insert(db, "ratings", "judgement_id, completion_id, criterion, score", ratings)
    insert(db, "spans", "judgement_id, completion_id, start, end, quote, category", spans)
