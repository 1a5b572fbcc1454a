"""The playground's answers, side by side while they come, and what can be done with them."""

import streamlit as st

from workbench import queueing
from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.generation import playground
from workbench.generation.failures import words_of
from workbench.generation.keeping import Kept, keep
from workbench.generation.playground import Ended, Seen, Trial
from workbench.hashing import sha256_json
from workbench.providers import Answer, Failure
from workbench.records import Project, Prompt, Variant
from workbench.ui import texts
from workbench.ui.figures import usd
from workbench.ui.runtime import store
from workbench.ui.ways import counted, plain, switch

TICK = 0.3  # seconds between two looks at what has come
HEIGHT = 320
TRIALS, TRIED = "play-trials", "play-tried"


def ask(project: Project, prompt: Prompt | None, asking: list[Variant]) -> None:
    """The button; each press asks for another answer. It stands there from the first, since a text
    that is being written reaches the page only when its field is left.
    """
    running = not all(trial.look(store()).over for trial in trials(project))
    label = f"Ask {counted(len(asking), 'variant')}"
    if not st.button(label, type="primary", disabled=running):
        return
    if prompt is None:
        st.info("Write a user text first.")
    else:
        _begin(project, prompt, asking)


def trials(project: Project) -> list[Trial]:
    """What was asked last in this project."""
    found: list[Trial] = st.session_state.get(TRIALS, {}).get(project.id, [])
    return found


def _begin(project: Project, prompt: Prompt, asking: list[Variant]) -> None:
    tried = st.session_state.setdefault(TRIED, {})
    name = sha256_json([project.id, prompt.messages, prompt.context, prompt.variables])
    try:
        begun = playground.begin(store(), project, prompt, asking, tried.get(name, 0))
    except WorkbenchError as problem:
        st.error(plain(str(problem)))
        return
    tried[name] = tried.get(name, 0) + 1
    st.session_state[TRIALS] = {project.id: begun}
    st.rerun()


def answers(project: Project) -> None:
    """Drawn anew a few times a second until all have come."""
    asked = trials(project)
    if not asked:
        return
    coming = not all(trial.look(store()).over for trial in asked)
    st.fragment(_columns, run_every=TICK if coming else None)(asked, coming)
    if not coming:
        _way_on(project, asked)


def _columns(asked: list[Trial], coming: bool) -> None:
    if coming and all(trial.look(store()).over for trial in asked):
        st.rerun()
    for column, trial in zip(st.columns(len(asked), gap="small"), asked, strict=True):
        with column, st.container(border=True, height="stretch"):
            _one(trial)
    if coming:
        st.button("Stop", on_click=_stop, args=(asked,), key="play-stop")


def _stop(asked: list[Trial]) -> None:
    for trial in asked:
        trial.stop(store())


def _one(trial: Trial) -> None:
    """Its height stays as the text grows."""
    seen = trial.look(store())
    st.markdown(f"**{plain(trial.variant.name)}**")
    with st.container(height=HEIGHT, border=False):
        _text(seen)
        _trouble(seen)
    st.caption(_footer(trial, seen))


def _text(seen: Seen) -> None:
    if seen.ended and isinstance(seen.ended.outcome, Answer):
        for said in seen.ended.outcome.texts:
            texts.exact(said)
    elif seen.text:
        texts.exact(seen.text)


def _trouble(seen: Seen) -> None:
    if seen.trouble:
        st.warning(plain(seen.trouble))
    if seen.ended and isinstance(seen.ended.outcome, Failure):
        words = words_of(seen.ended.outcome.code)
        st.error(f"{words.said.capitalize()}. {words.remedy}")
        st.caption(plain(seen.ended.outcome.message))


def _footer(trial: Trial, seen: Seen) -> str:
    if seen.ended:
        return _figures(trial, seen.ended)
    if seen.trouble:
        return "No answer."
    if seen.note:
        said = plain(f"{seen.note[0].upper()}{seen.note[1:]}")
        if trial.job_id is None:
            return said
        return f"{said.removesuffix('.')} · local, so not streamed"
    return "Answers…" if seen.text else "Asked; waits for the first word."


def _figures(trial: Trial, ended: Ended) -> str:
    """“First word after 0.42 s · 2.1 s in all · 11 tokens in, 34 out · $0.0003”."""
    outcome = ended.outcome
    parts = []
    if ended.before:
        parts.append("known already, not asked again")
    if isinstance(outcome, Answer):
        if outcome.first_token_ms is not None:
            parts.append(f"first word after {_seconds(outcome.first_token_ms)}")
        parts.append(f"{_seconds(outcome.latency_ms)} in all")
        if outcome.finish_reason == "length":
            parts.append("cut off at its most tokens")
    if outcome.tokens_in is not None and outcome.tokens_out is not None:
        parts.append(f"{outcome.tokens_in:,} tokens in, {outcome.tokens_out:,} out")
    if trial.variant.model.kind == "endpoint" and not ended.before:
        parts.append(usd(ended.cost_usd) if ended.cost_usd is not None else "cost unknown")
    said = plain(" · ".join(parts))
    return f"{said[:1].upper()}{said[1:]}"


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.2f} s"


def _way_on(project: Project, asked: list[Trial]) -> None:
    ended = [trial.seen.ended for trial in asked if trial.seen.ended]
    came = {e.outcome.texts for e in ended if isinstance(e.outcome, Answer)}
    with st.container(horizontal=True):
        kept = st.button("Keep this prompt", disabled=not ended)
        compared = st.button(
            "Open a comparison", disabled=len(came) < 2,
            help="Keeps the prompt and its answers, and puts these before reviewers, blind."
            if len(came) > 1 else "It takes two different answers.",
        )  # fmt: skip
    try:
        if kept:
            _say(_keep(project, asked))
        if compared:
            _compare(project, asked)
    except WorkbenchError as problem:
        st.error(plain(str(problem)))


def _keep(project: Project, asked: list[Trial]) -> Kept:
    return keep(store(), project, asked[0].asked.wanted.prompt, asked, utc_now())


def _say(kept: Kept) -> None:
    where = "heldout" if kept.prompt.split == "heldout" else "to train on"
    number = counted(len(kept.completion_ids), "answer")
    st.success(f"The prompt is among those {where}, with {number} of these variants.")


def _compare(project: Project, asked: list[Trial]) -> None:
    kept = _keep(project, asked)
    chosen = set(kept.completion_ids)
    if queueing.open_answers(store(), project, kept.prompt, chosen, utc_now()):
        switch("review")
    st.info("These answers are before reviewers already: see Review.")
