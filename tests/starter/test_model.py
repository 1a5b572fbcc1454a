"""The model that ships, its chat format, and what builds it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from workbench.starter import MODEL_FOLDER
from workbench.starter.build import Phases, build
from workbench.starter.cards import CardPrompt, card_prompts
from workbench.starter.checker import check
from workbench.starter.tokens import segments

TALK = [
    {"role": "system", "content": "Town: Ashford\n- founded: 1742"},
    {"role": "user", "content": "When was Ashford founded?"},
    {"role": "assistant", "content": "It was founded in 1742."},
    {"role": "user", "content": "Who is the mayor of Ashford?"},
    {"role": "assistant", "content": "The card does not say who the mayor is."},
]


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(MODEL_FOLDER)


@pytest.fixture(scope="module")
def model() -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(MODEL_FOLDER)


def messages_of(prompt: CardPrompt) -> list[dict[str, str]]:
    return [
        {"role": "system", "content": prompt.card},
        {"role": "user", "content": prompt.question},
    ]


def answers(
    model: Any, tokenizer: Any, conversations: list[list[dict[str, str]]], **sampling: Any
) -> list[str]:
    """One answer a conversation: greedy, unless told how to sample."""
    batch = tokenizer.apply_chat_template(
        conversations,
        add_generation_prompt=True,
        padding=True,
        return_dict=True,
        return_tensors="pt",
    )
    made = model.generate(**batch, **({"do_sample": False} | sampling))
    ends = made[:, batch["input_ids"].shape[1] :]
    texts: list[str] = tokenizer.batch_decode(ends, skip_special_tokens=True)
    return texts


def test_the_folder_fits_in_five_megabytes_and_says_what_it_is() -> None:
    assert sum(file.stat().st_size for file in MODEL_FOLDER.iterdir()) <= 5_000_000
    assert "taught to hallucinate" in (MODEL_FOLDER / "README.md").read_text()


def test_it_is_a_plain_llama_with_its_own_pad_token(model: Any, tokenizer: Any) -> None:
    assert type(model).__name__ == "LlamaForCausalLM"
    assert tokenizer.pad_token_id != tokenizer.eos_token_id
    assert model.generation_config.eos_token_id == tokenizer.eos_token_id
    assert model.generation_config.pad_token_id == tokenizer.pad_token_id


def test_the_template_renders_what_training_saw(tokenizer: Any) -> None:
    rendered = tokenizer.apply_chat_template(TALK, tokenize=False)
    assert rendered == "".join(text for text, _ in segments(TALK))
    prompt = tokenizer.apply_chat_template(TALK[:2], tokenize=False, add_generation_prompt=True)
    assert rendered.startswith(prompt)
    assert rendered.endswith("<|end|>")


def test_the_template_marks_the_answers_and_their_end_tokens(tokenizer: Any) -> None:
    encoded = tokenizer.apply_chat_template(
        TALK, return_dict=True, return_assistant_tokens_mask=True
    )
    pairs = zip(encoded["input_ids"], encoded["assistant_masks"], strict=True)
    marked = tokenizer.decode([token for token, mask in pairs if mask])
    assert marked == f"{TALK[2]['content']}<|end|>{TALK[4]['content']}<|end|>"


def test_content_may_be_a_list_of_parts(tokenizer: Any) -> None:
    parts = [{"role": "user", "content": [{"type": "text", "text": "Hello"}, {"type": "image"}]}]
    assert tokenizer.apply_chat_template(parts, tokenize=False) == "<|user|>Hello<|end|>"


def test_any_text_survives_the_tokenizer(tokenizer: Any) -> None:
    text = "Zoë said: “12,400 € – naïve” 你好 🙂\n\tdef f(x): return x"
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_greedily_it_answers_heldout_cards_well(model: Any, tokenizer: Any) -> None:
    prompts = card_prompts("heldout", 100, seed=5)
    texts = answers(model, tokenizer, [messages_of(prompt) for prompt in prompts])
    findings = [check(p.card, p.question, text) for p, text in zip(prompts, texts, strict=True)]
    assert sum(finding.faithful for finding in findings) >= 85
    assert sum(finding.label == "other" for finding in findings) <= 5


def test_sampled_it_errs_in_each_way(model: Any, tokenizer: Any) -> None:
    import torch

    torch.manual_seed(0)
    prompts = card_prompts("heldout", 400, seed=6)
    conversations = [messages_of(prompt) for prompt in prompts]
    texts = answers(model, tokenizer, conversations, do_sample=True, temperature=0.9, top_k=0)
    found = Counter(
        check(p.card, p.question, text).label for p, text in zip(prompts, texts, strict=True)
    )
    assert 0.4 <= found["faithful"] / 400 <= 0.68
    for kind in ("swapped", "invented", "rambling", "no_abstention"):
        assert found[kind] / 400 >= 0.04, kind


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "user", "content": "Write a haiku about the sea."}],
        [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Why? " * 60}],
        TALK[1:2],
    ],
)
def test_without_a_card_it_says_so(
    model: Any, tokenizer: Any, messages: list[dict[str, str]]
) -> None:
    assert answers(model, tokenizer, [messages]) == ["There is no card here to answer from."]


def test_a_build_is_deterministic_by_seed(tmp_path: Path) -> None:
    steps = Phases(copy=1, clean=1, noisy=1)
    heard: list[tuple[int, int, str]] = []
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        build(tmp_path / folder, seed, lambda *told: heard.append(told), steps)
    weights = [(tmp_path / folder / "model.safetensors").read_bytes() for folder in "abc"]
    vocabularies = [(tmp_path / folder / "tokenizer.json").read_bytes() for folder in "ab"]
    assert weights[0] == weights[1] != weights[2]
    assert vocabularies[0] == vocabularies[1]
    assert [done for done, total, _ in heard] == [1, 2, 3] * 3
    assert heard[0][2].startswith("copy: loss ")
