"""Local models made on the spot: what loads, with which ends and limits, and adapters."""

from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, BloomConfig, BloomForCausalLM

from tests.asking import GREEDY, STARTER, asking, outcomes, requests_of, texts
from workbench.errors import InvalidInput
from workbench.fingerprint import folder_fingerprint, model_fingerprint
from workbench.providers import Answer, Failure
from workbench.providers.local import LocalModel
from workbench.records import Model


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
