"""Colours for code blocks, by Pygments' own short class names; offsets stay as they were."""

from collections.abc import Iterator

from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from workbench.rendering.runs import runs_of

LONGEST = 20_000  # characters: beyond it, colours take longer than a reader would wait

Run = tuple[int, str]


def coloured(runs: list[Run], language: str) -> str:
    """`runs` are (place in the source, text); HTML spans with their places, and classes."""
    return "".join(runs_of(place, text, css) for place, text, css in _pieces(runs, language))


def _pieces(runs: list[Run], language: str) -> Iterator[tuple[int, str, str]]:
    """Cuts the runs where the kind of token changes."""
    tokens = _tokens("".join(text for _, text in runs), language)
    left, css = "", ""
    for place, text in runs:
        while text:
            if not left:
                left, css = next(tokens)
            taken = min(len(left), len(text))
            yield place, text[:taken], css
            place, text, left = place + taken, text[taken:], left[taken:]


def _tokens(code: str, language: str) -> Iterator[tuple[str, str]]:
    """(text, class); the whole code without a class where nothing is known of the language."""
    found: list[tuple[str, str]] = []
    if language and len(code) <= LONGEST:
        try:
            lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
            found = [(text, STANDARD_TYPES.get(kind, "")) for kind, text in lexer.get_tokens(code)]
        except ClassNotFound:
            pass
    whole = "".join(text for text, _ in found) == code
    yield from ((t, css) for t, css in (found if whole else [(code, "")]) if t)
