"""The nouns of the workbench, as frozen records. They know nothing of where they are stored.

Ids are the store's integers, except where a person or a browser meets them: leases and
submissions are random, reviewers have a pseudonymous `public_id`.
"""

from workbench.records.completions import Completion, Model, Sampling, Template, Variant
from workbench.records.jobs import BACKGROUND, Job, JobStatus
from workbench.records.judgements import (
    SEVERITIES,
    ComparisonKind,
    Feedback,
    Item,
    Receipt,
    Span,
    Submission,
    Suggestion,
    SuggestionsUsed,
)
from workbench.records.people import ROLES, WHOSE, Project, Reviewer, ReviewerKind, Role
from workbench.records.prompts import Message, Prompt, Split, history, open_turns, plain_text

__all__ = [
    "BACKGROUND",
    "ROLES",
    "SEVERITIES",
    "WHOSE",
    "ComparisonKind",
    "Completion",
    "Feedback",
    "Item",
    "Job",
    "JobStatus",
    "Message",
    "Model",
    "Project",
    "Prompt",
    "Receipt",
    "Reviewer",
    "ReviewerKind",
    "Role",
    "Sampling",
    "Span",
    "Split",
    "Submission",
    "Suggestion",
    "SuggestionsUsed",
    "Template",
    "Variant",
    "history",
    "open_turns",
    "plain_text",
]
