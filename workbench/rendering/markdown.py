"""Markdown to HTML with offsets: each run of text is `<span data-s=…>`, its place in the source.

`data-s` counts code points of the source. A run whose characters stand in the source as they are
shown has `data-s` alone; one that stands for something else (an entity, a line break in a code
span) has `data-e` too, and is selected as a whole. What Markdown swallows (the address of a link)
has no place: the plain text has it.

Raw HTML is shown as text. Links and images are inert. Maths stays as it was written.
"""

from collections.abc import Iterator
from html import escape
from typing import Any

import nh3
from pyromark import Markdown, Options

from workbench.rendering.code import coloured
from workbench.rendering.runs import runs_of

_MARKDOWN = Markdown(
    options=Options.ENABLE_TABLES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_TASKLISTS
    | Options.ENABLE_MATH
)
_TAGS = {
    "Paragraph": "p", "BlockQuote": "blockquote", "Item": "li", "Emphasis": "em",
    "Strong": "strong", "Strikethrough": "del", "TableRow": "tr", "HtmlBlock": "p",
}  # fmt: skip
_BREAKS = {"SoftBreak", "HardBreak"}
_ALLOWED = {
    *_TAGS.values(), "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre", "code", "hr",
    "table", "thead", "tbody", "th", "td", "span",
}  # fmt: skip
_ATTRIBUTES = {"span": {"data-s", "data-e", "class", "title"}, "ol": {"start"}}


def render(text: str) -> str | None:
    """The HTML of a Markdown text; None where it cannot be made and the plain text must do."""
    try:
        html = "".join(_Writer(text).pieces())
    except UnicodeEncodeError:  # lone surrogates have no bytes, so no byte ranges
        return None
    return nh3.clean(html, tags=_ALLOWED, attributes=_ATTRIBUTES, link_rel=None)


class _Writer:
    """Walks the events of one text. `byte` and `point` say how far it has counted, `reached` how
    far the text was shown.
    """

    def __init__(self, text: str):
        self.text, self.data = text, text.encode()
        self.byte = self.point = 0
        self.reached = 0
        self.in_head = False
        self.language = ""
        self.code: list[tuple[int, str]] | None = None

    def pieces(self) -> Iterator[str]:
        for event, place in _MARKDOWN.events_with_range(self.text):
            start, end = place["start"], place["end"]
            if isinstance(event, str):
                yield self._lone(event, start, end)
                continue
            kind, value = _named(event)
            if kind == "Start":
                yield self._start(value)
            elif kind == "End":
                yield self._end(value)
            elif kind != "TaskListMarker":
                yield self._leaf(kind, value, start, end)
            else:
                yield '<span class="mark">☑ </span>' if value else '<span class="mark">☐ </span>'

    def _lone(self, event: str, start: int, end: int) -> str:
        if event == "Rule":
            return "<hr>"
        return self._atom("\n", start, end) if event in _BREAKS else ""

    def _start(self, value: Any) -> str:
        kind, detail = _named(value)
        match kind:
            case "Heading":
                return f"<{detail['level'].lower()}>"
            case "List":
                return "<ul>" if detail is None else f'<ol start="{detail}">'
            case "CodeBlock":
                self.code = []
                self.language = detail["Fenced"].split()[0] if _is_named_fence(detail) else ""
                return "<pre><code>"
            case "Link" | "Image":
                address = escape(detail["dest_url"], quote=True)
                return f'<span class="{kind.lower()}" title="{address}">'
            case "Table":
                return "<table>"
            case "TableHead":
                self.in_head = True
                return "<thead><tr>"
            case "TableCell":
                return "<th>" if self.in_head else "<td>"
        return f"<{_TAGS[kind]}>" if kind in _TAGS else ""

    def _end(self, value: Any) -> str:
        kind, detail = _named(value)
        match kind:
            case "Heading":
                return f"</{detail.lower()}>"
            case "List":
                return "</ol>" if detail else "</ul>"
            case "CodeBlock":
                runs, self.code = self.code or [], None
                return f"{coloured(runs, self.language)}</code></pre>"
            case "Link" | "Image":
                return "</span>"
            case "Table":
                return "</table>"
            case "TableHead":
                self.in_head = False
                return "</tr></thead>"
            case "TableCell":
                return "</th>" if self.in_head else "</td>"
        return f"</{_TAGS[kind]}>" if kind in _TAGS else ""

    def _leaf(self, kind: str, shown: str, start: int, end: int) -> str:
        source = self.data[start:end].decode()
        if "Math" in kind:
            shown = source
        at = _within_ticks(source, shown) if kind == "Code" else 0 if source == shown else -1
        if at < 0:
            return self._atom(shown, start, end)
        place = self._point(start) + at
        if self.code is not None:
            self.code.append((place, shown))
            return ""
        if place > self.reached and self.text[place - 1] == "\\" and shown[:1] in "()[]":
            place, shown = place - 1, "\\" + shown  # \( and \[ are maths, not escapes
        self.reached = place + len(shown)
        run = runs_of(place, shown)
        return f"<code>{run}</code>" if kind == "Code" else run

    def _atom(self, shown: str, start: int, end: int) -> str:
        first, last = self._point(start), self._point(end)
        if self.code is not None:
            self.code.append((first, self.text[first:last]))
            return ""
        return f'<span data-s="{first}" data-e="{last}">{escape(shown, quote=False)}</span>'

    def _point(self, byte: int) -> int:
        """Code points before a byte; events come in order, so it counts on from the last one."""
        if byte < self.byte:
            self.byte = self.point = 0
        self.point += len(self.data[self.byte : byte].decode())
        self.byte = byte
        return self.point


def _within_ticks(source: str, shown: str) -> int:
    """Where a code span's text stands between its backticks; −1 where it was changed."""
    ticks = len(source) - len(source.lstrip("`"))
    return source.find(shown, ticks)


def _named(value: Any) -> tuple[str, Any]:
    return (value, None) if isinstance(value, str) else next(iter(value.items()))


def _is_named_fence(detail: Any) -> bool:
    return isinstance(detail, dict) and bool(detail["Fenced"].split())
