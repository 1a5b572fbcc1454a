"""The routes of discussions: list them, read one, answer, resolve."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse

from workbench import discussions
from workbench.api.answers import Done
from workbench.api.caller import Calling
from workbench.api.routes import REFUSALS
from workbench.api.shapes import MessageBody
from workbench.api.thread_answers import ThreadAnswer, ThreadsAnswer, thread_json
from workbench.clock import utc_now
from workbench.records import Reviewer
from workbench.store import Database, projects
from workbench.store.threads import Status

router = APIRouter(responses=REFUSALS)
ThreadId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("/projects/{slug}/threads", responses={200: {"model": ThreadsAnswer}})
async def threads(slug: str, caller: Calling, status: Status = "open") -> JSONResponse:
    """Discussions, up to 100: leads see all, the oldest first (resolved: the newest); reviewers
    see those of items that they were given, or that mention them.
    """

    def read(db: Database, person: Reviewer) -> list[discussions.Summary]:
        return discussions.listed(db, projects.get(db, slug), person, status)

    found = await caller.read(read)
    return JSONResponse({"threads": [vars(line) for line in found]})


@router.get("/threads/{thread_id}", responses={200: {"model": ThreadAnswer}})
async def thread(thread_id: ThreadId, caller: Calling) -> JSONResponse:
    """A discussion: its item, blind, and what was said."""
    found = await caller.read(lambda db, person: discussions.thread(db, person, thread_id))
    return JSONResponse(thread_json(found))


@router.post("/threads/{thread_id}/messages", response_model=Done)
async def say(thread_id: ThreadId, body: MessageBody, caller: Calling) -> Any:
    """Answer in an open discussion; “@Name” mentions somebody."""
    await caller.write(
        lambda db, person: discussions.say(db, person, thread_id, body.text, utc_now())
    )
    return {"done": True}


@router.post("/threads/{thread_id}/resolve", response_model=Done)
async def resolve(thread_id: ThreadId, caller: Calling) -> Any:
    """Conclude a discussion: for leads."""
    await caller.write(lambda db, person: discussions.resolve(db, person, thread_id, utc_now()))
    return {"done": True}
