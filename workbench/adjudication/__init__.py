"""Adjudication: a lead looks at a judged item, blind, and decides about it.

`cases` lays an item with all of its judgements before the lead; `decisions` accepts, sends back,
asks for more votes or rules. A ruling is the last word in every consensus. It knows items, and
nothing of screens.
"""

from workbench.adjudication.cases import Case, Opinion, case
from workbench.adjudication.decisions import (
    accept,
    ask_for_look,
    judge_anew,
    make_gold,
    reject,
    requeue,
    rule,
)

__all__ = [
    "Case",
    "Opinion",
    "accept",
    "ask_for_look",
    "case",
    "judge_anew",
    "make_gold",
    "reject",
    "requeue",
    "rule",
]
