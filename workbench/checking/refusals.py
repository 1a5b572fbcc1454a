"""Refusals: how assistants say in English that they will not answer. It knows one text."""

import re

BEGINNING = 300  # characters: who refuses does it first

_PHRASES = (
    r"i(?:['’]m| am) (?:very |really |so )?sorry,? (?:but )?(?:i|as an|that|this)\b[^.!?\n]{0,40}?"
    r"\b(?:can(?:no|['’])t|can not|unable|won['’]t|not able)",
    r"i (?:can(?:no|['’])t|can not|could not|couldn['’]t|won['’]t|will not|must) "
    r"(?:\w+ly )?(?:assist|help|provide|comply|fulfil|do that|answer|support|generate|create|write|"
    r"engage|participate|share|discuss|offer|give|decline)",
    r"i(?:['’]m| am) (?:unable|not able|not allowed|not permitted|not comfortable|prohibited)",
    r"i (?:have to|must|need to) (?:decline|refuse)",
    r"i (?:decline|refuse) to",
    r"as an? (?:ai|large)\b[^.!?\n]{0,60}?\b(?:can(?:no|['’])t|can not|unable|not able|not (?:be )?"
    r"(?:appropriate|programmed))",
    r"(?:it(?:['’]s| is)|that(?:['’]s| is)|would be) (?:not |un)(?:appropriate|ethical)"
    r" (?:for me )?to",
    r"(?:goes|is) against my (?:programming|guidelines|principles|policy|policies)",
    r"i don['’]t feel comfortable",
    r"(?:sorry|apologi[sz]e),? (?:but )?i (?:can(?:no|['’])t|can not|won['’]t|am unable)",
)
_REFUSES = re.compile("|".join(rf"(?:\b{phrase})" for phrase in _PHRASES), re.IGNORECASE)


def refusal(text: str, phrases: tuple[str, ...] = ()) -> str | None:
    """The words by which a text refuses, near its beginning; one of `phrases` counts anywhere."""
    for phrase in phrases:
        at = text.casefold().find(phrase.casefold())
        if at >= 0:
            return phrase
    found = _REFUSES.search(text[:BEGINNING])
    return found.group() if found else None
