"""Lineage: from a row back to the people's verdicts, and from a reviewer on to the models."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Desk
from workbench import adjudication
from workbench.cli import main
from workbench.errors import NotFound
from workbench.exporting import Filters, export, lineage
from workbench.exporting.lineage import Changed
from workbench.records import Model
from workbench.store import reviewers, training_runs, variants, withdrawals
from workbench.store.datasets import DatasetVersion


def freeze(desk: Desk, **filters: Any) -> DatasetVersion:
    chosen = Filters(**{"test_share": 0.0, **filters})
    return export(desk.store, desk.project, chosen, desk.clock.now)


BASE = Model("base", "local", "folder", "")


def taught(desk: Desk, version: DatasetVersion, name: str = "tuned", base: Model = BASE) -> Model:
    """A model that a run made from this version, without the training."""
    now = desk.clock.now

    def write(db: Any) -> Model:
        stored = variants.ensure_model(db, now, base)
        run_id = training_runs.add(
            db, now, desk.project.id, version.id, stored.id, "dpo", "dpo-tiny", {}, name
        )
        tuned = Model(name, "local", name, name, training_run_id=run_id)
        return variants.ensure_model(db, now, tuned)

    return desk.store.write(write)


@pytest.fixture
def judged(desk: Desk) -> Desk:
    """Six pairs; Ann judged four of them, Ben two."""
    desk.add_answers(6)
    desk.open()
    for name, most in (("Ann", 4), ("Ben", 2)):
        person = desk.reviewer(name)
        for item in desk.claim(person, most):
            desk.submit(person, item, preference=2)
    return desk


def person(desk: Desk, name: str) -> Any:
    with desk.store.read() as db:
        return reviewers.named(db, name)


def test_a_version_says_how_much_of_it_whose_judgements_are(judged: Desk) -> None:
    who = freeze(judged).manifest["reviewers"]
    assert who == {person(judged, "Ann").public_id: 4, person(judged, "Ben").public_id: 2}


def test_a_ranking_of_four_is_one_judgement_behind_its_six_pairs(make_desk: Any) -> None:
    desk = make_desk(judging="ranking")
    answers = {name: f"Because of {name}" for name in "abcd"}
    desk.import_rows([{"prompt": "Why?", "split": "train", "completions": answers}])
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann)
    desk.submit(ann, item, preference=None, ranking=((1,), (2,), (3,), (4,)))
    version = freeze(desk)
    assert version.manifest["counts"]["train"] == 6
    assert list(version.manifest["reviewers"].values()) == [1]


def test_a_row_leads_to_what_was_said_of_it(judged: Desk) -> None:
    freeze(judged)
    rows, _ = judged.exportable()
    with judged.store.read() as db:
        [origin] = lineage.of_row(db, rows[0]["pair_id"])
    [said] = origin.opinions
    assert said["winner_id"] == origin.line["chosen"]["completion_id"]
    assert (said["strength"], said["kind"], said["withdrawn_at"]) == (2, "human", None)


def test_a_row_that_no_version_has_is_said(judged: Desk) -> None:
    freeze(judged)
    with judged.store.read() as db, pytest.raises(NotFound, match="No dataset version has a row"):
        lineage.of_row(db, "0123456789abcdef")


def test_a_model_leads_to_its_run_its_version_and_its_base(judged: Desk) -> None:
    version = freeze(judged)
    model = taught(judged, version)
    with judged.store.read() as db:
        made, base = lineage.of_model(db, model)
    assert made.touched
    assert made.touched.version.name == version.name
    assert (made.model, base.model, base.run_id) == ("tuned", "base", None)


def test_a_reviewer_leads_to_the_versions_and_models_that_learned_from_them(judged: Desk) -> None:
    version = freeze(judged)
    taught(judged, version)
    judged.add_answers(1, word="later")
    judged.open()
    judged.judge_all(judged.reviewer("Cem"))
    freeze(judged)
    with judged.store.read() as db:
        ann, cem = (lineage.of_reviewer(db, reviewers.named(db, n)) for n in ("Ann", "Cem"))
    assert [one.models for one in ann] == [(), ("tuned",)]
    assert [one.version.name for one in ann][1] == version.name
    assert len(cem) == 1


def test_a_withdrawn_reviewer_changes_the_next_version_and_shows_in_the_last(judged: Desk) -> None:
    before = freeze(judged)
    taught(judged, before)
    ben = person(judged, "Ben")
    judged.store.write(
        lambda db: withdrawals.withdraw(db, judged.clock.now, judged.project.id, ben.id)
    )
    after = freeze(judged)
    assert after.sha256 != before.sha256
    assert ben.public_id not in after.manifest["reviewers"]
    with judged.store.read() as db:
        last, following = lineage.touched(db, before), lineage.touched(db, after)
    assert last.changed.withdrawn == {ben.public_id: 2}
    assert last.models == ("tuned",)
    assert not following.changed


def send_back(desk: Desk, judgement: dict[str, Any]) -> None:
    """A lead takes one judgement back."""
    lea = desk.reviewer("Lea", role="lead")
    desk.store.write(
        lambda db: adjudication.reject(
            db, lea, judgement["comparison_id"], [judgement["id"]], "Look again.", desk.clock.now
        )
    )


def test_a_single_withdrawn_judgement_changes_the_next_version_and_shows_in_the_last(
    judged: Desk,
) -> None:
    before = freeze(judged)
    model = taught(judged, before)
    [_, second, *_] = judged.rows("SELECT id, comparison_id FROM judgements ORDER BY id")
    send_back(judged, second)
    after = freeze(judged)
    ann = person(judged, "Ann").public_id
    assert after.sha256 != before.sha256
    assert (before.manifest["reviewers"][ann], after.manifest["reviewers"][ann]) == (4, 3)
    with judged.store.read() as db:
        last, following = lineage.touched(db, before), lineage.touched(db, after)
        made, _ = lineage.of_model(db, model)
    assert last.changed == Changed({ann: 1}, {})
    assert not following.changed
    assert made.touched == last


def test_a_row_says_that_its_judgement_was_withdrawn(judged: Desk) -> None:
    version = freeze(judged)
    [first, *_] = judged.rows("SELECT id, comparison_id FROM judgements ORDER BY id")
    lines = [
        json.loads(line)
        for line in (Path(version.folder) / "lineage.jsonl").read_text().splitlines()
    ]
    [row] = [line for line in lines if line["comparison_id"] == first["comparison_id"]]
    send_back(judged, first)
    with judged.store.read() as db:
        [origin] = lineage.of_row(db, row["pair_id"])
    assert [said["withdrawn_at"] is not None for said in origin.opinions] == [True]


def test_a_revised_judgement_changes_the_next_version_and_shows_in_the_last(desk: Desk) -> None:
    desk.add_answers(2)
    desk.open()
    ann = desk.reviewer("Ann")
    items = desk.claim(ann, 2)
    for item in items:
        desk.submit(ann, item, preference=2)
    before = freeze(desk)
    desk.submit(ann, items[0], preference=-2, submission_id="a second thought")
    after = freeze(desk)
    assert after.manifest["counts"] == before.manifest["counts"]
    assert after.sha256 != before.sha256
    with desk.store.read() as db:
        assert lineage.changed(db, before) == Changed({}, {ann.public_id: 1})
        assert not lineage.changed(db, after)


def test_judgements_that_were_given_back_count_for_the_last_version_again(judged: Desk) -> None:
    before = freeze(judged)
    ben, project, now = person(judged, "Ben"), judged.project.id, judged.clock.now
    judged.store.write(lambda db: withdrawals.withdraw(db, now, project, ben.id))
    judged.store.write(lambda db: withdrawals.restore(db, project, ben.id))
    with judged.store.read() as db:
        assert not lineage.changed(db, before)
    assert freeze(judged).sha256 == before.sha256


def test_a_model_tuned_twice_shows_what_was_withdrawn_behind_its_first_tuning(
    judged: Desk,
) -> None:
    first = freeze(judged)
    once = taught(judged, first, "once")
    ben = person(judged, "Ben")
    judged.store.write(
        lambda db: withdrawals.withdraw(db, judged.clock.now, judged.project.id, ben.id)
    )
    twice = taught(judged, freeze(judged), "twice", base=once)
    with judged.store.read() as db:
        newest, older, base = lineage.of_model(db, twice)
    assert newest.touched
    assert older.touched
    assert not newest.touched.changed
    assert older.touched.changed.withdrawn == {ben.public_id: 2}
    assert (newest.model, older.model, base.run_id) == ("twice", "once", None)


@pytest.mark.parametrize("asked", ["tuned", "Ben"])
def test_the_shell_says_what_was_withdrawn_of_a_model_and_of_a_reviewer(
    judged: Desk, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(judged.store.workspace.home))
    taught(judged, freeze(judged))
    ben = person(judged, "Ben")
    judged.store.write(
        lambda db: withdrawals.withdraw(db, judged.clock.now, judged.project.id, ben.id)
    )
    said = CliRunner().invoke(main, ["lineage", asked]).output
    assert f"withdrawn since: 2 of {ben.public_id}" in said
    found = json.loads(CliRunner().invoke(main, ["lineage", asked, "--json"]).output)
    version = found[0]["dataset"] if asked == "tuned" else found[0]
    assert version["withdrawn"] == {ben.public_id: 2}


def test_a_forgotten_reviewer_is_still_followed_without_a_name(judged: Desk) -> None:
    freeze(judged)
    ben = person(judged, "Ben")
    judged.store.write(lambda db: reviewers.forget(db, judged.clock.now, ben.id))
    with judged.store.read() as db:
        gone = reviewers.get(db, ben.id)
        found = lineage.of_reviewer(db, gone)
    assert gone.name is None
    assert len(found) == 1


@given(st.sets(st.integers(1, 2**40)))
def test_numbers_come_back_as_they_were_packed(ids: set[int]) -> None:
    assert lineage.unpack(lineage.pack(np.array(sorted(ids), np.int64))).tolist() == sorted(ids)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("ROW", "is better, strength 2"),
        ("tuned", "tuned: made by training run 1 from"),
        ("base", "base: the base, made elsewhere"),
        ("Ann", "learned from it: tuned"),
        ("nobody", "is no row, model or reviewer"),
    ],
)
def test_the_shell_finds_what_it_is_asked_for(
    judged: Desk, monkeypatch: pytest.MonkeyPatch, what: str, told: str
) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(judged.store.workspace.home))
    taught(judged, freeze(judged))
    rows, _ = judged.exportable()
    asked = rows[0]["pair_id"] if what == "ROW" else what
    said = CliRunner().invoke(main, ["lineage", asked], standalone_mode=False)
    assert told in said.output + said.stderr
