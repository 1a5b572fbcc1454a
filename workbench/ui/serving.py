"""Serving: one uvicorn process for the screens, the HTTP API and the deck's modules."""

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st
import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench import api
from workbench.settings import Workspace
from workbench.ui.review_deck import deck_route
from workbench.ui.runtime import store
from workbench.ui.serving_rules import is_loopback
from workbench.ui.sign_in_page import sign_in_routes

MAIN = Path(__file__).with_name("main.py")
API = "/api/v1"


def build_app() -> Any:
    """The ASGI app: our routes first, and Streamlit for the rest."""
    logging.getLogger("uvicorn.access").disabled = True
    routes = [Mount(API, api.build(store())), deck_route(), *sign_in_routes(store())]
    return st.App(str(MAIN), routes=routes, middleware=_middleware())


def _middleware() -> Sequence[Middleware]:
    guards = [Middleware(_NoFraming)]
    if is_loopback():
        guards.append(Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]))
    return guards


class _NoFraming:
    """Other sites may not show the app in a frame."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = "frame-ancestors 'self'"
            await send(message)

        await self.app(scope, receive, guarded if scope["type"] == "http" else send)


def serve(workspace: Workspace, host: str, port: int) -> None:
    """Serve until interrupted."""
    os.environ["WORKBENCH_HOME"] = str(workspace.home)
    os.environ["WORKBENCH_HOST"] = host
    print(f"The workbench is at http://{host}:{port}", flush=True)
    uvicorn.run("streamlit_app:app", host=host, port=port, log_level="warning")
