"""What rounds cost and bought, reckoned by a job: agreement, cost, the share of items that needed a
person, how hard answers have become to tell apart, the cost of a proven point of win rate; and
beside it that of prompt edits.

A round's cost is what was spent in it. Its model was made by the rounds before, so what these cost
together, from the round of the model that it was to beat, stands against the points by which it
surely beats that one.
"""

from typing import Any

from workbench import jobs
from workbench.quality import kept
from workbench.quality.kept import HUMAN, Kinds
from workbench.quality.votes import WORK, Votes, load
from workbench.quality.weighing import heard
from workbench.records import Project
from workbench.rounds import buying, hardness
from workbench.rounds.proof import proof
from workbench.rounds.spending import Spent, added, of_rounds, on
from workbench.stats.shares import share
from workbench.store import Store, events, projects, round_costs, rounds, votes
from workbench.store.database import Database
from workbench.store.rounds import Round

JOB = "economics"
Json = dict[str, Any]


def refresh(store: Store, project: Project, kinds: Kinds = HUMAN) -> None:
    """Queue the job, unless it waits already."""
    kept.ask(store, project, JOB, kinds)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> Json:
    """The job: reckon and store; `{rounds}`."""
    with store.read() as db:
        project = projects.get(db, arguments["project"])
    kinds: Kinds = tuple(arguments["kinds"])
    report(0, 1, "what rounds cost and bought")
    with store.read() as db:
        seen, body = events.last_id(db, project.id), reckon(db, project, kinds)
    kept.keep(store, project, JOB, kinds, body, seen)
    return {"rounds": len(body["rounds"])}


def latest(db: Database, project: Project, kinds: Kinds = HUMAN) -> Json | None:
    """The newest report, with `judgements_since`; None where it does not know all rounds, or knows
    another price.
    """
    found = kept.latest(db, project, JOB, kinds)
    if found is None or found["basis"] != _basis(db, project):
        return None
    return found


def reckon(db: Database, project: Project, kinds: Kinds) -> Json:
    """All of it, as plain JSON values: `{kinds, basis, rounds, edits}`."""
    given, paid = heard(db, project.id, kinds), load(db, project.id, HUMAN)
    found = rounds.in_project(db, project.id)
    spent = of_rounds(db, project, found, paid)
    return {
        "kinds": list(kinds),
        "basis": _basis(db, project),
        "rounds": [_entry(db, which, kinds, given, spent) for which in found],
        "edits": buying.edits(db, project, kinds, paid),
    }


def _basis(db: Database, project: Project) -> Json:
    """What figures rest on beside judgements: the rounds that there are, and prices."""
    known = rounds.in_project(db, project.id)
    return {
        "rounds": len(known),
        "closed": sum(one.closed_at is not None for one in known),
        "currency": project.settings.currency,
        "machine_hour": project.settings.machine_hour,
    }


def _entry(db: Database, which: Round, kinds: Kinds, given: Votes, spent: list[Spent]) -> Json:
    """One round; `given` are the votes that count, `spent` what each round cost."""
    ours = on(given, votes.in_rounds(db, which.project_id, (which.id,)))
    judged = ours.only(ours.about.kinds[ours.items] == WORK)
    proved = proof(db, which, kinds) if which.number else None
    since = proved.since if proved else 0
    before = added([one.total for one in spent[since : which.number]])
    return {
        "round": which.number,
        **hardness.measure(judged),
        "needed_person": _needed_person(db, which, judged),
        "cost": spent[which.number].to_json(),
        "bought": buying.bought(proved.result, before) if proved else None,
    }


def _needed_person(db: Database, which: Round, judged: Votes) -> Json:
    """Of the items with a verdict, the share that was judged by whoever counts; the others were
    settled by a judge model.
    """
    people = set(judged.about.ids[judged.items].tolist())
    settled = set(round_costs.settled_by_judges(db, which.id)) - people
    return vars(share(len(people), len(people) + len(settled)))
