"""Serving: one uvicorn process for the screens, the HTTP API and the components' modules."""

import gc
import os
import sys
from importlib import import_module
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench import api
from workbench.settings import Workspace
from workbench.ui.modules import modules_route
from workbench.ui.runtime import store
from workbench.ui.serving_rules import is_loopback
from workbench.ui.sign_in_page import sign_in_routes

MAIN = Path(__file__).with_name("main.py")
API = "/api/v1"
SCREENS_NEED = ("altair", "pandas", "pyarrow")


def build_app() -> ASGIApp:
    """The ASGI app: the HTTP API by the shortest way, Streamlit and our routes for the rest."""
    _keep_on_path(MAIN.parent)
    routes = [modules_route(), *sign_in_routes(store())]
    screens = _NoFraming(st.App(str(MAIN), routes=routes))
    _leave_out_of_collections()
    app = _Fork(api.build(store()), screens)
    if is_loopback():
        return TrustedHostMiddleware(app, allowed_hosts=["127.0.0.1", "localhost"])
    return app


def _keep_on_path(folder: Path) -> None:
    """Streamlit puts a script's folder on sys.path for each run and takes it off after. A job's
    thread that imports in that moment passes over an entry, and finds no such module.
    """
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


def _leave_out_of_collections() -> None:
    """Streamlit collects garbage after each run of a script, and every submission waits for that:
    0.1 s through all that is loaded, nothing once it is set apart.
    """
    for name in SCREENS_NEED:
        import_module(name)
    gc.collect()
    gc.freeze()


class _Fork:
    """Sends API requests past Streamlit's own middleware, which none of them needs."""

    def __init__(self, judging: ASGIApp, screens: ASGIApp):
        self.judging, self.screens = judging, screens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(f"{API}/"):
            await self.judging({**scope, "root_path": API}, receive, send)
        else:
            await self.screens(scope, receive, send)


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
    uvicorn.run("streamlit_app:app", host=host, port=port, log_level="warning", access_log=False)
