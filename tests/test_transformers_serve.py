"""A real OpenAI-compatible server with the model that ships: `transformers serve` on the CPU."""

from dataclasses import replace
from typing import Any

import pytest

from workbench.errors import InvalidInput
from workbench.providers import Answer, Request
from workbench.providers.endpoint import EndpointModel
from workbench.records import Model, Sampling
from workbench.starter.cards import card_prompts

GREEDY = Sampling(temperature=0.0, max_tokens=24)


def questions(number: int, turns: int = 1) -> list[Request]:
    cards = card_prompts("train", number, seed=3)
    return [
        Request(({"role": "user", "content": f"{card.card}\n\n{card.question}"},) * turns,
                (i,) * turns)
        for i, card in enumerate(cards)
    ]  # fmt: skip


def ask(endpoint: EndpointModel, requests: list[Request], sampling: Sampling = GREEDY) -> Any:
    return dict(o for group in endpoint.answer(requests, sampling) for o in group)


def test_all_are_answered_and_counted_while_the_concurrency_finds_its_place(
    served_model: Model,
) -> None:
    told: list[str] = []
    endpoint = EndpointModel(served_model, told.append)
    answers = ask(endpoint, questions(60))
    assert sorted(answers) == list(range(60))
    for answer in answers.values():
        assert isinstance(answer, Answer)
        assert answer.texts[0]
        assert answer.tokens_in > 0 < answer.tokens_out <= 24
        assert 0 < answer.first_token_ms <= answer.latency_ms
        assert answer.logprob is None
    assert (endpoint.changes[0].before, endpoint.changes[0].after) == (1, 2)
    assert any("1 → 2 at once" in words for words in told)


def test_several_turns(served_model: Model) -> None:
    [answer] = ask(EndpointModel(served_model, print), questions(1, turns=2)).values()
    assert (len(answer.texts), answer.attempts) == (2, 2)


def test_top_k_one_is_greedy_at_any_temperature(served_model: Model) -> None:
    """It rejects `top_k` and takes a generation config."""
    told: list[str] = []
    hot = Sampling(temperature=5.0, top_k=1, max_tokens=24)
    cold = ask(EndpointModel(served_model, print), questions(5))
    same = ask(EndpointModel(served_model, told.append), questions(5), hot)
    assert [a.texts for a in same.values()] == [a.texts for a in cold.values()]
    assert any("“top_k”" in words for words in told)


def test_a_stop_is_not_part_of_the_answer(served_model: Model) -> None:
    [plain] = ask(EndpointModel(served_model, print), questions(1)).values()
    stop = plain.texts[0][3:5]
    stopping = replace(GREEDY, stop=(stop,))
    [answer] = ask(EndpointModel(served_model, print), questions(1), stopping).values()
    assert answer.texts[0] == plain.texts[0][: plain.texts[0].find(stop)]


def test_a_wrong_model_fails_for_good_with_a_remedy(served_model: Model) -> None:
    endpoint = EndpointModel(replace(served_model, served_as="another"), print)
    outcomes: list[Any] = []
    with pytest.raises(InvalidInput, match="requested 'another'"):  # noqa: PT012
        for group in endpoint.answer(questions(50), GREEDY):
            outcomes += group
    assert {(failure.code, failure.attempts) for _, failure in outcomes} == {("permanent", 1)}
    assert "Check that the endpoint serves “another”" in outcomes[0][1].message
    assert len(outcomes) == 5
