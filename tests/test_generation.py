"""Generation on the model that ships: nothing lost or twice, and each answer its own seed's."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from tests.conftest import Desk, answered
from tests.running import add_cards, kill_midway, row
from workbench import generation, jobs
from workbench.demo import starter_model
from workbench.errors import InvalidInput
from workbench.generation import grids, known, models
from workbench.generation.grids import Plan
from workbench.generation.replaying import replay
from workbench.generation.requests import Wanted, ask
from workbench.providers import Answer, Failure, Outcome, Request
from workbench.providers.local import LocalModel
from workbench.records import Prompt, Sampling, Template, Variant, open_turns
from workbench.store import completions, prompts, variants

SAMPLING = Sampling(temperature=1.0, max_tokens=24)


@cache
def starter() -> LocalModel:
    return LocalModel(starter_model())


def variant_of(desk: Desk, sampling: Sampling = SAMPLING, template: Template | None = None) -> Any:
    template = template or Template()
    new = Variant(f"starter, {template.name}", starter_model(), template, sampling)
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
    """Repeats what it was asked, the last first; fails on what contains `refuse`."""

    def __init__(self, refuse: str | None = None):
        self.refuse = refuse
        self.asked: list[Request] = []

    def answer(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[list[Outcome]]:
        arrived = list(enumerate(requests))
        self.asked += [request for _, request in arrived]
        for place, request in reversed(arrived):
            yield [(place, self.said(request))]

    def said(self, request: Request) -> Answer | Failure:
        asked = [request.messages[i]["content"] for i in open_turns(request.messages)]
        if self.refuse and self.refuse in asked[-1]:
            return Failure("refused", "I will not say it.")
        return Answer(tuple(f"You said: {text}" for text in asked), "stop", 5, 7, 1.5)


# What is asked and stored


def test_only_what_is_missing_is_asked_for(desk: Desk) -> None:
    desk.import_rows([answered(i) for i in range(3)], kind="prompts")
    variant, echo = variant_of(desk), Echo()
    assert [answer(desk, variant, n, echo)["answers"] for n in (1, 2, 2)] == [3, 3, 0]
    assert len({request.seeds for request in echo.asked}) == len(echo.asked) == 6


def test_a_completion_says_how_it_came_about(desk: Desk) -> None:
    desk.import_rows([{"prompt": "Why?", "context": "The source."}], kind="prompts")
    variant = variant_of(desk, template=Template("mine", "Read: {{ context }}", "Q: {{ prompt }}"))
    answer(desk, variant)
    with desk.store.read() as db:
        [stored] = completions.of_variant(db, variant.id)
    assert stored.text == "You said: Q: Why?"
    assert [m["content"] for m in stored.rendered] == ["Read: The source.", "Q: Why?"]
    assert stored.seed == ask(variant, Wanted(chosen(desk)[0], 0)).request.seeds[0]
    assert (stored.finish_reason, stored.tokens_in, stored.tokens_out) == ("stop", 5, 7)


def test_turns_are_answered_in_sequence(desk: Desk) -> None:
    prompt = [{"role": "user", "content": text} for text in ("First?", "Second?")]
    desk.import_rows([{"prompt": prompt}], kind="prompts")
    variant, echo = variant_of(desk), Echo()
    answer(desk, variant, 1, echo)
    assert len(echo.asked[0].seeds) == 2
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
    assert answer(desk, variant)["answers"] == 1
    with desk.store.read() as db:
        assert completions.overview(db, desk.project.id)[0]["failed"] == 0


def test_an_imported_variant_cannot_generate(desk: Desk) -> None:
    desk.add_answers(1)
    with desk.store.read() as db:
        imported = variants.in_project(db, desk.project.id)[0]
    with pytest.raises(InvalidInput, match="was imported"):
        models.load(imported.model)


def test_what_is_no_model_is_an_error_for_people(tmp_path: Any) -> None:
    with pytest.raises(InvalidInput, match="cannot be loaded"):
        models.load(known.local(str(tmp_path)))


# The real model


def test_an_equal_request_is_answered_from_the_store(desk: Desk) -> None:
    """Another template that reads the same for a prompt is the same request."""
    desk.import_rows([{"prompt": "Why?"}], kind="prompts")
    echo = Echo()
    answer(desk, variant_of(desk), 2, echo)
    same = variant_of(desk, template=Template("other words", "", "{{ prompt }}"))
    assert answer(desk, same, 3, echo)["from_cache"] == 2
    with desk.store.read() as db:
        found = completions.of_variant(db, same.id)
    assert [(c.from_cache, c.cost_usd) for c in found] == [(True, 0.0), (True, 0.0), (False, None)]
    assert len(echo.asked) == 3


NOWHERE = {"fingerprint": ""}  # as endpoints and hub ids have none


@pytest.mark.parametrize(
    "change",
    [{"location": "http://other/v1"}, {"served_as": "other"}, {"adapter": "/lora"},
     {"kind": "endpoint"}],
)  # fmt: skip
def test_a_model_without_a_fingerprint_is_known_by_where_and_what_it_is(
    change: dict[str, Any],
) -> None:
    base = replace(starter_model(), **NOWHERE)
    prompt = Prompt(({"role": "user", "content": "Why?"},))
    keys = {
        ask(Variant("v", model, Template(), SAMPLING), Wanted(prompt, 0)).key
        for model in (base, replace(base, **change))
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("change", "equal"),
    [
        ({}, True),
        ({"sample": 1}, False),
        ({"sampling": Sampling(0.5, max_tokens=24)}, False),
        ({"sampling": Sampling(1.0, max_tokens=25)}, False),
        ({"template": Template("t", "", "Q: {{ prompt }}")}, False),
        ({"model": {"fingerprint": "other"}}, False),
        ({"model": {"location": "/another/place"}}, True),  # the same files elsewhere
        ({"model": {"name": "another name"}}, True),
        ({"model": NOWHERE | {"location": "http://other/v1"}}, False),
    ],
)
def test_a_request_is_known_by_all_that_determines_its_answer(
    change: dict[str, Any], equal: bool
) -> None:
    base = Variant("v", starter_model(), Template(), SAMPLING)
    model = replace(base.model, **change.get("model", {}))
    other = replace(base, model=model, sampling=change.get("sampling", SAMPLING),
                    template=change.get("template", Template()))  # fmt: skip
    prompt = Prompt(({"role": "user", "content": "Why?"},))
    keys = {
        ask(base, Wanted(prompt, 0)).key,
        ask(other, Wanted(prompt, change.get("sample", 0))).key,
    }
    assert (len(keys) == 1) == equal


def test_two_turns_are_answered_by_the_real_model(desk: Desk) -> None:
    prompt = [{"role": "user", "content": text} for text in ("Hello?", "And now?")]
    desk.import_rows([{"prompt": prompt}], kind="prompts")
    variant = variant_of(desk)
    answer(desk, variant, 1, starter())
    [stored] = desk.rows("SELECT messages FROM completions")
    assert [m["role"] for m in json.loads(stored["messages"])] == ["assistant", "assistant"]


def test_a_stored_answer_is_had_again_by_replaying_its_batch(desk: Desk) -> None:
    add_cards(desk, 70, answers=False)
    variant = variant_of(desk)
    answer(desk, variant, 1, starter())
    with desk.store.read() as db:
        stored = completions.of_variant(db, variant.id)
    assert len({c.batch for c in stored}) == 2
    last = replay(desk.store, stored[-1].id)
    assert (last.same, last.others) == (len([c for c in stored if c.batch == stored[-1].batch]), [])


def test_what_was_not_generated_here_cannot_be_replayed(desk: Desk) -> None:
    desk.add_answers(1)
    [first, _] = desk.rows("SELECT id FROM completions")
    with pytest.raises(InvalidInput, match="not generated by a local model"):
        replay(desk.store, first["id"])


def test_a_killed_generation_goes_on_where_it_stopped(desk: Desk) -> None:
    add_cards(desk, 300, answers=False)
    plan = Plan((starter_model(),), samplings=(SAMPLING,))
    [job] = grids.begin(desk.store, desk.project, plan, desk.clock.now).jobs
    kill_midway(desk.store, job)
    stored = "SELECT id, prompt_id, sample_index, messages FROM completions ORDER BY id"
    before = desk.rows(stored)
    assert 0 < len(before) < 300
    jobs.launch(desk.store)
    done = jobs.wait(desk.store, job.id)
    after = desk.rows(stored)
    assert after[: len(before)] == before
    assert len({(r["prompt_id"], r["sample_index"]) for r in after}) == len(after) == 300
    assert done.result
    assert (done.result["answers"], done.result["failures"]) == (300 - len(before), 0)
    assert row(desk.store, job).attempts == 2
