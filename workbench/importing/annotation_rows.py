"""What annotation tools export: records of Argilla 2 and tasks of Label Studio, with two answers of
which one was chosen, or with one answer that was rated.

https://docs.argilla.io/latest/how_to_guides/record/
https://labelstud.io/guide/export#Label-Studio-JSON-format-of-annotated-tasks
"""

from collections.abc import Iterator
from typing import Any

from workbench.importing import fields
from workbench.importing.fields import BadShape
from workbench.importing.pairs import strength
from workbench.importing.parsed import UNNAMED, Judgement, Note, Parsed, Score

Row = dict[str, Any]
PROMPTS = ("prompt", "instruction", "question", "input")
TIES = ("tie", "both", "equal", "same")
SUGGESTIONS = Note("suggestions and predictions of models")
UNCHOSEN = Note("annotations in which nothing was chosen")
UNREAD = Note("answers to questions that the workbench does not ask")


def parse_argilla(row: Row) -> Parsed:
    """Raises BadShape."""
    prompt, texts = _texts(row["fields"], "fields")
    by_user: dict[str, dict[str, Any]] = {}
    step, more = _strength(row.get("metadata") or {})
    notes = [*more, *([SUGGESTIONS] if row.get("suggestions") else [])]
    for question, responses in (row.get("responses") or {}).items():
        for one in responses or ():
            if one.get("status", "submitted") != "submitted":
                notes.append(Note("responses that were not submitted"))
                continue
            by_user.setdefault(str(one.get("user_id")), {})[question] = one.get("value")
    judgements = []
    for user, answers in by_user.items():
        said = _answers(list(texts), answers)
        judgements += [_judgement("argilla", user, texts, step | said)] if said else []
        notes += [] if said else [UNREAD]
    return _parsed(row, prompt, texts, judgements, notes)


def _strength(metadata: Row) -> tuple[Row, tuple[Note, ...]]:
    """That of the row, which is all that the workbench's own records tell of it."""
    given = metadata.get("strength")
    if not isinstance(given, int | float):
        return {}, ()
    step, notes = strength(given)
    return {"strength": step}, notes


def _answers(keys: list[str], answers: dict[str, Any]) -> Row:
    """What one person's answers to the questions say, in the words of `_judgement`."""
    said: Row = {}
    for question, value in answers.items():
        if isinstance(value, list) and value:  # a ranking, the best first
            ranked = [one.get("value") if isinstance(one, dict) else one for one in value]
            value = ranked[0] if sorted(map(str, ranked)) == sorted(keys) else None
        if value in keys and len(keys) == 2:
            said["winner"] = value
        elif isinstance(value, str) and value.lower() in TIES and len(keys) == 2:
            said["winner"] = None
        elif isinstance(value, int | float) and len(keys) == 1:
            said.setdefault("ratings", {})[question] = Score(fields.number(value, question))
        elif isinstance(value, str):
            said.setdefault("words", []).append(value)
    return said if "winner" in said or "ratings" in said else {}


def parse_label_studio(row: Row) -> Parsed:
    """Raises BadShape."""
    prompt, texts = _texts(row["data"], "data")
    notes = [SUGGESTIONS] if row.get("predictions") else []
    judgements = []
    for annotation in row["annotations"]:
        if annotation.get("was_cancelled"):
            notes.append(Note("annotations that were cancelled"))
            continue
        said = _chosen_nothing(texts, annotation)
        for result in annotation.get("result", ()):
            said |= _result(list(texts), result, said)
        if "winner" not in said and "ratings" not in said:
            notes.append(UNREAD if annotation.get("result") else UNCHOSEN)
            continue
        said["seconds"] = annotation.get("lead_time")
        who = annotation.get("completed_by")
        who = who.get("email", who.get("id")) if isinstance(who, dict) else who
        judgements.append(_judgement("label-studio", who, texts, said))
    return _parsed(row, prompt, texts, judgements, notes)


def _chosen_nothing(texts: dict[str, str], annotation: Row) -> Row:
    """Its pairwise control knows left and right, so whoever finds two answers the same submits
    nothing.
    """
    return {"winner": None} if len(texts) == 2 and annotation.get("result") == [] else {}


def _result(keys: list[str], result: Row, said: Row) -> Row:
    """What one control of Label Studio's adds."""
    value = result.get("value") or {}
    if "text" in value:
        words = value["text"] if isinstance(value["text"], list) else [value["text"]]
        return {"words": [*said.get("words", []), *words]}
    if "rating" in value and len(keys) == 1:
        score = Score(fields.number(value["rating"], "rating"))
        return {"ratings": said.get("ratings", {}) | {str(result.get("from_name")): score}}
    chosen = list(_chosen(value))
    if len(keys) != 2 or not chosen:
        return {}
    first = str(chosen[0]).lower()
    sides = {"left": keys[0], "right": keys[1], **{key.lower(): key for key in keys}}
    if first in TIES:
        return {"winner": None}
    return {"winner": sides[first]} if first in sides else {}


def _chosen(value: Row) -> Iterator[Any]:
    """What was selected, or ranked first."""
    if "selected" in value:
        yield value["selected"]
    yield from value.get("choices", ())
    ranker = value.get("ranker")
    if isinstance(ranker, dict):
        yield from next(iter(ranker.values()), ())


def _texts(given: Any, key: str) -> tuple[str, dict[str, str]]:
    """The prompt, and the texts of the answers by their fields, in the file's order."""
    given = given if isinstance(given, dict) else {}
    name = next((name for name in PROMPTS if name in given), None)
    if name is None:
        raise BadShape(f"`{key}` holds none of: {', '.join(PROMPTS)}")
    texts = {
        other: fields.text(value, f"{key}.{other}")
        for other, value in given.items()
        if other not in (name, "context", "id") and isinstance(value, str)
    }
    if not 1 <= len(texts) <= 2:
        raise BadShape(f"`{key}` must hold one or two answers beside `{name}`, not {len(texts)}")
    return fields.text(given[name], f"{key}.{name}"), texts


def _judgement(source: str, who: Any, texts: dict[str, str], said: Row) -> Judgement:
    seconds = said.get("seconds")
    only = next(iter(texts)) if len(texts) == 1 else ""
    return Judgement(
        about=tuple(texts),
        source=source,
        judge=_name(source, who),
        winner=said.get("winner"),
        strength=said.get("strength", 1),
        ratings={only: said["ratings"]} if only else {},
        rationale="\n\n".join(said.get("words", ())),
        seconds=None if seconds is None else fields.number(seconds, "lead_time"),
    )


def _name(source: str, who: Any) -> str | None:
    """A bare number says whose it is only beside the tool's name."""
    if who in (None, "None"):
        return None
    return f"{source} annotator {who}" if isinstance(who, int) else str(who)


def _parsed(
    row: Row, prompt: str, texts: dict[str, str], judgements: list[Judgement], notes: list[Note]
) -> Parsed:
    more = row.get("fields") or row.get("data") or {}
    return Parsed(
        prompt=fields.prompt(
            {"id": row.get("id"), "context": more.get("context")}, fields.prompt_messages(prompt)
        ),
        completions={key: fields.answer_messages(text, key) for key, text in texts.items()},
        judgements=tuple(judgements),
        variants=dict.fromkeys(texts, UNNAMED),
        notes=tuple(notes),
    )
