"""A run: text that stands in the source as it is shown, marked with its place."""

import re
from html import escape

# An HTML parser swallows these or puts others in their stead.
_SHOWABLE = re.compile(r"[^\r\0]+")


def runs_of(place: int, shown: str, css: str = "") -> str:
    """HTML of the text that begins at the code point `place` of the source."""
    kind = f' class="{css}"' if css else ""
    return "".join(
        f'<span{kind} data-s="{place + part.start()}">{escape(part[0], quote=False)}</span>'
        for part in _SHOWABLE.finditer(shown)
    )
