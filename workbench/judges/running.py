"""The job: a judge reads comparisons in both orders; each reading is stored as it comes.

What is read is not asked again, so a killed job goes on where it was. A reply that cannot be read
is a failure that stays; a failure on the way there is asked again by the next run.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, get_args

from workbench import jobs
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.generation import models, spending
from workbench.generation.requests import seed_of
from workbench.hashing import sha256_json, unit_interval
from workbench.judges import verdicts
from workbench.judges.asking import request_of
from workbench.judges.replies import read
from workbench.judging.items import Content, content_of
from workbench.providers import Answer, Failure, Outcome, Provider, Request
from workbench.providers.prices import Price, cost, price_of
from workbench.records import Job, Project
from workbench.store import Store, judgements, judges, projects, suggestions, variants
from workbench.store.database import Database
from workbench.store.judges import Judge, Reading, Which

JOB = "judge"
WINDOW = 256  # comparisons that are looked up together
UNREADABLE = "unreadable"


def begin(
    store: Store, project: Project, judge: Judge, which: Which = "open", sample: int | None = None
) -> Job:
    """Queue the job: over items that people judged, that are open, or all; or so many of them.

    Raises InvalidInput for a sample of nothing or an unknown choice.
    """
    if which not in get_args(Which) or (sample is not None and sample < 1):
        raise InvalidInput(
            "There is nothing to judge.",
            field="which",
            remedy=f"Choose {', '.join(get_args(Which))}, and a sample of 1 or more.",
        )
    with store.read() as db:
        model = variants.model(db, judge.model_id)
    arguments = {"judge": judge.reviewer_id, "which": which, "sample": sample}
    resource = models.resource_of(model)
    return jobs.start(store, JOB, arguments, resource=resource, project_id=project.id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    with store.read() as db:
        judge = judges.get(db, arguments["judge"])
    return run(store, judge, report, arguments["which"], arguments["sample"])


def run(
    store: Store, judge: Judge, report: jobs.Report, which: Which = "open",
    sample: int | None = None, provider: Provider | None = None,
) -> dict[str, Any]:  # fmt: skip
    """`{readings, unreadable, failures, judged}`: what is new."""
    with store.read() as db:
        project = projects.by_id(db, judge.project_id)
        chosen = chosen_items(db, project, judge, which, sample)
    return Run(store, project, judge, report, provider).over(chosen)


def chosen_items(
    db: Database, project: Project, judge: Judge, which: Which, sample: int | None
) -> list[int]:
    """The comparisons of a run; a sample is the same each time."""
    chosen = judges.choose(db, project.id, which, gold=project.settings.assist.prelabels)
    if sample is None:
        return chosen
    drawn = sorted(chosen, key=lambda i: unit_interval("judge", judge.reviewer_id, i))
    return sorted(drawn[:sample])


@dataclass(frozen=True)
class _Asked:
    """One order of one comparison, with the texts that the judge read; `pair` by rising id."""

    comparison_id: int
    pair: tuple[int, int]
    swapped: bool
    gold: bool
    content: Content


@dataclass
class Run:
    """One judge's way through the comparisons."""

    store: Store
    project: Project
    judge: Judge
    report: jobs.Report
    provider: Provider | None = None
    said: str = ""
    tally: dict[str, int] = field(
        default_factory=lambda: {"readings": 0, "unreadable": 0, "failures": 0, "judged": 0}
    )
    under_way: dict[int, _Asked] = field(default_factory=dict)

    def over(self, chosen: list[int]) -> dict[str, Any]:
        with self.store.read() as db:
            model = variants.model(db, self.judge.model_id)
            done = len(judges.read(db, self.judge.reviewer_id, chosen))
        total = 2 * len(chosen)
        self.report(done, total, f"loading {model.name}")
        if done < total:
            provider = self.provider or models.load(model, self._hear)
            priced = price_of(model, spending.prices_of(self.store))
            for group in provider.answer(self._requests(chosen), self.judge.sampling):
                if group:
                    self.store.write(partial(self._write, group=group, priced=priced))
                    done += len(group)
                self.report(min(done, total), total, self.said or f"{self.judge.name} judges")
        return self.tally

    def _hear(self, said: str) -> None:
        """What the endpoint waits for; the next report shows it."""
        self.said = f"{self.judge.name}: {said}" if said else ""

    def _requests(self, chosen: list[int]) -> Iterator[Request]:
        sent = 0
        for at in range(0, len(chosen), WINDOW):
            with self.store.read() as db:
                window = list(self._unread(db, chosen[at : at + WINDOW]))
            for asked in window:
                key = [self.judge.reviewer_id, asked.comparison_id, asked.swapped]
                self.under_way[sent] = asked
                sent += 1
                yield request_of(
                    self.project, self.judge.instructions, asked.content, seed_of(sha256_json(key))
                )

    def _unread(self, db: Database, ids: list[int]) -> Iterator[_Asked]:
        done = judges.read(db, self.judge.reviewer_id, ids)
        for row in judges.pairs(db, ids):
            pair = row["first"], row["second"]
            for swapped in (False, True):
                if (row["id"], swapped) not in done:
                    shown = list(reversed(pair)) if swapped else list(pair)
                    content = content_of(db, self.project, row["prompt_id"], row["turn"], shown)
                    yield _Asked(row["id"], pair, swapped, row["kind"] == "gold", content)

    def _write(self, db: Database, group: list[Outcome], priced: Price | None) -> None:
        for place, outcome in group:
            asked = self.under_way.pop(place)
            reading = self._reading(asked, outcome, priced)
            judges.keep(db, utc_now(), self.judge.reviewer_id, reading)
            self.tally["readings"] += reading.error is None
            self.tally["unreadable"] += reading.error == UNREADABLE
            self.tally["failures"] += isinstance(outcome, Failure)
            self._conclude(db, asked)

    def _reading(self, asked: _Asked, outcome: Answer | Failure, priced: Price | None) -> Reading:
        blank = Reading(
            comparison_id=asked.comparison_id,
            swapped=asked.swapped,
            tokens_in=outcome.tokens_in,
            tokens_out=outcome.tokens_out,
            cost_usd=cost(priced, outcome.tokens_in, outcome.tokens_out),
        )
        if isinstance(outcome, Failure):
            return _with(blank, reply=outcome.message, error=outcome.code)
        reply = outcome.texts[-1]
        criteria = (self.project.rubric or {}).get("criteria", [])
        kinds = {c["key"] for c in (self.project.taxonomy or {}).get("categories", [])}
        said = read(reply, asked.content.answers, criteria, kinds)
        if said is None:
            return _with(blank, reply=reply, error=UNREADABLE)
        return _with(blank, reply=reply, **vars(said))

    def _conclude(self, db: Database, asked: _Asked) -> None:
        """When both orders are in: one judgement, and what is suggested. Gold gets no judgement:
        it measures people.
        """
        readings = judges.both(db, self.judge.reviewer_id, asked.comparison_id)
        if readings is None:
            return
        scores = verdicts.ratings(readings)
        for slot, completion_id in enumerate(asked.pair, start=1):
            spans = verdicts.suggested_spans(readings[0], slot)
            suggestions.keep(
                db, asked.comparison_id, completion_id, self.judge.reviewer_id, spans,
                scores.get(slot, {}),
            )  # fmt: skip
        if asked.gold or judgements.current(db, asked.comparison_id, self.judge.reviewer_id):
            return
        new = verdicts.judgement(self.project, self.judge.reviewer_id, asked.pair, readings)
        judgements.insert(db, utc_now(), new, None)
        self.tally["judged"] += 1


def _with(blank: Reading, **said: Any) -> Reading:
    return Reading(**vars(blank) | said)
