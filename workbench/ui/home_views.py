"""The three faces of the home page: teach it yourself, a project's loop, a reviewer's desk."""

import streamlit as st

from workbench.demo import DEMO_CANDIDATES
from workbench.errors import Paused
from workbench.judging import trust
from workbench.records import Project, Reviewer
from workbench.rounds import start_close
from workbench.rounds.closing import Closing
from workbench.rounds.standing import Standing, standing
from workbench.store import reviews, track_records
from workbench.ui import charts, note_views, progress
from workbench.ui.runtime import store
from workbench.ui.ways import counted, empty, go, switch

NEXT = {
    "import": ("Bring in prompts", "import_data", "Import your first prompts."),
    "generate": ("Let a model answer", "generate", "Your prompts have no answers yet."),
    "queue": ("Queue comparisons", "generate", "The answers wait to be compared."),
    "judge": ("Judge", "review", "Pairs of answers wait for a verdict."),
    "open_round": ("Open a round", "rounds", "Choose the model that is to learn."),
    "close": ("Close the round", "rounds", "All is judged: tune the model on it."),
}


def teach(project: Project, where: Standing, person: Reviewer) -> None:
    st.title("Teach it yourself")
    note_views.sent_back(project, person)
    st.markdown(
        "A tiny model answers questions about fact cards, and often **makes things up**. You show"
        " it, pair by pair, which answer is better. Then it learns from you, and is tested on"
        " questions that neither of you has seen."
    )
    if where.running:
        st.subheader("It learns from your judgements, and is tested")
        progress.follow_job(project.id, curve=True)
        return
    taught = where.current is not None and where.current.number > 0
    if taught:
        charts.rounds_so_far(project)
        progress.last_curve(project.id)
    _steps(project, where)
    if not taught:
        charts.rounds_so_far(project)


def _steps(project: Project, where: Standing) -> None:
    goal = where.goal or 0
    number = where.current.number if where.current else 0
    if number:
        st.subheader(f"Round {number + 1}: teach it more")
    ready = where.mine >= goal
    judge, learn = st.columns(2, gap="large")
    with judge.container(border=True, height="stretch"):
        st.subheader(":material/looks_one: Judge")
        st.progress(min(where.mine / goal, 1.0), f"{min(where.mine, goal)} of {goal} pairs")
        st.write("Press **1** if the left answer is better, **7** if the right one is.")
        label = "Judge some more" if ready else "Go on judging" if where.mine else "Start judging"
        if where.open:
            go(label, "review", primary=not ready)
        else:
            st.write("No pairs are left in this round.")
            if not ready:
                st.write("Others have judged them. On Rounds you choose whose verdicts count.")
                go("Close the round", "rounds", primary=True)
    with learn.container(border=True, height="stretch"):
        st.subheader(":material/looks_two: Teach")
        st.write(
            "The model is tuned so that the answers that you preferred become more likely and the"
            " others less (“DPO”). That takes about a minute."
        )
        failed = progress.last_failure(project.id)
        if failed:
            st.error(f"The last try did not work: {failed.error}")
        st.button(
            "Teach the model",
            type="primary" if ready else "secondary",
            disabled=not ready or where.current is None,
            help=None if ready else f"After {goal} judgements.",
            on_click=start_teaching,
            args=(project, number),
        )


def start_teaching(project: Project, number: int) -> None:
    """Close the round: the job exports, tunes, tests, and prepares the next round."""
    start_close(store(), project, Closing(project.slug, number, candidates=DEMO_CANDIDATES))


def loop_home(project: Project, where: Standing, person: Reviewer) -> None:
    st.title(project.title)
    note_views.sent_back(project, person)
    if where.running:
        progress.follow_job(project.id, curve=True)
    else:
        label, page, text = NEXT[where.next_step]
        with st.container(border=True):
            st.subheader("What to do next")
            st.write(text)
            go(label, page, primary=True)
            if where.judged and page != "export":
                go("Export the judgements", "export")
    _lead_notices(project)
    cells = st.columns(4)
    cells[0].metric("Prompts", where.prompts, help=f"{where.heldout} of them heldout")
    cells[1].metric("Answers", where.answers)
    cells[2].metric("Judgements", where.judged)
    cells[3].metric("Waiting to be judged", where.open)
    charts.rounds_so_far(project)


def _lead_notices(project: Project) -> None:
    """What happened by itself and wants a lead: reviewers paused by gold, items that wait."""
    with store().read() as db:
        paused = len(track_records.paused(db, project.id))
        failed = len(trust.failed_training(db, project))
        waiting = sum(reviews.count_waiting(db, project.id).values())
    if paused:
        st.warning(f"{counted(paused, 'reviewer')} paused by gold.")
        go("Look at the evidence", "reviewers")
    elif failed:
        st.warning(f"{counted(failed, 'reviewer')} did not pass the training.")
        go("Let them try again", "reviewers")
    if waiting:
        st.info(f"{counted(waiting, 'item')} wait for a second look.")
        go("Adjudicate", "adjudicate")


def reviewer_home(project: Project, where: Standing, person: Reviewer) -> None:
    st.title(project.title)
    note_views.sent_back(project, person)
    st.metric("Your judgements in this round", where.mine)
    try:
        with store().read() as db:
            trust.require_fit(db, project, person)
    except Paused as told:
        st.info(str(told))
        return
    if where.open:
        st.write(f"{counted(where.open, 'judgement')} are wanted.")
        go("Review", "review", primary=True)
    else:
        st.info("Nothing waits for you now. Come back when the lead has queued more.")


def nothing_yet(project: Project, person: Reviewer) -> None:
    """In place of a deck that has never had an item: what the owner does first."""
    with store().read() as db:
        where = standing(db, project, person)
    if person.role == "owner" and where.next_step in ("import", "generate", "queue"):
        label, page, text = NEXT[where.next_step]
        st.title("Review")
        empty(f"There is nothing to judge yet. {text}", label, page)
        st.stop()


def goal_reached(project: Project, person: Reviewer) -> None:
    """Above the deck: the way on, once as many pairs are judged as the project asks for."""
    with store().read() as db:
        where = standing(db, project, person)
    if where.goal is None or where.mine < where.goal or where.current is None or where.running:
        return
    st.success(f"You have judged {where.mine} pairs in this round: enough to teach the model.")
    if person.role == "owner" and st.button("Teach the model", type="primary"):
        start_teaching(project, where.current.number)
        switch("home")
