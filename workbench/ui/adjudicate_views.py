"""The adjudicate page's parts: the item of the address, what was decided, where to go."""

from typing import Any

import streamlit as st

from workbench import adjudication
from workbench.adjudication import Case
from workbench.clock import utc_now
from workbench.errors import NotFound, WorkbenchError
from workbench.records import Project, Reviewer
from workbench.store import Database
from workbench.ui.looks_queue import Queue, asked_for, go_to
from workbench.ui.overlay_desk import overlay_data, overlay_desk
from workbench.ui.runtime import store
from workbench.ui.ways import empty

SAID = {
    "accept": "Accepted.",
    "reject": "Sent back.",
    "requeue": "More judgements are asked for.",
    "rule": "Ruled. N goes on.",
    "again": "It waits for a decision again.",
}
GOES_ON = {"accept", "reject", "requeue"}  # a ruling stays: it can become gold
ANSWER, COUNT = "adjudicate-said", "adjudicate-answered"


def chosen(project: Project, queue: Queue) -> Case | None:
    """The item of the address, or the first one that waits, which is put there."""
    asked = asked_for()
    for item in (asked, queue.after(asked)):
        if item is None:
            continue
        try:
            with store().read() as db:
                found = adjudication.case(db, project, item)
        except NotFound:
            continue
        go_to(item)
        return found
    go_to(None)
    return None


def nothing(project: Project) -> None:
    """Why nothing waits, and the way on."""
    look, text = project.settings.second_look, "Nothing waits for a second look."
    if project.settings.wanted == 1 and not look.share and not look.newcomers:
        text += (
            " This project asks for one judgement of each item, so nobody can disagree; its"
            " settings can ask for more."
        )
    else:
        text += " Items come here by themselves as soon as they have all their judgements."
    empty(text, "Export the judgements", "export")


def desk(project: Project, lead: Reviewer, queue: Queue, case: Case) -> None:
    """The item on its desk; what is decided there is done, and the page is drawn again."""
    place, names = st.columns([4, 1], vertical_alignment="center")
    words = [queue.place(case.comparison_id), queue.words() and f"{queue.words()} waiting"]
    place.write(" · ".join(word for word in words if word) or "Nothing else waits.")
    named = names.toggle("Show names", key=f"names-{case.comparison_id}")  # each begins blind
    if named:
        with store().read() as db:
            case = adjudication.case(db, project, case.comparison_id, named=True)
    said, answered = st.session_state.get(ANSWER, ""), st.session_state.get(COUNT, 0)
    data = overlay_data(project, case, named=named, said=said, answered=answered)
    decision = overlay_desk(data, key=f"overlay-{project.slug}")
    if decision:
        _answer(lead, queue, decision)
        st.rerun()


def _answer(lead: Reviewer, queue: Queue, decision: dict[str, Any]) -> None:
    """Do what was decided about the item that it names, and say so."""
    kind, item = decision["kind"], int(decision["item"])
    said = SAID.get(kind, "")
    if kind == "previous":
        go_to(queue.before(item) or item)
    elif kind == "next":
        said = _next(queue, item)
    else:
        try:
            store().write(lambda db: _decide(db, lead, decision))
            if kind in GOES_ON:
                go_to(queue.after(item))
        except WorkbenchError as problem:
            said = str(problem)
    say(said)


def say(text: str) -> None:
    """Beneath the item, from the next run on."""
    st.session_state[ANSWER] = text
    st.session_state[COUNT] = st.session_state.get(COUNT, 0) + 1


def _next(queue: Queue, item: int) -> str:
    """Past the last one that waits comes the empty state."""
    target = queue.after(item)
    if target is None and item in queue.waiting:
        return "No other item waits."
    go_to(target)
    return ""


def _decide(db: Database, lead: Reviewer, decision: dict[str, Any]) -> None:
    item, now = int(decision["item"]), utc_now()
    look = None if decision["look"] is None else int(decision["look"])
    match decision["kind"]:
        case "accept":
            adjudication.accept(db, lead, item, now, look=look)
        case "reject":
            judgements = [int(i) for i in decision["judgements"]]
            adjudication.reject(db, lead, item, judgements, decision["note"], now, look=look)
        case "requeue":
            adjudication.requeue(db, lead, item, int(decision["more"]), now, look=look)
        case "rule":
            adjudication.rule(
                db, lead, item, now, preference=decision.get("preference"),
                ranking=decision.get("ranking"), all_bad=bool(decision.get("all_bad")), look=look,
            )  # fmt: skip
        case "again":
            adjudication.ask_for_look(db, lead, item, now)
