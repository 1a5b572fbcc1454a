"""Adjudication: a lead looks at a judged item, blind, and decides about it.

`cases` lays an item with all of its judgements before the lead; `decisions` accepts, sends back,
asks for more votes or rules; `follow_ups` makes gold of a ruling, changes the guidelines and has
items judged anew; `notes` is what the reviewers hear of it. A ruling is the last word in every
consensus. It knows items, and nothing of screens.
"""

from workbench.adjudication.cases import Case, Opinion, case
from workbench.adjudication.closing import ask_for_look
from workbench.adjudication.decisions import accept, reject, requeue, rule
from workbench.adjudication.follow_ups import (
    Anew,
    anew,
    change_guidelines,
    judge_anew,
    make_gold,
)
from workbench.adjudication.notes import Note, notes_for

__all__ = [
    "Anew",
    "Case",
    "Note",
    "Opinion",
    "accept",
    "anew",
    "ask_for_look",
    "case",
    "change_guidelines",
    "judge_anew",
    "make_gold",
    "notes_for",
    "reject",
    "requeue",
    "rule",
]
