"""The lines of batch files: what is asked in one, and what a line of results says.

OpenAI's Batch API and `vllm run-batch` read and write the same ones.
"""

from typing import Any

from openai.types.chat import ChatCompletion

from workbench.providers import Answer, Failure
from workbench.providers.asking import Tries, answer_of, failure_of, withheld
from workbench.providers.dialect import Dialect
from workbench.providers.faults import CutStream
from workbench.providers.hearing import Hearing
from workbench.records import Message, Model, Sampling

STREAMED = ("stream", "stream_options")
LIMITED = (408, 429)
PASSING = 500  # statuses from here on may pass
LONGEST = 300  # characters of the endpoint's own words
ONCE = Tries(made=1)


def batch_body(
    model: Model, messages: tuple[Message, ...], seed: int, sampling: Sampling
) -> dict[str, Any]:
    """The body of one request."""
    body = Dialect().body(model, messages, seed, sampling)
    extra = body.pop("extra_body", None) or {}
    return {key: value for key, value in body.items() if key not in STREAMED} | extra


def outcome_of(row: dict[str, Any]) -> Answer | Failure:
    """What one line of an output or error file says. Raises KeyError where it is none."""
    response, error = row["response"], row.get("error")
    if response is None or response["status_code"] != 200:
        return _failed(response or {}, error or {})
    heard = Hearing([])
    try:
        heard.whole(ChatCompletion.model_validate(response["body"]))
        said = heard.said()
    except CutStream:
        return Failure("transient", "The batch holds no whole answer for this request.")
    if why := withheld(said, Sampling(max_tokens=said.tokens_out or 0)):
        return failure_of(why, [said], ONCE)
    return answer_of([said], ONCE)


def _failed(response: dict[str, Any], error: dict[str, Any]) -> Failure:
    status = int(response.get("status_code") or 0)
    body = response.get("body") or {}
    words = error.get("message") or (body.get("error") or {}).get("message") or "no reason given"
    said = f"The batch says: {str(words)[:LONGEST]}"
    if status in LIMITED or status >= PASSING or error.get("code") == "batch_expired":
        return Failure("rate_limited" if status == 429 else "transient", said)
    return Failure("permanent", said)
