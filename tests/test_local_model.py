"""The local provider on the model that ships, and on tiny models made on the spot."""

import math
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from peft import LoraConfig, PeftModel, get_peft_model
from scipy.stats import chisquare
from transformers import AutoModelForCausalLM, AutoTokenizer, BloomConfig, BloomForCausalLM

from workbench.demo import starter_model
from workbench.errors import InvalidInput
from workbench.fingerprint import folder_fingerprint, model_fingerprint
from workbench.providers import Answer, Failure, Request
from workbench.providers.local import BATCH, WINDOW, LocalModel
from workbench.providers.noise import Draws, gumbel, step_keys
from workbench.providers.talks import cut, too_long
from workbench.records import Model, Sampling
from workbench.starter.cards import card_prompts

STARTER = starter_model().location
SAMPLING = Sampling(temperature=1.0, max_tokens=24)
GREEDY = Sampling(temperature=0.0, max_tokens=24)


@cache
def starter() -> LocalModel:
    return LocalModel(starter_model())


def requests_of(count: int) -> list[Request]:
    return [
        Request(
            ({"role": "system", "content": c.card}, {"role": "user", "content": c.question}),
            (seed,),
        )
        for seed, c in enumerate(card_prompts("heldout", count, seed=3))
    ]


def asking(*texts: str, seed: int = 0) -> Request:
    """The user says these texts, and wants an answer to each."""
    messages = tuple({"role": "user", "content": text} for text in texts)
    return Request(messages, tuple(range(seed, seed + len(texts))))


def outcomes(
    requests: list[Request], sampling: Sampling = SAMPLING, model: LocalModel | None = None
) -> list[Answer | Failure]:
    found = dict(o for group in (model or starter()).answer(requests, sampling) for o in group)
    assert len(found) == len(requests)
    return [found[place] for place in range(len(requests))]


def answers(
    requests: list[Request], sampling: Sampling = SAMPLING, model: LocalModel | None = None
) -> list[Answer]:
    found = outcomes(requests, sampling, model)
    assert all(isinstance(outcome, Answer) for outcome in found), found
    return found  # type: ignore[return-value]


def texts(
    requests: list[Request], sampling: Sampling = SAMPLING, model: LocalModel | None = None
) -> list[str]:
    return [text for answer in answers(requests, sampling, model) for text in answer.texts]


# Noise


def test_the_noise_is_a_draw_from_the_softmax() -> None:
    """Chi-square of 20,000 seeds at one step, and of as many steps of one seed."""
    logits = torch.tensor([2.0, 1.0, 0.5, 0.0, -1.0, -2.0, -3.0])
    many = step_keys(range(20_000), 1)[:, 0]
    long = step_keys([7], 20_000)[0]
    for keys in (many, long):
        drawn = (logits + gumbel(torch.from_numpy(keys.copy()), len(logits))).argmax(dim=1)
        seen = np.bincount(drawn.numpy(), minlength=len(logits))
        assert chisquare(seen, 20_000 * logits.double().softmax(0).numpy()).pvalue > 0.001


