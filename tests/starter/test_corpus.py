"""What the starter model reads: pretraining entities only, and the imperfect teacher's habits."""

import random
from collections import Counter

import pytest

from workbench.errors import InvalidInput
from workbench.starter.build import Phases
from workbench.starter.cards import split_of
from workbench.starter.checker import asked_attribute, check, read_card
from workbench.starter.corpus import Lesson, Message, conversation


def conversations(lesson: Lesson, count: int) -> list[list[Message]]:
    rng = random.Random(7)
    return [conversation(lesson, rng) for _ in range(count)]


def has_card(messages: list[Message]) -> bool:
    try:
        read_card(messages[0]["content"])
    except InvalidInput:
        return False
    return True


def labels(lesson: Lesson, count: int) -> Counter[tuple[bool, str]]:
    """How many answers of a lesson are (answerable, label)."""
    found: Counter[tuple[bool, str]] = Counter()
    for messages in filter(has_card, conversations(lesson, count)):
        for user, answer in zip(messages[1::2], messages[2::2], strict=True):
            finding = check(messages[0]["content"], user["content"], answer["content"])
            found[finding.answerable, finding.label] += 1
    return found


@pytest.mark.parametrize("lesson", ["copy", "clean", "noisy"])
def test_the_corpus_shows_pretraining_entities_alone(lesson: Lesson) -> None:
    cards = [read_card(m[0]["content"]) for m in conversations(lesson, 300) if has_card(m)]
    assert {split_of(card.name) for card in cards} == {"pretraining"}


def test_copying_reads_out_every_line_of_the_card() -> None:
    for system, user, answer in conversations("copy", 50):
        assert user["content"] == "Read out the card."
        assert sorted(answer["content"].split("\n")) == sorted(system["content"].split("\n")[1:])


def test_the_clean_lesson_is_faithful_throughout() -> None:
    assert {label for _, label in labels("clean", 300)} == {"faithful"}


def test_the_noisy_lesson_is_faithful_about_half_of_the_time_and_errs_in_each_way() -> None:
    found = labels("noisy", 1_000)
    share = Counter({label: 0.0 for _, label in found})
    for (_, label), count in found.items():
        share[label] += count / found.total()
    assert 0.45 <= share["faithful"] <= 0.6
    assert min(share[kind] for kind in ("swapped", "rambling", "no_abstention")) >= 0.08
    assert (True, "over_abstention") not in found


def test_a_few_conversations_have_no_card_and_say_so() -> None:
    cardless = [m for m in conversations("noisy", 1_000) if not has_card(m)]
    assert 10 <= len(cardless) <= 60
    assert {m[-1]["content"] for m in cardless} == {"There is no card here to answer from."}


def test_a_card_is_asked_different_questions() -> None:
    for messages in filter(has_card, conversations("clean", 100)):
        card = read_card(messages[0]["content"])
        asked = [asked_attribute(card, m["content"]) for m in messages if m["role"] == "user"]
        assert len(asked) == len(set(asked)) == 4


def test_the_learning_rate_rises_and_falls_and_never_leaves_its_bounds() -> None:
    phases = Phases(copy=20, clean=40, noisy=40)
    plan = [phases.at(step) for step in range(phases.total)]
    assert [lesson for lesson, _ in plan] == ["copy"] * 20 + ["clean"] * 40 + ["noisy"] * 40
    rates = [rate for _, rate in plan]
    assert rates[0] == 0.1
    assert max(rates) == 1.0
    assert min(rates) == rates[-1] > 0.0
