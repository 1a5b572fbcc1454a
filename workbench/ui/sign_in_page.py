"""The sign-in page: trades a one-time link for a session cookie.

The secret stands behind the `#`, which browsers do not send, and is used by a press of the
button only: a mail scanner that follows the link does not use it up.
"""

import asyncio

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from workbench import signing_in
from workbench.clock import utc_now
from workbench.errors import NotAllowed
from workbench.store import Store, reviewers

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sign in · workbench</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center;
         min-height: 90vh; margin: 0; padding: 1rem; }
  main { max-width: 24rem; text-align: center; }
  button { font: inherit; padding: .6rem 1.6rem; border-radius: .5rem; cursor: pointer; }
</style>
<main><h1>The workbench</h1><p id="said">This link signs you in on this browser, once.</p>
<button id="go" autofocus>Sign in</button></main>
<script>
  const said = document.getElementById("said");
  document.getElementById("go").addEventListener("click", async () => {
    const answer = await fetch("/sign-in", {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ link: location.hash.slice(1) }),
    });
    if (answer.ok) { location.replace("/"); return; }
    said.textContent = (await answer.json()).error.message;
  });
</script></html>
"""


def sign_in_routes(store: Store) -> list[Route]:
    """`GET /sign-in` shows the page, `POST /sign-in` sets the cookie, `POST /sign-out` ends it."""

    async def page(request: Request) -> Response:
        return HTMLResponse(_PAGE, headers={"Referrer-Policy": "no-referrer"})

    async def sign_in(request: Request) -> Response:
        link = str((await request.json()).get("link", ""))
        try:
            session = await asyncio.to_thread(signing_in.open_session, store, utc_now(), link)
        except NotAllowed as error:
            body = {"code": error.code, "message": str(error)}
            return JSONResponse({"error": body}, status_code=403)
        answer = JSONResponse({"signed_in": True})
        answer.set_cookie(
            store.workspace.cookie,
            session,
            max_age=signing_in.SESSION_DAYS * 86_400,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer

    async def sign_out(request: Request) -> Response:
        session = request.cookies.get(store.workspace.cookie, "")
        await asyncio.to_thread(store.write, lambda db: reviewers.revoke(db, utc_now(), session))
        answer = JSONResponse({"signed_in": False})
        answer.delete_cookie(store.workspace.cookie)
        return answer

    return [
        Route("/sign-in", page, methods=["GET"]),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
    ]
