"""The example of docs/api.md, run as it stands against a real server."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

from tests.browser.conftest import App
from workbench.settings import REPOSITORY


def test_the_example_of_the_api_runs(app: App, tmp_path: Path) -> None:
    app.shell("projects", "create", "support", "--rubric", "helpfulness")
    row = {"prompt": "Hello?", "split": "train", "completions": {"a": "One", "b": "Two"}}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    app.shell("import", "completions", str(tmp_path / "rows.jsonl"), "--project", "support")
    app.shell("queue", "fill", "--project", "support")
    [key] = re.findall(r"only now: (\S+)", app.shell("reviewers", "add", "Robot", "--api-key"))
    app.start()
    text = (REPOSITORY / "docs" / "api.md").read_text()
    [example] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", example],
        env=os.environ | {"WORKBENCH_URL": app.url, "WORKBENCH_KEY": key},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    _, first, again, preference, progress = done.stdout.splitlines()
    assert "'duplicate': False" in first
    assert "'duplicate': True" in again
    assert preference == "-2"
    assert "'judged': 1" in progress


def test_every_route_of_the_docs_is_in_the_schema(app: App) -> None:
    app.start()
    schema = json.load(urllib.request.urlopen(f"{app.url}/api/v1/openapi.json"))
    routes = {
        (method.upper(), re.sub(r"_id}", "}", path))
        for path, item in schema["paths"].items()
        for method in item
    }
    text = (REPOSITORY / "docs" / "api.md").read_text()
    assert set(re.findall(r"^\| `(\w+) (\S+)`", text, re.MULTILINE)) == routes
