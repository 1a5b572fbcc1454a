"""Imports: a file comes in whole or not at all, names its bad rows, and adds nothing twice."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk, answered
from workbench import importing
from workbench.errors import InvalidInput
from workbench.importing import load
from workbench.importing.load import Report
from workbench.importing.placing import split_of
from workbench.store import imports, prompts

ImportFile = Callable[..., Report]

MT_BENCH = [
    {"question_id": 81, "category": "writing", "turns": ["Write a haiku.", "Now a limerick."]},
    {"question_id": 101, "category": "reasoning", "turns": ["Who is second?", "And last?"],
     "reference": ["You are second.", "Impossible."]},
]  # fmt: skip
ALPACA_EVAL = [
    {"instruction": "Name three rivers.", "dataset": "helpful_base",
     "outputs": {"base": "Rhine, Elbe, Oder.", "good": "The Rhine, the Elbe and the Oder.",
                 "poor": "Rivers.", "same": "Rhine Elbe Oder"},
     "judge_vs_base": {"base": 1.5, "good": 1.875, "poor": 1.25, "same": 1.5}},
    {"instruction": "Say hello in French.", "dataset": "koala",
     "outputs": {"base": "Bonjour!", "good": "Bonjour."}},
]  # fmt: skip


@pytest.fixture
def import_file(desk: Desk, tmp_path: Path) -> ImportFile:
    """Writes rows (or text as it stands) to a file and imports it."""

    def run(content: Any, *, name: str = "rows.jsonl", **how: Any) -> Report:
        path = tmp_path / name
        if isinstance(content, str | bytes):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        elif name.endswith(".json"):
            path.write_text(json.dumps(content))
        else:
            path.write_text("".join(json.dumps(row) + "\n" for row in content))
        return importing.import_file(desk.store, desk.project, path, desk.clock.now, **how)

    return run


def all_prompts(desk: Desk) -> list[Any]:
    with desk.store.read() as db:
        return list(prompts.in_project(db, desk.project.id))


# Shapes


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.json"])
def test_prompts_come_in_with_all_that_is_known_of_them(
    desk: Desk, import_file: ImportFile, name: str
) -> None:
    rows = [
        {"prompt": "Why?", "id": 7, "context": "The source.", "reference": "Because.",
         "tags": ["a", "b"], "split": "heldout", "occurred_at": "2026-11-01T10:00:00Z"},
        {"prompt": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]},
    ]  # fmt: skip
    report = import_file(rows, name=name)
    first, second = all_prompts(desk)
    assert (report.prompts, report.bad) == (2, [])
    assert (first.external_id, first.context, first.reference) == ("7", "The source.", "Because.")
    assert (first.tags, first.split) == (("a", "b"), "heldout")
    assert first.occurred_at == "2026-11-01T10:00:00Z"
    assert [m["role"] for m in second.messages] == ["system", "user"]


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "Why?", "variant": "a", "completion": "So."},
        {"prompt": "Why?", "completions": {"a": "So."}},
        {"prompt": "Why?", "completions": {"a": [{"role": "assistant", "content": "So."}]}},
    ],
)
def test_completions_come_in_each_shape(
    desk: Desk, import_file: ImportFile, row: dict[str, Any]
) -> None:
    assert import_file([row], kind="completions").completions == 1
    [stored] = desk.rows("SELECT messages, sample_index FROM completions")
    assert json.loads(stored["messages"]) == [{"role": "assistant", "content": "So."}]


def test_mt_bench_questions_are_prompts_of_two_turns(desk: Desk, import_file: ImportFile) -> None:
    assert import_file(MT_BENCH).prompts == 2
    first, second = all_prompts(desk)
    assert (first.turns, first.tags, first.external_id) == (2, ("writing",), "81")
    assert second.reference == "You are second.\n\nImpossible."


def test_alpaca_eval_brings_answers_and_a_judges_verdicts(
    desk: Desk, import_file: ImportFile
) -> None:
    report = import_file(ALPACA_EVAL, kind="completions")
    assert (report.prompts, report.completions, report.judgements) == (2, 6, 3)
    names = {
        row["id"]: row["name"]
        for row in desk.rows(
            "SELECT c.id, v.name FROM completions c JOIN variants v ON v.id = c.variant_id"
        )
    }
    verdicts = [
        (names.get(v["winner_id"]), v["strength"], v["probability"]) for v in desk.counted("judge")
    ]
    assert verdicts == [("good", 1, 0.875), ("base", 1, 0.25), (None, 0, 0.5)]
    assert desk.counted("human") == []


def test_what_a_judge_compared_still_waits_for_people(desk: Desk, import_file: ImportFile) -> None:
    import_file([answered(0) | {"split": "train"}], kind="completions")
    import_file([row for row in ALPACA_EVAL if "judge_vs_base" in row], kind="completions")
    assert desk.rows("SELECT DISTINCT wanted FROM comparisons") == [{"wanted": 0}]


# Bad rows

BAD_ROWS = [
    ("not json", "not valid JSON at character 1"),
    ("[1, 2]", "an object was expected, not list"),
    ('"text"', "an object was expected, not str"),
    ("{}", "no `prompt`"),
    ('{"prompt": ""}', "`prompt` must be a text that is not empty"),
    ('{"prompt": 5}', "`prompt` must be a text or a list of messages"),
    ('{"prompt": []}', "`prompt` must be a text or a list of messages"),
    ('{"prompt": "zero\\u0000byte"}', "holds a zero byte"),
    ('{"prompt": "half \\ud83d pair"}', "holds half of a surrogate pair"),
    ('{"prompt": [{"role": "robot", "content": "x"}]}', "each message needs a role"),
    ('{"prompt": [{"role": "user"}]}', "`prompt.content` must be a text"),
    ('{"prompt": [{"role": "assistant", "content": "x"}]}', "must end with a user message"),
    ('{"prompt": "x", "split": "dev"}', "`split` must be train or heldout"),
    ('{"prompt": "x", "tags": [1]}', "`tags` must be a list of texts"),
    ('{"prompt": "x", "context": 1}', "`context` must be a text"),
    ('{"prompt": "x", "completion": "y", "variant": 5}', "`variant` must be a text"),
    ('{"prompt": "x", "completions": ["y"]}', "`completions` must be an object"),
    ('{"prompt": "x", "completions": {"a": ""}}', "`completions.a` must be a text"),
    ('{"prompt": "x", "completions": {"a": [{"role": "user", "content": "y"}]}}',
     "may hold assistant messages only"),
    ('{"prompt": "x", "completions": {"a": [{"role": "assistant", "content": "1"},'
     ' {"role": "assistant", "content": "2"}]}}', "`a` has 2 answers for 1 turns"),
    ('{"turns": []}', "`turns` must be a list of texts"),
    ('{"turns": ["x", 2]}', "`turns` must be a text"),
    ('{"turns": ["x"], "reference": {"a": 1}}', "`reference` must be a text"),
    ('{"instruction": "x", "outputs": []}', "`outputs` must be an object"),
    ('{"instruction": "x", "outputs": {"m": "y"}, "judge_vs_m": null}', "`judge_vs_m` must be"),
    ('{"instruction": "x", "outputs": {"m": "y", "n": "z"}, "judge_vs_m": {"n": 3}}',
     "`judge_vs_m.n` must be a number from 1 to 2"),
    ('{"instruction": "x", "outputs": {"m": "y"}, "judge_vs_m": {"n": 1.5}}',
     "`judge_vs_m` judges `n`, which has no output"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "reason"), BAD_ROWS, ids=[row for row, _ in BAD_ROWS])
def test_a_bad_row_is_named_by_file_line_and_reason(
    desk: Desk, import_file: ImportFile, line: str, reason: str
) -> None:
    good = json.dumps({"prompt": "A good row"})
    with pytest.raises(InvalidInput) as refused:
        import_file(f"{good}\n\n{line}\n", name="mixed.jsonl")
    assert "1 of 2 rows" in refused.value.message
    assert "mixed.jsonl:3: " in refused.value.message
    assert reason in refused.value.message
    assert all_prompts(desk) == []


def test_completions_need_an_answer_in_each_row(import_file: ImportFile) -> None:
    with pytest.raises(InvalidInput, match="no `completion` or `completions`"):
        import_file([{"prompt": "x"}], kind="completions")


def test_skip_bad_imports_the_rest_and_reports_them(desk: Desk, import_file: ImportFile) -> None:
    report = import_file('{"prompt": "one"}\noops\n{"prompt": "two"}\n', skip_bad=True)
    assert report.prompts == len(all_prompts(desk)) == 2
    assert [(bad.line, bad.reason[:14]) for bad in report.bad] == [(2, "not valid JSON")]


def test_many_bad_rows_are_cut_short(import_file: ImportFile) -> None:
    with pytest.raises(InvalidInput, match="and 80 more"):
        import_file("oops\n" * 100)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\xff\xfe", "rows.jsonl", "is not UTF-8 text"),
        ("a,b", "rows.txt", "is none of .jsonl, .json, .csv"),
        ("{", "rows.json", "line 1: not valid JSON"),
        ('{"prompt": "x"}', "rows.json", "a list of objects was expected"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    import_file: ImportFile, content: str | bytes, name: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        import_file(content, name=name)


def test_a_missing_file_is_an_error_for_people(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        importing.import_file(desk.store, desk.project, tmp_path / "no.jsonl", desk.clock.now)


@pytest.mark.parametrize("content", ['﻿{"prompt": "x"}\n', '{"prompt": "x"}\r\n\r\n'])
def test_byte_order_marks_and_windows_line_ends_do_no_harm(
    import_file: ImportFile, content: str
) -> None:
    assert import_file(content).prompts == 1


# Twice, and not at all


@pytest.mark.parametrize(
    ("rows", "kind"), [(MT_BENCH, "prompts"), (ALPACA_EVAL, "completions")], ids=["mt", "alpaca"]
)
def test_the_same_file_twice_adds_nothing(
    desk: Desk, import_file: ImportFile, rows: list[dict[str, Any]], kind: str
) -> None:
    import_file(rows, kind=kind)
    again = import_file(rows, kind=kind)
    assert (again.prompts, again.completions, again.judgements) == (0, 0, 0)
    assert again.known_prompts == len(rows)


def test_the_same_file_adds_nothing_even_after_newer_answers(import_file: ImportFile) -> None:
    newer = [ALPACA_EVAL[0] | {"outputs": ALPACA_EVAL[0]["outputs"] | {"good": "Newer."}}]
    import_file(ALPACA_EVAL[:1], kind="completions")
    assert import_file(newer, kind="completions").completions == 1
    again = import_file(ALPACA_EVAL[:1], kind="completions")
    assert (again.completions, again.judgements) == (0, 0)


def test_another_text_of_the_same_variant_is_another_sample(
    desk: Desk, import_file: ImportFile
) -> None:
    for text in ("One.", "Two.", "One."):
        import_file([{"prompt": "Why?", "variant": "a", "completion": text}], kind="completions")
    assert [r["sample_index"] for r in desk.rows("SELECT sample_index FROM completions")] == [0, 1]


def killed_midway(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that dies before its end, as a killed process would leave it."""

    def die(*args: Any, **how: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(load.imports, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            desk.import_rows(ALPACA_EVAL)


def test_an_unfinished_import_is_invisible(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_midway(desk, monkeypatch)
    assert len(desk.rows("SELECT * FROM prompts")) == 2
    assert all_prompts(desk) == []
    assert desk.counted("judge") == []
    assert desk.open() == 0


def test_an_unfinished_import_is_removed_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_midway(desk, monkeypatch)
    assert importing.remove_unfinished(desk.store) == 1
    for table in ("prompts", "completions", "comparisons", "judgements", "imports"):
        assert desk.rows(f"SELECT * FROM {table}") == []
    assert importing.remove_unfinished(desk.store) == 0


def test_the_next_import_does_not_stumble_over_an_unfinished_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_midway(desk, monkeypatch)
    assert desk.import_rows(ALPACA_EVAL).prompts == 2
    assert len(all_prompts(desk)) == 2


def test_a_running_import_is_left_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that starts meanwhile must not remove what is being written."""
    seen = []
    finish = imports.finish

    def meanwhile(*args: Any) -> None:
        seen.append(importing.remove_unfinished(desk.store))
        finish(*args)

    monkeypatch.setattr(load.imports, "finish", lambda *args: meanwhile(*args))
    # The lock belongs to the open file: asking from this process is as good as from another.
    desk.import_rows([{"prompt": "x"}], kind="prompts")
    assert seen == [0]
    assert len(all_prompts(desk)) == 1


# Where prompts go

TOWN = "Town: Ashford\nfounded: 1742\nmayor: Ann Brook\nriver: Stour"


def near(question: str, split: str | None = None) -> dict[str, Any]:
    row = {"prompt": question, "context": TOWN}
    return row | ({"split": split} if split else {})


FOUNDED, WHEN = "When was the town of Ashford founded?", "When was the town Ashford founded?"


def placed(desk: Desk) -> dict[str, tuple[str, int]]:
    rows = desk.rows("SELECT messages, split, near_heldout FROM prompts")
    return {json.loads(r["messages"])[0]["content"]: (r["split"], r["near_heldout"]) for r in rows}


def test_a_train_prompt_near_an_older_heldout_one_is_kept_out(desk: Desk) -> None:
    desk.import_rows([near(FOUNDED, "heldout")], kind="prompts")
    report = desk.import_rows([near(WHEN, "train")], kind="prompts")
    assert placed(desk) == {FOUNDED: ("heldout", 0), WHEN: ("train", 1)}
    assert report.near_heldout == 1


def test_an_older_train_prompt_near_a_new_heldout_one_is_kept_out(desk: Desk) -> None:
    desk.import_rows([near(FOUNDED, "train")], kind="prompts")
    report = desk.import_rows([near(WHEN, "heldout")], kind="prompts")
    assert placed(desk) == {FOUNDED: ("train", 1), WHEN: ("heldout", 0)}
    assert report.near_heldout == 1


def test_both_in_one_file_are_seen_too(desk: Desk) -> None:
    desk.import_rows([near(WHEN, "train"), near(FOUNDED, "heldout")], kind="prompts")
    assert placed(desk)[WHEN] == ("train", 1)


def test_a_train_prompt_unlike_any_heldout_one_trains(desk: Desk) -> None:
    rows = [near(FOUNDED, "heldout"), {"prompt": "Name three rivers.", "split": "train"}]
    desk.import_rows(rows, kind="prompts")
    assert placed(desk)["Name three rivers."] == ("train", 0)


def test_near_duplicates_share_cluster_and_split(desk: Desk) -> None:
    desk.import_rows([near(f"{FOUNDED} {'Please' * i}") for i in range(3)], kind="prompts")
    desk.import_rows([near(WHEN)], kind="prompts")
    assert len(desk.rows("SELECT DISTINCT cluster, split FROM prompts")) == 1


def test_a_fifth_of_the_prompts_is_heldout(desk: Desk) -> None:
    report = desk.import_rows([answered(i, split=None) for i in range(300)], kind="prompts")
    assert 40 <= report.heldout <= 80
    rows = desk.rows("SELECT cluster, split FROM prompts")
    assert all(row["split"] == split_of(row["cluster"], 0.2) for row in rows)


def test_answers_find_their_prompt_by_id_without_its_source_text(desk: Desk) -> None:
    asked = {"id": "q1", "prompt": "Who signed?", "split": "train"}
    desk.import_rows([asked | {"context": "Signed by A. Reed."}], "prompts")
    report = desk.import_rows([asked | {"completions": {"a": "A. Reed", "b": "Nobody"}}])
    assert (report.prompts, report.completions) == (0, 2)
    other = {"id": "q1", "prompt": "Who else?", "completions": {"a": "No one"}}
    assert desk.import_rows([other]).prompts == 1
