"""The train page's runs: how each stands and went, where it comes from, and several at once."""

import math
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from workbench import training
from workbench.errors import WorkbenchError
from workbench.records import Project
from workbench.store import reward_models, training_runs, variants
from workbench.store.training_runs import TrainingRun
from workbench.training import comparing
from workbench.training import folder as folders
from workbench.training.preflight import Preflight
from workbench.ui import address, run_charts, train_form
from workbench.ui.figures import duration
from workbench.ui.runtime import store
from workbench.ui.ways import MOMENT, plain, when

NOT_STARTED = "run-not-started"
TICK = "2s"
UNDER_WAY = ("queued", "running")
STATES = {
    "queued": "waits", "running": "trains", "done": "done", "failed": "failed",
    "cancelled": "cancelled",
}  # fmt: skip


def past_runs(project: Project) -> None:
    runs = {str(run.id): run for run in _runs(project)}
    if not runs:
        return
    st.subheader("Runs")
    under_way = any(run.status in UNDER_WAY for run in runs.values())
    st.fragment(_table, run_every=TICK if under_way else None)(project)
    titles = {name: _title(run) for name, run in runs.items()}
    run = runs[address.pick(st, "Look at", "run", titles, next(iter(runs)))]
    _detail(project, run)
    _beside(run, [one for one in runs.values() if one.method == run.method and one != run])


def _runs(project: Project) -> list[TrainingRun]:
    with store().read() as db:
        return training_runs.in_project(db, project.id)


def _table(project: Project) -> None:
    summaries = [comparing.summary(run) for run in _runs(project)]
    st.dataframe(
        pd.DataFrame([_row(one) for one in summaries]).fillna(math.nan), hide_index=True,
        column_config={"begun": MOMENT},
    )  # fmt: skip


def _row(summary: dict[str, Any]) -> dict[str, Any]:
    figures = {
        name: value for name, value in summary.items() if name in ("Loss", "Reward accuracy")
    }
    return {
        "run": summary["run"],
        "is": STATES[summary["status"]],
        "method": summary["method"].upper() if summary["method"] != "reward" else "reward model",
        "recipe": summary["recipe"],
        "dataset": summary["dataset"],
        "base": summary["base"],
        **figures,
        "took": duration(summary["seconds"]) if summary["seconds"] else "",
        "begun": when(summary["created_at"]),
    }


def _title(run: TrainingRun) -> str:
    """What may change while it is on screen, the table says."""
    state = "" if run.status in UNDER_WAY else f" · {STATES[run.status]}"
    return f"Run {run.id}{state} · {comparing.recipe_of(run)}"


def _detail(project: Project, run: TrainingRun) -> None:
    if run.error:
        st.error(plain(run.error))
    if told := st.session_state.pop(NOT_STARTED, None):
        st.error(plain(told))
    if run.status in ("failed", "cancelled"):
        begun = Path(run.folder, "checkpoints").is_dir()
        st.button(
            "Go on" if begun else "Try again", key=f"resume-{run.id}", on_click=_resume,
            args=(project, run), help="From its last whole checkpoint, or the beginning.",
        )  # fmt: skip
    lines = training.metrics(run.folder)
    for line in lines:
        if "resumed_at" in line:
            st.caption(f"It was cut off, and went on from step {line['step']}.")
    if run.status in UNDER_WAY:
        st.caption("Its curves are drawn above, as it trains.")
    else:
        run_charts.show([run])
    with st.expander("Where it comes from, and what came of it"):
        _provenance(run)
    said = folders.read(run.folder, "preflight.json")
    if said:
        with st.expander("The rows and the machine, before the first step"):
            train_form.preflight(Preflight.from_json(said))


def _resume(project: Project, run: TrainingRun) -> None:
    """Of the run on screen when the button was pressed, whatever has become the newest since."""
    try:
        training.start(store(), project, run.id)
    except WorkbenchError as problem:
        st.session_state[NOT_STARTED] = str(problem)


def _provenance(run: TrainingRun) -> None:
    told = folders.read(run.folder, "run.json")
    if told is None:
        st.caption("Its folder is gone.")
        return
    with store().read() as db:
        made = [m.name for m in variants.models(db) if m.training_run_id == run.id]
        made += [m.name for m in reward_models.in_project(db, run.project_id)
                 if m.training_run_id == run.id]  # fmt: skip
    dataset, base = told["dataset"], told["base"]
    rows = {
        "dataset version": f"{dataset['name']} ({dataset['format']}, SHA-256 {dataset['sha256']})",
        "model tuned": f"{base['name']} ({base['location']}, {base['fingerprint'] or 'unknown'})",
        "recipe": f"{told['recipe']}, on {told['device']}, processes: {told['processes']}",
        "libraries": ", ".join(f"{name} {v}" for name, v in told["libraries"].items()),
        "folder": run.folder,
        "model made": ", ".join(made) or "none",
    }
    for name, value in rows.items():
        st.markdown(f":small[:gray[{name}]]  \n{plain(value)}")
    left, right = st.columns(2)
    recipe = Path(run.folder, "recipe.yaml").read_text(encoding="utf-8")
    left.download_button("Download the recipe", recipe, f"run-{run.id}.yaml", on_click="ignore")
    right.link_button("The dataset versions", address.link("export"))
    st.caption("With TRL alone, in that folder:")
    readme = Path(run.folder, "README.md").read_text(encoding="utf-8")
    st.code(readme.split("```")[1].strip(), language="bash")


def _beside(run: TrainingRun, others: list[TrainingRun]) -> None:
    if not others:
        return
    with st.expander("Beside other runs"):
        chosen = st.multiselect("Runs", others, format_func=_title, placeholder="choose some")
        if not chosen:
            st.caption("Their curves are drawn over one another, and what differs stands below.")
            return
        together = [run, *chosen]
        run_charts.show(together)
        rows = comparing.differences(together)
        names = [f"run {number}" for number in rows.pop("run")]
        table = {name: ["–" if v is None else str(v) for v in values]
                 for name, values in rows.items()}  # fmt: skip
        st.dataframe(pd.DataFrame.from_dict(table, orient="index", columns=names))
