"""The settings page's part on quality: how many votes, in which order, gold, training and second
looks; and money.
"""

from dataclasses import replace

import streamlit as st

from workbench.settings import FEWEST, MOST, PairPolicy, ProjectSettings, QueuePolicy, SecondLook

ORDERS: dict[QueuePolicy, str] = {
    "disputed": "Disputed and uncertain items first",
    "oldest": "The oldest first",
    "random": "At random",
    "unsure": "What the reward model is unsure about first",
}
PAIRS: dict[PairPolicy, str] = {
    "every": "Those that were queued",
    "unsure": "Variants whose order is unsure, picked as people judge",
}


def quality_settings(settings: ProjectSettings) -> ProjectSettings:
    """Widgets of a form; returns the settings as they stand in it."""
    st.markdown("**Quality**")
    left, right = st.columns(2)
    with left:
        settings = _order(_votes(settings))
    with right:
        settings = _gold(settings)
    settings = replace(settings, second_look=_second_look(settings.second_look))
    st.markdown("**Money and licence**")
    return _money(settings)


def _votes(settings: ProjectSettings) -> ProjectSettings:
    until_sure = st.checkbox(
        f"Judge until sure: {FEWEST} to {MOST} judgements an item",
        settings.until_sure,
        help="Instead of the fixed number above; each reviewer's vote weighs what their gold says.",
    )
    threshold = st.slider(
        "Sure enough from, %", 50, 99, round(100 * settings.consensus_threshold),
        help="What is less sure stays out of exports, and goes on or to a second look.",
    )  # fmt: skip
    return replace(settings, until_sure=until_sure, consensus_threshold=threshold / 100)


def _order(settings: ProjectSettings) -> ProjectSettings:
    order = st.selectbox(
        "What comes next", list(ORDERS), list(ORDERS).index(settings.queue),
        format_func=lambda policy: ORDERS[policy],
        help="Which reward model is asked is chosen on Train, once there is one.",
    )  # fmt: skip
    pairs = st.selectbox(
        "Which pairs", list(PAIRS), list(PAIRS).index(settings.pairs),
        format_func=lambda policy: PAIRS[policy],
        help="Picked pairs show sooner which variant is better; three in ten are drawn from all"
        " pairs alike, so that the intervals stay honest.",
    )  # fmt: skip
    mask = st.checkbox(
        "Mask where an answer names its model", settings.mask_identity,
        help="“As ChatGPT, …” is shown as blanks of equal length; the answer itself stays.",
    )  # fmt: skip
    return replace(settings, queue=order, pairs=pairs, mask_identity=mask)


def _gold(settings: ProjectSettings) -> ProjectSettings:
    gold = _percent("Gold among the items, %", settings.gold_rate, 50)
    repeats = _percent("Items met again, sides swapped, %", settings.repeat_rate, 20)
    training = st.number_input(
        "Training items before work", 0, 100, settings.training,
        help="Items with a known answer, with feedback after each.",
    )  # fmt: skip
    mark = st.slider("Right in training, at least %", 50, 100, round(100 * settings.pass_mark))
    return replace(
        settings, gold_rate=gold, repeat_rate=repeats, training=int(training), pass_mark=mark / 100
    )


def _money(settings: ProjectSettings) -> ProjectSettings:
    left, middle, right = st.columns(3)
    currency = left.text_input("Currency of pay", settings.currency, max_chars=12)
    machine_hour = middle.number_input(
        "An hour of the machine costs (optional)", 0.0, None, settings.machine_hour, 0.5,
        placeholder="Not known",
        help="In the currency of pay: what answering by local models and training are counted"
        " with on Rounds.",
    )  # fmt: skip
    licence = right.text_input(
        "Licence of datasets", settings.licence, max_chars=60, placeholder="cc-by-4.0",
        help="As the hub of datasets names it; each version's card says it.",
    )  # fmt: skip
    return replace(
        settings, currency=currency.strip() or settings.currency, machine_hour=machine_hour,
        licence=licence.strip(),
    )  # fmt: skip


def _percent(label: str, share: float, most: int) -> float:
    return st.slider(label, 0, max(most, round(100 * share)), round(100 * share)) / 100


def _second_look(look: SecondLook) -> SecondLook:
    st.markdown("A lead looks at")
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    newcomers = left.number_input(
        "the first items of each newcomer, so many", 0, 1_000, look.newcomers
    )
    with middle:
        share = _percent("a random share of the others, %", look.share, 100)
    disputes = right.checkbox("items on which reviewers differ", look.disputes)
    return SecondLook(disputes, share, int(newcomers))
