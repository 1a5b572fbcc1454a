"""Cards: deterministic, one split an entity, questions answered by their own card."""

import subprocess
import sys
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InvalidInput
from workbench.starter.cards import CardPrompt, Split, card_prompts, split_of
from workbench.starter.checker import check, read_card
from workbench.starter.domains import DOMAINS

SPLITS: tuple[Split, ...] = ("pretraining", "train", "heldout")


def names_of(prompts: list[CardPrompt]) -> list[str]:
    return [read_card(prompt.card).name for prompt in prompts]


def shingles(prompt: CardPrompt) -> set[str]:
    text = f"{prompt.card}\n{prompt.question}"
    return {text[i : i + 5] for i in range(len(text) - 4)}


@pytest.mark.parametrize("split", SPLITS)
def test_prompts_are_a_function_of_split_count_and_seed(split: Split) -> None:
    prompts = card_prompts(split, 60, seed=3)
    assert prompts == card_prompts(split, 60, seed=3)
    assert prompts[:20] == card_prompts(split, 20, seed=3)
    assert prompts != card_prompts(split, 60, seed=4)


@pytest.mark.parametrize("split", SPLITS)
def test_each_entity_is_used_once_and_belongs_to_the_split(split: Split) -> None:
    names = names_of(card_prompts(split, 2_500, seed=0))
    assert len(set(names)) == len(names)
    assert {split_of(name) for name in names} == {split}


def test_no_entity_is_in_two_domains() -> None:
    every = [name for domain in DOMAINS for name in domain.all_names()]
    assert len(set(every)) == len(every)


def test_some_values_appear_on_heldout_cards_alone() -> None:
    def people(split: Split) -> set[str]:
        cards = (read_card(prompt.card) for prompt in card_prompts(split, 2_000, seed=1))
        return {v for c in cards for a, v in c.facts.items() if a.kind == "town"}

    assert people("heldout") - people("train") - people("pretraining")


def test_three_in_ten_questions_are_unanswerable() -> None:
    prompts = card_prompts("heldout", 2_000, seed=0)
    share = sum(not prompt.answerable for prompt in prompts) / len(prompts)
    assert share == pytest.approx(0.3, abs=0.04)


@given(st.integers(0, 10_000))
def test_the_reference_is_what_the_checker_calls_faithful(seed: int) -> None:
    for prompt in card_prompts("heldout", 12, seed):
        finding = check(prompt.card, prompt.question, prompt.reference)
        assert finding.faithful
        assert finding.answerable == prompt.answerable
        assert finding.abstains != prompt.answerable


def test_train_and_heldout_prompts_are_no_near_duplicates() -> None:
    train = [shingles(prompt) for prompt in card_prompts("train", 300, seed=0)]
    heldout = [shingles(prompt) for prompt in card_prompts("heldout", 200, seed=0)]
    assert max(len(a & b) / len(a | b) for a, b in product(train, heldout)) < 0.6


def test_labels_and_sentences_are_unambiguous_within_a_domain() -> None:
    for domain in DOMAINS:
        assert 8 <= len(domain.attributes) <= 10
        for part in ("label", "question", "answer", "missing"):
            assert len({getattr(a, part) for a in domain.attributes}) == len(domain.attributes)
        assert all(first.kind == second.kind for first, second in domain.pairs)


@pytest.mark.parametrize(("split", "count"), [("heldout", -1), ("heldout", 10**6), ("test", 5)])
def test_what_cannot_be_drawn_is_refused(split: Split, count: int) -> None:
    with pytest.raises(InvalidInput):
        card_prompts(split, count, seed=0)


def test_cards_and_checker_load_no_torch() -> None:
    program = (
        "import sys, workbench.starter.cards, workbench.starter.checker, workbench.starter.build;"
        "sys.exit(bool({'torch', 'transformers', 'tokenizers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
