"""Queueing: pairs of train prompts that answered the same, once each."""

from collections.abc import Callable

import pytest

from tests.conftest import Desk, answered


def assistant(*texts: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text} for text in texts]


def test_each_train_prompt_gets_one_pair(desk: Desk) -> None:
    desk.add_answers(3)
    desk.add_answers(2, split="heldout", word="held")
    assert desk.open() == 3
    assert desk.open() == 0
    rows = desk.rows("SELECT kind, wanted, open_slots FROM comparisons")
    assert rows == [{"kind": "work", "wanted": 1, "open_slots": 1}] * 3


def test_a_count_goes_round_the_prompts_again(desk: Desk) -> None:
    rows = [answered(i) | {"completions": dict(zip("abc", "123", strict=True))} for i in range(2)]
    desk.import_rows(rows)
    assert desk.open(5) == 5
    per_prompt = desk.rows("SELECT count(*) AS n FROM comparisons GROUP BY prompt_id")
    assert sorted(row["n"] for row in per_prompt) == [2, 3]
    assert desk.open(5) == 1


def test_equal_answers_are_not_compared(desk: Desk) -> None:
    desk.import_rows([answered(0) | {"completions": {"a": "Same.", "b": "Same."}}])
    assert desk.open() == 0


@pytest.mark.parametrize(
    ("first_answers", "turns"),
    [(("Same.", "Same."), [1]), (("One.", "Two."), [0])],
    ids=["same history: the second turn", "other history: the first turn only"],
)
def test_later_turns_are_compared_only_after_the_same_history(
    desk: Desk, first_answers: tuple[str, str], turns: list[int]
) -> None:
    prompt = [{"role": "user", "content": text} for text in ("First?", "Second?")]
    answers = {
        name: assistant(first, f"Then {name}.")
        for name, first in zip("ab", first_answers, strict=True)
    }
    desk.import_rows([{"prompt": prompt, "split": "train", "completions": answers}])
    desk.open()
    assert [r["turn"] for r in desk.rows("SELECT turn FROM comparisons")] == turns


def test_a_wider_overlap_opens_the_missing_slots(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(overlap=2)
    desk.add_answers(1)
    desk.open()
    rows = desk.rows("SELECT wanted, open_slots FROM comparisons")
    assert rows == [{"wanted": 2, "open_slots": 2}]
