"""Make the starter model from nothing: tokenizer, warm start, three lessons, a folder.

Deterministic by seed on one kind of machine. Takes minutes on a laptop's CPU. It knows the order
of the lessons and the optimisers; what is taught is the corpus's business.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from workbench.starter.corpus import Lesson, conversation
from workbench.starter.tokens import POSITIONS, Cut, make_tokenizer, segments
from workbench.starter.warmstart import warm_model

Progress = Callable[[int, int, str], None]

BATCH = 32
POOL = 5
MATRIX_RATE = 0.02
OTHER_RATE = 3e-3
PROMPT_WEIGHT = 0.05
TOKENIZER_CONVERSATIONS = 4_000
ANSWER_TOKENS = 64


@dataclass(frozen=True)
class Phases:
    """Steps of each lesson. The clean one decides how far tuning can go later."""

    copy: int = 100
    clean: int = 640
    noisy: int = 320

    @property
    def total(self) -> int:
        return self.copy + self.clean + self.noisy

    def at(self, step: int) -> tuple[Lesson, float]:
        """The lesson of a step, and its learning rate relative to the full one."""
        if step < self.copy:
            return "copy", min(1.0, (step + 1) / 10)
        if step < self.copy + self.clean:
            gone = (step - self.copy) / self.clean
            return "clean", min(1.0, 3.1 - 2.8 * gone)
        gone = (step - self.copy - self.clean) / self.noisy
        return "noisy", 0.4 - 0.37 * gone


def build(
    out: Path, seed: int = 0, progress: Progress | None = None, steps: Phases | None = None
) -> None:
    """Train the model and save it with its tokenizer in the folder `out`.

    `progress` hears (steps done, steps in all, a line on the lesson and its loss).
    """
    phases = steps or Phases()
    rng = random.Random(f"starter {seed}")
    tokenizer = make_tokenizer(_tokenizer_texts(rng))
    pad, end = tokenizer.pad_token_id, tokenizer.eos_token_id
    model = warm_model(len(tokenizer), POSITIONS, pad, end, seed)
    optimisers = _optimisers(model)
    batches = {lesson: _batches(lesson, rng) for lesson in get_args(Lesson)}
    model.train()
    for step in range(phases.total):
        lesson, rate = phases.at(step)
        loss = _loss(model, *_tensors(tokenizer, next(batches[lesson])))
        loss.backward()
        _step(model, optimisers, rate)
        if progress:
            progress(step + 1, phases.total, f"{lesson}: loss {loss.item():.3f}")
    _save(model, tokenizer, out)


def _tokenizer_texts(rng: random.Random) -> list[str]:
    """Faithful conversations without their markup: the words to learn the merges from."""
    turns = (conversation("clean", rng) for _ in range(TOKENIZER_CONVERSATIONS))
    return [message["content"] for messages in turns for message in messages]


def _optimisers(model: Any) -> list[tuple[Any, float]]:
    """Muon for the matrices inside the layers, AdamW for everything else, with their full rates."""
    import torch

    matrices = [p for p in model.model.layers.parameters() if p.ndim == 2]
    known = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in known]
    muon = torch.optim.Muon(matrices, lr=MATRIX_RATE, weight_decay=0.0)
    adamw = torch.optim.AdamW(others, lr=OTHER_RATE, weight_decay=0.0, betas=(0.9, 0.95))
    return [(muon, MATRIX_RATE), (adamw, OTHER_RATE)]


def _step(model: Any, optimisers: list[tuple[Any, float]], rate: float) -> None:
    """One update at this part of the full learning rates."""
    import torch

    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimiser, full in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = full * rate
        optimiser.step()
        optimiser.zero_grad()


def _batches(lesson: Lesson, rng: random.Random) -> Iterator[list[Cut]]:
    """Endless batches of conversations. Those of a batch are about as long: little is padding."""
    while True:
        pool = [segments(conversation(lesson, rng)) for _ in range(BATCH * POOL)]
        pool.sort(key=lambda cut: sum(len(text) for text, _ in cut))
        batches = [pool[i : i + BATCH] for i in range(0, len(pool), BATCH)]
        rng.shuffle(batches)
        yield from batches


def _tensors(tokenizer: Any, cuts: list[Cut]) -> tuple[Any, Any]:
    """Token ids and the loss weight of each token, (batch, length), padded on the right."""
    import torch

    flat = [piece for cut in cuts for piece in cut]
    encoded = iter(tokenizer([text for text, _ in flat], add_special_tokens=False)["input_ids"])
    ids: list[list[int]] = []
    weights: list[list[float]] = []
    for cut in cuts:
        pieces = [(next(encoded), is_answer) for _, is_answer in cut]
        ids.append([token for piece, _ in pieces for token in piece])
        weights.append([1.0 if a else PROMPT_WEIGHT for piece, a in pieces for _ in piece])
    length = max(map(len, ids))
    padded = [row + [tokenizer.pad_token_id] * (length - len(row)) for row in ids]
    return torch.tensor(padded), torch.tensor([w + [0.0] * (length - len(w)) for w in weights])


def _loss(model: Any, tokens: Any, weights: Any) -> Any:
    """Weighted mean cross-entropy of the next token. Padding on the right needs no mask."""
    import torch

    logits = model(input_ids=tokens).logits[:, :-1]
    losses = torch.nn.functional.cross_entropy(
        logits.reshape(-1, logits.shape[-1]), tokens[:, 1:].reshape(-1), reduction="none"
    )
    wanted = weights[:, 1:].reshape(-1)
    return (losses * wanted).sum() / wanted.sum()


def _save(model: Any, tokenizer: Any, out: Path) -> None:
    from transformers import GenerationConfig

    model.generation_config = GenerationConfig(
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        max_new_tokens=ANSWER_TOKENS,
    )
    model.eval()
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
