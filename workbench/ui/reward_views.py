"""The train page's part on reward models: what each is worth beside lengths alone, and how sure it
may be taken to be. `reward_uses` has the buttons.
"""

from typing import Any

import pandas as pd
import streamlit as st

from workbench.records import Project
from workbench.rewards import measuring, ordering, scoring, second_looks
from workbench.store import reward_models
from workbench.store.reward_models import RewardModel
from workbench.ui import figures, progress, reward_uses
from workbench.ui.judge_figures import points
from workbench.ui.runtime import store
from workbench.ui.ways import counted, plain

Json = dict[str, Any]


def section(project: Project) -> None:
    """Nothing where no reward model was trained."""
    with store().read() as db:
        models = reward_models.in_project(db, project.id)
        reports = {model.id: measuring.latest(db, model) for model in models}
    if not models:
        return
    st.subheader("Reward models")
    st.caption("They tell better answers from worse ones, and judge nothing in anybody's place.")
    for kind in (measuring.JOB, scoring.JOB, ordering.JOB, second_looks.JOB):
        if progress.running_job(project.id, kind):
            progress.follow_job(project.id, kind)
        elif failed := progress.last_failure(project.id, kind):
            st.error(failed.error)
    for place, model in enumerate(models):
        with st.expander(f"{plain(model.name)} · run {model.training_run_id}", expanded=place == 0):
            _model(project, model, reports[model.id])


def _model(project: Project, model: RewardModel, found: Json | None) -> None:
    if found is None:
        st.info("It was not measured yet. Measure it on judged pairs that it was not trained on.")
    elif found["accuracy"]["value"] is None:
        st.info("Too few judged pairs are there that it was not trained on. Judge some more.")
    else:
        _worth(found)
        _sureness(found["calibration"])
    reward_uses.uses(project, model, measured=found is not None)


def _worth(found: Json) -> None:
    better, gain = found["length"]["better"], found["gain"]
    rows = [
        ("the reward model", found["accuracy"]),
        (f"the {better} answer wins", found["length"]["accuracy"]),
    ]
    figures.forest(
        [{"name": name, **estimate, "flagged": False} for name, estimate in rows],
        "pairs told rightly, with 95 % interval", share=True, middle=0.5,
    )  # fmt: skip
    right = figures.figure(found["accuracy"]["value"], percent=True)
    st.markdown(
        f"**{right}** of {counted(found['pairs'], 'pair')} told rightly,"
        f" {measuring.claim(found)}: the difference is {_points(gain)}."
    )
    st.caption(f"Measured on {found['source']}.")
    if found["unscored"]:
        left_out = ", ".join(f"{n}: {plain(why)}" for why, n in found["unscored"].items())
        st.warning(f"Pairs that it could not score: {left_out}.")


def _points(gain: Json) -> str:
    return "not known yet" if gain["value"] is None else points(gain)


def _sureness(known: Json | None) -> None:
    if known is None:
        st.caption("How sure it may be taken to be is not known: that takes pairs of more prompts.")
        return
    pairs, apart = counted(known["tested_on"], "pair"), f"{100 * known['ece']:.0f} points"
    st.caption(
        f"How sure it says it is beside how often it is right, on {pairs} that its scale was not"
        f" set by. These lie {apart} apart on average; Brier score"
        f" {known['brier']['value']:.3f}, where a coin has 0.250."
    )
    rows = [
        {"says": f"{100 * one['low']:.0f} to {100 * one['high']:.0f} %",
         "on average": figures.figure(one["confidence"], percent=True),
         "is right": figures.said(one["right"], "prompt", percent=True)}
        for one in known["bins"] if one["confidence"] is not None
    ]  # fmt: skip
    st.dataframe(pd.DataFrame(rows), hide_index=True)
