"""The train page's form: which model is tuned on what, how, and what that would be."""

from dataclasses import dataclass

import streamlit as st

from workbench import devices, training
from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.records import Model, Project
from workbench.store import datasets, variants
from workbench.store.datasets import DatasetVersion
from workbench.training import METHODS, Method, Recipe, checks
from workbench.training.preflight import Preflight, gib, warnings
from workbench.training.recipes import changed
from workbench.ui import address, progress
from workbench.ui.runtime import store
from workbench.ui.ways import counted, empty, plain


@dataclass(frozen=True)
class Chosen:
    version: DatasetVersion
    base: Model
    recipe: Recipe
    device: str


def form(project: Project) -> None:
    with store().read() as db:
        versions = [v for v in datasets.in_project(db, project.id) if training.trainable(v.format)]
        models = [m for m in variants.models(db) if m.kind == "local"]
    if not versions:
        empty("What was judged is not frozen to train on yet.", "Freeze a version", "export")
        return
    if not models:
        empty("No local model has answered yet.", "Generate answers", "generate")
        return
    with st.container(border=True):
        try:
            chosen = _choose(project, versions, models)
        except WorkbenchError as problem:
            st.error(str(problem))
            return
        left, right, _ = st.columns([1, 1, 4])
        if left.button("Train", type="primary", width="stretch"):
            _start(project, chosen)
        if right.button("Check first", width="stretch", help="Looks at the rows and the machine."):
            checks.ask(store(), project, chosen.version, chosen.base, chosen.recipe, chosen.device)
            st.rerun()
        _checked(project, chosen)


def _choose(project: Project, versions: list[DatasetVersion], models: list[Model]) -> Chosen:
    left, right = st.columns(2)
    version = left.selectbox("Dataset version", versions, format_func=_of_version)
    base = right.selectbox("Model to tune", models, format_func=lambda model: model.name)
    methods = [m for m, about in METHODS.items() if version.format in about.formats]
    method = left.selectbox("Method", methods, format_func=lambda m: METHODS[m].title)
    recipe = training.load_recipe(_recipe(right, project, version, base, method))
    st.caption(plain(recipe.about))
    there = (*devices.gpus(), devices.CPU)
    device = training.usual_device(recipe)
    if len(there) > 1:
        offered = list(dict.fromkeys([device, *there]))
        device = st.selectbox("Device", offered, format_func=_of_device)
    with st.expander("Settings"):
        changes = st.text_area(
            "Other settings than the recipe's, as YAML", placeholder="learning_rate: 1.0e-4",
            help="By TRL's own names. The recipe itself stays as it is.",
        )  # fmt: skip
        recipe = changed(recipe, changes)
        st.json(recipe.whole)
    return Chosen(version, base, recipe, device)


def _of_version(version: DatasetVersion) -> str:
    rows = counted(version.manifest["counts"]["train"], "row")
    return f"{version.name} · {version.format} · {rows}"


def _of_device(device: str) -> str:
    return " and ".join(devices.label(one) for one in devices.apart(device))


def _recipe(
    place: st.delta_generator.DeltaGenerator, project: Project, version: DatasetVersion,
    base: Model, method: Method,
) -> str:  # fmt: skip
    suggested = training.suggest(
        method,
        version.manifest["counts"]["train"],
        starter=project.settings.starter,
        tuned_before=base.training_run_id is not None,
    )
    names = [name for name in training.names() if name.startswith(f"{method}-")]
    name: str = place.selectbox("Recipe", names, index=names.index(suggested))
    return name


def _start(project: Project, chosen: Chosen) -> None:
    run_id = training.prepare(
        store(), project, chosen.version, chosen.base, chosen.recipe, utc_now(), chosen.device
    )
    training.start(store(), project, run_id)
    address.put(run=None)
    st.rerun()


def _checked(project: Project, chosen: Chosen) -> None:
    """What the newest look at just this has found."""
    with store().read() as db:
        job = checks.latest(db, project, chosen.version, chosen.base, chosen.recipe, chosen.device)
    if job is None:
        return
    if job.status in ("queued", "running"):
        progress.follow_job(project.id, checks.JOB)
    elif seen := checks.seen(job):
        preflight(seen)
    else:
        st.error(plain(job.error or "The look at the rows was stopped."))


def preflight(seen: Preflight) -> None:
    """The rows as the model will see them, and what they take of the machine."""
    cells = st.columns(4)
    part = f", {seen.test_rows:,} to test on" if seen.test_rows else ""
    cells[0].metric("Rows", f"{seen.rows:,}", help=f"Train rows{part}.")
    cells[1].metric("Steps", f"{seen.steps:,}")
    share = f"{seen.trained:,} of {seen.parameters:,} weights are trained"
    cells[2].metric("Memory", gib(seen.memory), help=f"About; {share}.")
    cells[2].caption(f"of {gib(seen.memory_there)}")
    cells[3].metric("Disk", gib(seen.disk), help="Checkpoints, which go at the end, and the model.")
    cells[3].caption(f"of {gib(seen.disk_there)}")
    for what, spread in (("Prompts", seen.prompts), ("Whole rows", seen.wholes)):
        if spread:
            st.caption(
                f"{what}: {spread.median} tokens (median), 95 % below {spread.p95}, at most"
                f" {spread.most}."
            )
    for warning in warnings(seen):
        st.warning(warning)
    if not warnings(seen):
        st.caption("No row is dropped or cut.")
