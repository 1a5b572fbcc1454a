"""The rounds page's parts: open or close a round, and what every round showed."""

import pandas as pd
import streamlit as st

from workbench import training
from workbench.demo import starter_model
from workbench.records import Project, ReviewerKind, Sampling, Template
from workbench.rounds import begin, start_close
from workbench.rounds.closing import Closing
from workbench.rounds.story import Chapter, story
from workbench.store import prompts, rounds, variants
from workbench.store.rounds import Round
from workbench.ui import charts, progress
from workbench.ui.figures import UNKNOWN
from workbench.ui.runtime import store
from workbench.ui.ways import empty, plain


def turn(project: Project, kinds: tuple[ReviewerKind, ...]) -> None:
    """The one thing that can be done with the rounds now, by the verdicts of these kinds."""
    with store().read() as db:
        current = rounds.current(db, project.id)
        counts = prompts.counts(db, project.id)
    if not counts["train"]:
        empty("A round needs prompts to train on.", "Bring in prompts", "import_data")
        return
    with st.container(border=True):
        if current is None:
            _begin(project)
        else:
            _close(project, current, kinds)


def _begin(project: Project) -> None:
    st.subheader("Open round 0")
    st.write("Choose the model that the judgements are to improve.")
    with store().read() as db:
        known = [m for m in variants.models(db) if m.kind == "local"]
    names = {m.name: m for m in [starter_model(), *known]}
    chosen = st.selectbox("Model", list(names))
    longest = int(st.number_input("Most tokens an answer", 8, 4096, 256))
    if st.button("Open the round", type="primary"):
        begin(store(), project, names[chosen], Sampling(1.0, 1.0, longest), Template())
        st.rerun()


def _close(project: Project, current: Round, kinds: tuple[ReviewerKind, ...]) -> None:
    st.subheader(f"Close round {current.number}")
    if failed := progress.last_failure(project.id, "close_round"):
        st.error(plain(f"Closing it failed: {failed.error}"))
    st.write(
        "Its judgements become a dataset version, the model is tuned on it, old and new model"
        " answer the heldout prompts, and those answers are laid before reviewers, blind."
        f" The judgements of these reviewers count: {', '.join(kinds) or 'none is chosen'}."
    )
    candidates = int(
        st.number_input(
            "Prompts that the new model answers for the next round", 0, 10_000, 100, step=50
        )
    )
    names = [name for name in training.names() if not name.startswith("reward-")]
    recipe = st.selectbox(
        "Recipe", names, index=None, placeholder="the one that suits model and number of pairs"
    )
    if st.button("Close the round", type="primary", disabled=not kinds):
        closing = Closing(project.slug, current.number, kinds, recipe, candidates)
        start_close(store(), project, closing)
        st.rerun()


def table(project: Project, kinds: tuple[ReviewerKind, ...]) -> None:
    with store().read() as db:
        chapters = story(db, project, kinds)
    if not chapters:
        return
    if any(c.proof.result.rate is not None for c in chapters):
        st.subheader("Blind, on heldout prompts")
        charts.interval_chart(chapters)
    for chapter in chapters[1:]:
        if chapter.proof.result.rate is not None:
            st.write(_sentence(chapter))
    scored = [c for c in chapters if c.score]
    if scored:
        st.subheader("What the answers were, by the checker")
        charts.score_chart(scored)
    st.subheader("All rounds")
    frame = pd.DataFrame([_row(c) for c in chapters], dtype=object).dropna(axis=1, how="all")
    st.dataframe(frame.map(lambda cell: UNKNOWN if pd.isna(cell) else str(cell)), hide_index=True)


def _sentence(chapter: Chapter) -> str:
    r = chapter.proof.result
    who = f"Round {chapter.round.number} against {chapter.proof.against or 'round 0'}"
    share = f"{r.rate:.3f}, between {r.low:.3f} and {r.high:.3f}"
    counts = f"{r.wins} wins, {r.ties} ties, {r.losses} losses"
    verdict = {
        "better": "**It is better.**",
        "worse": "**It is worse.**",
        "not yet shown": "Whether it is better is not shown yet: more verdicts are needed.",
    }[chapter.proof.verdict]
    return f"{who}: win rate {share} ({counts}). {verdict}"


def _row(chapter: Chapter) -> dict[str, object]:
    score, r = chapter.score, chapter.proof.result
    return {
        "round": chapter.round.number,
        "model": chapter.model,
        "pairs": chapter.pairs,
        "faithful, %": _percent(score["faithful_sampled"] if score else None),
        "abstains needlessly, %": _percent(score["over_abstention"] if score else None),
        "answers tagged, %": _percent(chapter.tagged),
        "win rate": None if r.rate is None else f"{r.rate:.3f}",
        "interval": None if r.rate is None else f"{r.low:.3f} – {r.high:.3f}",
        **{f"rated {name}": round(mean, 2) for name, mean in chapter.ratings.items()},
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 1)
