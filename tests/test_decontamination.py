"""Prompts that a named benchmark asks are in no export."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Desk, answered
from workbench.cli import main
from workbench.errors import InvalidInput, NotFound
from workbench.exporting import decontamination
from workbench.exporting.decontamination import Questions
from workbench.store import benchmarks

LONG = "In which year did the old stone mill by the river burn down for the second time?"


@pytest.mark.parametrize(
    ("question", "prompt", "within"),
    [
        (LONG, LONG, True),
        (LONG, f"Answer briefly, please. {LONG.upper()} Thank you.", True),
        (LONG, LONG.replace(" ", "\n").replace("?", " ?!"), True),
        (LONG, "In which year did the old stone mill by the river close?", False),
        (LONG, "In which year did the old stone mill by the river burn?", False),
        (LONG, "In which year did the old stone mill by the river burn down for good?", True),
        (LONG, "Where is the mill?", False),
        ("What is 7 + 8?", "what is 7+8", True),
        ("What is 7 + 8?", "What is 7 + 8 in Roman numerals?", False),
        ("", "Hello there", False),
    ],
)
def test_a_question_is_within_a_prompt_that_holds_most_of_its_word_sequences(
    question: str, prompt: str, within: bool
) -> None:
    assert Questions([question]).within(prompt) == within


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30).map(" ".join),
       st.text(alphabet="xyz ", max_size=40), st.text(alphabet="xyz ", max_size=40))  # fmt: skip
def test_a_question_of_eight_words_is_found_wherever_it_stands(
    question: str, before: str, after: str
) -> None:
    if len(question.split()) >= 8:
        assert Questions([question]).within(f"{before} {question} {after}")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "quiz.jsonl"
    rows = [{"prompt": answered(0)["prompt"]}, {"turns": ["What is two and two?", "And three?"]}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_no_export_holds_what_a_benchmark_asks(desk: Desk, file: Path) -> None:
    desk.add_answers(3)
    desk.open()
    desk.judge_all(desk.reviewer())
    assert decontamination.add(desk.store, "quiz", file, desk.clock.now) == 2
    rows, left_out = desk.exportable()
    assert len(rows) == 2
    assert left_out == {"asked by the benchmark quiz": 1}


def test_adding_the_same_questions_again_changes_nothing(desk: Desk, file: Path) -> None:
    for _ in range(2):
        decontamination.add(desk.store, "quiz", file, desk.clock.now)
    with desk.store.read() as db:
        assert [(one.name, one.texts) for one in benchmarks.named(db)] == [("quiz", 2)]


def test_a_name_stands_for_one_set_of_questions(desk: Desk, file: Path) -> None:
    decontamination.add(desk.store, "quiz", file, desk.clock.now)
    file.write_text('{"prompt": "Another one"}\n')
    with pytest.raises(InvalidInput, match="with other questions"):
        decontamination.add(desk.store, "quiz", file, desk.clock.now)


def test_a_file_without_a_question_is_refused(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    path.write_text('{"answer": 4}\n')
    with pytest.raises(InvalidInput, match=r"none\.jsonl names no question"):
        decontamination.add(desk.store, "none", path, desk.clock.now)


def test_what_is_no_benchmark_cannot_be_removed(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no benchmark “quiz”"):
        desk.store.write(lambda db: benchmarks.remove(db, "quiz"))


def test_the_shell_names_lists_and_removes_benchmarks(
    desk: Desk, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(desk.store.workspace.home))

    def said(*words: str) -> str:
        result = CliRunner().invoke(main, ["benchmarks", *words], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    assert "No dataset is checked against a benchmark yet" in said("list")
    assert "2 questions" in said("add", "quiz", str(file))
    assert "quiz\t2 questions" in said("list")
    said("remove", "quiz")
    assert "quiz" not in said("list")