def test_every_token_of_a_large_vocabulary_is_as_likely_to_win() -> None:
    """Uniform logits over 32,768 tokens: the winners, in 64 stretches of tokens, by chi-square."""
    keys = torch.from_numpy(step_keys(range(4_000), 1)[:, 0].copy())
    drawn = torch.cat([gumbel(part, 2**15).argmax(dim=1) for part in keys.split(200)])
    for stretch in (drawn // 2**9, drawn % 64):  # neighbours, and those that share low bits
        assert chisquare(np.bincount(stretch.numpy(), minlength=64)).pvalue > 0.001


def test_noise_has_the_mean_and_variance_of_gumbels_distribution() -> None:
    """Euler's constant and π² / 6 (Gumbel 1954), within 4 standard errors of 2 million draws."""
    noise = gumbel(torch.from_numpy(step_keys(range(64), 1)[:, 0].copy()), 2**15).double()
    assert noise.mean().item() == pytest.approx(0.5772157, abs=4 * 1.2825 / 2**10.5)
    assert noise.var().item() == pytest.approx(math.pi**2 / 6, abs=4 * 3.5 / 2**10.5)


def test_neighbouring_seeds_steps_and_tokens_have_noise_of_their_own() -> None:
    keys = torch.from_numpy(step_keys(range(40), 10).copy())
    noise = gumbel(keys.reshape(400, 2), 500).double()
    between_draws = torch.corrcoef(noise).fill_diagonal_(0).abs().max().item()
    between_tokens = torch.corrcoef(noise.T).fill_diagonal_(0).abs().max().item()
    assert between_draws < 5.5 / math.sqrt(500)
    assert between_tokens < 5.5 / math.sqrt(400)


@given(
    seeds=st.lists(st.integers(0, 2**63), min_size=2, max_size=8),
    steps=st.integers(1, 20),
    more=st.integers(0, 20),
)
@settings(max_examples=30)
def test_a_rows_noise_knows_neither_its_neighbours_nor_how_long_the_answer_may_be(
    seeds: list[int], steps: int, more: int
) -> None:
    together, alone = step_keys(seeds, steps), step_keys(seeds[-1:], steps + more)
    assert (together[-1] == alone[0, :steps]).all()
    rows = torch.from_numpy(together[:, -1].copy())
    assert torch.equal(gumbel(rows, 50)[-1:], gumbel(rows[-1:], 50))


TOY = torch.tensor([0.4, 0.3, 0.2, 0.1])


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        (Sampling(), [0.4, 0.3, 0.2, 0.1]),
        (Sampling(temperature=0.5), [16 / 30, 9 / 30, 4 / 30, 1 / 30]),  # squares
        (Sampling(top_k=2), [4 / 7, 3 / 7, 0, 0]),
        (Sampling(top_p=0.8), [4 / 9, 3 / 9, 2 / 9, 0]),
        (Sampling(top_k=3, top_p=0.7), [4 / 7, 3 / 7, 0, 0]),
    ],
)
def test_temperature_top_k_and_top_p_shape_the_draw(
    sampling: Sampling, expected: list[float]
) -> None:
    draws = Draws(range(10_000), sampling, "cpu")
    scores = TOY.log().repeat(10_000, 1)
    drawn = draws(torch.zeros(10_000, 1, dtype=torch.long), scores).argmax(dim=1)
    seen, wanted = np.bincount(drawn.numpy(), minlength=4), 10_000 * np.array(expected)
    assert (seen[wanted == 0] == 0).all()
    assert chisquare(seen[wanted > 0], wanted[wanted > 0]).pvalue > 0.001


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


# Other models


def saved(folder: Path, network: Any = None, **tokenizer_changes: Any) -> Model:
    """The starter with this network or these changes to its tokenizer."""
    tokenizer = AutoTokenizer.from_pretrained(STARTER)
    for name, value in tokenizer_changes.items():
        setattr(tokenizer, name, value)
    tokenizer.save_pretrained(folder)
    (network or AutoModelForCausalLM.from_pretrained(STARTER)).save_pretrained(folder)
    return Model("made here", "local", str(folder))


def test_a_model_without_positions_has_no_limit_but_its_tokenizers(tmp_path: Path) -> None:
    config = BloomConfig(vocab_size=768, hidden_size=16, n_layer=1, n_head=2, eos_token_id=1)
    boundless = saved(tmp_path / "a", BloomForCausalLM(config), model_max_length=int(1e30))
    bounded = saved(tmp_path / "b", BloomForCausalLM(config), model_max_length=600)
    long = asking("word " * 400)
    assert isinstance(outcomes([long], model=LocalModel(boundless))[0], Answer)
    [failure] = outcomes([long], model=LocalModel(bounded))
    assert isinstance(failure, Failure)
    assert "the model takes 600" in failure.message


def test_a_tokenizer_without_a_pad_token_batches_all_the_same(tmp_path: Path) -> None:
    model = LocalModel(saved(tmp_path, pad_token=None))
    assert model.loaded.tokenizer.pad_token_id is None
    assert texts(requests_of(20), model=model) == texts(requests_of(20))


def test_end_tokens_are_those_of_the_generation_config(tmp_path: Path) -> None:
    """Here the full stop ends an answer as well; a suggested temperature changes nothing."""
    network = AutoModelForCausalLM.from_pretrained(STARTER)
    stop = AutoTokenizer.from_pretrained(STARTER).convert_tokens_to_ids(".")
    network.generation_config.eos_token_id = [1, stop]
    network.generation_config.update(do_sample=True, temperature=0.01, repetition_penalty=3.0)
    model = LocalModel(saved(tmp_path, network))
    assert model.loaded.ends == {1, stop}
    requests = requests_of(30)
    assert texts(requests, model=model) == [text.split(".")[0] for text in texts(requests)]


