"""What each kind of check says of an answer, and which settings it refuses."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.checking.case import Case
from workbench.checking.identity import distinctive, leaks
from workbench.checking.making import kind_of
from workbench.checking.masking import BLANK, blanked
from workbench.checking.wording import asks
from workbench.errors import InvalidInput
from workbench.store.masks import Mask

FENCED = '```json\n{"age": 7}\n```'
AGE = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}


@pytest.mark.parametrize(
    ("kind", "settings", "text", "reference", "passed"),
    [
        ("exact", {}, "In  1807.\n", "In 1807.", True),
        ("exact", {}, "in 1807.", "In 1807.", False),
        ("exact", {"ignore_case": True}, "in 1807.", "In 1807.", True),
        ("exact", {"exact_space": True}, "In 1807.\n", "In 1807.", False),
        ("exact", {}, "In 1807.", None, None),
        ("contains", {"text": "the mayor"}, "It was The\nMayor.", None, True),
        ("contains", {"text": "the mayor", "ignore_case": False}, "The Mayor", None, False),
        ("contains", {"text": "mayor", "absent": True}, "The mayor", None, False),
        ("contains", {}, "It was 1807, in May.", "1807", True),
        ("contains", {}, "It was 1807.", None, None),
        ("regex", {"pattern": r"\b\d{4}\b"}, "In 1807.", None, True),
        ("regex", {"pattern": r"^\d+$"}, "In 1807.", None, False),
        ("regex", {"pattern": r"!", "absent": True}, "In 1807.", None, True),
        ("json_schema", {"schema": AGE}, '{"age": 7}', None, True),
        ("json_schema", {"schema": AGE}, FENCED, None, True),
        ("json_schema", {"schema": AGE}, "Here you are: {}", None, False),
        ("json_schema", {"schema": AGE}, '{"age": "7"}', None, False),
        ("json_schema", {"schema": {}}, "[" * 40_000, None, False),
        ("length", {"least": 2, "unit": "words"}, "Two words", None, True),
        ("length", {"most": 1, "unit": "words"}, "Two words", None, False),
        ("length", {"least": 3, "most": 3}, "äöü", None, True),
        ("refusal", {}, "I'm sorry, but I can't help with that.", None, False),
        ("refusal", {}, "As an AI language model, I cannot have opinions.", None, False),
        ("refusal", {}, "I am unable to open links.", None, False),
        ("refusal", {}, "I must decline this request.", None, False),
        ("refusal", {}, "He said that he could not help.", None, True),
        ("refusal", {}, "I'm sorry for your loss. Here is a letter.", None, True),
        ("refusal", {"phrases": ["kein Kommentar"]}, "Dazu: Kein Kommentar.", None, False),
        ("identity_leak", {}, "As ChatGPT, I think so.", None, False),
        ("identity_leak", {}, "I think so.", None, True),
    ],
)
def test_an_answer_passes_or_not(
    kind: str, settings: dict[str, Any], text: str, reference: str | None, passed: bool | None
) -> None:
    assert kind_of(kind, settings).find(Case((text,), "Why?", reference)).passed is passed


def test_the_last_turn_is_looked_at_but_a_leak_counts_in_any() -> None:
    case = Case(("I am Claude.", "Fine."))
    assert kind_of("length", {"most": 5}).find(case).passed
    assert not kind_of("identity_leak", {}).find(case).passed


def test_a_near_duplicate_is_found_among_the_others() -> None:
    kind = kind_of("near_duplicate", {"threshold": 0.8})
    others = ("Something else altogether.", "The mayor of Ashford was born in 1807!")
    assert not kind.find(Case(("The mayor of Ashford was born in 1807.",), others=others)).passed
    assert kind.find(Case(("A poem on rivers.",), others=others)).passed


def test_a_pattern_without_an_end_has_no_result() -> None:
    found = kind_of("regex", {"pattern": "(a|aa)+$"}).find(Case(("a" * 60 + "b",)))
    assert found.passed is None
    assert "no end" in found.note


def test_a_schema_is_never_fetched() -> None:
    found = kind_of("json_schema", {"schema": {"$ref": "https://example.org/x"}}).find(Case(("1",)))
    assert found.passed is None
    assert "cannot be followed" in found.note


@pytest.mark.parametrize(
    ("kind", "settings", "field"),
    [
        ("no such", {}, "kind"),
        ("exact", {"text": "x"}, "text"),
        ("exact", {"ignore_case": 1}, "ignore_case"),
        ("contains", {"text": " "}, "text"),
        ("regex", {}, "pattern"),
        ("regex", {"pattern": "("}, "pattern"),
        ("json_schema", {"schema": {"type": "hat"}}, "schema"),
        ("length", {}, "least"),
        ("length", {"least": 5, "most": 4}, "most"),
        ("length", {"most": -1}, "most"),
        ("length", {"most": True}, "most"),
        ("length", {"most": 4, "unit": "hats"}, "unit"),
        ("refusal", {"phrases": [""]}, "phrases"),
        ("refusal", {"phrases": [1]}, "phrases"),
        ("near_duplicate", {"threshold": 0}, "threshold"),
    ],
)
def test_bad_settings_name_their_field_and_a_remedy(
    kind: str, settings: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        kind_of(kind, settings)
    assert caught.value.field == field
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "leaked"),
    [
        ("As ChatGPT, I think so.", "As ChatGPT"),
        ("Well, as an AI model named Qwen I do.", "as an AI model named Qwen"),
        ("I am Claude, here to help.", "I am Claude"),
        ("I'm an AI assistant called Gemini.", "I'm an AI assistant called Gemini"),
        ("My name is Mistral.", "My name is Mistral"),
        (
            "As an AI language model trained by OpenAI, I do.",
            "As an AI language model trained by OpenAI",
        ),
        ("I was developed by Anthropic.", "I was developed by Anthropic"),
        ("Developed by Meta, I answer.", "Developed by Meta, I"),
        ("As an OpenAI model I answer.", "As an OpenAI model"),
        ("Android was developed by Google.", None),
        ("As Claude Monet painted it.", None),
        ("As a Gemini you are curious.", None),
        ("OpenAI released GPT-4 in 2023.", None),
        ("I am an AI and a llama fan.", None),
        ("I metabolise sugar.", None),
    ],
)
def test_what_an_answer_says_of_itself_is_found(text: str, leaked: str | None) -> None:
    assert [text[start:end] for start, end in leaks(text)] == ([leaked] if leaked else [])


@pytest.mark.parametrize("name", ["Open Assistant", "GPT-4o", "Phi-3", "Command R+", "Bing Chat"])
@pytest.mark.parametrize("maker", ["01.AI", "Hugging Face", "xAI", "the team at AI21 Labs", "Meta"])
def test_names_and_makers_are_known_however_they_are_written(name: str, maker: str) -> None:
    assert leaks(f"I am {name.upper()}.")
    assert leaks(f"Well, I was trained by {maker}.")


def test_the_names_of_the_projects_models_are_found_unless_the_prompt_has_them() -> None:
    names = distinctive(["imported/tiny-9b", "starter", "org/a1"])
    assert names == ("tiny-9b",)
    assert leaks("Says Tiny-9B: no.", "Why?", names) == [(5, 12)]
    assert leaks("Says tiny-9b: no.", "What is tiny-9b?", names) == []


@given(text=st.text(), other=st.text())
def test_leaks_lie_apart_in_order_and_within(text: str, other: str) -> None:
    text = f"{text} As ChatGPT, I am Claude. {other}"
    at = [place for stretch in leaks(text) for place in stretch]
    assert at == sorted(set(at))
    assert at[-1] <= len(text)


@given(
    text=st.text(),
    cuts=st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), max_size=4),
)
def test_a_blank_keeps_every_offset_and_line(text: str, cuts: list[tuple[int, int]]) -> None:
    masks = [Mask(1, 0, start, start + length, "identity") for start, length in cuts]
    hidden = {at for mask in masks for at in range(mask.start, mask.end)}
    assert blanked(text, masks) == "".join(
        BLANK if at in hidden and letter != "\n" else letter for at, letter in enumerate(text)
    )


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        ("exact", {"ignore_case": True}, "is the prompt's reference (case aside)"),
        ("contains", {}, "has the prompt's reference in it"),
        ("contains", {"text": "AI", "absent": True}, "does not have “AI” in it"),
        ("contains", {"text": "AI", "ignore_case": False}, "has “AI” in it, in the same case"),
        ("regex", {"pattern": r"\d"}, r"has a match for \d"),
        ("json_schema", {"schema": {}}, "is JSON that the schema allows: {}"),
        ("length", {"least": 3, "most": 9, "unit": "words"}, "has 3 to 9 words"),
        ("length", {"most": 9}, "has at most 9 characters"),
        ("refusal", {"phrases": ["no way"]}, "does not refuse, nor says “no way”"),
        ("near_duplicate", {}, "is less than 90 % alike any other answer to its prompt"),
        ("identity_leak", {}, "does not say what made it or what it is called"),
    ],
)
def test_what_a_check_asks_in_words(kind: str, settings: dict[str, Any], said: str) -> None:
    assert asks(kind, settings) == said
