"""What a reward model is put to on the train page: measured, let read answers, let order the queue,
asked where it would have bet against people. What it thinks of any one item is shown to nobody.
"""

from dataclasses import replace
from typing import Any

import streamlit as st

from workbench.clock import utc_now
from workbench.records import Project
from workbench.rewards import measuring, ordering, scoring, second_looks
from workbench.store import projects, reward_scores
from workbench.store.reward_models import RewardModel
from workbench.ui import figures
from workbench.ui.runtime import store
from workbench.ui.ways import counted, plain

Json = dict[str, Any]
SIDES = {"person": "the first person", "model": "the reward model", "neither": "neither"}


def uses(project: Project, model: RewardModel, *, measured: bool) -> None:
    """Buttons beneath what was found so far."""
    _scored(model)
    with st.container(horizontal=True):
        if st.button("Measure it", key=f"measure-{model.id}", type=_weight(not measured)):
            measuring.begin(store(), model)
            st.rerun()
        if st.button("Score all answers", key=f"score-{model.id}"):
            scoring.begin(store(), model)
            st.rerun()
        if not _orders(project, model) and st.button(
            "Order the queue by it",
            key=f"order-{model.id}",
            help="What it is least sure of comes first; three items in ten come from anywhere.",
        ):
            ordering.keep_up(store(), _chosen(project, model, queue="unsure"))
            st.rerun()
        if measured and st.button(
            "Ask for second looks",
            key=f"looks-{model.id}",
            help="Where it strongly disagrees with a person, somebody else judges as well, blind.",
        ):
            second_looks.begin(store(), _chosen(project, model))
            st.rerun()
    if _orders(project, model):
        st.caption("The queue goes by what it is unsure about.")
    _looks(model)


def _weight(first: bool) -> Any:
    return "primary" if first else "secondary"


def _orders(project: Project, model: RewardModel) -> bool:
    settings = project.settings
    return settings.queue == "unsure" and settings.reward.model == model.name


def _chosen(project: Project, model: RewardModel, **changes: Any) -> Project:
    """The project with this model in its settings."""
    reward = replace(project.settings.reward, model=model.name)
    settings = replace(project.settings, reward=reward, **changes)
    if settings != project.settings:
        store().write(lambda db: projects.change_settings(db, utc_now(), project.id, settings))
    return replace(project, settings=settings)


def _scored(model: RewardModel) -> None:
    with store().read() as db:
        counts = reward_scores.standing(db, model.id)
    scored = counts.pop(None, 0)
    if scored or counts:
        left = "".join(f", {n:,} not: {plain(why or '')}" for why, n in counts.items())
        st.caption(f"{counted(scored, 'answer')} scored{left}.")


def _looks(model: RewardModel) -> None:
    with store().read() as db:
        found = second_looks.report(db, model)
    if not found["asked"]:
        return
    said = f"**Second looks**: {found['answered']} of {found['asked']} were judged again."
    if found["answered"]:
        sides = (f"{words} {figures.said(found[side], percent=True)}"
                 for side, words in SIDES.items())  # fmt: skip
        said += f" They sided with {'; '.join(sides)}."
    st.markdown(said)
