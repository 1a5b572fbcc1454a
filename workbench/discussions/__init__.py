"""Discussions: the threads that reviewers open on ambiguous items, and what comes of them.

A thread is as blind as its item: it tells neither model, template, round nor kind, nor what
anybody judged. Who may read and write is decided here, whatever screen or program asks.
"""

from workbench.discussions.examples import add_example, draft_example
from workbench.discussions.reading import MOST, Said, Summary, Thread, listed, thread
from workbench.discussions.writing import mark_seen, mentions_of, reopen, resolve, say

__all__ = [
    "MOST",
    "Said",
    "Summary",
    "Thread",
    "add_example",
    "draft_example",
    "listed",
    "mark_seen",
    "mentions_of",
    "reopen",
    "resolve",
    "say",
    "thread",
]
