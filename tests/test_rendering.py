"""Markdown with offsets: what is shown, that every run knows its place, and that nothing acts."""

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.rendering import render

RUN = re.compile(r'<span(?: class="\w+")? data-s="(\d+)"(?: data-e="(\d+)")?>(.*?)</span>', re.S)
PIECES = ["# ", "*", "**", "_", "`", "```py\n", "\n", "\n\n", "- ", "1. ", "> ", "| a | b |\n",
          "|---|---|\n", "&amp;", "&#x1F600;", "\\", "<b>", "<script>", "[x](y)", "![i](u)", "\r\n",
          "    ", "é", "🙂", "👩‍👩‍👧", "שלום", "e\u0301", "word", "$x_1$", "\\(", "~~", "[ ] ",
          "\t", "\x00", "---\n", "]: http://x", "<!--", "``", "  \n"]  # fmt: skip


def runs(html: str) -> list[tuple[int, int | None, str]]:
    return [(int(s), int(e) if e else None, unescape(text)) for s, e, text in RUN.findall(html)]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Hi *there*", '<h1><span data-s="2">Hi </span><em><span data-s="6">there</span></em>'
         "</h1>"),
        ("- a\n- b", '<ul><li><span data-s="2">a</span></li>'
         '<li><span data-s="6">b</span></li></ul>'),
        ("3. x", '<ol start="3"><li><span data-s="3">x</span></li></ol>'),
        ("a &lt; b", '<p><span data-s="0">a </span><span data-s="2" data-e="6">&lt;</span>'
         '<span data-s="6"> b</span></p>'),
        ("🙂 *x*", '<p><span data-s="0">🙂 </span><em><span data-s="3">x</span></em></p>'),
        ("`` ` ``", '<p><code><span data-s="3">`</span></code></p>'),
        ("a\nb", '<p><span data-s="0">a</span><span data-s="1" data-e="2">\n</span>'
         '<span data-s="2">b</span></p>'),
        ("- [x] done", '<ul><li><span class="mark">☑ </span>'
         '<span data-s="6">done</span></li></ul>'),
        ("~~no~~", '<p><del><span data-s="2">no</span></del></p>'),
        ("---", "<hr>"),
    ],
)  # fmt: skip
def test_markdown_becomes_html_with_places(text: str, html: str) -> None:
    assert render(text) == html


def test_tables_have_heads_and_rows() -> None:
    html = render("| a | b |\n|---|---|\n| 1 | **2** |") or ""
    assert html.count("<th>") == html.count("<td>") == 2
    assert "<strong>" in html


def test_code_has_colours_and_keeps_its_places() -> None:
    text = "```py\r\nx = 1  # é\r\n```"
    html = render(text) or ""
    assert '<span class="mi" data-s="11">1</span>' in html
    assert [text[s : s + len(t)] for s, _, t in runs(html)] == [t for _, _, t in runs(html)]


@pytest.mark.parametrize("maths", ["$a_1 * b_2 * c$", "$$\\frac{a}{b}$$", "\\(a_1\\)", "\\[x\\]"])
def test_maths_stays_as_it_was_written(maths: str) -> None:
    assert "".join(text for _, _, text in runs(render(f"so {maths} holds") or "")) == (
        f"so {maths} holds"
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
        "[x](javascript:alert(1))", "![x](http://tracker/y.png)", "<http://a.b>", "[x](http://a.b)",
        '[x](http://a "onmouseover=alert(1)")', '<a href="http://a">x</a>', "<style>*{}</style>",
        "```\"><script>alert(1)</script>\n```", "<iframe src=//a>", "&lt;script&gt;",
    ],
)  # fmt: skip
def test_nothing_acts_and_nothing_is_loaded(hostile: str) -> None:
    html = render(hostile) or ""
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "span", "pre", "code"}
    tags = " ".join(re.findall(r"<[^>]*>", html))
    assert not re.search(r"\b(on\w+|src|href|style)\s*=", re.sub(r'title="[^"]*"', "", tags))


def test_text_without_bytes_is_left_plain() -> None:
    assert render("a \ud800 b") is None


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=14).map("".join))
@example("\\(\\(a")
@example("`a\r\nb`")
@example("\0# ")
@example("\\\\]")
def test_every_run_says_what_stands_at_its_place(text: str) -> None:
    html = render(text)
    if html is None:
        return
    for start, end, shown in runs(html):
        if end is None:
            assert text[start : start + len(shown)] == shown
        else:
            assert 0 <= start < end <= len(text)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_runs_come_in_the_order_of_the_text_and_do_not_overlap(text: str) -> None:
    reached = 0
    for start, end, shown in runs(render(text) or ""):
        assert start >= reached
        reached = end if end is not None else start + len(shown)
