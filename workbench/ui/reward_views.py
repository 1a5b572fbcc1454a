"""The train page's part on reward models: what each is worth beside lengths alone, how sure it may
be taken to be, and the buttons that measure it and let it read answers.
"""

from typing import Any

import pandas as pd
import streamlit as st

from workbench.records import Project
from workbench.rewards import measuring, scoring
from workbench.store import reward_models, reward_scores
from workbench.store.reward_models import RewardModel
from workbench.ui import figures, progress
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
    for kind in (measuring.JOB, scoring.JOB):
        if progress.running_job(project.id, kind):
            progress.follow_job(project.id, kind)
        elif failed := progress.last_failure(project.id, kind):
            st.error(failed.error)
    for place, model in enumerate(models):
        with st.expander(f"{plain(model.name)} · run {model.training_run_id}", expanded=place == 0):
            _model(model, reports[model.id])


def _model(model: RewardModel, found: Json | None) -> None:
    if found is None:
        st.info("It was not measured yet, on pairs that it was not trained on.")
    elif not found["pairs"]:
        st.info("There is no judged pair that it was not trained on. Judge some, and measure it.")
    else:
        _worth(found)
        _sureness(found["calibration"])
    _scored(model)
    left, right, _ = st.columns([1, 1, 2])
    if left.button("Measure it", key=f"measure-{model.id}", type="primary", width="stretch"):
        measuring.begin(store(), model)
        st.rerun()
    if right.button("Score answers", key=f"score-{model.id}", width="stretch"):
        scoring.begin(store(), model)
        st.rerun()


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
    st.markdown(
        f"**{figures.figure(found['accuracy']['value'], percent=True)}** of"
        f" {counted(found['pairs'], 'pair')} told rightly; {measuring.claim(found)}"
        f" ({figures.said(gain, 'prompt')})."
    )
    st.caption(f"Measured on {found['source']}.")
    if found["unscored"]:
        left_out = ", ".join(f"{n}: {plain(why)}" for why, n in found["unscored"].items())
        st.warning(f"Pairs that it could not score: {left_out}.")


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


def _scored(model: RewardModel) -> None:
    with store().read() as db:
        counts = reward_scores.standing(db, model.id)
    scored = counts.pop(None, 0)
    said = f"{counted(scored, 'answer')} scored"
    left = "".join(f", {n:,} not: {plain(why or '')}" for why, n in counts.items())
    st.caption(f"{said}{left}.")
