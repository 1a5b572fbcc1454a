"""The checks of a project: what each asks, how many answers pass, and those that do not."""

from typing import Any

import streamlit as st

from workbench import checking
from workbench.checking.failures import Example, examples
from workbench.checking.rates import Rate
from workbench.checking.wording import asks
from workbench.clock import utc_now
from workbench.records import Project, Reviewer
from workbench.store import checks as rows
from workbench.store import completions
from workbench.store.checks import Check
from workbench.ui import address, figures, judge_charts, progress
from workbench.ui.check_form import ADDED, add_check
from workbench.ui.runtime import store
from workbench.ui.ways import counted, empty, plain

PAGE = 5
HEAT = "check-cells"
Json = dict[str, Any]


def checks(project: Project, person: Reviewer) -> None:
    with store().read() as db:
        known = rows.in_project(db, project.id, active=True)
        found = checking.rates(db, project.id)
        unchecked = sum(rows.count_unchecked(db, check) for check in known)
        answers = bool(completions.overview(db, project.id))
    st.write(
        "A check is a rule that looks at every answer before people spend time on it. What it finds"
        " is its own and counts among no person's votes."
    )
    if ADDED in st.session_state:
        st.success(f"“{plain(st.session_state.pop(ADDED))}” is there.")
    owner = person.role == "owner"
    if not known:
        st.info(
            "There are no checks yet." + ("" if owner else " An owner of the project adds them.")
        )
    if owner:
        with st.expander("Add a check", expanded=not known, icon=":material/add:"):
            add_check(project)
    for check in known:
        _line(check, owner=owner)
    if known and not answers:
        empty("There are no answers to check yet.", "Generate answers", "generate")
    elif known:
        _run(project, unchecked)
    if found:
        _rates(project, found)
        _failures(project, found)


def _line(check: Check, *, owner: bool) -> None:
    with st.container(border=True):
        words, button = st.columns([5, 1], vertical_alignment="center")
        words.markdown(f"**{plain(check.name)}**")
        words.text(f"The answer {asks(check.kind, check.settings)}.")
        if owner:
            with button.popover("Retire", width="stretch"):
                st.write("It looks at no more answers. What it found is kept. To use it again, add"
                         " another one.")  # fmt: skip
                st.button("Take it out of use", key=f"retire-{check.id}", on_click=_retire,
                          args=(check.id,))  # fmt: skip


def _retire(check_id: int) -> None:
    now = utc_now()
    store().write(lambda db: rows.retire(db, now, check_id))


def _run(project: Project, unchecked: int) -> None:
    """Start the job, or follow it."""
    if progress.running_job(project.id, checking.JOB):
        progress.follow_job(project.id, checking.JOB)
        return
    failed = progress.last_failure(project.id, checking.JOB)
    if failed:
        st.error(f"The last run ended early: {failed.error}")
    left, right = st.columns([4, 1], vertical_alignment="center")
    waiting = f"{counted(unchecked, 'result')} to be found." if unchecked else "All is checked."
    left.caption(f"{waiting} New answers are checked by themselves after each generation.")
    if right.button("Run now", type="primary" if unchecked else "secondary",
                    disabled=not unchecked, width="stretch"):  # fmt: skip
        checking.begin(store(), project)
        st.rerun()


def _rates(project: Project, found: list[Rate]) -> None:
    st.subheader("How many pass")
    st.caption("Shares of answers with 95 % intervals. Choose a cell to read those that fail.")
    cells = [cell(rate) for rate in found]
    st.altair_chart(
        judge_charts.pass_rates(cells), key=HEAT, on_select=_to_failures,
        selection_mode="cell", width="content",
    )  # fmt: skip
    figures.csv_button(cells, f"checks-{project.slug}")


def cell(rate: Rate) -> Json:
    """One check and variant, flat."""
    return {
        "check": rate.check.name, "variant": rate.variant, "rate": rate.passed.value,
        "low": rate.passed.low, "high": rate.passed.high, "passed": rate.count,
        "answers": rate.passed.items, "without result": rate.silent,
        "check_id": rate.check.id, "variant_id": rate.variant_id,
    }  # fmt: skip


def _to_failures() -> None:
    """The cell that was just chosen says which failures are read."""
    chosen = st.session_state[HEAT]["selection"]["cell"]
    if chosen:
        check, variant = (str(int(chosen[0][key])) for key in ("check_id", "variant_id"))
        address.put(check=check, variant=variant, most=None)


def _failures(project: Project, found: list[Rate]) -> None:
    failing = [rate for rate in found if rate.passed.items > rate.count]
    if not failing:
        st.caption("Nothing failed.")
        return
    st.subheader("What fails")
    left, right = st.columns(2)
    named = {str(rate.check.id): rate.check.name for rate in failing}
    check = address.pick(left, "Check", "check", named, next(iter(named)))
    variants = {str(r.variant_id): r.variant for r in failing if str(r.check.id) == check}
    variant = address.pick(right, "Variant", "variant", variants, next(iter(variants)))
    rate = next(r for r in failing if (str(r.check.id), str(r.variant_id)) == (check, variant))
    shown = _most()
    with store().read() as db:
        rows = examples(db, project, rate.check.id, rate.variant_id, shown)
    failed = rate.passed.items - rate.count
    st.caption(f"{counted(failed, 'answer')} of {rate.passed.items:,} failed.")
    for one in rows:
        _example(rate.check, one, masks=project.settings.mask_identity)
    if failed > shown:
        st.button("Show more", on_click=address.put, kwargs={"most": str(shown + PAGE)})


def _most() -> int:
    said = st.query_params.get("most", "")[:4]
    return int(said) if said.isdecimal() else PAGE


def _example(check: Check, one: Example, *, masks: bool) -> None:
    """Texts as they are: nothing that a model wrote is read as Markdown."""
    with st.container(border=True):
        if one.note:
            st.text(f"Found: {one.note}")
        if check.kind == "identity_leak":
            st.caption(mask_words(one, masks=masks))
        left, right = st.columns(2)
        left.caption("Prompt")
        left.text(one.prompt)
        right.caption("Answer, as people see it" if one.masked else "Answer")
        right.text(one.answer)


def mask_words(one: Example, *, masks: bool) -> str:
    """What people see of a leak."""
    if one.masked:
        return "Masked: people and judge models see █ for each of these characters."
    if masks:
        return "Not masked yet: that happens when the answer is compared."
    return "Not masked: the project's setting mask_identity is off."
