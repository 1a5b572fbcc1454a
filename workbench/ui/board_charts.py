"""The leaderboard's pictures: strengths with intervals, win rates as a heat map, cost against
quality, parts of the prompts. Each takes rows of `board_rows`. It knows no Streamlit.
"""

from typing import Any

import altair as alt
import pandas as pd

from workbench.ui.board_rows import EQUAL, VOTED, WEIGHED

Json = dict[str, Any]
WAYS = [VOTED, EQUAL, WEIGHED]
COLOURS = ["#4c78a8", "#d9822b", "#54a24b"]
SHAPES = ["circle", "diamond", "cross"]
LESS_TO_MORE = ["#c8641b", "#f1efec", "#2c69a6"]
NAMES = alt.Axis(labelLimit=280, labelOverlap=False, title=None)
FEW = 15  # variants up to which names and numbers fit into a picture
QUIET = "#888888"
FIGURES = ("strength", "low", "high")


def strengths(rows: list[Json]) -> alt.LayerChart:
    """A forest plot; what was reckoned otherwise stands beneath the votes' own point, in another
    shape.
    """
    ways = [way for way in WAYS if any(row["way"] == way for row in rows)]
    scale = {"domain": ways, "range": COLOURS[: len(ways)]}
    at = [WAYS.index(way) for way in ways]
    legend = alt.Legend(orient="top", title=None) if len(ways) > 1 else None
    base = alt.Chart(pd.DataFrame(rows)).encode(
        y=alt.Y("name:N", sort=None, axis=NAMES),
        yOffset=alt.YOffset("way:N", sort=ways),
        color=alt.Color("way:N", scale=alt.Scale(**scale | {"range": [COLOURS[i] for i in at]}),
                        legend=legend),
        tooltip=["name", "way", *_numbers(*FIGURES), "ranks", "votes"],
    )  # fmt: skip
    bars = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title="strength (log odds; 0 is the mean)"), x2="high:Q"
    )
    shown = base.mark_point(filled=True, size=60, opacity=1).encode(
        x="strength:Q",
        shape=alt.Shape("way:N", legend=legend,
                        scale=alt.Scale(domain=ways, range=[SHAPES[i] for i in at])),
    )  # fmt: skip
    step = max(18 if len(rows) / len(ways) > FEW else 26, 13 * len(ways))
    height = alt.Step(step, **{"for": "position"})
    return alt.layer(_rule(0), bars, shown).properties(height=height)


def _rule(at: float) -> alt.Chart:
    marked = alt.Chart(pd.DataFrame([{"at": at}])).mark_rule(strokeDash=[4, 4], color=QUIET)
    return marked.encode(x="at:Q")


def _numbers(*names: str, form: str = ".2f") -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:Q", format=form) for name in names]


def win_rates(rows: list[Json], order: list[str], title: str) -> alt.LayerChart:
    """The row's win rate over the column; a frame where the claim is made. Choosing a cell says
    which pair it is.
    """
    few = len(order) <= FEW
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("column:N", sort=order, title=None,
                axis=alt.Axis(orient="top", labelAngle=-45, labelLimit=180, labelOverlap=False)),
        y=alt.Y("row:N", sort=order, axis=NAMES),
        tooltip=[
            alt.Tooltip("row:N", title="this one"), alt.Tooltip("column:N", title="over"),
            alt.Tooltip("rate:Q", title=title, format=".0%"),
            *_numbers("low", "high", form=".0%"), "wins:Q", "ties:Q", "losses:Q", "verdict:N",
        ],
    )  # fmt: skip
    shown = "datum.verdict === 'better' || datum.verdict === 'worse'"
    tiles = base.mark_rect(cursor="pointer", strokeWidth=1.5).encode(
        color=alt.Color("rate:Q", title=title, scale=_about(0.5, 0.5),
                        legend=alt.Legend(format="%", orient="bottom")),
        stroke=alt.condition(shown, alt.value("#222222"), alt.value(None)),
    ).add_params(alt.selection_point("pair", fields=["first", "second"], clear=False))  # fmt: skip
    layers = [tiles]
    if few:
        dark = "abs(datum.rate - 0.5) > 0.32"
        layers.append(base.mark_text(fontSize=11).encode(
            text=alt.Text("rate:Q", format=".0%"),
            color=alt.condition(dark, alt.value("white"), alt.value("black")),
        ))  # fmt: skip
    size = alt.Step(44 if few else 14)
    return alt.layer(*layers).properties(width=size, height=alt.Step(28 if few else 14))


