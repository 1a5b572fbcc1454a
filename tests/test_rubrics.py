"""Rubrics and taxonomies: what ships is sound, and a mistake is named by file, key and reason."""

from pathlib import Path

import pytest

from workbench.errors import InvalidInput
from workbench.rubrics import available, load_rubric, load_taxonomy

CRITERION = "key: k, question: Why, min: 0, max: 2"
CATEGORY = "key: k, title: K, hotkey: d"


@pytest.mark.parametrize("name", available("rubric"))
def test_every_rubric_that_ships_is_sound(name: str) -> None:
    rubric = load_rubric(name)
    assert rubric["slug"] == name
    assert all(c["question"] and c["min"] < c["max"] for c in rubric["criteria"])


@pytest.mark.parametrize("name", available("taxonomy"))
def test_every_taxonomy_that_ships_is_sound(name: str) -> None:
    assert all(c["description"] for c in load_taxonomy(name)["categories"])


def test_defaults_are_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "mine.rubric.yaml"
    path.write_text(f"criteria: [{{{CRITERION}}}]")
    rubric = load_rubric(str(path))
    assert (rubric["slug"], rubric["criteria"]) == (
        "mine",
        [{"key": "k", "title": "k", "question": "Why", "min": 0, "max": 2, "anchors": {},
          "required": False}],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]", "must hold keys and values"),
        ("criteria: [", "is not valid YAML"),
        ("title: x", "criteria: must be a list"),
        ("criteria: []", "criteria: must be a list"),
        ("criteria: [x]", "criteria[0]: must hold keys"),
        ("criteria: [{key: k}]", "criteria[0]: max is missing"),
        (f"criteria: [{{{CRITERION}, colour: red}}]", "criteria[0]: colour is not a known key"),
        ("criteria: [{key: k, question: Why, min: 2, max: 1}]", "0 ≤ min < max ≤ 9"),
        ("criteria: [{key: k, question: Why, min: 0, max: 12}]", "0 ≤ min < max ≤ 9"),
        ("criteria: [{key: k, question: Why, min: a, max: b}]", "0 ≤ min < max ≤ 9"),
        (f"criteria: [{{{CRITERION}, anchors: {{5: x}}}}]", "anchors: 5 is not on the scale 0–2"),
        (f"criteria: [{{{CRITERION}, anchors: [x]}}]", "anchors: must hold scores"),
        (f"criteria: [{{{CRITERION}}}, {{{CRITERION}}}]", "criteria: k appears twice"),
    ],
)
def test_a_mistake_in_a_rubric_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput) as refused:
        load_rubric(str(path))
    assert refused.value.message.startswith("mine.yaml")
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("categories: [{key: k, title: K}]", "hotkey is missing"),
        ("categories: [{key: k, title: K, hotkey: dd}]", "must be one letter"),
        ("categories: [{key: k, title: K, hotkey: 1}]", "must be one letter"),
        ("categories: [{key: k, title: K, hotkey: r}]", "other than r and c"),
        (f"categories: [{{{CATEGORY}}}, {{key: l, title: L, hotkey: d}}]", "hotkeys: d appears"),
    ],
)
def test_a_mistake_in_a_taxonomy_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=said):
        load_taxonomy(str(path))


def test_an_unknown_name_is_answered_with_those_that_ship() -> None:
    with pytest.raises(InvalidInput, match="grounded-qa, helpfulness"):
        load_rubric("made-up")


def test_what_ships_says_which_categories_are_hallucinations() -> None:
    marked = {
        name: [c["key"] for c in load_taxonomy(name)["categories"] if c.get("hallucination")]
        for name in available("taxonomy")
    }
    assert marked == {
        "bias-and-safety": [],
        "fava": ["entity", "relation", "contradictory", "invented", "unverifiable"],
        "hallucination": ["contradicts_source", "not_in_source"],
        "ragtruth": ["conflict", "baseless"],
    }


def test_what_ships_says_of_which_criteria_more_is_not_better() -> None:
    neutral = [
        c["key"]
        for name in available("rubric")
        for c in load_rubric(name)["criteria"]
        if not c.get("more_is_better", True)
    ]
    assert neutral == ["complexity", "verbosity"]
