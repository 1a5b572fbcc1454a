"""What a part of the work cost, in a project's currency: answers, people, judge models, training.

A part is unknown (None) where any of it is, and so is the sum: a price that nobody entered is not
0. Prices of answers are in US dollars, and are unknown in any other currency. The hours of whoever
wrote a template or guidelines, gold and training items, and surplus votes are not counted.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.quality import costs
from workbench.quality.votes import Votes
from workbench.records import Project
from workbench.settings import ProjectSettings
from workbench.store import reviewers, round_costs, training_runs, votes
from workbench.store.database import Database
from workbench.store.reviewers import Pay
from workbench.store.rounds import Round

DOLLARS = "USD"
HOUR = 3600.0
Json = dict[str, Any]


@dataclass(frozen=True)
class Spent:
    """Money for each part; None is unknown."""

    answers: float | None
    people: float | None
    judges: float | None
    training: float | None

    @property
    def total(self) -> float | None:
        return added([self.answers, self.people, self.judges, self.training])

    def to_json(self) -> Json:
        return vars(self) | {"total": self.total}


@dataclass(frozen=True)
class Time:
    """Of one reviewer: how much was judged, how much of it was timed, and its hours."""

    judged: int
    timed: int
    hours: float


def of_rounds(db: Database, project: Project, found: list[Round], paid: Votes) -> list[Spent]:
    """What was spent in each of all rounds; `paid` are the votes of people."""
    settings, pays = project.settings, reviewers.pays(db)
    answers = round_costs.answers_of_rounds(db, project.id)
    read = round_costs.readings(db, project.id)
    return [
        Spent(
            answers=on_answers(_part(answers, one), settings),
            people=on_people(on(paid, votes.in_rounds(db, project.id, (one.id,))), pays),
            judges=added([dollars(row, settings) for row in _part(read, one)]),
            training=machine(_training_seconds(db, one), settings),
        )
        for one in found
    ]


def _part(rows: list[Json], which: Round) -> list[Json]:
    return [row for row in rows if row["part"] == which.id]


def of_edit(db: Database, project: Project, pair: tuple[int, int], paid: Votes) -> Spent:
    """What it took to learn what a new version of a template is worth: its answers, and the pay
    for the votes of people where it met the old one. `pair`: the old variant, the new one.
    """
    met = on(paid, round_costs.with_both(db, project.id, pair))
    return Spent(
        answers=on_answers(round_costs.answers_of_variants(db, [pair[1]]), project.settings),
        people=on_people(met, reviewers.pays(db)),
        judges=0.0,
        training=0.0,
    )


def on(given: Votes, comparisons: list[int]) -> Votes:
    """The votes on these comparisons."""
    return given.only(np.isin(given.about.ids[given.items], comparisons))


def _training_seconds(db: Database, which: Round) -> float | None:
    """Of all attempts together; 0 where nothing was trained, None for a run that never began."""
    if which.training_run_id is None:
        return 0.0
    return training_runs.get(db, which.training_run_id).seconds or None


def added(parts: list[float | None]) -> float | None:
    """None where any is unknown."""
    known = [part for part in parts if part is not None]
    return sum(known, 0.0) if len(known) == len(parts) else None


def on_answers(rows: list[Json], settings: ProjectSettings) -> float | None:
    """`rows` by kind of model, as `store.round_costs` tells them: a local model costs the hours of
    its machine, any other its price.
    """
    return added([
        machine(None if row["untimed"] else row["seconds"], settings)
        if row["kind"] == "local"
        else dollars(row, settings)
        for row in rows
    ])  # fmt: skip


def dollars(row: Json, settings: ProjectSettings) -> float | None:
    """`{usd, unpriced}` in the project's currency."""
    if row["unpriced"] or (row["usd"] and settings.currency != DOLLARS):
        return None
    return float(row["usd"])


def machine(seconds: float | None, settings: ProjectSettings) -> float | None:
    """So many seconds of the machine; none cost nothing."""
    if seconds == 0:
        return 0.0
    if seconds is None or settings.machine_hour is None:
        return None
    return seconds / HOUR * settings.machine_hour


def on_people(votes: Votes, pays: dict[int, Pay]) -> float | None:
    """The pay of those who gave these votes."""
    spent = [costs.of(time, pays.get(who)) for who, time in _times(votes).items()]
    return costs.of_all(spent).money if spent else 0.0


def _times(votes: Votes) -> dict[int, Time]:
    plain, n = votes.only(votes.plain), len(votes.reviewer_ids)
    timed = ~np.isnan(plain.seconds)
    judged = np.bincount(plain.reviewers, minlength=n)
    known = np.bincount(plain.reviewers[timed], minlength=n)
    seconds = np.bincount(plain.reviewers[timed], plain.seconds[timed], minlength=n)
    return {
        int(votes.reviewer_ids[at]): Time(int(judged[at]), int(known[at]), seconds[at] / HOUR)
        for at in np.flatnonzero(judged)
    }
