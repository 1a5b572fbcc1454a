"""What a row looks like in each format: its columns and its line of JSON, put together from the
JSON that the store holds. It knows nothing of which rows go in, or of files.

TRL's columns: https://huggingface.co/docs/trl/dataset_formats. OpenAI's:
https://platform.openai.com/docs/guides/direct-preference-optimization.
"""

import pyarrow as pa

from workbench.exporting.answers import Answer
from workbench.exporting.format import MESSAGES, Format, NoRow, only
from workbench.exporting.pairs import Pair
from workbench.exporting.said_formats import SAID_FORMATS, helpsteer2_of
from workbench.exporting.vote_formats import VOTE_FORMATS
from workbench.records import Project
from workbench.store.database import dumps

UNMEASURED = "a correction has no margin"


def _schema(kind: pa.DataType, *names: str, **more: pa.DataType) -> pa.Schema:
    columns = [(name, kind) for name in names]
    return pa.schema([*columns, *more.items(), ("pair_id", pa.string())])


def _preference(pair: Pair) -> str:
    return (
        f'{{"prompt":{pair.prompt},"chosen":{pair.chosen},"rejected":{pair.rejected},'
        f'"pair_id":"{pair.pair_id}"}}'
    )


def _implicit(pair: Pair) -> str:
    """The prompt is the common beginning of both conversations."""
    asked = pair.prompt[:-1] + ","
    return (
        f'{{"chosen":{asked}{pair.chosen[1:]},"rejected":{asked}{pair.rejected[1:]},'
        f'"pair_id":"{pair.pair_id}"}}'
    )


def _reward(pair: Pair) -> str:
    if pair.margin is None:
        raise NoRow(UNMEASURED)
    return f'{_preference(pair)[:-1]},"margin":{pair.margin:.6g}}}'


def _text(pair: Pair) -> str:
    """The three texts alone, where the prompt is one."""
    asked, chosen, rejected = only(pair.prompt), only(pair.chosen), only(pair.rejected)
    row = {"prompt": asked, "chosen": chosen, "rejected": rejected, "pair_id": pair.pair_id}
    return dumps(row)


def _openai(pair: Pair) -> str:
    return (
        f'{{"input":{{"messages":{pair.prompt},"tools":[],"parallel_tool_calls":true}},'
        f'"preferred_output":{pair.chosen},"non_preferred_output":{pair.rejected}}}'
    )


_OPENAI = pa.schema(
    [
        ("input", pa.struct([("messages", MESSAGES), ("tools", pa.list_(pa.string())),
                             ("parallel_tool_calls", pa.bool_())])),
        ("preferred_output", MESSAGES),
        ("non_preferred_output", MESSAGES),
    ]
)  # fmt: skip


def _labelled(answer: Answer) -> str:
    return f'{_demonstration(answer)[:-1]},"label":{str(answer.label).lower()}}}'


def _demonstration(answer: Answer) -> str:
    return (
        f'{{"prompt":{answer.prompt},"completion":{answer.completion},'
        f'"pair_id":"{answer.pair_id}"}}'
    )


def _conversation(answer: Answer) -> str:
    return (
        f'{{"messages":{answer.prompt[:-1]},{answer.completion[1:]},"pair_id":"{answer.pair_id}"}}'
    )


FORMATS = {
    "preference": Format(
        "Preference pairs (TRL)",
        _schema(MESSAGES, "prompt", "chosen", "rejected"),
        _preference,
    ),
    "preference-implicit": Format(
        "Preference pairs, the prompt within both conversations (TRL)",
        _schema(MESSAGES, "chosen", "rejected"),
        _implicit,
    ),
    "preference-text": Format(
        "Preference pairs as plain texts (TRL)",
        _schema(pa.string(), "prompt", "chosen", "rejected"),
        _text,
    ),
    "reward": Format(
        "Preference pairs with a margin, for reward models (TRL)",
        pa.schema([*_schema(MESSAGES, "prompt", "chosen", "rejected"), ("margin", pa.float64())]),
        _reward,
    ),
    "kto": Format(
        "Answers, each good or bad (TRL's KTO)",
        pa.schema([*_schema(MESSAGES, "prompt", "completion"), ("label", pa.bool_())]),
        _labelled,
        "answers",
    ),
    "sft": Format(
        "The best answers as conversations (TRL's SFT)",
        _schema(MESSAGES, "messages"),
        _conversation,
        "best",
    ),
    "sft-completion": Format(
        "The best answers, prompt and completion apart (TRL's SFT)",
        _schema(MESSAGES, "prompt", "completion"),
        _demonstration,
        "best",
    ),
    "openai": Format("Preference fine-tuning (OpenAI)", _OPENAI, _openai),
    **VOTE_FORMATS,
    **SAID_FORMATS,
}


def of_project(project: Project, name: str) -> Format:
    """The format as it is in this project. Raises InvalidInput where it has nothing for it."""
    return helpsteer2_of(project) if name == "helpsteer2" else FORMATS[name]
