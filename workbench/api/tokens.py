"""Deck tokens: short-lived, signed by a key that lives in the workspace.

A token names a reviewer and a project; the store decides at each request whether they may.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from workbench.clock import iso, parse
from workbench.errors import SignedOut
from workbench.settings import Workspace

HOURS = 12


@dataclass(frozen=True)
class Token:
    text: str
    expires_at: str


def _key(workspace: Workspace) -> str:
    """The workspace's signing key, made once: restarts and several processes agree on it."""
    path = workspace.signing_key
    if not path.exists():
        aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(aside)
    return path.read_text()


def make(workspace: Workspace, reviewer_id: int, project_id: int, now: datetime) -> Token:
    expires_at = iso(now + timedelta(hours=HOURS))
    claims = {"reviewer": reviewer_id, "project": project_id, "expires": expires_at}
    return Token(URLSafeSerializer(_key(workspace), "deck").dumps(claims), expires_at)


def reviewer_of(workspace: Workspace, token: str, now: datetime) -> int:
    """The reviewer that a valid token names. Raises SignedOut for any other."""
    try:
        claims = URLSafeSerializer(_key(workspace), "deck").loads(token)
    except BadSignature as error:
        raise SignedOut("This token is not valid.", remedy="Sign in again.") from error
    if parse(claims["expires"]) <= now:
        raise SignedOut("This token ran out.", remedy="Reload the page, or sign in again.")
    return int(claims["reviewer"])
