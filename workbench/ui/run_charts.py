"""Curves of training runs: each figure of the method in a picture of its own, live or after."""

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from workbench import training
from workbench.store.training_runs import TrainingRun
from workbench.training import folder as folders
from workbench.training.curves import Point, curves
from workbench.training.methods import Curve, known

HEIGHT, LEGEND = 170, 60  # pixels
RUNS = alt.Scale(range=["#4c78a8", "#f58518", "#54a24b", "#b279a2", "#e45756", "#9d755d"])
TRAIN_COLOUR = "#4c78a8"
DASHES = alt.Scale(domain=["train", "test"], range=[[1, 0], [4, 3]])
Drawn = dict[Curve, list[tuple[int, Point]]]


def show(runs: Sequence[TrainingRun], most: int | None = None) -> None:
    """The curves of one run, or of several over one another; the first `most` of them."""
    found = _gather(runs)
    if not found:
        st.caption("The curves begin with the first steps.")
        return
    if any(point.part == "test" for points in found.values() for _, point in points):
        st.caption("Dashed: on the test part, which does not train.")
    cells = st.columns(2)
    for place, (curve, points) in enumerate(list(found.items())[:most]):
        with cells[place % 2]:
            st.markdown(f"**{curve.title}**  \n:small[:gray[{curve.says}]]")
            st.altair_chart(_chart(curve, points, several=len(runs) > 1))


def _gather(runs: Sequence[TrainingRun]) -> Drawn:
    found: Drawn = {}
    for run in runs:
        lines = training.metrics(run.folder)
        seen = folders.read(run.folder, "preflight.json")
        rows = seen["rows"] if seen else 0
        for curve, points in curves(known(run.method), lines, run.recipe, rows).items():
            found.setdefault(curve, []).extend((run.id, point) for point in points)
    return found


def _chart(curve: Curve, points: list[tuple[int, Point]], *, several: bool) -> alt.Chart:
    frame = pd.DataFrame(
        [{"run": f"run {run}", "step": p.step, "value": p.value, "part": p.part}
         for run, p in points]
    )  # fmt: skip
    colour = (
        alt.Color("run:N", title=None, scale=RUNS, legend=alt.Legend(orient="bottom"))
        if several
        else alt.value(TRAIN_COLOUR)
    )
    return (
        alt.Chart(frame)
        .mark_line(point=alt.OverlayMarkDef(size=14))
        .encode(
            x=alt.X("step:Q", title="step", axis=alt.Axis(tickMinStep=1, tickCount=6)),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=4)),
            color=colour,
            strokeDash=alt.StrokeDash("part:N", scale=DASHES, legend=None),
            tooltip=[
                "run",
                "step",
                "part",
                alt.Tooltip("value:Q", title=curve.title, format=".4g"),
            ],
        )
        .properties(height=HEIGHT + LEGEND if several else HEIGHT)
    )
