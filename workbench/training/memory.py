"""About how much memory and disk a run takes, from the shape of the model and of its batches.

Weights, gradients and Adam's two moments are exact; activations are an estimate: per layer, token
and unit of width 34 bytes in 16 bits, or 2 where only a layer's input is kept (V. Korthikanti et
al., “Reducing Activation Recomputation in Large Transformer Models”, 2022, without attention maps,
which today's kernels do not keep), twice that in 32 bits. TRL never holds a batch's logits whole.
"""

from dataclasses import dataclass

GRADIENT, MOMENTS = 4, 8  # bytes a trained weight: one float, and Adam's two
LAYER, LAYER_INPUT = 34, 2
LIBRARIES = 700 << 20  # torch, transformers and TRL themselves


@dataclass(frozen=True)
class Shape:
    """A model, and what of it is trained. `weight_bytes`: 4 in float32, 2 in bfloat16."""

    parameters: int
    trained: int
    layers: int
    width: int
    weight_bytes: int


@dataclass(frozen=True)
class Load:
    """`tokens` are those of a longest step on one device; `sharded` over how many devices the
    weights are spread; `reference` whether a second copy of them is held.
    """

    tokens: int
    sharded: int = 1
    reference: bool = False
    checkpointing: bool = False


def held(shape: Shape, load: Load) -> int:
    """Bytes of one device for weights, gradients and the optimiser: what is certain."""
    copies = 2 if load.reference else 1
    weights = shape.parameters * shape.weight_bytes * copies
    return (weights + shape.trained * (GRADIENT + MOMENTS)) // load.sharded


def needed(shape: Shape, load: Load) -> int:
    """Bytes of one device at the peak, about."""
    kept = LAYER_INPUT if load.checkpointing else LAYER
    activations = load.tokens * shape.width * shape.layers * kept * shape.weight_bytes // 2
    return LIBRARIES + held(shape, load) + activations


def on_disk(shape: Shape, kept: int) -> int:
    """Bytes of `kept` checkpoints, of the one that is being written, and of the model itself."""
    weights = shape.trained * shape.weight_bytes
    return (kept + 1) * (weights + shape.trained * MOMENTS) + weights
