"""Simulated reviewers: they judge starter prompts by the checker, with a stated accuracy.

They claim, tag, rate and submit through the judging service like anyone, are stored as kind
`simulated`, and see no more of an item than a person does. Their mistakes are spread evenly: the
share of right verdicts is the stated one to the nearest verdict, not by the luck of a draw.
"""

import random
import uuid
from functools import partial
from typing import Any

from workbench import jobs, judging
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.records import Item, Project, Reviewer, Span, Submission, plain_text
from workbench.starter.checker import Finding, check, right_answer
from workbench.store import Store, comparisons, projects, reviewers
from workbench.store.database import Database

BATCH = 10
_CATEGORIES = {
    "swapped": "contradicts_source",
    "invented": "not_in_source",
    "rambling": "off_topic",
    "over_abstention": "contradicts_source",
}


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: judge all that is open in a project; `{judged}`."""
    with store.read() as db:
        project = projects.get(db, arguments["project"])
    return judge_open(
        store, project, arguments["accuracy"], arguments["seed"], report, arguments.get("most")
    )


def judge_open(
    store: Store,
    project: Project,
    accuracy: float,
    seed: int,
    report: jobs.Report,
    most: int | None = None,
) -> dict[str, Any]:
    """Judge what is open, or `most` of it, as one simulated reviewer."""
    if not project.settings.starter:
        raise InvalidInput(
            f"Simulated reviewers know the starter's cards; “{project.slug}” has other prompts.",
            remedy="Judge it yourself, or add reviewers.",
        )
    name = f"simulated, accuracy {accuracy:g}, seed {seed}"
    reviewer = store.write(lambda db: reviewers.ensure(db, utc_now(), name, "simulated", seed=seed))
    with store.read() as db:
        total = comparisons.progress(db, project.id)["open"]
    total = total if most is None else min(total, most)
    judged = 0
    while judged < total:
        batch = partial(
            _judge_batch,
            project=project,
            reviewer=reviewer,
            accuracy=accuracy,
            place=judged,
            count=min(BATCH, total - judged),
        )
        step = store.write(batch)
        if step == 0:
            break
        judged += step
        report(judged, max(judged, total), "simulated reviewers judge")
    return {"judged": judged}


def _judge_batch(
    db: Database, *, project: Project, reviewer: Reviewer, accuracy: float, place: int, count: int
) -> int:
    now = utc_now()
    items = judging.claim(db, project, reviewer, "simulation", count, now)
    for at, item in enumerate(items, start=place):
        errs = _errs(at, 1 - accuracy, reviewer.seed)
        judging.submit(db, reviewer, _verdict(project, reviewer, item, errs), now)
    return len(items)


def _errs(place: int, rate: float, seed: int) -> bool:
    """Whether the verdict at `place` is a mistake: systematic sampling from a random start."""
    start = random.Random(f"mistakes {seed}").random()
    return int((place + 1) * rate + start) > int(place * rate + start)


def _verdict(project: Project, reviewer: Reviewer, item: Item, errs: bool) -> Submission:
    """What an honest reviewer would say of the two answers, or the opposite."""
    question = plain_text(item.prompt_messages[-1]["content"])
    findings = [check(item.context or "", question, answer) for answer in item.answers]
    draw = random.Random(f"verdict {reviewer.seed} {item.context} {question} {item.answers}")
    preference = _preference(findings[0], findings[1])
    if errs:
        preference = -preference
    return Submission(
        submission_id=str(uuid.uuid5(uuid.NAMESPACE_OID, item.id)),
        item_id=item.id,
        preference=preference,
        all_bad=not any(finding.faithful for finding in findings),
        ratings=_ratings(project, findings),
        correction=_corrections(project, item, findings),
        spans=_spans(project, item, findings),
        seconds=round(draw.lognormvariate(2.2, 0.4), 1),
    )


def _preference(first: Finding, second: Finding) -> int:
    """−3…3, negative for the first-shown answer: the difference of the checker's scores."""
    return max(-3, min(3, second.score - first.score))


def _ratings(project: Project, findings: list[Finding]) -> dict[int, dict[str, int]]:
    keys = {c["key"] for c in (project.rubric or {}).get("criteria", [])}
    if not {"faithful", "to_the_point"} <= keys:
        return {}
    return {
        slot: {
            "faithful": 2 if f.faithful else int(f.label == "rambling"),
            "to_the_point": 0 if f.label == "rambling" else 2 if f.score else 1,
        }
        for slot, f in enumerate(findings, start=1)
    }


def _corrections(project: Project, item: Item, findings: list[Finding]) -> dict[int, str]:
    """Where the project asks for them: what each wrong answer should have been."""
    if not project.settings.asks.correction:
        return {}
    question = plain_text(item.prompt_messages[-1]["content"])
    right = right_answer(item.context or "", question)
    return {slot: right for slot, f in enumerate(findings, start=1) if not f.faithful}


def _spans(project: Project, item: Item, findings: list[Finding]) -> tuple[Span, ...]:
    known = {c["key"] for c in (project.taxonomy or {}).get("categories", [])}
    return tuple(
        Span(
            slot, s.start, s.end, _CATEGORIES[s.kind], quote=item.answers[slot - 1][s.start : s.end]
        )
        for slot, finding in enumerate(findings, start=1)
        for s in finding.spans
        if _CATEGORIES[s.kind] in known
    )
