"""How a local model draws its tokens: noise that hangs on an answer's own seed and the step alone.

Gumbel-max sampling: the argmax of log p + G, every G drawn from the Gumbel distribution, is a draw
from p (Gumbel 1954; Maddison et al. 2014), and close p give the same draw but for as rarely as
they differ. The noise is a hash of (seed, step, token), not a stream: it is computed for
all rows at once, on whatever device, and does not know the batch. Knows no text and no tokenizer.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.records import Sampling

if TYPE_CHECKING:
    import torch

SIGNED = 2**32  # what turns a constant of 32 bits into the same bits of a signed integer


def step_keys(seeds: Sequence[int], steps: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    """(rows, steps, 2) keys of 32 bits: those of a row's n-th step are Philox's n-th 64 bits."""
    raw = np.stack([np.random.Philox(key=seed).random_raw(steps) for seed in seeds])
    return raw.view(np.int32).reshape(len(seeds), steps, 2)


def gumbel(keys: "torch.Tensor", tokens: int) -> "torch.Tensor":
    """(rows, tokens) of Gumbel noise for (rows, 2) keys.

    The bits are Wellons' lowbias32 (github.com/skeeto/hash-prospector) of token xor first key,
    the second key stirred in half-way. G = −log E, E = −log(1 − u): u keeps its precision near 0,
    where the winners are.
    """
    import torch

    bits = torch.arange(tokens, dtype=torch.int32, device=keys.device) ^ keys[:, :1]
    bits ^= (bits >> 16).bitwise_and_(0xFFFF)  # the mask makes the shift an unsigned one
    bits *= 0x7FEB352D
    bits ^= (bits >> 15).bitwise_and_(0x1FFFF)
    bits ^= keys[:, 1:]
    bits *= 0x846CA68B - SIGNED
    bits ^= (bits >> 16).bitwise_and_(0xFFFF)
    minus_u = bits.bitwise_and_(0x7FFFFFFF).float().add_(0.5).mul_(-(2.0**-31))
    return minus_u.log1p_().neg_().log_().neg_()


class Draws:
    """What turns transformers' greedy decoding into this sampling; called once a token.

    Keeps the log probability of each token taken under the model's own softmax: before temperature,
    top-k and top-p.
    """

    def __init__(self, seeds: Sequence[int], sampling: Sampling, device: str):
        import torch

        keys = step_keys(seeds, sampling.max_tokens if sampling.temperature else 0)
        self.keys = torch.from_numpy(keys).to(device)
        self.greedy = sampling.temperature == 0
        self.warpers = [] if self.greedy else warpers(sampling)
        self.taken: list[torch.Tensor] = []
        self.latest: torch.Tensor | None = None

    def __call__(self, input_ids: "torch.Tensor", scores: "torch.Tensor") -> "torch.Tensor":
        self._take(input_ids)
        self.latest = scores.float().log_softmax(dim=-1)
        if self.greedy:
            return scores
        warped = self.latest
        for warper in self.warpers:
            warped = warper(input_ids, warped)
        return gumbel(self.keys[:, len(self.taken)], scores.shape[1]).add_(warped)

    def _take(self, ids: "torch.Tensor") -> None:
        if self.latest is not None:
            self.taken.append(self.latest.gather(1, ids[:, -1:]))

    def logprobs(self, output: "torch.Tensor", counts: Sequence[int]) -> list[float]:
        """The sum over each row's first `count` tokens; `output` is what generate returned."""
        import torch

        self._take(output)
        each = torch.cat(self.taken, dim=1).double().cpu()
        return [float(row[:count].sum()) for row, count in zip(each, counts, strict=True)]


def warpers(sampling: Sampling) -> list[Any]:
    """Temperature, then top-k, then top-p, as transformers orders them."""
    from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    return [
        *([TemperatureLogitsWarper(sampling.temperature)] if sampling.temperature != 1 else []),
        *([TopKLogitsWarper(sampling.top_k)] if sampling.top_k else []),
        *([TopPLogitsWarper(sampling.top_p)] if sampling.top_p < 1 else []),
    ]