def test_a_model_without_a_chat_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no chat template"):
        LocalModel(saved(tmp_path, chat_template=None))


def test_a_prompt_that_the_template_refuses_fails_alone(tmp_path: Path) -> None:
    picky = "{% if messages[0]['content'] == 'no' %}{{ raise_exception('not this') }}{% endif %}hm"
    good, bad = outcomes(
        [asking("yes"), asking("no")], model=LocalModel(saved(tmp_path, chat_template=picky))
    )
    assert isinstance(good, Answer)
    assert isinstance(bad, Failure)
    assert (bad.code, "not this" in bad.message) == ("permanent", True)


def test_what_is_no_model_is_an_error_for_people(tmp_path: Path) -> None:
    for damage in ("empty", "cut short"):
        folder = tmp_path / damage
        folder.mkdir()
        if damage == "cut short":
            saved(folder)
            (folder / "model.safetensors").write_bytes(b"\0" * 10)
        with pytest.raises(InvalidInput, match="cannot be loaded") as error:
            LocalModel(Model("broken", "local", str(folder)))
        assert error.value.field == "model"


# Adapters


def adapter(folder: Path, network: Any = None, seed: int = 0) -> str:
    """A LoRA adapter of random weights that are large enough to be heard."""
    torch.manual_seed(seed)
    config = LoraConfig(r=4, target_modules="all-linear", init_lora_weights=False)
    adapted = get_peft_model(network or AutoModelForCausalLM.from_pretrained(STARTER), config)
    adapted.save_pretrained(folder)
    return str(folder)


def with_adapter(folder: str) -> Model:
    return Model("adapted", "local", STARTER, adapter=folder)


def test_an_adapter_is_merged_and_changes_what_is_said(tmp_path: Path) -> None:
    folder = adapter(tmp_path)
    model = LocalModel(with_adapter(folder))
    assert not isinstance(model.loaded.network, PeftModel)
    base = AutoModelForCausalLM.from_pretrained(STARTER)
    unmerged = PeftModel.from_pretrained(base, folder).eval()
    ids = torch.arange(2, 40)[None]
    with torch.inference_mode():
        expected, merged = unmerged(ids).logits, model.loaded.network(ids).logits
    torch.testing.assert_close(merged, expected, rtol=1e-4, atol=1e-4)
    assert texts(requests_of(10), GREEDY, model) != texts(requests_of(10), GREEDY)


def test_a_wrong_adapter_is_an_error_that_names_its_folder(tmp_path: Path) -> None:
    small = BloomForCausalLM(BloomConfig(vocab_size=99, hidden_size=16, n_layer=1, n_head=2))
    wrong = {
        "nothing": str(tmp_path / "nowhere"),
        "another architecture": adapter(tmp_path / "bloom", small),
        "a model": STARTER,
        "other layers": without_a_layer(tmp_path),
    }
    for name, folder in wrong.items():
        with pytest.raises(InvalidInput, match="cannot be put on this model") as error:
            LocalModel(with_adapter(folder))
        assert folder in error.value.message, name
        assert error.value.field == "adapter"


def without_a_layer(tmp_path: Path) -> str:
    """An adapter of the starter with one layer fewer, that says it is for all layers."""
    network = AutoModelForCausalLM.from_pretrained(STARTER, num_hidden_layers=3)
    return adapter(tmp_path / "fewer", network)


def test_a_fingerprint_names_model_and_adapter_together(tmp_path: Path) -> None:
    one, other = (adapter(tmp_path / str(seed), seed=seed) for seed in (0, 1))
    found = [
        model_fingerprint(STARTER),
        *(model_fingerprint(STARTER, folder) for folder in (one, other)),
        model_fingerprint("hub/name", one),
        model_fingerprint("hub/other", one),
    ]
    assert found[0] == folder_fingerprint(Path(STARTER))
    assert len(set(found)) == len(found)
    assert model_fingerprint(STARTER, one) == model_fingerprint(STARTER, one)
    assert model_fingerprint("hub/name") == ""
