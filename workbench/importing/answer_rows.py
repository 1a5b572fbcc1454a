"""Rows of one answer: what the workbench reads as its own, TRL's KTO and SFT columns, OpenAI's
chats and logs of requests with their responses.

{prompt, completion, variant?, label?, rating:CRITERION?}      own, KTO, SFT
{messages: […, the answer]}                                    SFT, OpenAI's fine-tuning
{request: {messages, model}, response: {choices: […], model}}  logs

In a file of judgements an SFT row says that its answer is good: it is there to be learnt from.
"""

from typing import Any

from workbench.importing import fields
from workbench.importing.fields import BadShape
from workbench.importing.pairs import named
from workbench.importing.parsed import Judgement, Note, Parsed, Score
from workbench.records import Message

Row = dict[str, Any]
RATING = "rating:"
KEY = "1"


def parse(row: Row) -> Parsed:
    """Raises BadShape."""
    asked = fields.prompt_messages(row.get("prompt"))
    said = fields.answer_messages(row.get("completion"), "completion")
    return _answered(row, asked, said, source="kto" if "label" in row else "sft")


def parse_chat(row: Row) -> Parsed:
    """The last message is the answer, all before it the prompt. Raises BadShape."""
    given = fields.messages(row.get("messages"), "messages")
    if given[-1]["role"] != "assistant":
        if given[-1]["role"] == "user":
            return Parsed(fields.prompt(row, given), {})
        raise BadShape("`messages` must end with a user or an assistant message")
    if len(given) == 1:
        raise BadShape("`messages` holds no prompt before the answer")
    asked = fields.prompt_messages(list(given[:-1]))
    return _answered(row, asked, given[-1:], source="sft")


def _answered(
    row: Row, asked: tuple[Message, ...], said: tuple[Message, ...], *, source: str
) -> Parsed:
    ratings = {
        key.removeprefix(RATING): Score(fields.number(value, key))
        for key, value in row.items()
        if key.startswith(RATING) and value is not None
    }
    label = None if row.get("label") is None else fields.truth(row["label"], "label")
    good = label if label is not None else not ratings
    judgement = Judgement(
        about=(KEY,),
        source=source if label is not None or not ratings else "ratings",
        judge=fields.optional_text(row, "judge"),
        turn=len(said) - 1,
        winner=KEY if good else None,
        all_bad=label is False,
        ratings={KEY: ratings} if ratings else {},
        implied=label is None and not ratings,
    )
    return Parsed(
        prompt=fields.prompt(row, asked),
        completions={KEY: said},
        judgements=(judgement,),
        variants={KEY: named(row.get("variant", row.get("model")))},
        notes=(Note("`tools` are not kept"),) if row.get("tools") else (),
    )


def parse_log(row: Row) -> Parsed:
    """A request with its response; each choice is an answer. Nobody judged it. Raises BadShape."""
    asked, answered = _body(row.get("request", row)), _body(row.get("response"))
    if "messages" not in asked:
        raise BadShape(
            "no messages were asked: join a batch's output with its input, by `custom_id`"
        )
    choices = answered.get("choices")
    choices = choices if isinstance(choices, list) else []
    model = named(answered.get("model", asked.get("model")))
    completions = {
        str(place): fields.answer_messages([_message(choice)], "response.choices")
        for place, choice in enumerate(choices, start=1)
    }
    given = fields.messages(asked["messages"], "messages")
    return Parsed(
        prompt=fields.prompt({"id": row.get("custom_id")}, fields.prompt_messages(list(given))),
        completions=completions,
        variants=dict.fromkeys(completions, model),
    )


def _body(value: Any) -> Row:
    """What was sent or received, which a batch's lines wrap once more."""
    body = value.get("body", value) if isinstance(value, dict) else None
    return body if isinstance(body, dict) else {}


def _message(choice: Any) -> Any:
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise BadShape("`response.choices` must hold messages")
    return message
