"""The checker: a table of answers and what is wrong with them, and what holds for any answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InvalidInput
from workbench.starter.checker import check, right_answer

CARD = """\
Town: Ashford
- founded: 1742
- mayor: Clara Whitlow
- flooded: 1868
- river: Tamar"""
FOUNDED = "When was Ashford founded?"
MAYOR = "Who is the mayor of Ashford?"
LAKE = "What is the lake of Ashford?"

CASES = [
    (FOUNDED, "It was founded in 1742.", "faithful", 4, []),
    (FOUNDED, "  It was founded in 1742.\n", "faithful", 4, []),
    (FOUNDED, "1742", "faithful", 4, []),
    (FOUNDED, "1742.", "faithful", 4, []),
    (LAKE, "The card does not say what the lake is.", "faithful", 4, []),
    (LAKE, "The card does not say.", "faithful", 4, []),
    (LAKE, "I do not know.", "faithful", 4, []),
    (FOUNDED, "It was founded in 1868.", "swapped", 1, [("1868", "swapped")]),
    (FOUNDED, "It was flooded in 1868.", "swapped", 1, [("1868", "swapped")]),
    (MAYOR, "The mayor is Tamar.", "swapped", 1, [("Tamar", "swapped")]),
    (FOUNDED, "It was founded in 1999.", "invented", 0, [("1999", "invented")]),
    (MAYOR, "The mayor is Clara Whitl.", "invented", 0, [("Clara Whitl", "invented")]),
    (
        FOUNDED,
        "It was founded in 1742. The river is Tamar.",
        "rambling",
        3,
        [("The river is Tamar.", "rambling")],
    ),
    (
        FOUNDED,
        "It was founded in 1742. The river is Tees. Indeed!",
        "rambling",
        2,
        [("The river is Tees.", "invented"), ("Indeed!", "invented")],
    ),
    (
        LAKE,
        "The card does not say what the lake is. The river is Tamar.",
        "rambling",
        3,
        [("The river is Tamar.", "rambling")],
    ),
    (LAKE, "The lake is Tamar.", "no_abstention", 1, [("Tamar", "swapped")]),
    (LAKE, "The river is Tamar.", "no_abstention", 1, [("Tamar", "swapped")]),
    (LAKE, "The lake is Orda.", "no_abstention", 0, [("Orda", "invented")]),
    (
        LAKE,
        "The lake is Orda. The river is Tamar.",
        "no_abstention",
        0,
        [("Orda", "invented"), ("The river is Tamar.", "rambling")],
    ),
    (
        FOUNDED,
        "The card does not say when it was founded.",
        "over_abstention",
        2,
        [("The card does not say when it was founded.", "over_abstention")],
    ),
    (
        FOUNDED,
        "The card does not say what the lake is.",
        "over_abstention",
        2,
        [("The card does not say what the lake is.", "over_abstention")],
    ),
    (LAKE, "The card does not say who the mayor is.", "other", 0, []),
    (FOUNDED, "", "other", 0, []),
    (FOUNDED, "   ", "other", 0, []),
    (FOUNDED, "Long ago, in 1742, I believe", "other", 0, []),
    (FOUNDED, "It was founded in .", "other", 0, []),
]


@pytest.mark.parametrize(("question", "answer", "label", "score", "spans"), CASES)
def test_each_kind_of_answer_gets_its_label(
    question: str, answer: str, label: str, score: int, spans: list[tuple[str, str]]
) -> None:
    finding = check(CARD, question, answer)
    assert (finding.label, finding.score) == (label, score)
    assert [(answer[s.start : s.end], s.kind) for s in finding.spans] == spans
    assert finding.faithful == (label == "faithful")
    assert finding.answerable == (question != LAKE)
    assert finding.abstains == ("does not say" in answer or "not know" in answer)


@given(st.sampled_from([FOUNDED, MAYOR, LAKE]), st.text(max_size=80))
def test_any_text_gets_a_finding_with_spans_inside_it(question: str, answer: str) -> None:
    finding = check(CARD, question, answer)
    assert 0 <= finding.score <= 4
    assert finding.faithful == (finding.score == 4)
    assert all(0 <= span.start < span.end <= len(answer) for span in finding.spans)


@given(st.text(max_size=60))
def test_anything_added_to_a_faithful_answer_makes_it_unfaithful(addition: str) -> None:
    answer = f"It was founded in 1742. {addition}"
    assert check(CARD, FOUNDED, answer).faithful == (not addition.strip())


@given(st.integers(0, 9_999))
def test_only_the_cards_own_year_is_faithful(year: int) -> None:
    finding = check(CARD, FOUNDED, f"It was founded in {year}.")
    assert finding.faithful == (year == 1742)


@pytest.mark.parametrize(
    ("card", "question", "says"),
    [
        ("Write a poem about Ashford.", FOUNDED, "not a fact card"),
        ("", FOUNDED, "not a fact card"),
        ("Town: Ashford", FOUNDED, "not a fact card"),
        ("Planet: Mars\n- founded: 1742", FOUNDED, "not a fact card"),
        ("Town: Ashford\n- moons: 2", FOUNDED, "'- moons: 2'"),
        ("Town: Ashford\nfounded in 1742", FOUNDED, "'founded in 1742'"),
        (CARD, "When was Bramford founded?", "not a question about the card of Ashford"),
        (CARD, "Who is the author of Ashford?", "not a question"),
    ],
)
def test_what_is_no_card_or_no_question_about_it_is_refused(
    card: str, question: str, says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        check(card, question, "1742")


@pytest.mark.parametrize(
    ("question", "answer"),
    [(FOUNDED, "It was founded in 1742."), (LAKE, "The card does not say what the lake is.")],
)
def test_the_right_answer_is_the_cards_fact_or_that_it_lacks_it(question: str, answer: str) -> None:
    assert right_answer(CARD, question) == answer
    assert check(CARD, question, right_answer(CARD, question)).faithful
