"""The routes: each reads a request, calls one service as the caller, and answers."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime
from starlette.background import BackgroundTask

from workbench import judging
from workbench.api.answers import (
    ClaimAnswer,
    Done,
    FailureAnswer,
    ProgressAnswer,
    ProjectAnswer,
    ReceiptAnswer,
    ReleaseAnswer,
    UndoAnswer,
    item_json,
    receipt_json,
)
from workbench.api.caller import Calling
from workbench.api.shapes import (
    ClaimBody,
    DraftBody,
    FlagBody,
    JudgementBody,
    ReleaseBody,
    SkipBody,
    UndoBody,
)
from workbench.clock import utc_now
from workbench.leaderboard import next_pairs
from workbench.records import Item, Project, Reviewer
from workbench.store import Database, projects

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": FailureAnswer, "description": what}
    for status, what in {
        400: "The body is no JSON",
        401: "No valid token or key",
        403: "This role may not, or the reviewer is paused",
        404: "There is no such thing",
        409: "The item was never given to this reviewer",
        422: "The input is not acceptable: `field` says where",
    }.items()
}
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
router = APIRouter(responses=REFUSALS)


# Routes are tried in this order, so what a reviewer does at every item comes first.


@router.post("/judgements", responses={200: {"model": ReceiptAnswer}})
async def submit(body: JudgementBody, caller: Calling) -> JSONResponse:
    """Store a verdict, once; a second one for the same item is a revision."""
    sent = body.submission()
    receipt = await caller.write(lambda db, person: judging.submit(db, person, sent, utc_now()))
    return JSONResponse(receipt_json(receipt))


@router.post("/projects/{slug}/claim", responses={200: {"model": ClaimAnswer}})
async def claim(slug: str, body: ClaimBody, caller: Calling) -> JSONResponse:
    """Lease comparisons; those that this tab holds already come first.

    `held_by`: nothing came, but other reviewers or other tabs of one's own hold what may still
    come; `take_over` brings here what these tabs hold.
    """

    def write(
        db: Database, person: Reviewer
    ) -> tuple[list[Item], judging.Holders | None, Project | None]:
        found, now = projects.get(db, slug), utc_now()
        items = judging.claim(
            db, found, person, body.tab, body.count, now, take_over=body.take_over
        )
        held_by = None if items else judging.holders(db, found, person)
        return items, held_by, found if next_pairs.are_wanted(db, found, now) else None

    items, held_by, low = await caller.write(write)
    later = BackgroundTask(next_pairs.start, caller.store, low) if low else None
    return JSONResponse(
        {"items": [item_json(item) for item in items], "held_by": held_by}, background=later
    )


@router.put("/drafts/{item_id}", response_model=Done)
async def draft(item_id: str, body: DraftBody, caller: Calling) -> Any:
    """Keep a partial judgement and renew the lease."""
    await caller.write(
        lambda db, person: judging.save_draft(db, person, item_id, body.draft, utc_now())
    )
    return {"done": True}


@router.get("/projects/{slug}", response_model=ProjectAnswer)
async def project(slug: str, caller: Calling) -> Any:
    """What a reviewer needs to know to judge: rubric, taxonomy, guidelines, what is asked for."""

    def read(db: Database, person: Reviewer) -> dict[str, Any]:
        found = projects.get(db, slug)
        settings = found.settings
        return {
            "slug": found.slug,
            "title": found.title,
            "rubric": found.rubric,
            "taxonomy": found.taxonomy,
            "guidelines": {"version": found.guidelines_version, "text": found.guidelines},
            "judging": settings.judging,
            "forced_choice": settings.forced_choice,
            "reasons": settings.reasons,
            "asks": vars(settings.asks),
        }

    return await caller.read(read)


@router.post("/items/{item_id}/skip", response_model=Done)
async def skip(item_id: str, body: SkipBody, caller: Calling) -> Any:
    """Leave an item to others, for good, and say why."""
    await caller.write(lambda db, person: judging.skip(db, person, item_id, body.reason, utc_now()))
    return {"done": True}


@router.post("/items/{item_id}/flag", response_model=Done)
async def flag(item_id: str, body: FlagBody, caller: Calling) -> Any:
    """Raise a question on an item: opens a thread, which the project's leads see."""
    await caller.write(lambda db, person: judging.flag(db, person, item_id, body.text, utc_now()))
    return {"done": True}


@router.post("/projects/{slug}/undo", responses={200: {"model": UndoAnswer}})
async def undo(slug: str, body: UndoBody, caller: Calling) -> JSONResponse:
    """One's last judgement (or the one before the item `before`), to be revised.

    It goes on counting until a new submission for the same `item_id` takes its place.
    """

    def read(db: Database, person: Reviewer) -> tuple[Item, dict[str, Any]] | None:
        return judging.undo(db, projects.get(db, slug), person, body.before)

    found = await caller.read(read)
    item, judgement = found or (None, None)
    return JSONResponse({"item": item and item_json(item), "judgement": judgement})


@router.post("/leases/release", response_model=ReleaseAnswer)
async def release(body: ReleaseBody, caller: Calling) -> Any:
    """Give back items that will not be judged now."""
    released = await caller.write(lambda db, person: judging.release(db, person, body.item_ids))
    return {"released": released}


@router.get("/projects/{slug}/progress", response_model=ProgressAnswer)
async def progress(
    slug: str,
    caller: Calling,
    since: Annotated[
        AwareDatetime | None,
        Query(description="ISO 8601 with its zone; default: today, UTC", ge=EARLIEST, le=LATEST),
    ] = None,
) -> Any:
    """One's own progress and pace in a project."""
    midnight = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)

    def read(db: Database, person: Reviewer) -> dict[str, Any]:
        return vars(judging.progress(db, projects.get(db, slug), person, since or midnight))

    return await caller.read(read)
