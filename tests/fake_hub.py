"""A hub of datasets that takes whatever is pushed to `owner/name`, and keeps what it was told."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class FakeHub:
    """`files` by their path in the repository, the content of those that were sent along;
    `refuses` is the status that it answers everything with, if any.
    """

    url: str = ""
    files: dict[str, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    refuses: int | None = None

    def answer(self, path: str, body: bytes) -> tuple[int, Any]:
        if self.refuses:
            return self.refuses, {"error": "You may not write here."}
        if "/preupload/" in path:
            return 200, {"files": [_mode(one["path"]) for one in json.loads(body)["files"]]}
        if path.endswith("/objects/batch"):
            known = [{"oid": o["oid"], "size": o["size"]} for o in json.loads(body)["objects"]]
            return 200, {"transfer": "basic", "objects": known}
        if "/commit/" in path:
            return 200, self._commit(body)
        if "/tree/" in path:
            there = [{"type": "file", "path": ".gitattributes", "size": 1, "oid": "a" * 40}]
            return (404, {"error": "Not there"}) if "/data?" in path else (200, there)
        if "validate-yaml" in path:
            return 200, {"errors": [], "warnings": []}
        return 200, {"id": "owner/name", "sha": "0" * 40, "siblings": [], "tags": [],
                     "private": False, "downloads": 0}  # fmt: skip

    def _commit(self, body: bytes) -> dict[str, Any]:
        for line in body.decode().splitlines():
            said = json.loads(line)
            if said["key"] == "file":
                text = base64.b64decode(said["value"]["content"]).decode()
                self.files[said["value"]["path"]] = text
            if said["key"] == "lfsFile":
                self.files[said["value"]["path"]] = ""
        return {"commitUrl": f"{self.url}/datasets/owner/name/commit/{'1' * 40}",
                "commitOid": "1" * 40, "hookOutput": "", "pullRequestUrl": None}  # fmt: skip


def _mode(path: str) -> dict[str, Any]:
    large = path.endswith(".parquet")
    return {"path": path, "uploadMode": "lfs" if large else "regular", "shouldIgnore": False}


@contextmanager
def fake_hub() -> Iterator[FakeHub]:
    hub = FakeHub()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if said := self.headers.get("authorization"):
                hub.tokens.add(said)
            status, found = hub.answer(self.path, body)
            content = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            if status == 404:
                self.send_header("x-error-code", "EntryNotFound")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer  # noqa: N815 - the names that the server calls

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
