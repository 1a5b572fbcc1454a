"""What became of a failure's code in words for people, and what to do about it.

The one place where a code meets its words: screens and the shell say the same.
"""

from dataclasses import dataclass

from workbench.providers import FailureCode


@dataclass(frozen=True)
class Words:
    """What happened, and what helps."""

    said: str
    remedy: str


WORDS: dict[FailureCode, Words] = {
    "rate_limited": Words(
        "rate limit",
        "The endpoint had no room, even after several tries. Try again later, or let fewer"
        " requests be under way at once.",
    ),
    "transient": Words(
        "endpoint in trouble",
        "The endpoint broke off or did not answer, even after several tries. Try again later.",
    ),
    "permanent": Words(
        "rejected",
        "The endpoint rejects this request each time. Its own words say why: check the model's"
        " settings, its key and the sampling.",
    ),
    "refused": Words(
        "refused",
        "The model declined to answer. Change the prompt or the template, or leave it: a refusal"
        " is a finding too.",
    ),
    "content_filter": Words(
        "content filter",
        "The endpoint's filter withheld the answer. Change the prompt or the template, or ask a"
        " model without this filter.",
    ),
    "truncated": Words(
        "no room for an answer",
        "All tokens went by before the first word. Allow more of them.",
    ),
    "prompt_too_long": Words(
        "prompt too long",
        "The prompt does not fit into the model. Shorten it or the template, or choose a model"
        " that takes more.",
    ),
}
CUT_OFF = "An answer that was cut off reached its most tokens: allow more of them, and ask anew."


def words_of(code: str) -> Words:
    """For a code that is stored; one of an older version is shown as it stands."""
    return next((words for known, words in WORDS.items() if known == code), Words(code, ""))
