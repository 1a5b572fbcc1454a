"""What the review deck is told: the project's texts, a token, and nothing of models."""

from typing import cast

from workbench.api import tokens
from workbench.clock import utc_now
from workbench.judging import trust
from workbench.records import Project, Reviewer
from workbench.rendering import render
from workbench.store import leases, own_judgements, queue, rounds
from workbench.ui.review_deck import DeckData, DeckRubric, DeckTaxonomy, TrainingSoFar
from workbench.ui.runtime import store
from workbench.ui.serving import API

MOST_COUNTED = 100_000


def deck_data(project: Project, person: Reviewer) -> DeckData:
    opened = store()
    settings = project.settings
    token = tokens.make(opened.workspace, person.id, project.id, utc_now())
    with opened.read() as db:
        current = rounds.current(db, project.id)
        done = own_judgements.count_by(db, project.id, person.id, current.id if current else None)
        trained = trust.training_so_far(db, project, person)
        held = len(leases.held_by(db, project.id, person.id))
        left = queue.open_work(db, project.id, person.id, MOST_COUNTED) + held
    asks = settings.asks
    return DeckData(
        api=API,
        token=token.text,
        token_expires_at=token.expires_at,
        project=project.slug,
        reviewer=person.public_id,
        rubric=cast(DeckRubric | None, project.rubric if asks.ratings else None),
        taxonomy=cast(DeckTaxonomy | None, project.taxonomy if asks.spans else None),
        asks={
            "ratings": asks.ratings,
            "spans": asks.spans,
            "rationale": asks.rationale,
            "correction": asks.correction,
            "confirm": asks.confirm,
        },
        reasons=list(settings.reasons),
        forced=settings.forced_choice,
        guidelines={
            "version": project.guidelines_version,
            "text": project.guidelines,
            "html": render(project.guidelines),
        },
        goal=settings.goal,
        done=done,
        open=left,
        training=TrainingSoFar(done=trained[0], of=trained[1]) if trained else None,
    )
