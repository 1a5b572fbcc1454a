"""The generate page's parts: a form for a variant, what there is, and the queue."""

from pathlib import Path

import pandas as pd
import streamlit as st

from workbench import queueing
from workbench.clock import utc_now
from workbench.demo import starter_model
from workbench.fingerprint import folder_fingerprint
from workbench.generation import grids
from workbench.generation.grids import Plan
from workbench.records import Model, Project, Sampling, Template, Variant
from workbench.store import comparisons, completions, prompts, variants
from workbench.ui.runtime import store
from workbench.ui.ways import counted, empty, go

STARTER = "the starter model"
OTHER = "another folder or hub id"


def form(project: Project) -> None:
    with store().read() as db:
        counts = prompts.counts(db, project.id)
        known = [m for m in variants.models(db) if m.kind == "local"]
    if not counts["train"] + counts["heldout"]:
        empty("There are no prompts to answer yet.", "Bring in prompts", "import_data")
        return
    names = {m.name: m for m in [starter_model(), *known]}
    chosen = st.selectbox("Model", [*names, OTHER])
    location = st.text_input("Folder or hub id") if chosen == OTHER else ""
    with st.expander("Prompt template and sampling"):
        system = st.text_area("System", "{{ context }}", help="May use {{ context }}.")
        user = st.text_area("User", "{{ prompt }}", help="Each turn; may use {{ prompt }}.")
        temperature = st.slider("Temperature", 0.0, 2.0, 1.0, 0.1, help="0 is greedy.")
        longest = int(st.number_input("Most tokens an answer", 8, 4096, 256))
    samples = int(st.number_input("Answers for each prompt", 1, 8, 2))
    if st.button("Generate", type="primary", disabled=chosen == OTHER and not location):
        model = names.get(chosen) or _other(location)
        template = Template("as it stands" if system == "{{ context }}" else "own", system, user)
        name = f"{model.name}, {template.name}, T={temperature:g}, {longest} tokens"
        _start(
            project, Variant(name, model, template, Sampling(temperature, 1.0, longest)), samples
        )
        st.rerun()


def _other(location: str) -> Model:
    folder = Path(location).expanduser()
    where = str(folder.resolve()) if folder.is_dir() else location
    return Model(folder.name or location, "local", where, folder_fingerprint(folder))


def _start(project: Project, variant: Variant, samples: int) -> None:
    plan = Plan((variant.model,), (variant.template,), (variant.sampling,), samples)
    grids.begin(store(), project, plan, utc_now())


def overview(project: Project) -> None:
    with store().read() as db:
        rows = completions.overview(db, project.id)
    if not rows:
        return
    st.subheader("Answers so far")
    frame = pd.DataFrame(rows).rename(columns={"tokens": "tokens, mean"})
    st.dataframe(frame, hide_index=True)


def queue(project: Project) -> None:
    with store().read() as db:
        progress = comparisons.progress(db, project.id)
        answers = sum(row["answers"] for row in completions.overview(db, project.id))
    if not answers:
        return
    st.subheader("Comparisons")
    if "queued" in st.session_state:
        _say_queued(st.session_state.pop("queued"))
    have, open_now = counted(progress["counted"], "judgement"), progress["open"]
    st.write(f"{have} so far; {counted(open_now, 'comparison')} to be judged.")
    count = int(st.number_input("How many new ones", 1, 100_000, 100))
    if st.button("Queue comparisons", type="secondary" if open_now else "primary"):
        st.session_state["queued"] = queueing.fill(store(), project, utc_now(), count=count)
        st.rerun()
    if open_now:
        go("Start judging", "review", primary=True)


def _say_queued(added: int) -> None:
    if added:
        st.success(f"{counted(added, 'new comparison')} of train prompts; heldout ones wait.")
    else:
        st.info("Every pair of different answers to a train prompt is queued already.")
