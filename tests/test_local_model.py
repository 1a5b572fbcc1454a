"""The local provider on the model that ships: the same answers again, their log probabilities,
where they end, and conversations in batches.
"""

from collections.abc import Iterator
from functools import cache
from itertools import count
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import chisquare

from tests.asking import GREEDY, SAMPLING, answers, asking, outcomes, requests_of, starter, texts
from workbench.demo import starter_model
from workbench.providers import Answer, Failure, Request
from workbench.providers.local import BATCH, WINDOW, LocalModel
from workbench.providers.noise import Draws
from workbench.providers.talks import cut, too_long
from workbench.records import Sampling

# The same answer again


@pytest.mark.parametrize("size", [1, 10, 64])
def test_the_same_seed_gives_the_same_text_in_whatever_batch(size: int) -> None:
    requests = requests_of(120)
    other = LocalModel(starter_model(), batch=size)
    same = [a == b for a, b in zip(in_batches_of_30(), texts(requests, model=other), strict=True)]
    assert sum(same) >= 0.99 * len(requests)


@cache
def in_batches_of_30() -> list[str]:
    return texts(requests_of(120), model=LocalModel(starter_model(), batch=30))


def test_a_recorded_batch_gives_exactly_its_texts_again() -> None:
    requests = requests_of(100)
    recorded = answers(requests)
    for name in {answer.batch for answer in recorded}:
        places = [i for i, answer in enumerate(recorded) if answer.batch == name]
        places.sort(key=lambda i: recorded[i].batch_place or 0)
        again = starter().replay([requests[i] for i in places], SAMPLING)
        assert [place for place, _ in again] == list(range(len(places)))
        for i, (_, outcome) in zip(places, again, strict=True):
            assert isinstance(outcome, Answer)
            assert (outcome.texts, outcome.logprob) == (recorded[i].texts, recorded[i].logprob)


def test_a_batch_of_several_turns_can_be_replayed_though_one_of_it_failed() -> None:
    """What failed has no place in a batch, so the batch is what was answered without it."""
    fails = asking("Hello?", "word " * 600)
    requests = [asking("Hello?", "And now?", seed=5), fails, asking("Who?", seed=9)]
    found = outcomes(requests)
    assert [type(outcome) for outcome in found] == [Answer, Failure, Answer]
    kept = {
        outcome.batch_place: i for i, outcome in enumerate(found) if isinstance(outcome, Answer)
    }
    assert sorted(kept) == [0, 1]
    again = starter().replay([requests[kept[0]], requests[kept[1]]], SAMPLING)
    for place, outcome in again:
        recorded = found[kept[place]]
        assert isinstance(outcome, Answer)
        assert isinstance(recorded, Answer)
        assert outcome.texts == recorded.texts


def test_the_answers_follow_the_models_own_distribution() -> None:
    """3,000 seeds of one prompt: their first tokens, known by their log probabilities, against
    one forward pass; so hot that each of the 8 likeliest is drawn.
    """
    model, request = starter(), asking("Hello?")
    seeded = [Request(request.messages, (seed,)) for seed in range(3_000)]
    hot = Sampling(temperature=8.0, top_k=8, max_tokens=1)
    seen = np.array([answer.logprob for answer in answers(seeded, hot, model)])
    logp = np.sort(first_logprobs(model, request))[-8:]
    counts = [(abs(seen - one) < 1e-3).sum() for one in logp]
    wanted = np.exp(logp / 8) / np.exp(logp / 8).sum()
    assert sum(counts) == 3_000
    assert chisquare(counts, 3_000 * wanted).pvalue > 0.001


