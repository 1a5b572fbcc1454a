"""The quality report: everything that the Quality and Reviewers pages show, reckoned by a job.

The report is stored with the last event that it saw, so that a page can say how old it is and
ask for a new one. It holds ids of reviewers, never their names.
"""

from typing import Any

from workbench import jobs
from workbench.quality import agreement, costs, kept, lengths, slices, spans
from workbench.quality import reviewers as people
from workbench.quality.advice import advice, usual_agreement
from workbench.quality.kept import HUMAN, Json, Kinds
from workbench.quality.languages import name_languages
from workbench.quality.reviewers import Measured
from workbench.quality.weighing import agree, heard
from workbench.records import Project
from workbench.stats.agreement import Estimate
from workbench.store import (
    Store,
    events,
    projects,
    reviewers,
    reviews,
    track_records,
    votes,
)
from workbench.store.database import Database

JOB = "quality"
SAMPLE = 20_000  # items whose lengths and ratings are looked at
SPANS = 500  # items whose spans are looked at, which takes longer
MOST_DISPUTES = 200


def refresh(store: Store, project: Project, kinds: Kinds = HUMAN) -> None:
    """Queue the job, unless it waits already."""
    kept.ask(store, project, JOB, kinds)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> Json:
    """The job: reckon and store; `{judgements}`."""
    with store.read() as db:
        project = projects.get(db, arguments["project"])
    kinds: Kinds = tuple(arguments["kinds"])
    name_languages(store, project, jobs.renamed(report, "languages of new prompts"))
    report(0, 1, "agreement and consensus")
    with store.read() as db:
        seen, body = events.last_id(db, project.id), reckon(db, project, kinds)
    kept.keep(store, project, JOB, kinds, body, seen)
    return {"judgements": body["counts"]["judgements"]}


def latest(db: Database, project: Project, kinds: Kinds = HUMAN) -> Json | None:
    """The newest report, with `judgements_since`: how many it has not seen."""
    return kept.latest(db, project, JOB, kinds)


def reckon(db: Database, project: Project, kinds: Kinds) -> Json:
    """All of it, as plain JSON values."""
    settings = project.settings
    given = heard(db, project.id, kinds)
    agreed = agree(given)
    share = min(1.0, SAMPLE / max(1, len(given.about)))
    sizes = lengths.load(given.about, votes.sampled_answers(db, project.id, share))
    records = track_records.in_project(db, project.id)
    again = votes.repeated(db, project.id)
    sided = reviewers.shown_sides(db)
    measured = people.measure(given, agreed, sizes, records, again, sided)
    parts = slices.measure(
        slices.divide(votes.prompt_groups(db, project.id)), given, agreed, sizes,
        settings.consensus_threshold,
    )  # fmt: skip
    found = agreement.summary(agreed, settings.consensus_threshold)
    pays = reviewers.pays(db)
    paid = {one.reviewer_id: costs.of(one, pays.get(one.reviewer_id)) for one in measured}
    total = costs.of_all(list(paid.values()))
    usual = usual_agreement(measured)
    on_work = agreed.counts[agreed.votes.about.truth[agreed.items] < 0]
    return {
        "kinds": list(kinds),
        "counts": {
            "judgements": int(given.work.plain.sum()),
            "items": found["items"],
            "reviewers": len(measured),
        },
        "choice": agreement.on_choice(on_work),
        "strength": agreement.on_strength(given),
        "criteria": agreement.on_ratings(votes.sampled_ratings(db, project.id, share, kinds)),
        "spans": _spans(db, project, len(given.about), kinds),
        "sampled": share,
        "weeks": agreement.over_weeks(agreed, votes.first_of_weeks(db)),
        "pairs": agreement.between_reviewers(given),
        "consensus": found,
        "reviews": reviews.decisions(db, project.id),
        "disputes": agreement.disputed(agreed, MOST_DISPUTES),
        "slices": parts,
        "cost": costs.to_json(total, found["sure"], found["decisive"]),
        "reviewers": [
            _reviewer(one, usual, records.get(one.reviewer_id, track_records.TrackRecord()),
                      paid[one.reviewer_id])
            for one in measured
        ],
    }  # fmt: skip


def _spans(db: Database, project: Project, items: int, kinds: Kinds) -> Json | None:
    if not project.settings.asks.spans:
        return None
    return spans.on_spans(db, project.id, min(1.0, SPANS / max(1, items)), kinds)


def _reviewer(
    one: Measured, usual: Estimate, record: track_records.TrackRecord, cost: costs.Cost
) -> Json:
    return {
        "reviewer_id": one.reviewer_id,
        "judged": one.judged,
        "gold": vars(one.gold),
        "agreement": vars(one.agreement),
        "drift": vars(one.drift),
        "drift_chance": one.drift_chance,
        "same": vars(one.same),
        "left": _bias(one.left),
        "longer": _bias(one.longer),
        "fast": vars(one.fast),
        "median_seconds": one.median_seconds,
        "hours": cost.hours,
        "money": cost.money,
        "per_judgement": cost.per(one.judged),
        "paused": record.paused_at,
        "discounted": record.discounted_at,
        "advice": advice(one, record, usual),
    }


def _bias(bias: people.Bias) -> Json:
    return {"share": vars(bias.share), "expected": bias.expected, "chance": bias.chance}
