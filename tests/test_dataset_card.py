"""The card of a version says what a stranger must know of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Desk, answered
from workbench.exporting import Filters, decontamination, export


@pytest.fixture
def shared(make_desk: Any) -> Desk:
    """Five prompts, two on law, judged by two people who differ on the last only."""
    desk = make_desk(overlap=2, consensus_threshold=0.5)
    desk.import_rows([answered(i) | {"tags": ["law"] if i < 2 else ["a|b"]} for i in range(5)])
    desk.store.write(lambda db: db.execute("UPDATE prompts SET language = 'en'"))
    desk.open()
    for name in ("Ann", "Ben"):
        person = desk.reviewer(name)
        for item in desk.claim(person, 10):
            wrong = name == "Ben" and "topic1d" in item.answers[0]
            desk.submit(person, item, preference=desk.better(item) * (-1 if wrong else 1))
    return desk


def frozen(desk: Desk, format_: str = "preference", **filters: Any) -> tuple[str, dict[str, Any]]:
    """The card, and the manifest."""
    chosen = Filters(**{"test_share": 0.0, **filters})
    version = export(desk.store, desk.project, chosen, desk.clock.now, format_=format_)
    return (Path(version.folder) / "README.md").read_text(), version.manifest


def test_a_card_says_how_far_reviewers_agreed(shared: Desk) -> None:
    card, manifest = frozen(shared)
    assert manifest["agreement"]["items"] == 5
    assert f"| Krippendorff's α | {manifest['agreement']['alpha']['value']:.2f}" in card


def test_agreement_is_that_of_all_pairs_and_not_of_those_that_went_in(shared: Desk) -> None:
    _, manifest = frozen(shared, tags=("law",))
    assert manifest["counts"]["train"] == 2
    assert manifest["agreement"]["items"] == 5


def test_a_card_says_that_agreement_is_not_known(desk: Desk) -> None:
    desk.add_answers(1)
    desk.open()
    desk.judge_all(desk.reviewer())
    card, manifest = frozen(desk)
    assert manifest["agreement"] is None
    assert "how far they agree is not known" in card
    assert "one person's alone" in card


def test_a_card_says_what_is_covered_and_who_won_by_tag_and_language(shared: Desk) -> None:
    card, manifest = frozen(shared, tags=("law",))
    assert manifest["coverage"] == {"prompts": 5, "covered": 2}
    law, other = sorted(manifest["groups"]["tag"], key=lambda group: str(group["name"]))[::-1]
    assert law == {"name": "law", "prompts": 2, "covered": 2, "rows": 2,
                   "wins": {"a": [2, 2], "b": [0, 2]}}  # fmt: skip
    assert (other["covered"], other["wins"]) == (0, {})
    assert "| law | 2 | 2 | 2 | 100% of 2 | 0% of 2 |" in card
    assert "| a\\|b | 3 | 0 | 0 |  |  |" in card
    assert "| en | 5 | 2 | 2 |" in card


def test_soft_labels_become_the_smoothing_of_the_robust_loss(shared: Desk) -> None:
    card, manifest = frozen(shared)
    lines = Path(shared.store.workspace.exports / manifest["name"] / "lineage.jsonl")
    doubts = [1 - json.loads(line)["posterior"] for line in lines.read_text().splitlines()]
    assert manifest["label_smoothing"] == pytest.approx(sum(doubts) / len(doubts), abs=1e-4)
    assert f"`label_smoothing: {manifest['label_smoothing']:.3g}`" in card


def test_formats_that_are_no_pairs_have_no_smoothing(shared: Desk) -> None:
    card, manifest = frozen(shared, "kto")
    assert manifest["label_smoothing"] is None
    assert "label_smoothing" not in card
    assert "trl kto --config run.yaml" in card


@pytest.mark.parametrize("format_", ["raw", "argilla"])
def test_no_trainer_is_named_for_what_none_reads(shared: Desk, format_: str) -> None:
    assert "trl" not in frozen(shared, format_)[0]


def test_a_card_states_the_projects_licence(make_desk: Any) -> None:
    desk = make_desk(licence="cc-by-4.0")
    desk.add_answers(1)
    desk.open()
    desk.judge_all(desk.reviewer())
    card, manifest = frozen(desk)
    assert manifest["licence"] == "cc-by-4.0"
    assert card.startswith("---\nlicense: cc-by-4.0\n")


def test_a_card_names_the_benchmarks_it_was_checked_against(shared: Desk, tmp_path: Path) -> None:
    assert "not checked against any benchmark" in frozen(shared)[0]
    path = tmp_path / "quiz.jsonl"
    path.write_text('{"prompt": "What is asked nowhere else at all?"}\n')
    decontamination.add(shared.store, "quiz", path, shared.clock.now)
    card, manifest = frozen(shared)
    assert list(manifest["benchmarks"]) == ["quiz"]
    assert "what these benchmarks ask are left out: quiz" in card


def test_a_card_says_that_machines_judged(shared: Desk) -> None:
    assert "which no person made" in frozen(shared, kinds=("human", "judge"))[0]
