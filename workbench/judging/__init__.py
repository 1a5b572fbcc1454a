"""Judging: claim a comparison, keep its draft, submit a verdict; skip, flag, look back.

Everyone judges through these functions: people through the API, simulated reviewers in jobs.
They take an open `Database` and run inside one write; the clock is passed in.
"""

from workbench.judging.asides import flag, skip
from workbench.judging.claims import Holders, claim, holders, release, save_draft
from workbench.judging.looking_back import Progress, progress, undo
from workbench.judging.submissions import submit

__all__ = [
    "Holders",
    "Progress",
    "claim",
    "flag",
    "holders",
    "progress",
    "release",
    "save_draft",
    "skip",
    "submit",
    "undo",
]
