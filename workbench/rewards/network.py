"""A reward model at work: conversations in, one number each out, the greater the better.

Tokens are those that TRL's RewardTrainer makes (the chat template over the whole conversation,
nothing after it), so a score is the one that the trainer would reckon. It knows messages, and
nothing of answers or the store. Loads torch: only job processes may make one.
"""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from workbench.errors import InvalidInput
from workbench.providers.loading import fit_threads
from workbench.records import Message, plain_text
from workbench.store.reward_scores import Score

TOKENS = 16_384  # of a batch, padding included
Conversation = Sequence[Message]


class RewardNetwork:
    """A sequence classifier of one label in float32, on the GPU where there is one: scores are
    held against one another, and in bfloat16 many would be equal.
    """

    def __init__(self, location: str):
        import torch

        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.tokenizer, self.network = _read(location)
        fit_threads(self.network.num_parameters())
        self.network.eval().to(self.device)
        config = self.network.config.get_text_config()
        self.pad: int = config.pad_token_id or 0
        positions = getattr(config, "max_position_embeddings", None)
        self.limit = int(positions or self.tokenizer.model_max_length)

    def score(self, conversations: Sequence[Conversation]) -> list[Score]:
        """In the order given. What is too long, or holds more than text, is not scored."""
        rows = [self._tokens(one) for one in conversations]
        found = {at: Score(None, row) for at, row in enumerate(rows) if isinstance(row, str)}
        read = {at: row for at, row in enumerate(rows) if not isinstance(row, str)}
        for batch in _batches(read):
            found |= dict(zip(batch, self._scores([read[at] for at in batch]), strict=True))
        return [found[at] for at in range(len(rows))]

    def _tokens(self, conversation: Conversation) -> list[int] | str:
        """The tokens, or why there are none."""
        from jinja2 import TemplateError

        if any(_shows_more_than_text(message["content"]) for message in conversation):
            return "it holds more than text"
        plain = [{**one, "content": plain_text(one["content"])} for one in conversation]
        try:
            made = self.tokenizer.apply_chat_template(plain, tokenize=True, return_dict=True)
        except TemplateError as error:
            return f"the chat template refuses it: {error}"
        row: list[int] = made["input_ids"]
        return row if len(row) <= self.limit else f"longer than the model's {self.limit} tokens"

    def _scores(self, rows: list[list[int]]) -> list[Score]:
        values = self._forward(rows)
        if values is not None:
            return [Score(v) if isfinite(v) else Score(None, "its score is no number")
                    for v in values]  # fmt: skip
        if len(rows) == 1:
            return [Score(None, "too long for the GPU's memory")]
        half = len(rows) // 2
        return self._scores(rows[:half]) + self._scores(rows[half:])

    def _forward(self, rows: list[list[int]]) -> list[float] | None:
        """None where the GPU's memory does not do: an exception would hold that memory."""
        import torch

        width = max(map(len, rows))
        ids = [row + [self.pad] * (width - len(row)) for row in rows]
        mask = [[1] * len(row) + [0] * (width - len(row)) for row in rows]
        try:
            with torch.inference_mode():
                logits = self.network(
                    input_ids=torch.tensor(ids, device=self.device),
                    attention_mask=torch.tensor(mask, device=self.device),
                    use_cache=False,
                ).logits
        except torch.OutOfMemoryError:
            return None
        found: list[float] = logits[:, 0].tolist()
        return found


def _batches(rows: dict[int, list[int]]) -> Iterator[list[int]]:
    """The longest first: so many together that their padded tokens stay within `TOKENS`."""
    order = sorted(rows, key=lambda at: -len(rows[at]))
    while order:
        size = max(1, TOKENS // len(rows[order[0]]))
        yield order[:size]
        order = order[size:]


def _shows_more_than_text(content: Any) -> bool:
    return not isinstance(content, str) and any(part.get("type") != "text" for part in content)


def _read(location: str) -> tuple[Any, Any]:
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    try:
        network = AutoModelForSequenceClassification.from_pretrained(location, dtype=torch.float32)
        tokenizer = AutoTokenizer.from_pretrained(location)
    except (OSError, ValueError, SafetensorError) as error:
        raise InvalidInput(
            f"The reward model “{location}” cannot be loaded: {error}",
            field="reward_model",
            remedy="See that its folder is where it was, or train it again.",
        ) from error
    if network.config.num_labels != 1 or tokenizer.chat_template is None:
        raise InvalidInput(
            f"“{location}” is no reward model: it needs one label and a chat template.",
            field="reward_model",
            remedy="Train one with TRL's RewardTrainer.",
        )
    return tokenizer, network
