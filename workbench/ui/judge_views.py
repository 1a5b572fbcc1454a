"""The judge models of a project: what each has read, a run of one, and what could not be read."""

from typing import Any, get_args

import pandas as pd
import streamlit as st

from workbench import judges as service
from workbench.judges import planning, report
from workbench.judges.planning import Plan
from workbench.records import Model, Project, Reviewer
from workbench.store import judges as rows
from workbench.store import variants
from workbench.store.judges import Judge, Which
from workbench.ui import (
    address,
    assist_views,
    judge_figures,
    judge_form,
    progress,
    stored_report,
)
from workbench.ui.runtime import store
from workbench.ui.ways import counted, listed, plain

EXAMPLES = 3
WHICH: dict[str, str] = {"judged": "Judged by people", "open": "Open", "all": "All"}
Json = dict[str, Any]


def judges(project: Project, person: Reviewer) -> None:
    st.write(
        "A judge model reads what people read and says which answer is better. It is measured"
        " against people, and its verdicts are its own: they count nowhere as a person's."
    )
    if limits := limit_words(project):
        st.info(limits)
    if project.settings.judging == "single":
        return
    judge_form.say_added()
    with store().read() as db:
        known = rows.in_project(db, project.id)
        counts = {one.reviewer_id: rows.counts(db, one.reviewer_id) for one in known}
        models = {one.reviewer_id: variants.model(db, one.model_id) for one in known}
    owner = person.role == "owner"
    if not known:
        more = "" if owner else " An owner of the project adds them."
        st.info(f"There are no judge models yet.{more}")
    if owner:
        with st.expander("Add a judge model", expanded=not known, icon=":material/add:"):
            judge_form.add_judge(project)
    if not known:
        return
    table(known, counts, models)
    judge = _chosen(known)
    _run(project, judge, models[judge.reviewer_id], owner=owner)
    _failures(judge, counts[judge.reviewer_id])
    found = stored_report.current(project, report, ("human",))
    mine = found["judges"].get(str(judge.reviewer_id)) if found else None
    if mine:
        judge_figures.beside_people(project, judge, mine["calibration"])
    support = mine["support"] if mine else None
    assist_views.switches(project, judge, support, owner=owner)
    if mine:
        assist_views.triage(project, judge, mine["triage"], owner=owner)
        judge_figures.anchored(judge, mine["anchoring"])


def limit_words(project: Project) -> str:
    """What no judge model reads in a project that does not judge by pairs."""
    match project.settings.judging:
        case "single":
            return "This project judges one answer at a time; a judge model compares two."
        case "ranking":
            return "A judge model compares two answers. It leaves out rankings of three or more."
        case _:
            return ""


def table(known: list[Judge], counts: dict[int, Json], models: dict[int, Model]) -> None:
    frame = [line(one, models[one.reviewer_id], counts[one.reviewer_id]) for one in known]
    st.dataframe(pd.DataFrame(frame), hide_index=True)


def line(judge: Judge, model: Model, n: Json) -> Json:
    """A row of the list."""
    return {
        "judge": judge.name,
        "model": model.name,
        "readings": n["readings"] - n["unreadable"] - n["failed"],
        "unreadable": n["unreadable"],
        "failed": n["failed"],
        "cost so far": cost_words(n),
    }


def cost_words(n: Json) -> str:
    """“0.0123 USD and 4 readings without a price”."""
    if n["readings"] and n["unpriced"] == n["readings"]:
        return "not known"
    more = f", {counted(n['unpriced'], 'reading')} without a price" if n["unpriced"] else ""
    return f"{n['cost_usd']:.4f} USD{more}"


def _chosen(known: list[Judge]) -> Judge:
    names = {str(one.reviewer_id): one.name for one in known}
    chosen = next(iter(names))
    if len(known) > 1:
        chosen = address.pick(st, "Judge", "judge", names, chosen)
    judge = next(one for one in known if str(one.reviewer_id) == chosen)
    st.subheader(plain(judge.name))
    with st.expander("Its instructions"):
        st.code(judge.instructions, language=None, wrap_lines=True)
        said = judge.sampling
        st.caption(f"Temperature {said.temperature:g}, at most {said.max_tokens} tokens a reply.")
    return judge


def _run(project: Project, judge: Judge, model: Model, *, owner: bool) -> None:
    """Choose what it reads, see what that takes, and start the job; or follow the one that runs.
    Only an owner spends money.
    """
    if progress.running_job(project.id, service.JOB):
        progress.follow_job(project.id, service.JOB)
        return
    failed = progress.last_failure(project.id, service.JOB)
    if failed:
        st.error(f"The last run ended early: {failed.error}")
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        which = address.segments("Items that it reads", "which", WHICH, "judged")
    sample = right.number_input(
        "Only so many, drawn by chance",
        1,
        value=None,
        step=50,
        placeholder="all of them",
        key="judge-sample",
    )
    assert which in get_args(Which)
    chosen: Which = which  # type: ignore[assignment]
    found = planning.plan(store(), project, judge, chosen, sample)
    words, button = st.columns([4, 1], vertical_alignment="center")
    words.write(plan_words(found, model))
    if button.button(
        "Let it read",
        type="primary" if found.requests else "secondary",
        disabled=not (owner and found.requests),
        width="stretch",
    ):
        service.begin(store(), project, judge, chosen, sample)
        st.rerun()


def plan_words(found: Plan, model: Model) -> str:
    """How many requests, and about what they cost."""
    if not found.items:
        return "There are no such items."
    if not found.requests:
        return f"All of these {counted(found.items, 'item')} it has read."
    asked = f"{counted(found.requests, 'request')} for {counted(found.items, 'item')}"
    return f"{asked}: each is read in both orders. {_cost(found, model)}"


def _cost(found: Plan, model: Model) -> str:
    if model.kind == "local":
        return "The model runs here and costs nothing by the request."
    if found.usd is None:
        return "What they cost is not known: there is no price for this model."
    source = "by what it has read so far" if found.by_readings else "by the length of a few items"
    return f"About {found.usd:,.2f} USD, {source}."


def _failures(judge: Judge, n: Json) -> None:
    """Replies without a verdict, counted; some as they were."""
    if not n["unreadable"] and not n["failed"]:
        return
    said = listed((n["unreadable"], "unreadable reply"), (n["failed"], "failed request"))
    said = said.replace("replys", "replies")
    with st.expander(f"Without a verdict: {said}", icon=":material/warning:"):
        st.caption(
            "Nothing takes their place: an item without both verdicts is not judged. Requests that"
            " failed on their way are asked again by the next run."
        )
        with store().read() as db:
            some = rows.failures(db, judge.reviewer_id, EXAMPLES)
        for one in some:
            st.caption(f"Item {one['comparison_id']}, {one['error'].replace('_', ' ')}")
            st.code(one["reply"] or "(nothing)", language=None, wrap_lines=True)
