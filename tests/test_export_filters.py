"""What goes into an export: each rule alone, saved under a name, and versions told apart."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from tests.conftest import Desk, answered
from workbench.cli import main
from workbench.errors import InvalidInput, NotFound
from workbench.exporting import Filters, diffs, export
from workbench.records import Item
from workbench.store import export_filters, reviewers
from workbench.store.datasets import DatasetVersion


def freeze(desk: Desk, **filters: Any) -> DatasetVersion:
    chosen = Filters(**{"test_share": 0.0, **filters})
    return export(desk.store, desk.project, chosen, desk.clock.now)


@pytest.fixture
def judged(desk: Desk) -> Desk:
    """Six pairs, two tagged law; Ann judged four (strongly, faithful 2), Ben two (1, of 2)."""
    rows = [answered(i) | {"tags": ["law"] if i < 2 else ["maths"]} for i in range(6)]
    desk.import_rows(rows)
    desk.open()
    for name, most, strength, score in (("Ann", 4, 3, 2), ("Ben", 2, 1, 1)):
        person = desk.reviewer(name)
        for item in desk.claim(person, most):
            both = {slot: {"faithful": score} for slot in (1, 2)}
            desk.submit(person, item, preference=strength * _better(item), ratings=both)
    return desk


def _better(item: Item) -> int:
    return -1 if item.answers[0].startswith("A fine") else 1


def public_id(desk: Desk, name: str) -> str:
    with desk.store.read() as db:
        return reviewers.named(db, name).public_id


@pytest.mark.parametrize(
    ("filters", "passing", "reason"),
    [
        ({}, 6, None),
        ({"tags": ("law",)}, 2, "another tag"),
        ({"tags": ("law", "maths")}, 6, None),
        ({"languages": ("en",)}, 6, None),
        ({"languages": ("de",)}, 0, "another language"),
        ({"least_strength": 2.0}, 4, "too weak a preference"),
        ({"least_votes": 2}, 0, "too few votes"),
        ({"rubric_floor": {"faithful": 2}}, 4, "faithful below 2, or not rated"),
        ({"rubric_floor": {"faithful": 1}}, 6, None),
        ({"rubric_floor": {"charm": 1}}, 0, "charm below 1, or not rated"),
    ],
    ids=str,
)
def test_each_rule_says_what_it_leaves_out(
    judged: Desk, filters: dict[str, Any], passing: int, reason: str | None
) -> None:
    judged.store.write(lambda db: db.execute("UPDATE prompts SET language = 'en'"))
    rows, left_out = judged.exportable(**filters)
    assert len(rows) == passing
    assert left_out == ({reason: 6 - passing} if reason else {})


def test_only_the_named_reviewers_judgements_count(judged: Desk) -> None:
    ben = public_id(judged, "Ben")
    rows, left_out = judged.exportable(reviewers=(ben,))
    assert (len(rows), left_out) == (2, {})
    assert freeze(judged, reviewers=(ben,)).manifest["reviewers"] == {ben: 2}


def test_a_reviewer_that_nobody_is_is_said(judged: Desk) -> None:
    with pytest.raises(InvalidInput, match="There is no reviewer r-nobody"):
        judged.exportable(reviewers=("r-nobody",))


def test_the_surest_pairs_of_a_prompt_are_kept(make_desk: Any) -> None:
    """Of three pairs on one prompt, the one that both reviewers agree on strongly."""
    desk = make_desk(overlap=2)
    desk.import_rows([answered(0) | {"completions": {n: f"Because of {n}" for n in "abc"}}])
    desk.open(count=3)
    for name in ("Ann", "Ben"):
        person = desk.reviewer(name)
        for item in desk.claim(person, 3):
            first, second = (answer[-1] for answer in item.answers)
            strength = 3 if {first, second} == {"a", "b"} else 1
            desk.submit(person, item, preference=-strength if first < second else strength)
    rows, left_out = desk.exportable(per_prompt=1)
    assert [(r["chosen"][0]["content"][-1], r["rejected"][0]["content"][-1]) for r in rows] == [
        ("a", "b")
    ]
    assert left_out == {"more of the same prompt": 2}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kinds": ()}, "kinds"),
        ({"least_votes": 0}, "least_votes"),
        ({"least_strength": 4.0}, "least_strength"),
        ({"least_posterior": 1.5}, "least_posterior"),
        ({"test_share": 1.0}, "test_share"),
        ({"per_prompt": 0}, "per_prompt"),
    ],
)
def test_what_lets_nothing_in_is_refused(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        Filters(**wrong).check()
    assert raised.value.field == field


def test_a_filter_comes_back_as_it_was_saved(judged: Desk) -> None:
    kept = Filters(tags=("law",), rubric_floor={"faithful": 3.5}, rounds=(1, 2), per_prompt=2)
    now, project_id = judged.clock.now, judged.project.id
    judged.store.write(
        lambda db: export_filters.save(db, now, project_id, "strict", kept.to_json())
    )
    with judged.store.read() as db:
        assert Filters.from_json(export_filters.named(db, project_id, "strict")) == kept
        with pytest.raises(NotFound, match="Saved are: strict"):
            export_filters.named(db, project_id, "loose")


def test_a_filter_with_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(InvalidInput, match="has no colour"):
        Filters.from_json({"colour": "red"})


# Versions told apart


def test_a_diff_names_the_rows_that_came_and_went_and_the_filters_that_made_them(
    judged: Desk,
) -> None:
    every, law = freeze(judged), freeze(judged, tags=("law",))
    found = diffs.diff(every, law)
    assert (found.removed, found.added, found.kept) == (4, 0, 2)
    assert found.declared == {"filters.tags": ([], ["law"])}
    back = diffs.diff(law, every)
    assert (back.removed, back.added, back.kept) == (0, 4, 2)
    assert set(back.some_added) <= {row["pair_id"] for row in judged.exportable()[0]}


def test_a_version_does_not_differ_from_itself(judged: Desk) -> None:
    found = diffs.diff(freeze(judged), freeze(judged))
    assert (found.removed, found.added, found.kept, found.declared) == (0, 0, 6, {})


# From the shell


def shell(desk: Desk, monkeypatch: pytest.MonkeyPatch, line: str) -> str:
    monkeypatch.setenv("WORKBENCH_HOME", str(desk.store.workspace.home))
    said = CliRunner().invoke(main, [*line.split(), "--project", desk.project.slug])
    assert said.exit_code == 0, said.output
    return said.stdout


def test_a_filter_is_saved_used_and_changed_from_the_shell(
    judged: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell(judged, monkeypatch, "export --tag law --test-share 0 --save-filter law")
    shell(judged, monkeypatch, "export --filter law --format kto")
    said = shell(judged, monkeypatch, "export --filter law --least-strength 3 --preview")
    assert "left out: another tag" in said
    listed = json.loads(shell(judged, monkeypatch, "datasets list --json"))
    assert [(one["format"], one["counts"]["train"]) for one in listed] == [
        ("kto", 4), ("preference", 2),
    ]  # fmt: skip
    newest, oldest = (one["name"] for one in listed)
    assert f"# {newest}" in shell(judged, monkeypatch, f"datasets show {newest}")
    assert "format: preference → kto" in shell(
        judged, monkeypatch, f"datasets diff {oldest} {newest}"
    )


@pytest.fixture
def uneven(desk: Desk) -> Desk:
    """Two prompts on law and four on maths; the fine answer wins on all of them, and is the longer
    one on the first.
    """
    rows = [answered(i) | {"tags": ["law"] if i < 2 else ["maths"]} for i in range(6)]
    rows[0]["completions"]["a"] += " at great length"
    desk.import_rows(rows)
    desk.open()
    person = desk.reviewer()
    while items := desk.claim(person, 10):
        for item in items:
            desk.submit(person, item, preference=_better(item))
    return desk


@pytest.mark.parametrize(
    ("balance", "passing", "left_out"),
    [
        (None, 6, {}),
        ("tag", 4, {"balance by tag": 2}),
        ("language", 6, {}),
        ("variant", 6, {}),
        ("length", 2, {"balance by length": 4}),
    ],
)
def test_a_balanced_export_has_as_many_of_each_kind(
    uneven: Desk, balance: str | None, passing: int, left_out: dict[str, int]
) -> None:
    rows, costs = uneven.exportable(balance=balance)
    assert (len(rows), costs) == (passing, left_out)
