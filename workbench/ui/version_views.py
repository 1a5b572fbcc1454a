"""Versions: each version of a template against the one before, and where the new one is worse."""

from typing import Any

import pandas as pd
import streamlit as st

from workbench.leaderboard.regression import Step, steps
from workbench.leaderboard.report import name_in
from workbench.records import Project, Template, plain_text
from workbench.store import variants
from workbench.ui import address, figures
from workbench.ui.compare_views import Report
from workbench.ui.diff_cards import Card, diff_cards
from workbench.ui.pair_views import met_cards
from workbench.ui.runtime import store
from workbench.ui.stored_report import Kinds
from workbench.ui.ways import counted, empty

VERDICTS = {"better": "better", "worse": "worse", "not yet shown": "not yet sure"}
SHARES = ("win rate", "from", "to")


def versions(project: Project, kinds: Kinds, found: Report) -> None:
    known = steps(found)
    if not known:
        st.info(
            "No template has two versions whose answers were judged. A template whose text is"
            " changed gets a new version; let both answer the same prompts, and queue these."
        )
        return
    templates = {step.template: step.template for step in known}
    chosen = next(iter(templates))
    if len(templates) > 1:
        chosen = address.pick(st, "Template", "template", templates, chosen)
    mine = [step for step in known if step.template == chosen]
    overview(project, mine)
    detail(project, kinds, found, mine)


def overview(project: Project, mine: list[Step]) -> None:
    """All steps: the win rate of the new over the old version."""
    figures.forest(
        [_point(step, name) for step, name in titled(mine).items() if step.meeting.result.n],
        "win rate over the old version", share=True, middle=0.5,
    )  # fmt: skip
    rows = [_row(step) for step in mine]
    shown = [row | {key: percent(row[key]) for key in SHARES} for row in rows]
    st.dataframe(pd.DataFrame(shown), hide_index=True)
    figures.csv_button(rows, f"versions-{project.slug}")


def titled(mine: list[Step]) -> dict[Step, str]:
    """“v1 → v2”, with the model and the sampling where several were tried."""
    models, samplings = {step.model for step in mine}, {step.sampling for step in mine}
    return {
        step: " · ".join([
            f"v{step.old} → v{step.new}",
            *([step.model] if len(models) > 1 else []),
            *([step.sampling] if len(samplings) > 1 else []),
        ])
        for step in mine
    }  # fmt: skip


def _point(step: Step, name: str) -> dict[str, Any]:
    won = step.meeting.result
    worse = step.meeting.verdict == "worse"
    return {"name": name, "value": won.rate, "low": won.low,
            "high": won.high, "items": won.n, "flagged": worse}  # fmt: skip


def _row(step: Step) -> dict[str, Any]:
    won, more = step.meeting.result, step.meeting.more
    return {
        "step": f"v{step.old} → v{step.new}",
        "model": step.model,
        "sampling": step.sampling,
        "the new one is": VERDICTS[step.meeting.verdict],
        "win rate": won.rate,
        "from": won.low,
        "to": won.high,
        "wins": won.wins,
        "ties": won.ties,
        "losses": won.losses,
        "more prompts it takes": "" if more is None else f"about {more:,}",
    }


def percent(share: float | None) -> str:
    """“62 %”, as the claims say it."""
    return "–" if share is None else f"{share:.0%}".replace("%", " %")


def detail(project: Project, kinds: Kinds, found: Report, mine: list[Step]) -> None:
    """One step: what was changed in the template, and the prompts that got worse."""
    titles = {f"{step.before}-{step.after}": name for step, name in titled(mine).items()}
    newest = f"{mine[-1].before}-{mine[-1].after}"
    chosen = address.pick(st, "Step", "step", titles, newest) if len(mine) > 1 else newest
    step = next(one for one in mine if f"{one.before}-{one.after}" == chosen)
    st.subheader("What was changed")
    with store().read() as db:
        texts = {t.version: t for t in variants.templates(db, project.id)
                 if t.name == step.template}  # fmt: skip
    diff_cards(changes(texts[step.old], texts[step.new]), "template")
    st.subheader("Regressions: where the new version is worse")
    losses = step.meeting.result.losses
    st.caption(f"The old version won on {counted(losses, 'prompt')}; the clearest stand first.")
    if not step.meeting.result.n:
        empty("The two versions were not compared yet.", "Judge", "review")
        return
    names = name_in(found)
    pair = step.before, step.after
    met_cards(project, kinds, pair, (names[pair[0]], names[pair[1]]), won_by=step.before)


def changes(old: Template, new: Template) -> list[Card]:
    """A card for each part of a template that is not the same."""
    parts = {
        "System": (old.system, new.system),
        "User": (old.user, new.user),
        "Examples": (_examples(old), _examples(new)),
    }
    names = f"v{old.version}", f"v{new.version}"
    return [Card(part, "", names, texts) for part, texts in parts.items() if texts[0] != texts[1]]


def _examples(template: Template) -> str:
    return "\n\n".join(f"{m['role']}: {plain_text(m['content'])}" for m in template.few_shot)
