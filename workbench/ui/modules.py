"""Serving the components' JavaScript: small ES modules, without a build step.

The path holds a hash of all files, and relative imports carry it on: a browser's cache can never
mix old and new modules. It knows folders, and nothing of what is in them.
"""

import hashlib
from pathlib import Path

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

_HERE = Path(__file__).parent
FOLDERS = ("deck", "overlay", "diffs")

LOADER = """
export default async function (component) {
  const { mount } = await import(new URL(component.data.module, location.origin).href)
  return mount(component)
}
"""


def _version() -> str:
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted((_HERE / folder).glob("*.*")):
            digest.update(f"{folder}/{path.name}".encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


_PATH = f"/modules/{_version()}"


def main_module(folder: str, base: str = "") -> str:
    """The address of a component's door; `base` is the path that the app lives under."""
    return f"{base.rstrip('/')}{_PATH}/{folder}/main.js"


def style(folder: str) -> str:
    return (_HERE / folder / f"{folder}.css").read_text(encoding="utf-8")


def modules_route(base: str = "") -> Mount:
    """The route that serves all components' modules."""
    folders = [Mount(f"/{name}", StaticFiles(directory=_HERE / name)) for name in FOLDERS]
    return Mount(base.rstrip("/") + _PATH, routes=folders, name="modules")