def _about(middle: float, reach: float) -> alt.Scale:
    """Blue above the middle, orange beneath; both are told apart by people who see few colours."""
    return alt.Scale(domain=[middle - reach, middle, middle + reach], range=LESS_TO_MORE,
                     interpolate="rgb")  # fmt: skip


def cost_and_quality(rows: list[Json], title: str) -> alt.LayerChart:
    """Each variant at its cost and strength; a line leads over those that nothing beats."""
    frame = pd.DataFrame(rows)
    least, most = frame["x"].min(), frame["x"].max()
    scale = alt.Scale(type="log", nice=False, padding=30) if least > 0 and most > 10 * least else (
        alt.Scale(zero=False, padding=30)
    )  # fmt: skip
    x = alt.X("x:Q", title=title, scale=scale)
    y = alt.Y("strength:Q", title="strength (log odds)", scale=alt.Scale(zero=False, padding=15))
    base = alt.Chart(frame).encode(
        x=x,
        tooltip=["name", alt.Tooltip("x:Q", title=title, format=".3~g"), *_numbers(*FIGURES)],
    )
    best = "datum.best"
    bars = base.mark_rule(opacity=0.5).encode(y=alt.Y("low:Q", title=""), y2="high:Q")
    line = alt.Chart(frame).transform_filter(best).mark_line(
        interpolate="step-after", strokeDash=[6, 3], color=COLOURS[1]
    ).encode(x=x, y=y)  # fmt: skip
    marks = base.mark_point(filled=True, size=80, opacity=1).encode(
        y=y,
        color=alt.condition(best, alt.value(COLOURS[1]), alt.value(COLOURS[0])),
        shape=alt.condition(best, alt.value("diamond"), alt.value("circle")),
    )
    named = base if len(rows) <= FEW else base.transform_filter(best)
    names = named.mark_text(align="left", dx=8, dy=-8, limit=180, color=QUIET).encode(
        y=y, text="name"
    )
    return alt.layer(bars, line, marks, names).properties(height=420)


def by_part(rows: list[Json], order: list[str]) -> alt.LayerChart:
    """Variants × parts: colour is strength within the part, the number its range of ranks; parts
    with few votes are pale.
    """
    frame = pd.DataFrame(rows)
    frame["part"] = [f"{row['part']} · {row['part_votes']:,} votes" for row in rows]
    reach = max(abs(frame["strength"]).max(), 0.5)
    base = alt.Chart(frame).encode(
        x=alt.X("part:N", sort=None, title=None,
                axis=alt.Axis(orient="top", labelAngle=-45, labelLimit=260, labelOverlap=False)),
        y=alt.Y("name:N", sort=order, axis=NAMES),
        tooltip=["part", "name", *_numbers(*FIGURES), "ranks", "votes", "prompts", "thin"],
    )  # fmt: skip
    pale = alt.condition("datum.thin", alt.value(0.3), alt.value(1.0))
    tiles = base.mark_rect().encode(
        color=alt.Color("strength:Q", title="strength", legend=alt.Legend(orient="bottom"),
                        scale=_about(0, reach)),
        opacity=pale,
    )  # fmt: skip
    dark = f"abs(datum.strength) > {0.64 * reach:.3f}"
    ink = alt.when("datum.thin").then(alt.value(QUIET)).when(dark).then(alt.value("white"))
    words = base.mark_text(fontSize=11).encode(
        text="ranks", color=ink.otherwise(alt.value("black"))
    )
    few = len(order) <= FEW
    return alt.layer(tiles, words).properties(
        width=alt.Step(64), height=alt.Step(28 if few else 18)
    )