def first_logprobs(model: LocalModel, request: Request) -> Any:
    ids = model.loaded.tokenizer.apply_chat_template(
        list(request.messages), add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    with torch.inference_mode():
        return model.loaded.network(**ids).logits[0, -1].double().log_softmax(0).numpy()


def test_other_seeds_give_other_texts_unless_greedy() -> None:
    [request] = requests_of(1)
    seeded = [Request(request.messages, (seed,)) for seed in range(30)]
    assert len(set(texts(seeded))) > 1
    assert len(set(texts(seeded, GREEDY))) == 1


def test_greedy_is_what_transformers_own_generate_gives() -> None:
    model, [request] = starter(), requests_of(1)
    ids = model.loaded.tokenizer.apply_chat_template(
        list(request.messages), add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    bare = model.loaded.network.generate(**ids, max_new_tokens=24, do_sample=False)
    written = model.loaded.tokenizer.decode(bare[0, ids.input_ids.shape[1] :], True)
    assert texts([request], GREEDY) == [written.strip()]


# Log probabilities, tokens and ends


@pytest.mark.parametrize("sampling", [SAMPLING, GREEDY, Sampling(0.7, 0.9, 24, top_k=20)])
def test_logprob_is_the_models_own_untempered_one(sampling: Sampling) -> None:
    """Against one forward pass over prompt and answer, the first 10 tokens of which count."""
    network, prompt = starter().loaded.network, torch.arange(10, 50).repeat(20, 1)
    draws = Draws(range(20), sampling, "cpu")
    with torch.inference_mode():
        whole = network.generate(
            input_ids=prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=24,
            do_sample=False, logits_processor=[draws], eos_token_id=None,
        )  # fmt: skip
        logp = network(whole).logits.double().log_softmax(-1)
    expected = logp[:, 39:49].gather(2, whole[:, 40:50, None]).sum(dim=(1, 2)).tolist()
    assert draws.logprobs(whole, [10] * 20) == pytest.approx(expected, abs=1e-3)


def test_an_answers_logprob_counts_its_end_token_and_no_padding() -> None:
    model, requests = starter(), requests_of(20)
    for request, answer in zip(requests, answers(requests, GREEDY), strict=True):
        assert answer.finish_reason == "stop"
        said = {"role": "assistant", "content": answer.texts[0]}
        expected = total_logprob(model, request, said, answer.tokens_out or 0)
        assert answer.logprob == pytest.approx(expected, abs=1e-3)


def total_logprob(model: LocalModel, request: Request, said: Any, tokens: int) -> float:
    """The sum over the last tokens of the conversation, by one forward pass."""
    whole = model.loaded.tokenizer.apply_chat_template([*request.messages, said], tokenize=False)
    ids = model.loaded.tokenizer(whole.rstrip(), add_special_tokens=False, return_tensors="pt")
    with torch.inference_mode():
        logp = model.loaded.network(**ids).logits[0].double().log_softmax(-1)
    last = ids.input_ids[0, -tokens:, None]
    return float(logp[-tokens - 1 : -1].gather(1, last).sum())


def test_an_answer_that_runs_out_of_tokens_says_so() -> None:
    [short] = answers(requests_of(1), Sampling(temperature=0.0, max_tokens=2))
    [whole] = answers(requests_of(1), Sampling(temperature=0.0, max_tokens=60))
    assert (short.finish_reason, short.tokens_out) == ("length", 2)
    assert whole.finish_reason == "stop"
    assert whole.texts[0].startswith(short.texts[0])


def test_an_answer_ends_before_a_stop_string() -> None:
    requests = requests_of(40)
    freely = answers(requests)
    stopped = answers(requests, Sampling(max_tokens=24, stop=(" is", "zzz")))
    assert any(" is" in answer.texts[0] for answer in freely)
    for free, stop in zip(freely, stopped, strict=True):
        assert stop.texts[0] == free.texts[0].split(" is")[0].strip()
        assert (stop.tokens_out or 0) <= (free.tokens_out or 0)
        if " is" in free.texts[0]:
            assert stop.finish_reason == "stop"


def test_a_stop_string_in_the_prompt_stops_nothing() -> None:
    free, stopped = (
        texts([asking("Who? Who? Who?")], Sampling(0.0, max_tokens=12, stop=stop))
        for stop in ((), ("Who?", "<|assistant|>"))
    )
    assert free == stopped


@pytest.mark.parametrize(
    ("text", "stops", "left"),
    [
        ("one two three", (), "one two three"),
        ("one two three", ("three", "two"), "one "),
        ("one", ("two",), "one"),
        ("two", ("two",), ""),
    ],
)
def test_the_first_of_the_stop_strings_counts(text: str, stops: Any, left: str) -> None:
    assert cut(text, stops) == left


# Conversations, batches and what does not fit


def test_each_turn_sees_what_was_said_before() -> None:
    [answer] = answers([asking("Hello?", "And now?")])
    [first] = answers([asking("Hello?")])
    given = {"role": "assistant", "content": first.texts[0]}
    asked = asking("Hello?", "And now?").messages
    [second] = answers([Request((asked[0], given, asked[1]), (1,))])
    assert answer.texts == (*first.texts, *second.texts)
    assert answer.tokens_in == (first.tokens_in or 0) + (second.tokens_in or 0)
    assert answer.tokens_out == (first.tokens_out or 0) + (second.tokens_out or 0)
    assert answer.logprob == pytest.approx((first.logprob or 0) + (second.logprob or 0), abs=1e-3)


def test_conversations_of_other_lengths_share_a_batch() -> None:
    requests = [asking("Hello?"), asking("Hello?", "And now?", "Why?"), asking("Hello?", "Who?")]
    found = answers(requests)
    assert [len(answer.texts) for answer in found] == [1, 3, 2]
    assert len({answer.batch for answer in found}) == 1


def test_a_batch_goes_from_long_to_short_by_tokens() -> None:
    short, long = asking("a" * 100), asking("Who? " * 15)
    lengths = [answer.tokens_in for answer in answers([short, long])]
    places = [answer.batch_place for answer in answers([short, long])]
    assert len("a" * 100) > len("Who? " * 15)
    assert sorted(range(2), key=lambda i: -(lengths[i] or 0)) == sorted(
        range(2), key=lambda i: places[i] or 0
    )


def test_requests_are_taken_a_window_at_a_time() -> None:
    taken = []

    def endless() -> Iterator[Request]:
        for seed in count():
            taken.append(seed)
            yield asking("Hello?", seed=seed)

    groups = starter().answer(endless(), Sampling(max_tokens=1))
    assert not taken
    assert len(next(groups)) == BATCH
    assert len(taken) == WINDOW


def test_prompts_that_are_too_long_fail_alone() -> None:
    fits, does_not, neither = outcomes([asking("Why?"), asking("word " * 2000), asking("é" * 4000)])
    assert isinstance(fits, Answer)
    for failure in (does_not, neither):
        assert isinstance(failure, Failure)
        assert failure.code == "prompt_too_long"
        assert "there is room for 488: the model takes 512, of which 24" in failure.message
        assert "Shorten the prompt" in failure.message


@pytest.mark.parametrize(("length", "fits"), [(488, True), (489, False)])
def test_prompt_and_answer_fit_together(length: int, fits: bool) -> None:
    assert (too_long(length, limit=512, answer=24) is None) == fits


def test_an_image_fails_alone_and_parts_of_text_are_read() -> None:
    text = {"type": "text", "text": "Hello?"}
    parts = Request(({"role": "user", "content": [text]},), (0,))
    image = Request(({"role": "user", "content": [text, {"type": "image", "sha256": "0"}]},), (0,))
    read, refused = outcomes([parts, image])
    assert isinstance(read, Answer)
    assert list(read.texts) == texts([asking("Hello?")])
    assert isinstance(refused, Failure)
    assert "reads text alone" in refused.message


def short_of_memory(monkeypatch: pytest.MonkeyPatch, rows: int) -> tuple[LocalModel, list[int]]:
    """The starter where memory takes so many rows, and the rows of each try."""
    model, tried = LocalModel(starter_model()), []
    generate = model.loaded.network.generate

    def limited(**given: Any) -> Any:
        tried.append(len(given["input_ids"]))
        if tried[-1] > rows:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return generate(**given)

    monkeypatch.setattr(model.loaded.network, "generate", limited)
    return model, tried


def test_a_batch_halves_where_memory_does_not_do(monkeypatch: pytest.MonkeyPatch) -> None:
    model, tried = short_of_memory(monkeypatch, rows=20)
    requests = requests_of(128)
    assert len(texts(requests, model=model)) == 128
    assert tried == [64, 32, 16, 16, 32, 16, 16, 16, 16, 16, 16]
    assert model.batch == 16


def test_what_does_not_fit_into_memory_even_alone_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    model, _ = short_of_memory(monkeypatch, rows=0)
    [outcome] = outcomes(requests_of(1), model=model)
    assert isinstance(outcome, Failure)
    assert "do not fit into the GPU's memory" in outcome.message
