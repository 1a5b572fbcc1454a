"""A workspace with a million judgements: 333,333 pairs, three reviewers each of a hundred.

Its rows are written as they are: by way of the desk they would take an hour.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from workbench import demo
from workbench.clock import iso
from workbench.records import Project
from workbench.settings import ProjectSettings, Workspace
from workbench.stats.arrays import Ints
from workbench.store import Store
from workbench.store.database import Database

PAIRS, OVERLAP, REVIEWERS, PROMPTS = 333_333, 3, 100, 111_111
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAYS = 300
TAGS = ("law", "code", "maths", "chat", "science", "fiction")
LANGUAGES = ("en", "de", "fr", "ar")
TIES, UNSURE = 0.05, 0.03  # how often answers are equally good; how often people cannot tell
LEAST, MOST = 0.70, 0.97  # between which accuracies people lie
Row = tuple[Any, ...]


def build(workspace: Workspace) -> Project:
    """Everything that the quality report of a large project reads, in one transaction."""
    store = Store(workspace)
    settings = ProjectSettings(overlap=OVERLAP)
    project = demo.create_project(store, START, "million", "Million", settings)
    store.write(lambda db: _fill(db, project.id))
    return project


def _fill(db: Database, project_id: int) -> None:
    insert(db, "imports", "id, project_id, kind, file_name, sha256, started_at, finished_at",
            [(1, project_id, "completions", "a.jsonl", "", iso(START), iso(START))])  # fmt: skip
    insert(db, "prompts", "id, project_id, import_id, content_hash, messages, tags, language,"
            " split, cluster, created_at", _prompts(project_id))  # fmt: skip
    _answers(db, project_id)
    insert(db, "comparisons", "id, project_id, prompt_id, kind, fingerprint, priority, wanted,"
            " counted, open_slots, created_at", _comparisons(project_id))  # fmt: skip
    insert(db, "comparison_completions", "comparison_id, position, completion_id",
            ((at + 1, side, 2 * at + side) for at in range(PAIRS) for side in (0, 1)))  # fmt: skip
    people = ((r + 1_000, f"r-{r}", f"R {r}", "human", "reviewer", r, iso(START))
              for r in range(REVIEWERS))  # fmt: skip
    insert(db, "reviewers", "id, public_id, name, kind, role, seed, created_at", people)
    insert(db, "judgements", "submission_id, comparison_id, reviewer_id, winner_id, strength,"
            " shown, seconds, guidelines_version, created_at", _judgements())  # fmt: skip
    db.conn.execute(
        "INSERT INTO events (at, project_id, reviewer_id, kind, subject_id)"
        " SELECT created_at, ?, reviewer_id, 'judgement.submitted', id FROM judgements",
        (project_id,),
    )


def insert(db: Database, table: str, columns: str, rows: Iterable[Row]) -> None:
    places = ", ".join("?" * (columns.count(",") + 1))
    db.conn.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


def _prompts(project_id: int) -> Iterator[Row]:
    for at in range(PROMPTS):
        said = [{"role": "user", "content": f"Question {at} about something of interest, please?"}]
        yield (
            at + 1, project_id, 1, f"h{at}", json.dumps(said), json.dumps([TAGS[at % len(TAGS)]]),
            LANGUAGES[at % 7 % len(LANGUAGES)], "train", f"c{at}", iso(START),
        )  # fmt: skip


def _answers(db: Database, project_id: int) -> None:
    """Two of each pair, from two variants."""
    now = iso(START)
    insert(db, "models", "id, name, kind, location, fingerprint, created_at",
            [(1, "m", "imported", "", "", now)])  # fmt: skip
    insert(db, "templates", "id, project_id, name, version, system, user, created_at",
            [(1, project_id, "t", 1, "", "", now)])  # fmt: skip
    insert(db, "variants", "id, project_id, name, model_id, template_id, sampling, created_at",
            ((v, project_id, f"v{v}", 1, 1, f'{{"seed":{v}}}', now) for v in (1, 2)))  # fmt: skip
    insert(db, "completions", "id, prompt_id, variant_id, sample_index, messages, rendered,"
            " created_at", ((2 * at + side, 1 + at % PROMPTS, 1 + side, at // PROMPTS,
                             _said(at, side), "[]", now)
                            for at in range(PAIRS) for side in (0, 1)))  # fmt: skip


def _said(at: int, side: int) -> str:
    text = "An answer " + "word " * (10 + (at * 7 + side * 13) % 60)
    return json.dumps([{"role": "assistant", "content": text}])


def _comparisons(project_id: int) -> Iterator[Row]:
    for at in range(PAIRS):
        yield (
            at + 1, project_id, 1 + at % PROMPTS, "work", f"0:{2 * at},{2 * at + 1}", at / PAIRS,
            OVERLAP, OVERLAP, 0, iso(START),
        )  # fmt: skip


def _judgements() -> Iterator[Row]:
    draw = np.random.default_rng(0)
    reviewers, verdicts = _verdicts(draw)
    first = draw.integers(0, 2, reviewers.shape).tolist()
    seconds = draw.uniform(5, 25, reviewers.shape).round(1).tolist()
    said = zip(reviewers.tolist(), verdicts.tolist(), first, seconds, strict=True)
    for at, votes in enumerate(said):
        day = iso(START + timedelta(days=at * DAYS // PAIRS))
        for nth, (who, verdict, side, taken) in enumerate(zip(*votes, strict=True)):
            winner, strength = (2 * at + verdict, 1 + (at + nth) % 3) if verdict < 2 else (None, 0)
            shown = f"[{2 * at + side},{2 * at + 1 - side}]"
            yield (f"s{at}-{nth}", at + 1, 1_000 + who, winner, strength, shown, taken, 1, day)


def _verdicts(draw: np.random.Generator) -> tuple[Ints, Ints]:
    """Pairs × overlap: three different reviewers; 0 or 1 for the better answer, 2 for a tie."""
    shape = PAIRS, OVERLAP
    apart = draw.integers(1, REVIEWERS // OVERLAP, shape).cumsum(axis=1)
    reviewers = (draw.integers(0, REVIEWERS, (PAIRS, 1)) + apart) % REVIEWERS
    truth = np.where(draw.random((PAIRS, 1)) < TIES, 2, draw.integers(0, 2, (PAIRS, 1)))
    right = draw.random(shape) < draw.uniform(LEAST, MOST, REVIEWERS)[reviewers]
    wrong = np.where(truth == 2, draw.integers(0, 2, shape), 1 - truth)
    verdicts = np.where(right, truth, wrong)
    return reviewers, np.where(draw.random(shape) < UNSURE, 2, verdicts)
