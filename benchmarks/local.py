"""The local provider beside a bare batched `generate`, on the same prompts in the same run.

Bare is what one would write by hand: prompts sorted by length, chat template, tokenizer with
padding, `generate(do_sample=True)`, `batch_decode`. Both have the same weights, batches of the
same size and as many threads, and take short turns, since other work on the machine comes and
goes: the ratio is the median of the turns' ratios. Tokens are those up to the end token, itself
included. Each turn has noise of its own. `python -m benchmarks.run --only local`.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from workbench.demo import starter_model
from workbench.providers import Answer, Request
from workbench.providers.local import BATCH, LocalModel
from workbench.records import Model, Sampling
from workbench.settings import Workspace
from workbench.starter.cards import CardPrompt, card_prompts

WARM = 8


def local(workspace: Workspace) -> None:
    import torch

    print(
        "| model | sampling | prompts × turns | threads | ours, tokens/s | bare, tokens/s | ratio |"
    )
    print("|---|---|---|---|---|---|---|")
    larger = _larger(workspace.home.parent / "larger")
    plain, narrow = Sampling(max_tokens=32), Sampling(max_tokens=32, temperature=0.8, top_p=0.95)
    for model, sampling, count, turns in (
        (starter_model(), plain, 128, 20),
        (starter_model(), narrow, 128, 20),
        (larger, plain, 64, 6),
    ):
        torch.set_num_threads(2)
        provider = LocalModel(model)
        prompts = card_prompts("heldout", count, seed=0)
        ours, bare, ratio = _beside(provider, sampling, prompts, turns)
        parameters = provider.loaded.network.num_parameters() / 1e6
        how = f"T={sampling.temperature}, top-p {sampling.top_p} | {count} × {turns}"
        print(f"| {model.name}, {parameters:.0f} M | {how} | {torch.get_num_threads()}"
              f" | {ours:.0f} | {bare:.0f} | {ratio:.2f} |", flush=True)  # fmt: skip


def _beside(
    provider: LocalModel, sampling: Sampling, prompts: list[CardPrompt], turns: int
) -> tuple[float, float, float]:
    """Medians of tokens a second of both, and of the turns' ratios."""
    for run in (_ours, _bare):
        run(provider, sampling, prompts[:WARM], 0)
    rates = []
    for turn in range(turns):
        order = (_ours, _bare) if turn % 2 else (_bare, _ours)
        rate = {run: _rate(run, provider, sampling, prompts, turn) for run in order}
        rates.append((rate[_ours], rate[_bare], rate[_ours] / rate[_bare]))
    ours, bare, ratio = (statistics.median(column) for column in zip(*rates, strict=True))
    return ours, bare, ratio


def _rate(run: Callable[..., int], *arguments: Any) -> float:
    began = time.perf_counter()
    tokens = run(*arguments)
    return tokens / (time.perf_counter() - began)


def _ours(provider: LocalModel, sampling: Sampling, prompts: list[CardPrompt], turn: int) -> int:
    """How many tokens the provider generates."""
    requests = [
        Request(_messages(prompt), (turn * len(prompts) + i,)) for i, prompt in enumerate(prompts)
    ]
    outcomes = [outcome for group in provider.answer(requests, sampling) for _, outcome in group]
    assert all(isinstance(outcome, Answer) for outcome in outcomes)
    return sum(outcome.tokens_out or 0 for outcome in outcomes)


def _bare(provider: LocalModel, sampling: Sampling, prompts: list[CardPrompt], turn: int) -> int:
    """How many tokens the same network generates without the provider."""
    import torch

    torch.manual_seed(turn)
    tokenizer, network = provider.loaded.tokenizer, provider.loaded.network
    tokenizer.padding_side = "left"
    texts = tokenizer.apply_chat_template(
        [list(_messages(prompt)) for prompt in prompts], tokenize=False, add_generation_prompt=True
    )
    count = 0
    texts.sort(key=len, reverse=True)
    for batch in (texts[at : at + BATCH] for at in range(0, len(texts), BATCH)):
        inputs = tokenizer(batch, return_tensors="pt", padding=True, add_special_tokens=False).to(
            provider.loaded.device
        )
        with torch.inference_mode():
            output = network.generate(
                **inputs, max_new_tokens=sampling.max_tokens, do_sample=True,
                temperature=sampling.temperature, top_p=sampling.top_p, top_k=0,
            )  # fmt: skip
        new = output[:, inputs.input_ids.shape[1] :]
        tokenizer.batch_decode(new, skip_special_tokens=True)
        count += sum(_up_to_the_end(new.tolist(), provider.loaded.ends))
    return count


def _up_to_the_end(rows: list[list[int]], ends: frozenset[int]) -> Iterator[int]:
    for row in rows:
        yield next((at + 1 for at, token in enumerate(row) if token in ends), len(row))


def _messages(prompt: CardPrompt) -> tuple[dict[str, Any], ...]:
    return (
        {"role": "system", "content": prompt.card},
        {"role": "user", "content": prompt.question},
    )


def _larger(folder: Path) -> Model:
    """A Llama of random weights with a vocabulary of 32,000, so that drawing costs what it does
    in larger models; its tokenizer is the starter's.
    """
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=32_000, hidden_size=384, intermediate_size=1024, num_hidden_layers=8,
        num_attention_heads=6, max_position_embeddings=1024, tie_word_embeddings=True,
        eos_token_id=1, pad_token_id=0, bos_token_id=None,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(starter_model().location).save_pretrained(folder)
    return Model("random weights", "local", str(folder))
