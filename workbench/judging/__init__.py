"""Judging: claim a comparison, keep its draft, submit a verdict.

Everyone judges through these functions: people through the API, simulated reviewers in jobs.
They take an open `Database` and run inside one write; the clock is passed in.
"""

from workbench.judging.claims import claim, release, save_draft
from workbench.judging.submissions import submit

__all__ = ["claim", "release", "save_draft", "submit"]
