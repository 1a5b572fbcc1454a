"""What the review deck is told: the project's texts, a token, and nothing of models."""

from typing import cast

from workbench.api import tokens
from workbench.clock import utc_now
from workbench.records import Project, Reviewer
from workbench.settings import ProjectSettings
from workbench.store import own_judgements, rounds
from workbench.ui.review_deck import DeckData, DeckRubric, DeckTaxonomy
from workbench.ui.runtime import store
from workbench.ui.serving import API


def deck_data(project: Project, person: Reviewer) -> DeckData:
    opened = store()
    settings = ProjectSettings.from_json(project.settings)
    token = tokens.make(opened.workspace, person.id, project.id, utc_now())
    with opened.read() as db:
        current = rounds.current(db, project.id)
        done = own_judgements.count_by(db, project.id, person.id, current.id if current else None)
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
            "confirm": asks.confirm,
        },
        guidelines={"version": project.guidelines_version, "text": project.guidelines},
        goal=settings.goal,
        done=done,
    )
