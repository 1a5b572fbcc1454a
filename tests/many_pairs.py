"""A workspace with as many judged pairs as one likes: its rows are written as they are, since by
way of the desk a million would take days.
"""

import json
from datetime import UTC, datetime
from typing import Any

from workbench import demo
from workbench.clock import iso
from workbench.records import Project
from workbench.settings import ProjectSettings
from workbench.store import Store
from workbench.store.database import Database

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
REVIEWERS = 50
PAIRS_OF_A_PROMPT = 4
WORDS = "the river runs past a mill that was built of stone in the year of the great flood".split()
Rows = list[tuple[str, str, Any]]  # a table, its columns and its rows


def build(store: Store, pairs: int) -> Project:
    """One judgement a pair, by fifty reviewers in turn, on prompts that all may train."""
    project = demo.create_project(store, START, "pairs", "Pairs", ProjectSettings())
    store.write(lambda db: _fill(db, project.id, pairs))
    return project


def _fill(db: Database, project_id: int, pairs: int) -> None:
    prompts = max(1, pairs // PAIRS_OF_A_PROMPT)
    for table, columns, rows in (
        *_asked(project_id, prompts),
        *_judged(project_id, pairs, prompts),
    ):
        places = ", ".join("?" * (columns.count(",") + 1))
        db.conn.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


def _asked(project_id: int, prompts: int) -> Rows:
    now = iso(START)
    return [
        ("imports", "id, project_id, kind, file_name, sha256, started_at, finished_at",
         [(1, project_id, "completions", "a.jsonl", "", now, now)]),
        ("prompts", "id, project_id, import_id, content_hash, messages, tags, language, split,"
         " cluster, created_at",
         ((at + 1, project_id, 1, f"h{at}", _question(at), '["law"]', "en", "train", f"c{at}", now)
          for at in range(prompts))),
        ("models", "id, name, kind, location, fingerprint, created_at",
         [(1, "m", "imported", "", "", now)]),
        ("templates", "id, project_id, name, version, system, user, created_at",
         [(1, project_id, "t", 1, "", "", now)]),
        ("variants", "id, project_id, name, model_id, template_id, sampling, created_at",
         ((v, project_id, f"v{v}", 1, 1, f'{{"seed":{v}}}', now) for v in (1, 2))),
        ("reviewers", "id, public_id, name, kind, role, seed, created_at",
         ((r + 1_000, f"r-{r}", f"R {r}", "human", "reviewer", r, now) for r in range(REVIEWERS))),
    ]  # fmt: skip


def _judged(project_id: int, pairs: int, prompts: int) -> Rows:
    now, every = iso(START), range(1, pairs + 1)
    return [
        ("completions", "id, prompt_id, variant_id, sample_index, messages, rendered, created_at",
         ((2 * at + side, 1 + at % prompts, 1 + side, at // prompts, _answer(at, side),
           _question(at % prompts), now) for at in every for side in (0, 1))),
        ("comparisons", "id, project_id, prompt_id, kind, fingerprint, priority, wanted, counted,"
         " open_slots, created_at",
         ((at, project_id, 1 + at % prompts, "work", f"0:{2 * at},{2 * at + 1}", 0.0, 1, 1, 0, now)
          for at in every)),
        ("comparison_completions", "comparison_id, position, completion_id",
         ((at, side, 2 * at + side) for at in every for side in (0, 1))),
        ("judgements", "submission_id, comparison_id, reviewer_id, winner_id, strength, shown,"
         " seconds, guidelines_version, created_at",
         ((f"s{at}", at, 1_000 + at % REVIEWERS, 2 * at + _better(at), 1 + at % 3,
           f"[{2 * at},{2 * at + 1}]", 9.0, 1, now) for at in every)),
    ]  # fmt: skip


def _better(at: int) -> int:
    return at * 2654435761 % 2**32 % 2


def _question(at: int) -> str:
    return _message("user", f"Question {at}: {_words(at)}?")


def _answer(at: int, side: int) -> str:
    return _message("assistant", f"Answer {at}.{side}: {_words(at + side)}.")


def _message(role: str, text: str) -> str:
    return json.dumps([{"role": role, "content": text}], separators=(",", ":"))


def _words(seed: int) -> str:
    return " ".join(WORDS[seed * 7919 * (k + 3) % len(WORDS)] for k in range(12 + seed * 31 % 40))
