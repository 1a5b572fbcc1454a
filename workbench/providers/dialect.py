"""What a request to an endpoint looks like, in the words that this endpoint takes.

Servers that call themselves OpenAI-compatible differ in what they reject. Everything is asked for
at first; what an error names is left out from then on, or said in another way.
"""

import json
import re
from typing import Any

import openai

from workbench.records import Message, Model, Sampling

# What can be left out or said otherwise, and what an endpoint without it cannot give.
OPTIONAL = {
    "stream": "the time to the first token is unknown",
    "stream_options": "it may not count its tokens",
    "logprobs": "log probabilities are unknown",
    "seed": "its answers cannot be repeated",
    "top_k": "it is asked the way transformers serve understands",
    "max_tokens": "it is asked for max_completion_tokens",
}
ENGLISH = {"stream", "seed"}  # also words of a message: these count in quotes only


class Dialect:
    """Remembers what the endpoint rejected."""

    def __init__(self) -> None:
        self.rejected: set[str] = set()

    def body(
        self, model: Model, messages: tuple[Message, ...], seed: int, sampling: Sampling
    ) -> dict[str, Any]:
        """Keyword arguments for the openai client's `create`; `n` is never among them, as some
        servers ignore it.
        """
        streams = self._takes("stream")
        length = "max_tokens" if self._takes("max_tokens") else "max_completion_tokens"
        wanted = {
            length: sampling.max_tokens,
            "seed": seed if self._takes("seed") else None,
            "stop": list(sampling.stop) or None,
            "stream": streams or None,
            "stream_options": {"include_usage": True}
            if streams and self._takes("stream_options")
            else None,
            "logprobs": self._takes("logprobs") or None,
            "extra_body": self._top_k(sampling),
        }
        return {
            "model": model.served_as or model.name,
            "messages": list(messages),
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
        } | {name: value for name, value in wanted.items() if value is not None}

    def learn(self, error: Exception, body: dict[str, Any]) -> str | None:
        """The parameter of `body` that an error rejects, remembered; None where it is none."""
        if not isinstance(error, openai.APIStatusError) or error.status_code not in (400, 403, 422):
            return None
        sent = {*body, *(body.get("extra_body") or {})}
        for name in OPTIONAL:
            if name in sent and _names(error, name):
                self.rejected.add(name)
                return name
        return None

    def _takes(self, name: str) -> bool:
        return name not in self.rejected

    def _top_k(self, sampling: Sampling) -> dict[str, Any] | None:
        """transformers serve takes it within a whole generation config, which replaces its own."""
        if not sampling.top_k:
            return None
        if self._takes("top_k"):
            return {"top_k": sampling.top_k}
        config = {"do_sample": sampling.temperature > 0, "top_k": sampling.top_k}
        return {"generation_config": json.dumps(config)}


def _names(error: openai.APIStatusError, name: str) -> bool:
    """By the error's `param`, a validation error's place, or, failing both, the name itself."""
    if error.param:
        unknown = name != "max_tokens" or error.code == "unsupported_parameter"
        return unknown and error.param.split(".")[0] == name
    if name == "max_tokens":  # more likely too large than unknown
        return False
    quoted = rf"['\"`“]{name}\b" if name in ENGLISH else rf"\b{name}\b"
    return re.search(quoted, json.dumps(error.body, ensure_ascii=False, default=str)) is not None
