"""Importing human judgements: conversations, judges and verdicts as MT-Bench publishes them."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk, slots_are_sound
from workbench import importing, leaderboard
from workbench.errors import InvalidInput
from workbench.importing import load
from workbench.importing.load import Report

Row = dict[str, Any]
ImportRows = Callable[..., Report]
QUESTIONS = {81: ("Write a haiku.", "Now a limerick."), 101: ("Who is second?", "And last?")}


def conversation(model: str, question: int = 81, **said: str) -> list[dict[str, str]]:
    """Both turns; `first` and `second` are what the model said, if not its usual words."""
    asked = QUESTIONS[question]
    answers = (said.get("first", f"{model}, one"), said.get("second", f"{model}, two"))
    return [
        message
        for ask, answer in zip(asked, answers, strict=True)
        for message in ({"role": "user", "content": ask}, {"role": "assistant", "content": answer})
    ]


def row(
    winner: str = "model_a",
    *,
    a: str = "alpaca",
    b: str = "vicuna",
    question: int = 81,
    **other: Any,
) -> Row:
    judged = {
        "question_id": question,
        "model_a": a,
        "model_b": b,
        "winner": winner,
        "judge": "expert_3",
        "conversation_a": conversation(a, question),
        "conversation_b": conversation(b, question),
        "turn": 1,
    }
    return judged | other


@pytest.fixture
def import_rows(desk: Desk, tmp_path: Path) -> ImportRows:
    """Writes rows to a file and imports it as judgements."""

    def run(rows: list[Row], *, name: str = "judged.jsonl", **how: Any) -> Report:
        path = tmp_path / name
        lines = "".join(json.dumps(one) + "\n" for one in rows)
        path.write_text(json.dumps(rows) if name.endswith(".json") else lines)
        now = desk.clock.now
        return importing.import_file(desk.store, desk.project, path, now, kind="judgements", **how)

    return run


def words(desk: Desk) -> dict[int | None, str]:
    """Completion id → the name of its variant; no completion is a tie."""
    rows = desk.rows(
        "SELECT c.id, v.name FROM completions c JOIN variants v ON v.id = c.variant_id"
    )
    return {None: "tie"} | {r["id"]: r["name"] for r in rows}


def verdicts(desk: Desk, *kinds: str) -> list[tuple[str, int]]:
    """(winning variant, strength) of what counts."""
    names = words(desk)
    return [(names[v["winner_id"]], v["strength"]) for v in desk.counted(*kinds)]


def everything(desk: Desk) -> dict[str, list[Row]]:
    tables = ("prompts", "completions", "comparisons", "comparison_completions", "reviewers",
              "judgements")  # fmt: skip
    return {table: desk.rows(f"SELECT * FROM {table}") for table in tables}


# What a row becomes


@pytest.mark.parametrize("name", ["judged.jsonl", "judged.json"])
def test_a_row_brings_prompt_answers_and_verdict(
    desk: Desk, import_rows: ImportRows, name: str
) -> None:
    report = import_rows([row()], name=name)
    assert (report.prompts, report.completions, report.judgements) == (1, 2, 1)
    [prompt] = desk.rows("SELECT external_id, messages FROM prompts")
    assert prompt["external_id"] == "81"
    assert [m["content"] for m in json.loads(prompt["messages"])] == list(QUESTIONS[81])


def test_an_answer_is_all_that_a_model_said_in_its_conversation(
    desk: Desk, import_rows: ImportRows
) -> None:
    import_rows([row()])
    [first, _] = desk.rows("SELECT messages FROM completions ORDER BY id")
    assert json.loads(first["messages"]) == [
        {"role": "assistant", "content": "alpaca, one"},
        {"role": "assistant", "content": "alpaca, two"},
    ]


@pytest.mark.parametrize(
    ("winner", "variant", "strength", "all_bad"),
    [
        ("model_a", "alpaca", 1, 0),
        ("model_b", "vicuna", 1, 0),
        ("tie", "tie", 0, 0),
        ("tie (bothbad)", "tie", 0, 1),
    ],
)
def test_a_winner_is_a_preference_a_tie_or_all_bad(
    desk: Desk, import_rows: ImportRows, winner: str, variant: str, strength: int, all_bad: int
) -> None:
    import_rows([row(winner)])
    assert verdicts(desk) == [(variant, strength)]
    assert [v["all_bad"] for v in desk.counted()] == [all_bad]


@pytest.mark.parametrize(("turn", "stored"), [(1, 0), (2, 1)])
def test_the_judged_turn_is_counted_from_nought(
    desk: Desk, import_rows: ImportRows, turn: int, stored: int
) -> None:
    import_rows([row(turn=turn)])
    assert [v["turn"] for v in desk.counted()] == [stored]


def test_the_answers_were_shown_in_the_order_of_the_file(
    desk: Desk, import_rows: ImportRows
) -> None:
    import_rows([row(), row(a="vicuna", b="alpaca", judge="author_1")])
    names = words(desk)
    shown = [[names[i] for i in v["shown"]] for v in desk.counted()]
    assert shown == [["alpaca", "vicuna"], ["vicuna", "alpaca"]]


def test_exchanged_sides_are_the_same_comparison(desk: Desk, import_rows: ImportRows) -> None:
    import_rows([row(), row(a="vicuna", b="alpaca", judge="author_1")])
    assert len({v["comparison_id"] for v in desk.counted()}) == 1


def test_a_model_that_said_nothing_was_judged_for_it(desk: Desk, import_rows: ImportRows) -> None:
    silent = conversation("alpaca", first="")
    assert import_rows([row("model_b", conversation_a=silent)]).judgements == 1


def test_an_import_opens_no_slots(desk: Desk, import_rows: ImportRows) -> None:
    import_rows([row(), row(turn=2)])
    assert desk.rows("SELECT DISTINCT kind, wanted, open_slots, counted FROM comparisons") == [
        {"kind": "work", "wanted": 0, "open_slots": 0, "counted": 0}
    ]
    assert desk.claim(desk.reviewer()) == []


def test_slots_that_were_open_stay_open(desk: Desk, import_rows: ImportRows) -> None:
    completions = {m: conversation(m)[1::2] for m in ("alpaca", "vicuna")}
    asked = [{"role": "user", "content": text} for text in QUESTIONS[81]]
    desk.import_rows([{"prompt": asked, "completions": completions, "split": "train"}])
    desk.open()
    import_rows([row()])
    assert len(desk.claim(desk.reviewer())) == 1
    with desk.store.read() as db:
        assert slots_are_sound(db)


# What is there already


def test_a_known_prompt_is_used(desk: Desk, import_rows: ImportRows) -> None:
    desk.import_rows([{"question_id": 81, "turns": list(QUESTIONS[81])}], kind="prompts")
    report = import_rows([row(), row(turn=2)])
    assert (report.prompts, report.known_prompts) == (0, 1)


def test_a_known_answer_is_used(desk: Desk, import_rows: ImportRows) -> None:
    import_rows([row()])
    report = import_rows([row(turn=2), row(b="gpt-4")])
    assert (report.completions, report.judgements) == (1, 2)


def test_other_words_of_a_model_are_another_sample(desk: Desk, import_rows: ImportRows) -> None:
    again = row(conversation_a=conversation("alpaca", second="Better now"))
    assert import_rows([row(), again]).completions == 3
    samples = desk.rows("SELECT sample_index FROM completions ORDER BY id")
    assert [s["sample_index"] for s in samples] == [0, 0, 1]


# Judges


def judges(desk: Desk) -> list[Row]:
    return desk.rows(
        "SELECT name, kind, active, imported_from FROM reviewers"
        " WHERE imported_from IS NOT NULL ORDER BY id"
    )


@pytest.mark.parametrize(
    ("judge", "name", "kind"),
    [
        ("expert_3", "expert_3 (imported)", "human"),
        ("author_1", "author_1 (imported)", "human"),
        (["gpt-4", "pair-v2"], "gpt-4/pair-v2 (imported)", "judge"),
        ("gpt4_pair", "gpt4_pair (imported)", "judge"),
    ],
)
def test_a_judge_becomes_a_reviewer_who_is_not_here(
    desk: Desk, import_rows: ImportRows, judge: Any, name: str, kind: str
) -> None:
    import_rows([row(judge=judge), row(judge=judge, question=101)])
    assert judges(desk) == [{"name": name, "kind": kind, "active": 0, "imported_from": "MT-Bench"}]
    assert len(desk.counted(kind)) == 2


@pytest.mark.parametrize("name", ["expert_3", "expert_3 (imported)"])
def test_nobody_here_is_taken_for_a_judge_of_the_same_name(
    desk: Desk, import_rows: ImportRows, name: str
) -> None:
    local = desk.reviewer(name)
    if name == "expert_3":
        import_rows([row()])
    else:
        with pytest.raises(InvalidInput, match="“expert_3 \\(imported\\)” already"):
            import_rows([row()])
    assert [v for v in desk.counted() if v["reviewer_id"] == local.id] == []


def test_judges_are_the_same_in_every_project(
    make_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    path = tmp_path / "judged.jsonl"
    path.write_text(json.dumps(row()))
    for desk in (make_desk("one"), make_desk("two")):
        now = desk.clock.now
        importing.import_file(desk.store, desk.project, path, now, kind="judgements")
        assert verdicts(desk) == [("alpaca", 1)]
    assert len(judges(desk)) == 1


# More than one word on a pair


def test_the_last_word_of_a_judge_counts(desk: Desk, import_rows: ImportRows) -> None:
    report = import_rows([row("model_a"), row("tie"), row("model_a", a="vicuna", b="alpaca")])
    assert report.judgements == 3
    assert verdicts(desk) == [("vicuna", 1)]
    chain = desk.rows("SELECT id, supersedes_id, current FROM judgements ORDER BY id")
    ids = [j["id"] for j in chain]
    assert [j["supersedes_id"] for j in chain] == [None, *ids[:-1]]
    assert [j["current"] for j in chain] == [0, 0, 1]


def test_the_same_word_twice_is_kept_twice(desk: Desk, import_rows: ImportRows) -> None:
    assert import_rows([row(), row()]).judgements == 2
    assert len(desk.counted()) == 1


def test_a_newer_file_supersedes_an_older_one(desk: Desk, import_rows: ImportRows) -> None:
    import_rows([row("model_a")])
    assert import_rows([row("model_a"), row("model_b")]).judgements == 1
    assert verdicts(desk) == [("vicuna", 1)]


@pytest.mark.parametrize("other", [{"turn": 2}, {"judge": "author_1"}, {"b": "gpt-4"}])
def test_another_turn_judge_or_pair_is_no_revision(
    desk: Desk, import_rows: ImportRows, other: Row
) -> None:
    import_rows([row(), row(**other)])
    assert len(desk.counted()) == 2


# Twice, and not at all


def many_rows(count: int, seed: int) -> list[Row]:
    """Random verdicts, with repeats and exchanged sides among them."""
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        a, b = draw.sample(["alpaca", "vicuna", "gpt-4", "claude"], 2)
        winner = draw.choice(["model_a", "model_b", "tie", "tie (bothbad)"])
        judge = draw.choice(["expert_0", "expert_1", "author_0", ["gpt-4", "pair-v2"]])
        question, turn = draw.choice(list(QUESTIONS)), draw.choice([1, 2])
        made.append(row(winner, a=a, b=b, question=question, judge=judge, turn=turn))
    return made


def test_six_hundred_rows_come_in_whole(desk: Desk, import_rows: ImportRows) -> None:
    rows = many_rows(600, seed=0)
    report = import_rows(rows)
    said = {
        (str(r["judge"]), r["question_id"], r["turn"], *sorted((r["model_a"], r["model_b"]))): r
        for r in rows
    }
    assert (report.prompts, report.completions, report.judgements) == (2, 8, 600)
    assert len(desk.counted("human", "judge")) == len(said)
    bad = sum(r["winner"] == "tie (bothbad)" for r in said.values())
    assert sum(v["all_bad"] for v in desk.counted("human", "judge")) == bad


@pytest.mark.parametrize("seed", range(5))
def test_whatever_was_imported_again_adds_nothing(
    desk: Desk, import_rows: ImportRows, seed: int
) -> None:
    rows = many_rows(60, seed)
    import_rows(rows)
    before = everything(desk)
    again = import_rows(rows[: 12 * seed + 1])
    assert (again.prompts, again.completions, again.judgements) == (0, 0, 0)
    assert everything(desk) == before


def killed_midway(
    monkeypatch: pytest.MonkeyPatch, import_rows: ImportRows, rows: list[Row]
) -> None:
    """An import that dies before its end, as a killed process would leave it."""

    def die(*args: Any, **how: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(load.imports, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            import_rows(rows)


def test_an_unfinished_import_is_invisible_and_removed(
    desk: Desk, import_rows: ImportRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_midway(monkeypatch, import_rows, [row(), row("tie")])
    assert desk.counted() == []
    assert importing.remove_unfinished(desk.store) == 1
    left = everything(desk)
    assert {table for table, rows in left.items() if rows} == {"reviewers"}


def test_what_an_unfinished_import_superseded_counts_again(
    desk: Desk, import_rows: ImportRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_rows([row("model_a")])
    killed_midway(monkeypatch, import_rows, [row("model_b"), row("tie")])
    importing.remove_unfinished(desk.store)
    assert verdicts(desk) == [("alpaca", 1)]


# Bad rows


def without(key: str) -> Row:
    return {k: v for k, v in row().items() if k != key}


BAD_ROWS = [
    (without("winner"), "no `winner`"),
    ({"question_id": 81}, "no `model_a`, `model_b`, `winner`, `judge`, `conversation_a`"),
    (row(question_id=[81]), "`question_id` must be a text"),
    (row("model_c"), "`winner` must be one of: model_a, model_b, tie, tie (bothbad)"),
    (row(winner=["model_a"]), "`winner` must be one of"),
    (row(b="alpaca"), "`model_a` and `model_b` are both `alpaca`"),
    (row(model_a=" "), "`model_a` must be a text that is not empty"),
    (row(judge=""), "`judge` must be a text that is not empty"),
    (row(judge=[]), "`judge` must be a text"),
    (row(judge=["gpt-4", ""]), "`judge` must be a text that is not empty"),
    (row(turn=0), "`turn` must be a number from 1 to 2"),
    (row(turn=3), "`turn` must be a number from 1 to 2"),
    (row(turn=True), "`turn` must be a number from 1 to 2"),
    (row(turn="1"), "`turn` must be a number from 1 to 2"),
    (row(conversation_a="Hi"), "`conversation_a` must be a list of messages: user, assistant"),
    (row(conversation_b=[]), "`conversation_b` must be a list of messages"),
    (row(conversation_a=["Hi", "Ho"]), "`conversation_a` must be a list of messages"),
    (row(conversation_a=conversation("alpaca")[:3]), "`conversation_a` must be a list of messages"),
    (row(conversation_a=[{"role": "user"}, {"role": "assistant", "content": "x"}]),
     "`conversation_a.content` must be a text"),
    (row(conversation_b=conversation("vicuna", first="zero\0byte")),
     "`conversation_b.content` holds a zero byte"),
    (row(conversation_b=conversation("vicuna", 101)), "the user messages of `conversation_a` and"),
    (row(conversation_b=conversation("vicuna")[:2]), "the user messages of `conversation_a` and"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "reason"), BAD_ROWS, ids=range(len(BAD_ROWS)))
def test_a_bad_row_is_named_and_nothing_is_imported(
    desk: Desk, import_rows: ImportRows, bad: Row, reason: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        import_rows([row(), bad])
    assert "1 of 2 rows" in refused.value.message
    assert f"judged.jsonl:2: {reason}" in refused.value.message
    assert not any(everything(desk).values())


def test_skip_bad_imports_the_rest(import_rows: ImportRows) -> None:
    report = import_rows([row("nobody"), row()], skip_bad=True)
    assert (report.judgements, [bad.line for bad in report.bad]) == (1, [1])


# What they are good for


def test_imported_people_count_as_people_in_the_leaderboard(
    desk: Desk, import_rows: ImportRows
) -> None:
    import_rows([row(), row(judge="author_1"), row(judge=["gpt-4", "pair-v2"])])
    with desk.store.read() as db:
        [duel] = leaderboard.duels(db, desk.project.id)
    assert {duel.first.name, duel.second.name} == {"alpaca", "vicuna"}
    assert duel.result.n == 1


def test_a_second_turn_after_different_first_ones_trains_nothing(
    make_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = make_desk(heldout_share=0.0)
    path = tmp_path / "judged.jsonl"
    path.write_text(json.dumps(row(turn=2)))
    importing.import_file(desk.store, desk.project, path, desk.clock.now, kind="judgements")
    assert desk.exportable() == ([], {"the answers replied to different messages": 1})
