"""The starter's tokenizer and chat format.

Byte-level BPE with single digits, learned from the corpus. A conversation is one role header after
another with the text and an end token between; nothing else follows an end token, so what training
and generation see is the same. Knows no cards; imports tokenizers only when asked to make one.
"""

from collections.abc import Iterable
from typing import Any

from workbench.starter.corpus import Message

PAD, END, SYSTEM, USER, ASSISTANT = "<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"
VOCABULARY = 768
POSITIONS = 512

Cut = list[tuple[str, bool]]
"""A rendered conversation in stretches: the text, and whether it is an answer."""

CHAT_TEMPLATE = """\
{%- for message in messages -%}
{%- if message.content is string -%}
{%- set text = message.content -%}
{%- else -%}
{%- set text = message.content | selectattr('type', 'equalto', 'text') | map(attribute='text') \
| join('\\n') -%}
{%- endif -%}
{%- if message.role == 'assistant' -%}
{{- '<|assistant|>' -}}{%- generation -%}{{- text + '<|end|>' -}}{%- endgeneration -%}
{%- elif message.role == 'system' -%}
{{- '<|system|>' + text + '<|end|>' -}}
{%- else -%}
{{- '<|user|>' + text + '<|end|>' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}
"""


def make_tokenizer(texts: Iterable[str]) -> Any:
    """Learn the merges from the texts; returns a transformers tokenizer with the chat template."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    # A number's first digit keeps its space: copying starts at the value, as it does for words.
    digits = pre_tokenizers.Split(Regex(r" ?\d"), "isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(False)])
    tokenizer.decoder = decoders.ByteLevel()
    specials = [PAD, END, SYSTEM, USER, ASSISTANT]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=specials,
        initial_alphabet=alphabet,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[SYSTEM, USER, ASSISTANT],
        chat_template=CHAT_TEMPLATE,
        model_max_length=POSITIONS,
        padding_side="left",
        clean_up_tokenization_spaces=False,
    )


def segments(messages: list[Message]) -> Cut:
    """The conversation as the template renders it, cut into stretches."""
    cut: Cut = []
    for message in messages:
        header = f"<|{message['role']}|>"
        if message["role"] == "assistant":
            cut += [(header, False), (message["content"] + END, True)]
        else:
            cut.append((header + message["content"] + END, False))
    return cut
