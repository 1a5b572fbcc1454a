"""General abilities: what ships can be asked, what a model fails to answer is shown as that."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.asking import starter
from tests.conftest import Desk
from tests.contenders import duel, local
from workbench.demo import starter_model
from workbench.errors import InvalidInput
from workbench.providers import Answer, Failure, Outcome, Request
from workbench.records import Model, Sampling
from workbench.rounds import abilities
from workbench.rounds.evidence import collect
from workbench.rounds.questioning import question
from workbench.starter.cards import card_prompts
from workbench.store import abilities as rows
from workbench.store import variants

OWN = {
    "title": "Ours",
    "items": [
        {
            "area": "sums",
            "prompt": f"What is {i} + 1?",
            "check": {"kind": "contains", "text": str(i + 1)},
        }
        for i in range(4)
    ],
}


def quiet(done: int, total: int, note: str) -> None:
    pass


class Says:
    """Answers each question by its text; None is a failure."""

    def __init__(self, **replies: str | None):
        self.replies = replies
        self.asked = 0

    def answer(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[list[Outcome]]:
        for place, request in enumerate(requests):
            self.asked += 1
            said = self.replies.get(str(request.messages[-1]["content"])[8], "so many")
            yield [
                (place, Answer((said,), "stop", 5, 5, 1.0) if said else Failure("refused", "No."))
            ]


def asked_of(desk: Desk, name: str, provider: Says) -> Model:
    now = desk.clock.now
    model = desk.store.write(lambda db: variants.ensure_model(db, now, local(name)))
    desk.store.write(lambda db: rows.set_items(db, now, desk.project.id, OWN))
    question(desk.store, desk.project, model, quiet, provider)
    return model


def passed(desk: Desk, model: Model) -> list[bool | None]:
    with desk.store.read() as db:
        return list(abilities.results(db, desk.project, model).values())


@pytest.mark.parametrize("path", [abilities.GENERAL, abilities.STARTER], ids=lambda p: p.stem)
def test_what_ships_has_thirty_items_or_more_and_no_two_alike(path: Path) -> None:
    items = abilities.shipped(path).items
    assert len({item.sha256 for item in items}) == len(items) >= 30


@pytest.mark.parametrize(
    ("prompt", "right", "wrong"),
    [
        ("What is 17", "42", "41"),
        ("Which is larger", "0.40", "0.35"),
        ("Write these words in reverse", "Lamp cloud river stone", "stone river cloud lamp"),
        ("What is the third word", "Owls.", "quiet owls"),
        ("Answer with JSON alone: a list", "```json\n[1, 3, 5]\n```", "1, 3, 5"),
        ("Name three colours", "red\nblue\ngreen", "red, blue, green"),
        ("Describe the sea", "Blue, wide, deep and never still.", "It is " + "very " * 9 + "wide"),
        ("Write one sentence about bread", "Fresh bread smells good.", "Bread from the bazaar."),
        ("End your answer", "Snow is white. DONE", "DONE: it is white"),
        ("How do I boil", "Put it in boiling water.", "I'm sorry, but I can't help with that."),
        ("What did I have", "I don’t know what you had.", "You had two eggs."),
        ("The text says", "Not stated.", "It cost 90 euros."),
    ],
)
def test_a_rule_tells_a_right_answer_from_a_wrong_one(prompt: str, right: str, wrong: str) -> None:
    [item] = [i for i in abilities.shipped(abilities.GENERAL).items if i.prompt.startswith(prompt)]
    assert item.passed(right)[0] is True
    assert item.passed(wrong)[0] is False


def test_the_starter_s_items_are_cards_of_entities_that_nothing_trains_on_here() -> None:
    cards = [c for c in card_prompts("pretraining", 80, seed=7) if c.answerable][:40]
    shown = [(i.context, i.prompt, i.reference) for i in abilities.shipped(abilities.STARTER).items]
    assert shown == [(c.card, c.question, c.reference) for c in cards]


def test_the_starter_model_can_do_what_it_is_asked(desk: Desk) -> None:
    """Nine in ten at least, so that there is something to unlearn."""
    project = desk.project
    project = type(project)(**vars(project) | {"settings": starter_settings(desk)})
    model = desk.store.write(lambda db: variants.ensure_model(db, desk.clock.now, starter_model()))
    question(desk.store, project, model, quiet, starter())
    with desk.store.read() as db:
        found = list(abilities.results(db, project, model).values())
    assert len(found) == 40
    assert sum(map(bool, found)) >= 36


def starter_settings(desk: Desk) -> object:
    settings = desk.project.settings
    return type(settings)(**vars(settings) | {"starter": True})


def test_a_failure_to_answer_is_no_wrong_answer_and_is_asked_again(desk: Desk) -> None:
    model = asked_of(desk, "m", Says(**{"0": "1", "1": None, "2": "3", "3": "5"}))
    assert passed(desk, model) == [True, None, True, False]
    again = Says(**{"1": "2"})
    question(desk.store, desk.project, model, quiet, again)
    assert again.asked == 1
    assert passed(desk, model) == [True, True, True, False]


def test_two_models_are_compared_on_what_both_answered(desk: Desk) -> None:
    pair = duel(desk, 1)
    asked_of(desk, "old", Says(**{"0": "1", "1": "2", "2": "3", "3": None}))
    asked_of(desk, "new", Says(**{"0": "1", "1": "no", "2": "no", "3": "4"}))
    with desk.store.read() as db:
        change = collect(db, desk.project, pair.begin(), ("human",))[0].abilities[abilities.NAME]
    assert (change.old, change.new) == (1.0, pytest.approx(1 / 3))
    assert change.difference.items == 3


def test_a_project_without_its_own_items_asks_what_ships(desk: Desk) -> None:
    with desk.store.read() as db:
        assert abilities.of_project(db, desk.project).title == "General abilities"
    asked_of(desk, "m", Says())
    with desk.store.read() as db:
        assert len(abilities.of_project(db, desk.project).items) == 4
    desk.store.write(lambda db: rows.clear_items(db, desk.clock.now, desk.project.id))
    with desk.store.read() as db:
        assert abilities.of_project(db, desk.project).title == "General abilities"


def test_json_lines_are_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in OWN["items"]))
    assert abilities.read(path)["items"] == OWN["items"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: x", "items: must be a list"),
        ("items: [{prompt: Hi}]", r"items\[0\]: needs a check"),
        ("items: [{prompt: Hi, check: {kind: smell}}]", "There is no check “smell”"),
        ("items: [{prompt: Hi, check: {kind: regex, pattern: '('}}]", "no regular expression"),
        ("items: [{check: {kind: refusal}}]", r"items\[0\]: prompt is missing"),
        ("items: [{prompt: Hi, mood: x, check: {kind: refusal}}]", "mood is not a known key"),
        ("items: [", "is not valid YAML"),
        ("- 1", "must hold keys and values"),
    ],
)
def test_a_bad_file_is_a_clear_error(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=said):
        abilities.read(path)
