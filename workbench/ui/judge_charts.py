"""The pictures of checks and judges: pass rates as a heat map, how right a judge is where it is
sure, and how much work was left to people. Each takes rows. It knows no Streamlit.
"""

from typing import Any

import altair as alt
import pandas as pd

from workbench.ui.board_charts import COLOURS, QUIET

Json = dict[str, Any]
LABELS = {"labelLimit": 220, "title": None}
PERCENT = ".0%"


def pass_rates(rows: list[Json]) -> alt.LayerChart:
    """Checks × variants: colour and number are the share that passes. A cell can be chosen."""
    order = list(dict.fromkeys(row["check"] for row in rows))
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("variant:N", sort=None,
                axis=alt.Axis(orient="top", labelAngle=-35, **LABELS)),
        y=alt.Y("check:N", sort=order, axis=alt.Axis(**LABELS)),
        tooltip=["check", "variant", alt.Tooltip("rate:Q", title="pass", format=PERCENT),
                 alt.Tooltip("low:Q", title="from", format=PERCENT),
                 alt.Tooltip("high:Q", title="to", format=PERCENT),
                 "passed:Q", "answers:Q", "without result:Q"],
    )  # fmt: skip
    tiles = base.mark_rect(cursor="pointer").encode(
        color=alt.Color("rate:Q", title="share that passes",
                        scale=alt.Scale(scheme="redyellowblue", domain=[0, 1]),
                        legend=alt.Legend(format="%", orient="bottom")),
    ).add_params(
        alt.selection_point("cell", fields=["check_id", "variant_id"], clear=False)
    )  # fmt: skip
    shares = base.mark_text(fontSize=12, dy=-6).encode(text="share:N", color=_ink())
    counts = base.mark_text(fontSize=10, dy=8).encode(text="count:N", color=_ink())
    words = alt.layer(shares, counts).transform_calculate(
        share="datum.rate === null ? '–' : format(datum.rate, '.0%')",
        count="datum.rate === null ? 'no result' : 'of ' + format(datum.answers, ',')",
    )
    return alt.layer(tiles, words).properties(width=alt.Step(84), height=alt.Step(40))


def _ink() -> Any:
    """Readable on the tile beneath, and on none where there is no result."""
    nothing = alt.when("datum.rate === null").then(alt.value(QUIET))
    dark = nothing.when("datum.rate > 0.85 || datum.rate < 0.15").then(alt.value("white"))
    return dark.otherwise(alt.value("black"))


def reliability(rows: list[Json], wanted: float) -> alt.LayerChart:
    """Of each level: how sure the judge says it is, and how often it is right, with the interval.
    Diamonds are the calibrated confidence; the dashed line is the one that triage asks for.
    """
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("says:Q", title="what the judge says: the probability of its verdict",
                scale=alt.Scale(domain=[0.6, 1.04]), axis=alt.Axis(format="%", tickCount=5)),
        tooltip=["strength", alt.Tooltip("says:Q", format=PERCENT),
                 *(alt.Tooltip(f"{key}:Q", format=PERCENT)
                   for key in ("right", "low", "high", "calibrated")), "items:Q"],
    )  # fmt: skip
    even = pd.DataFrame([{"says": 0.6, "right": 0.6}, {"says": 1.0, "right": 1.0}])
    as_said = alt.Chart(even).mark_line(color=QUIET, opacity=0.5).encode(x="says:Q", y="right:Q")
    line = alt.Chart(pd.DataFrame([{"wanted": wanted}])).mark_rule(
        strokeDash=[4, 4], color=COLOURS[1]
    ).encode(y="wanted:Q")  # fmt: skip
    bars = base.mark_rule(strokeWidth=2, color=COLOURS[0]).encode(
        y=alt.Y("low:Q", title="how often people agree", scale=scale, axis=axis), y2="high:Q"
    )
    points = base.mark_point(filled=True, size=80, opacity=1, color=COLOURS[0]).encode(y="right:Q")
    sure = base.mark_point(filled=True, shape="diamond", size=90, opacity=1, color=COLOURS[1])
    numbers = base.mark_text(dy=14, baseline="top", fontSize=10, color=QUIET).encode(
        y="low:Q", text=alt.Text("items:Q", format=",")
    )
    layers = [as_said, line, bars, points, sure.encode(y="calibrated:Q"), numbers]
    return alt.layer(*layers).properties(height=300)


def needed(rows: list[Json]) -> alt.LayerChart:
    """Day by day, the share of what triage looked at that needed a person."""
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("day:O", title=None),
        tooltip=["day", alt.Tooltip("value:Q", title="needed a person", format=PERCENT),
                 "settled:Q", "audited:Q", "people:Q"],
    )  # fmt: skip
    y = alt.Y("low:Q", title="needed a person", scale=alt.Scale(domain=[0, 1]),
              axis=alt.Axis(format="%"))  # fmt: skip
    bars = base.mark_rule(strokeWidth=2, color=COLOURS[0]).encode(y=y, y2="high:Q")
    line = base.mark_line(color=COLOURS[0], opacity=0.5).encode(y="value:Q")
    points = base.mark_point(filled=True, size=70, opacity=1, color=COLOURS[0]).encode(y="value:Q")
    return alt.layer(line, bars, points).properties(height=220)
