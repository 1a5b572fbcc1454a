"""Generation on the model that ships: nothing lost or twice, and each answer its own seed's."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pytest

from tests.conftest import Desk, answered
from tests.running import add_cards, kill_midway, row
from workbench import generation, jobs
from workbench.demo import starter_model
from workbench.errors import InvalidInput
from workbench.providers import Answer, Failure, Request
from workbench.providers.local import LocalModel
from workbench.records import Prompt, Sampling, Template, Variant
from workbench.starter.cards import card_prompts
from workbench.store import completions, prompts, variants

SAMPLING = Sampling(temperature=1.0, max_tokens=24)


@cache
def starter() -> LocalModel:
    return LocalModel(starter_model().location)


def variant_of(desk: Desk, sampling: Sampling = SAMPLING, template: Template | None = None) -> Any:
    new = Variant("starter", starter_model(), template or Template(), sampling)
    now = desk.clock.now
    return desk.store.write(lambda db: variants.ensure_variant(db, now, desk.project.id, new))


def answer(desk: Desk, variant: Variant, samples: int = 1, provider: Any = None) -> dict[str, Any]:
    return generation.answer(
        desk.store, variant, chosen(desk), samples, lambda *_: None, provider or Echo()
    )


def chosen(desk: Desk) -> list[Prompt]:
    with desk.store.read() as db:
        return list(prompts.in_project(db, desk.project.id))


class Echo:
    """A provider that repeats what it was asked; fails on what contains `refuse`."""

    def __init__(self, refuse: str | None = None):
        self.refuse = refuse
        self.asked: list[Request] = []

    def answer(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterator[tuple[int, Answer | Failure]]:
        self.asked += requests
        for place in reversed(range(len(requests))):
            text = f"You said: {requests[place].messages[-1]['content']}"
            if self.refuse and self.refuse in text:
                yield place, Failure("refused", "I will not say it.")
            else:
                yield place, Answer(text, "stop", 5, 7, 1.5)


# What is asked and stored


def test_only_what_is_missing_is_asked_for(desk: Desk) -> None:
    desk.import_rows([answered(i) for i in range(3)], kind="prompts")
    variant, echo = variant_of(desk), Echo()
    assert answer(desk, variant, 1, echo) == {"answers": 3, "failures": 0}
    assert answer(desk, variant, 2, echo) == {"answers": 3, "failures": 0}
    assert answer(desk, variant, 2, echo) == {"answers": 0, "failures": 0}
    assert len({request.seed for request in echo.asked}) == len(echo.asked) == 6


def test_a_completion_says_how_it_came_about(desk: Desk) -> None:
    desk.import_rows([{"prompt": "Why?", "context": "The source."}], kind="prompts")
    variant = variant_of(desk, template=Template("mine", "Read: {{ context }}", "Q: {{ prompt }}"))
    answer(desk, variant)
    with desk.store.read() as db:
        [stored] = completions.of_variant(db, variant.id)
    assert stored.text == "You said: Q: Why?"
    assert [m["content"] for m in stored.rendered] == ["Read: The source.", "Q: Why?"]
    assert stored.seed == generation.seed_of(variant, chosen(desk)[0], 0)
    assert (stored.finish_reason, stored.tokens_in, stored.tokens_out) == ("stop", 5, 7)


def test_turns_are_answered_in_sequence(desk: Desk) -> None:
    prompt = [{"role": "user", "content": text} for text in ("First?", "Second?")]
    desk.import_rows([{"prompt": prompt}], kind="prompts")
    variant, echo = variant_of(desk), Echo()
    answer(desk, variant, 1, echo)
    asked = [[m["content"] for m in request.messages] for request in echo.asked]
    assert asked == [["First?"], ["First?", "You said: First?", "Second?"]]
    with desk.store.read() as db:
        [stored] = completions.of_variant(db, variant.id)
    assert [m["content"] for m in stored.messages] == ["You said: First?", "You said: Second?"]


def test_a_failure_is_stored_as_such_and_asked_again(desk: Desk) -> None:
    desk.import_rows([{"prompt": "good"}, {"prompt": "evil"}], kind="prompts")
    variant = variant_of(desk)
    for _ in range(2):
        answer(desk, variant, 1, Echo(refuse="evil"))
    with desk.store.read() as db:
        [overview] = completions.overview(db, desk.project.id)
    assert (overview["answers"], overview["failed"]) == (1, 1)
    assert {r["code"] for r in desk.rows("SELECT code FROM generation_failures")} == {"refused"}
    assert answer(desk, variant) == {"answers": 1, "failures": 0}
    with desk.store.read() as db:
        assert completions.overview(db, desk.project.id)[0]["failed"] == 0


def test_an_imported_variant_cannot_generate(desk: Desk) -> None:
    desk.add_answers(1)
    with desk.store.read() as db:
        imported = variants.in_project(db, desk.project.id)[0]
    with pytest.raises(InvalidInput, match="was imported"):
        generation.load(imported)


def test_what_is_no_model_is_an_error_for_people(tmp_path: Any) -> None:
    with pytest.raises(InvalidInput, match="cannot be loaded"):
        LocalModel(str(tmp_path))


# The real model


def requests_of(count: int) -> list[Request]:
    return [
        Request(
            ({"role": "system", "content": c.card}, {"role": "user", "content": c.question}), seed
        )
        for seed, c in enumerate(card_prompts("heldout", count, seed=3))
    ]


def texts(requests: list[Request], sampling: Sampling = SAMPLING) -> list[str]:
    found = dict(starter().answer(requests, sampling))
    return [found[i].text for i in range(len(requests))]  # type: ignore[union-attr]


def test_the_same_seed_gives_the_same_text_in_whatever_batch() -> None:
    requests = requests_of(100)
    together = texts(requests)
    apart = [text for at in range(0, 100, 10) for text in texts(requests[at : at + 10])]
    assert sum(a == b for a, b in zip(together, apart, strict=True)) >= 99


def test_other_seeds_give_other_texts_unless_greedy() -> None:
    [request] = requests_of(1)
    seeded = [Request(request.messages, seed) for seed in range(30)]
    assert len(set(texts(seeded))) > 1
    assert len(set(texts(seeded, Sampling(temperature=0.0, max_tokens=24)))) == 1


def test_a_prompt_that_is_too_long_fails_alone(desk: Desk) -> None:
    desk.import_rows([{"prompt": "word " * 2000}, {"prompt": "Why?"}], kind="prompts")
    variant = variant_of(desk)
    assert answer(desk, variant, 1, starter()) == {"answers": 1, "failures": 1}
    [failure] = desk.rows("SELECT code, message FROM generation_failures")
    assert failure["code"] == "prompt_too_long"
    assert "room for 488" in failure["message"]


def test_two_turns_are_answered_by_the_real_model(desk: Desk) -> None:
    prompt = [{"role": "user", "content": text} for text in ("Hello?", "And now?")]
    desk.import_rows([{"prompt": prompt}], kind="prompts")
    variant = variant_of(desk)
    answer(desk, variant, 1, starter())
    [stored] = desk.rows("SELECT messages FROM completions")
    assert [m["role"] for m in json.loads(stored["messages"])] == ["assistant", "assistant"]


def test_a_killed_generation_goes_on_where_it_stopped(desk: Desk) -> None:
    add_cards(desk, 300, answers=False)
    variant = variant_of(desk)
    job = generation.start(desk.store, desk.project.id, variant.id)
    kill_midway(desk.store, job)
    stored = "SELECT id, prompt_id, sample_index, messages FROM completions ORDER BY id"
    before = desk.rows(stored)
    assert 0 < len(before) < 300
    jobs.launch(desk.store)
    done = jobs.wait(desk.store, job.id)
    after = desk.rows(stored)
    assert after[: len(before)] == before
    assert len({(r["prompt_id"], r["sample_index"]) for r in after}) == len(after) == 300
    assert done.result == {"answers": 300 - len(before), "failures": 0}
    assert row(desk.store, job).attempts == 2
