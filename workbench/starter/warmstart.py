"""A Llama whose first weights already know how to copy.

Trained from random weights, so small a model does not learn to copy from a card in minutes. Here
layer 0 starts with heads that look one, two and three tokens back, and layer 1 with heads that find
the place "after my own last occurrence" and copy from there: an induction circuit, written as
ordinary weights. The result is a plain LlamaForCausalLM; nothing here knows of cards.
"""

from typing import Any

HIDDEN = 128
LAYERS = 4
HEADS = 4
HEAD_SIZE = HIDDEN // HEADS
FFN = 384
ROPE_BASE = 10_000.0

LOOK_BACK_STRENGTH = 7.0
SLOW_PAIRS = range(8, 16)
EMBEDDING_SCALE = 0.05
WRITE_SCALE = 0.2
MATCH_GAIN = 2.0
COPY_SCALE = 0.3


def warm_model(vocabulary: int, positions: int, pad: int, end: int, seed: int) -> Any:
    """A LlamaForCausalLM with the induction circuit in place, the rest random by the seed."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=HIDDEN,
        intermediate_size=FFN,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS,
        max_position_embeddings=positions,
        rope_parameters={"rope_type": "default", "rope_theta": ROPE_BASE},
        tie_word_embeddings=True,
        attention_bias=True,
        bos_token_id=None,
        eos_token_id=end,
        pad_token_id=pad,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        model.model.embed_tokens.weight.normal_(0, EMBEDDING_SCALE)
        reads, writes = _projection(), _projection()
        for head in range(3):
            _look_back(model.model.layers[0].self_attn, head, distance=head + 1)
        _write_previous(model.model.layers[0].self_attn, reads, writes)
        values = torch.linalg.qr(torch.randn(HIDDEN, HIDDEN))[0]
        for head in range(2):
            _match_and_copy(model.model.layers[1].self_attn, head, reads, writes, values)
    return model


def _projection() -> Any:
    """Random orthonormal rows, (head size, hidden)."""
    import torch

    return torch.linalg.qr(torch.randn(HIDDEN, HEAD_SIZE))[0].T.contiguous()


def _look_back(attention: Any, head: int, distance: int) -> None:
    """Make a head attend `distance` tokens back, whatever the tokens are.

    Constant query and key biases, the query's rotated back by the distance, have a RoPE product of
    sum(strength² cos((offset − distance) frequency)), which peaks at offset = distance.
    """
    import torch

    half = HEAD_SIZE // 2
    angles = distance * ROPE_BASE ** (-torch.arange(half) / half)
    rows = slice(head * HEAD_SIZE, (head + 1) * HEAD_SIZE)
    attention.q_proj.weight[rows] *= 0.1
    attention.k_proj.weight[rows] *= 0.1
    query = torch.cat([torch.cos(angles), -torch.sin(angles)])
    key = torch.cat([torch.ones(half), torch.zeros(half)])
    attention.q_proj.bias[rows] = LOOK_BACK_STRENGTH * query
    attention.k_proj.bias[rows] = LOOK_BACK_STRENGTH * key


def _write_previous(attention: Any, reads: Any, writes: Any) -> None:
    """Let head 0 add the previous token, read through one projection, through another."""
    attention.v_proj.weight[:HEAD_SIZE] = reads
    attention.o_proj.weight[:, :HEAD_SIZE] = WRITE_SCALE * writes.T


def _match_and_copy(attention: Any, head: int, reads: Any, writes: Any, values: Any) -> None:
    """Make a head find positions whose previous token is the present one, and copy from them.

    Only RoPE's slow pairs carry the match, so that it hardly depends on the distance; each head
    compares its own half of the projections and copies its own part of the embedding.
    """
    slow = [*SLOW_PAIRS, *(pair + HEAD_SIZE // 2 for pair in SLOW_PAIRS)]
    rows = slice(head * HEAD_SIZE, (head + 1) * HEAD_SIZE)
    half = slice(head * len(slow), (head + 1) * len(slow))
    for projection, source in ((attention.q_proj, reads), (attention.k_proj, writes)):
        projection.weight[rows] *= 0.1
        projection.weight[[rows.start + dim for dim in slow]] = MATCH_GAIN * source[half]
    attention.v_proj.weight[rows] = values[rows]
    attention.o_proj.weight[:, rows] = COPY_SCALE * values[rows].T
