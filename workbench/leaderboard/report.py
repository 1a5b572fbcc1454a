"""The leaderboard's report: what the Compare page and the shell show, reckoned by a job.

It is stored with the last event that it saw, so that a page can say how old it is. It holds ids
of reviewers, never their names; each choice of whose votes count has its own.
"""

from typing import Any

from workbench import jobs
from workbench.leaderboard import qualities, styles, widened
from workbench.leaderboard.board import board, expected_wins
from workbench.leaderboard.duels import BOTH, Duel, duels
from workbench.leaderboard.matches import load
from workbench.leaderboard.slices import sliced
from workbench.leaderboard.steadiness import steadiness
from workbench.quality import kept
from workbench.quality.kept import HUMAN, Json, Kinds
from workbench.quality.languages import name_languages
from workbench.records import Project, Variant
from workbench.store import Store, events, projects, variants, votes
from workbench.store.database import Database

JOB = "leaderboard"
STEPS = 6


def refresh(store: Store, project: Project, kinds: Kinds = HUMAN) -> None:
    """Queue the job, unless it waits already."""
    kept.ask(store, project, JOB, kinds)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> Json:
    """The job: measure what is new, reckon, and store; `{votes}`."""
    with store.read() as db:
        project = projects.get(db, arguments["project"])
    kinds: Kinds = tuple(arguments["kinds"])
    name_languages(store, project, jobs.renamed(report, "languages of new prompts"))
    styles.measure_new(store, project, jobs.renamed(report, "style of new answers"))
    with store.read() as db:
        seen, body = events.last_id(db, project.id), reckon(db, project, kinds, report)
    kept.keep(store, project, JOB, kinds, body, seen)
    return {"votes": body["votes"]}


def latest(db: Database, project: Project, kinds: Kinds = HUMAN) -> Json | None:
    """The newest report, with `judgements_since`: how many it has not seen."""
    return kept.latest(db, project, JOB, kinds)


def reckon(db: Database, project: Project, kinds: Kinds, report: jobs.Report) -> Json:
    """All of it, as plain JSON values."""
    report(0, STEPS, "reading votes")
    matches = load(db, project.id, kinds)
    if not len(matches):
        return _nothing(kinds)
    known = {variant.id: variant for variant in variants.in_project(db, project.id)}
    report(1, STEPS, "strengths and ranks")
    found = board(matches)
    report(2, STEPS, "wins, ties and losses by prompt")
    met = duels(db, project.id, kinds, comparison_kinds=BOTH)
    report(3, STEPS, "style and order of the answers")
    styled = styles.controlled(db, project.id, matches)
    report(4, STEPS, "each reviewer")
    steady = steadiness(matches)
    report(5, STEPS, "parts of the prompts")
    return {
        "kinds": list(kinds),
        "votes": len(matches),
        "prompts": len(matches.prompt_ids),
        "reviewers": len(matches.reviewer_ids),
        "variants": [_variant(known[i]) for i in matches.variant_ids.tolist()],
        "board": found,
        "expected": expected_wins(matches),
        "duels": [_duel(duel) for duel in met],
        "styled": styled,
        "steadiness": steady,
        "slices": sliced(matches, votes.prompt_groups(db, project.id), known),
        "qualities": qualities.qualities(db, project.id, kinds),
        "widened": widened.lines(db, project) if tuple(kinds) == HUMAN else None,
    }


def _nothing(kinds: Kinds) -> Json:
    """Nobody compared two variants yet."""
    return {
        "kinds": list(kinds), "votes": 0, "prompts": 0, "reviewers": 0, "variants": [],
        "board": {"ties": None, "nu": None, "components": 0, "variants": []},
        "expected": {"variant_ids": [], "rates": []}, "duels": [], "styled": None,
        "steadiness": None, "slices": [], "qualities": {}, "widened": None,
    }  # fmt: skip


def told(met: list[Duel]) -> Json:
    """Of duels alone, as much of a report as `regression` reads."""
    known = {variant.id: variant for duel in met for variant in (duel.first, duel.second)}
    return {
        "variants": [_variant(one) for one in known.values()],
        "duels": [_duel(duel) for duel in met],
    }


def _variant(variant: Variant) -> Json:
    return {
        "id": variant.id,
        "name": variant.name,
        "model": variant.model.name,
        "template": variant.template.name,
        "version": variant.template.version,
        "sampling": variant.sampling.to_json(),
    }


def _duel(duel: Duel) -> Json:
    said = vars(duel.result)
    return {"first": duel.first.id, "second": duel.second.id} | said


def name_in(found: Json) -> dict[int, str]:
    """Variant → its name, of a report."""
    return {one["id"]: one["name"] for one in found["variants"]}
