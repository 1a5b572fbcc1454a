"""The quality report: everything that the Quality and Reviewers pages show, reckoned by a job.

The report is stored with the last event that it saw, so that a page can say how old it is and
ask for a new one. It holds ids of reviewers, never their names.
"""

from functools import partial
from typing import Any

from workbench import jobs
from workbench.clock import utc_now
from workbench.quality import agreement, costs, lengths, slices, spans
from workbench.quality import reviewers as people
from workbench.quality.advice import advice, usual_agreement
from workbench.quality.languages import name_languages
from workbench.quality.reviewers import Measured
from workbench.quality.weighing import agree, heard
from workbench.records import Project, ReviewerKind
from workbench.stats.agreement import Estimate
from workbench.store import (
    Store,
    events,
    judgements,
    projects,
    reports,
    reviewers,
    reviews,
    track_records,
    votes,
)
from workbench.store.database import Database

KIND = "quality"
JOB = "quality"
SAMPLE = 20_000  # items whose lengths and ratings are looked at
SPANS = 500  # items whose spans are looked at, which takes longer
MOST_DISPUTES = 200
HUMAN: tuple[ReviewerKind, ...] = ("human",)
Json = dict[str, Any]


def refresh(store: Store, project: Project, kinds: tuple[ReviewerKind, ...] = HUMAN) -> None:
    """Queue the job, unless it waits already."""
    jobs.start(store, JOB, {"project": project.slug, "kinds": kinds}, project_id=project.id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> Json:
    """The job: reckon and store; `{judgements}`."""
    with store.read() as db:
        project = projects.get(db, arguments["project"])
    kinds: tuple[ReviewerKind, ...] = tuple(arguments["kinds"])
    name_languages(store, project, jobs.renamed(report, "languages of new prompts"))
    report(0, 1, "agreement and consensus")
    with store.read() as db:
        seen, body = events.last_id(db, project.id), reckon(db, project, kinds)
    keep = partial(
        reports.save, now=utc_now(), project_id=project.id, round_id=None,
        kind=name_of(kinds), body=body, seen=seen,
    )  # fmt: skip
    store.write(keep)
    return {"judgements": body["counts"]["judgements"]}


def name_of(kinds: tuple[ReviewerKind, ...]) -> str:
    """The kind of report: one for each choice of whose judgements count."""
    return KIND if tuple(kinds) == HUMAN else f"{KIND}: {', '.join(sorted(kinds))}"


def latest(db: Database, project: Project, kinds: tuple[ReviewerKind, ...] = HUMAN) -> Json | None:
    """The newest report, with `judgements_since`: how many it has not seen."""
    found = reports.latest(db, project.id, name_of(kinds))
    if found is None:
        return None
    since = judgements.count_after(db, project.id, found["through_event_id"])
    return found | {"judgements_since": since}


def reckon(db: Database, project: Project, kinds: tuple[ReviewerKind, ...]) -> Json:
    """All of it, as plain JSON values."""
    settings = project.settings
    given = heard(db, project.id, kinds)
    agreed = agree(given)
    share = min(1.0, SAMPLE / max(1, len(given.about)))
    sizes = lengths.load(given.about, votes.sampled_answers(db, project.id, share))
    records = track_records.in_project(db, project.id)
    measured = people.measure(given, agreed, sizes, records, votes.repeated(db, project.id))
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


def _spans(
    db: Database, project: Project, items: int, kinds: tuple[ReviewerKind, ...]
) -> Json | None:
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
