"""The FastAPI app: its routes, and errors in one shape."""

from fastapi import FastAPI

import workbench
from workbench.api import problems, thread_routes
from workbench.api.routes import router
from workbench.store import Store

DESCRIPTION = """\
Judge comparisons from a program, exactly as the review deck does. Send an API key
(`python -m workbench reviewers add NAME --api-key`) as `Authorization: Bearer wb_…`.
Claim items, submit one judgement for each, and send a submission again if its answer got lost:
the `submission_id` makes that safe. Answers are blind, and spoken of by their slot.
"""


def build(store: Store) -> FastAPI:
    """The API on one store, whose writer thread must run."""
    api = FastAPI(
        title="The workbench",
        version=workbench.__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
    )
    api.state.store = store
    problems.handle(api)
    api.include_router(router)
    api.include_router(thread_routes.router)
    return api
