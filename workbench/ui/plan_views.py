"""The generate page's form: who answers which prompts, what that takes, and the button."""

from typing import Any

import pandas as pd
import streamlit as st

from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.generation import estimating, grids
from workbench.generation.estimating import Estimate, Line
from workbench.generation.grids import Plan
from workbench.generation.selecting import Selection, choose
from workbench.records import Model, Project, Prompt, Sampling, Split, Template
from workbench.store import prompts
from workbench.ui import figures, model_form, sampling_form, template_views
from workbench.ui.runtime import store
from workbench.ui.ways import empty, plain

SPLITS: dict[str, Split | None] = {"all": None, "to train on": "train", "heldout": "heldout"}


def form(project: Project, *, busy: bool) -> None:
    """While another run is under way its figures would be those of before it."""
    with store().read() as db:
        counts = prompts.counts(db, project.id)
    if not counts["train"] + counts["heldout"]:
        empty("There are no prompts to answer yet.", "Bring in prompts", "import_data")
        return
    with st.container(border=True):
        left, right = st.columns(2)
        with left:
            models = model_form.choose()
        with right:
            templates = template_views.choose(project)
        samplings = _samplings()
        selection, samples = _prompts(project)
    with store().read() as db:
        chosen = choose(db, project.id, selection.to_json())
    model_form.add()
    template_views.workshop(project, chosen)
    if busy:
        st.caption("What the next run takes is said when this one has ended.")
    elif samplings is not None:
        _go(project, (models, templates, samplings), selection, samples, chosen)


def _samplings() -> tuple[Sampling, ...] | None:
    try:
        return sampling_form.several()
    except WorkbenchError as problem:
        st.error(plain(str(problem)))
        return None


def _prompts(project: Project) -> tuple[Selection, int]:
    """Which prompts, and how many answers to each."""
    with store().read() as db:
        known = prompts.tags(db, project.id)
    split, tags, first, each = st.columns(4)
    which = split.selectbox("Prompts", list(SPLITS))
    wanted = tags.multiselect(
        "With any of these tags", known, disabled=not known, placeholder="All"
    )
    limit = first.number_input("Only the first", 1, None, None, placeholder="All")
    samples = each.number_input("Answers for each prompt", 1, grids.MOST_SAMPLES, 2)
    return Selection(SPLITS[which], tuple(wanted), limit), int(samples)


def _go(
    project: Project,
    who: tuple[tuple[Model, ...], tuple[Template, ...], tuple[Sampling, ...]],
    selection: Selection, samples: int, chosen: list[Prompt],
) -> None:  # fmt: skip
    """What it takes, and the button; or what stands in its way."""
    if not all(who):
        st.info("Choose at least one model, one template and one temperature.")
        return
    if not chosen:
        st.info("No prompt fits this choice: take other tags, or all prompts.")
        return
    st.subheader("What it takes")
    try:
        plan = Plan(*who, samples, selection)
        found = estimating.estimate(store(), project.id, plan)
        _table(found)
        budget = _budget(found)
        _button(project, Plan(*who, samples, selection, budget), found)
    except WorkbenchError as problem:
        st.error(plain(str(problem)))


def _table(found: Estimate) -> None:
    rows = [_row(line.variant, line) for line in found.lines]
    if len(rows) > 1:
        paid = any(line.paid for line in found.lines)
        rows.append(_row("all together", _total(found, paid)))
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal")
    st.caption(
        "Tokens, cost and time are estimates; “at most” is what it costs if every answer uses all"
        " of its tokens. What is answered already is not asked again."
    )


def _total(found: Estimate, paid: bool) -> Line:
    tokens_in = sum(line.tokens_in for line in found.lines)
    tokens_out = sum(line.tokens_out for line in found.lines)
    return Line("", found.requests, tokens_in, tokens_out, found.usd, found.most_usd,
                found.seconds, paid)  # fmt: skip


def _row(name: str, line: Line) -> dict[str, Any]:
    return {
        "variant": plain(name),
        "answers": f"{line.requests:,}",
        "tokens": f"{line.tokens_in + line.tokens_out:,.0f}",
        "cost": _cost(line) if line.paid else "none",
        "time": figures.about(line.seconds),
    }


def _cost(line: Line) -> str:
    if line.most_usd is None:
        return "unknown"
    return plain(f"{figures.usd(line.usd)}, at most {figures.usd(line.most_usd)}")


def _budget(found: Estimate) -> float | None:
    """Only where somebody is paid."""
    if not any(line.paid for line in found.lines):
        return None
    left, _ = st.columns([1, 2])
    budget: float | None = left.number_input(
        "Budget in USD (optional)", 0.0, None, None, 0.5, placeholder="No bound",
        help="Nothing is sent that might exceed it.",
    )  # fmt: skip
    return budget


def _button(project: Project, plan: Plan, found: Estimate) -> None:
    if not found.requests:
        st.info("All of these are answered already. Ask for more answers, or change a variant.")
        return
    noun = "answer" if found.requests == 1 else "answers"
    if st.button(f"Generate {found.requests:,} {noun}", type="primary"):
        grids.begin(store(), project, plan, utc_now())
        st.rerun()
