"""The walls of the house: arrows run down only, SQL stays in the store, the core knows no
screens, and nothing heavy is loaded before a job needs it.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "workbench"
TRAINING = PACKAGE / "training" / "process"

NOUNS = {
    "errors", "records", "settings", "clock", "hashing", "locks", "fingerprint", "templating",
    "rubrics", "rendering", "worddiff", "devices", "lifeline",
}  # fmt: skip
STAGES = (
    "importing", "generation", "checking", "queueing", "judging", "discussions", "simulation",
    "quality", "gold", "adjudication", "judges", "leaderboard", "exporting", "training", "rewards",
    "rounds",
)  # fmt: skip
SERVICES = {"upkeep", "clearing", "signing_in", "demo", "model_serving", "job_titles"}
SHELLS = {"cli", "api", "ui", "worker", "__main__"}
FOUNDATION = NOUNS | {"store", "providers", "stats", "jobs", "starter", "__init__"}
HEAVY = {"torch", "transformers", "trl", "accelerate"}

# What each floor may import of the workbench; a part may always import itself.
MAY_IMPORT = {
    **dict.fromkeys(NOUNS, NOUNS),
    "store": NOUNS,
    "providers": NOUNS,
    "stats": NOUNS,
    "starter": NOUNS,
    "jobs": NOUNS | {"store"},
    **{stage: FOUNDATION | set(STAGES[:i]) for i, stage in enumerate(STAGES)},
    **dict.fromkeys(SERVICES, FOUNDATION | set(STAGES)),
    **{shell: FOUNDATION | set(STAGES) | SERVICES | {shell} for shell in SHELLS},
    "cli": FOUNDATION | set(STAGES) | SERVICES | {"cli", "ui", "api"},
    "__main__": {"cli"},
    "__init__": set(),
    "ui": FOUNDATION | set(STAGES) | SERVICES | {"ui", "api"},
}


@dataclass(frozen=True)
class Import:
    """`name` as written, absolute; `lazy` inside a function or for type checkers only."""

    file: str
    line: int
    name: str
    lazy: bool


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports_of(path: Path) -> Iterator[Import]:
    where = str(path.relative_to(ROOT))

    def visit(node: ast.AST, lazy: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(where, child.lineno, alias.name, lazy)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{where}:{child.lineno}: a relative import"
                for alias in child.names:
                    yield Import(where, child.lineno, f"{child.module}.{alias.name}", lazy)
            else:
                inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
                typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
                yield from visit(child, lazy or inside or typing_only)

    yield from visit(ast.parse(path.read_text(encoding="utf-8")), False)


def part_of(path: Path) -> str:
    """`workbench/store/leases.py` belongs to the part `store`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def parts_imported(found: Import) -> set[str]:
    """`from workbench import jobs` names the part `jobs`; `workbench` alone is the version's."""
    first, *rest = found.name.split(".")
    return {rest[0]} if first == "workbench" and rest else set()


def test_every_part_of_the_house_has_its_floor() -> None:
    present = {part_of(path) for path in python_files("workbench")}
    assert present <= set(MAY_IMPORT), "give a new part its floor in MAY_IMPORT"


@pytest.mark.parametrize("path", python_files("workbench"), ids=lambda p: str(p.relative_to(ROOT)))
def test_arrows_run_down_only(path: Path) -> None:
    part = part_of(path)
    allowed = MAY_IMPORT[part] | {part}
    wrong = [i for i in imports_of(path) if not parts_imported(i) <= allowed]
    assert not wrong


def test_the_core_knows_no_streamlit() -> None:
    core = [path for path in python_files("workbench") if part_of(path) != "ui"]
    assert not [i for path in core for i in imports_of(path) if i.name.split(".")[0] == "streamlit"]


def test_only_the_shells_know_click_or_fastapi() -> None:
    core = [path for path in python_files("workbench") if part_of(path) not in SHELLS]
    frames = {"click", "fastapi", "starlette", "uvicorn"}
    assert not [i for path in core for i in imports_of(path) if i.name.split(".")[0] in frames]


def test_heavy_libraries_are_imported_only_where_a_job_needs_them() -> None:
    at_the_top_of = {
        str(path.relative_to(ROOT))
        for folder in (PACKAGE / "starter", TRAINING)
        for path in folder.glob("*.py")
    }
    local = {f"workbench/providers/{name}.py" for name in ("local", "loading", "noise")}
    inside_functions_of = at_the_top_of | local | {"workbench/rewards/network.py"}
    for path in python_files("workbench", "pages"):
        for found in imports_of(path):
            if found.name.split(".")[0] in HEAVY:
                allowed = inside_functions_of if found.lazy else at_the_top_of
                assert found.file in allowed, found


def test_only_the_process_that_trains_imports_its_parts() -> None:
    others = [path for path in python_files("workbench", "pages") if path.parent != TRAINING]
    inside = "workbench.training.process"
    assert not [i for path in others for i in imports_of(path) if i.name.startswith(inside)]


def strings_in(path: Path) -> Iterator[tuple[int, str]]:
    """String literals that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # docstrings stand alone
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


@pytest.mark.parametrize("folder", ["workbench", "pages"])
def test_sql_is_written_in_the_store_only(folder: str) -> None:
    verbs = ("SELECT ", "INSERT INTO", "DELETE FROM", "PRAGMA ", "CREATE TABLE")
    for path in python_files(folder):
        if (PACKAGE / "store") in path.parents:
            continue
        where = path.relative_to(ROOT)
        assert ".execute(" not in path.read_text(encoding="utf-8"), where
        wrong = [line for line, text in strings_in(path) if text.lstrip().startswith(verbs)]
        assert not wrong, f"{where}: SQL in lines {wrong}"


@pytest.mark.parametrize("path", python_files("pages"), ids=lambda p: p.name)
def test_a_page_talks_to_services_only(path: Path) -> None:
    """No provider, no connection, and no page that is longer than a screen or two."""
    names = [i.name for i in imports_of(path)]
    assert not [
        n for n in names if n.startswith(("workbench.providers", "sqlite3", "sqlite_utils"))
    ]


def test_what_the_app_imports_loads_nothing_heavy() -> None:
    """All parts but what only jobs run, each module of them, in a fresh process."""
    modules = []
    for path in python_files("workbench"):
        relative = path.relative_to(ROOT)
        if part_of(path) in {"starter", "__main__"} or path.parent == TRAINING:
            continue
        modules.append(".".join(relative.with_suffix("").parts).removesuffix(".__init__"))
    program = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "[]"
