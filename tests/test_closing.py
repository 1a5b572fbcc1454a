"""Closing a round with the model that ships: what it freezes, proves and asks; and a proof whose
process is killed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Clock, Desk
from tests.running import add_cards, kill_midway, row
from workbench import demo, jobs
from workbench.demo import POLICY, starter_model
from workbench.errors import InvalidInput
from workbench.generation import known
from workbench.records import Sampling, Template, Variant
from workbench.rounds import begin, gating, promoting, proof, proving
from workbench.rounds.closing import Closing, close
from workbench.settings import ProjectSettings, Workspace
from workbench.starter.cards import card_prompts
from workbench.store import Store, abilities, datasets, proofs, rounds, training_runs, variants
from workbench.store.proofs import StoredProof

PAIRS, HELDOUT = 12, 6


def quiet(done: int, total: int, note: str) -> None:
    pass


def add_heldout(desk: Desk, count: int) -> None:
    cards = card_prompts("heldout", count, seed=1)
    rows = [{"prompt": c.question, "context": c.card, "split": "heldout"} for c in cards]
    desk.import_rows(rows, kind="prompts")


@dataclass(frozen=True)
class Closed:
    """A starter project whose round 0 was closed on twelve pairs."""

    desk: Desk
    result: dict[str, Any]
    proof: StoredProof


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Closed:
    store = Store(Workspace(tmp_path_factory.mktemp("closed") / "workspace"))
    settings = ProjectSettings(starter=True, gold_rate=0.0, repeat_rate=0.0)
    project = demo.create_project(store, Clock().now, "small", "Small", settings)
    desk = Desk(store, project, Clock())
    begin(store, project, starter_model(), POLICY, Template())
    add_cards(desk, PAIRS)
    add_heldout(desk, HELDOUT)
    desk.open()
    desk.judge_all(desk.reviewer())
    result = close(store, Closing("small", 0), quiet)
    with store.read() as db:
        proof = proofs.of_round(db, rounds.numbered(db, project.id, 1).id)
    assert proof
    return Closed(desk, result, proof)


def test_the_heldout_prompts_are_frozen_before_the_training(closed: Closed) -> None:
    with closed.desk.store.read() as db:
        frozen = proofs.frozen_set(db, closed.proof.frozen_set_id)
    [run] = closed.desk.rows("SELECT created_at FROM training_runs")
    assert frozen.round_id is not None
    assert frozen.frozen_at <= run["created_at"]
    assert len(frozen.prompts) == HELDOUT


def test_the_new_model_is_proved_against_the_first_until_one_is_promoted(closed: Closed) -> None:
    with closed.desk.store.read() as db:
        old = variants.get(db, closed.proof.incumbent_id)
        new = variants.get(db, closed.proof.candidate_id)
    assert (old.model.name, new.model.name) == ("starter", closed.result["model"])
    assert (old.sampling, old.template) == (new.sampling, new.template)
    assert closed.result["heldout_comparisons"] == HELDOUT
    assert closed.proof.leaks == ()


def test_both_models_were_asked_what_they_must_not_unlearn(closed: Closed) -> None:
    with closed.desk.store.read() as db:
        asked = [len(abilities.answered(db, model.id)) for model in variants.models(db)
                 if model.kind == "local"]  # fmt: skip
        found = gating.reckon(db, closed.desk.project, closed.proof, ("human",))
    assert asked == [40, 40]
    assert found["abilities"]["general abilities"]["difference"]["items"] == 40


def test_closing_it_again_lays_nothing_twice(closed: Closed) -> None:
    again = close(closed.desk.store, Closing("small", 0), quiet)
    assert again == closed.result | {"heldout_comparisons": 0}


def test_a_proof_whose_process_is_killed_goes_on_and_lays_each_pair_once(
    make_desk: Callable[..., Desk],
) -> None:
    """The same model at two temperatures: no training is needed to have two variants."""
    desk = make_desk(starter=True)
    add_heldout(desk, 80)
    store, now = desk.store, desk.clock.now
    hot, cold = (
        store.write(lambda db, t=t: variants.ensure_variant(
            db, now, desk.project.id,
            Variant(f"T={t}", starter_model(), Template(), Sampling(t, 1.0, 24)),
        ))
        for t in (0.9, 0.0)
    )  # fmt: skip
    proof = proving.begin(store, desk.project, hot, cold)
    job = proving.start(store, desk.project, proof)
    kill_midway(store, job)
    with store.read() as db:
        assert proofs.get(db, proof.id).laid_at is None
    done = jobs.wait(store, job.id)
    assert (done.status, row(store, job).attempts) == ("done", 2)
    counts = desk.rows(
        "SELECT count(*) AS laid, count(DISTINCT prompt_id) AS prompts FROM comparisons"
    )
    assert counts == [{"laid": 80, "prompts": 80}]


def test_after_a_promotion_the_next_model_is_proved_against_the_promoted_one(
    closed: Closed,
) -> None:
    desk, promoted = closed.desk, closed.result["model"]
    model = known.named(desk.store, promoted)
    grounds = promoting.grounds(desk.store, desk.project, model, ("human",))
    promoting.promote(desk.store, desk.project, model, grounds, despite="a test")
    add_cards(desk, 2 * PAIRS)
    desk.open()
    desk.judge_all(desk.person("Ann"))
    result = close(desk.store, Closing("small", 1), quiet)
    with desk.store.read() as db:
        found = proof(db, rounds.numbered(db, desk.project.id, 2))
    assert result["heldout_comparisons"] == HELDOUT
    assert found.against == promoted


@pytest.fixture
def judged(desk: Desk) -> Desk:
    """Round 0 of the starter's model, its pairs judged."""
    begin(desk.store, desk.project, starter_model(), POLICY, Template())
    add_cards(desk, PAIRS)
    desk.open()
    desk.judge_all(desk.reviewer())
    return desk


def test_a_round_is_closed_by_any_method_that_tunes_what_answers(judged: Desk) -> None:
    close(judged.store, Closing("small", 0, recipe="kto-tiny"), quiet)
    with judged.store.read() as db:
        first = rounds.numbered(db, judged.project.id, 0)
        version = datasets.get(db, first.dataset_version_id or 0)
    assert version.format == "kto"


def test_a_reward_model_closes_no_round(judged: Desk) -> None:
    with pytest.raises(InvalidInput, match="a reward model answers nothing"):
        close(judged.store, Closing("small", 0, recipe="reward-tiny"), quiet)


def test_a_closing_whose_training_failed_begins_anew_with_another_recipe(
    judged: Desk, tmp_path: Path
) -> None:
    short = tmp_path / "short.yaml"
    short.write_text("method: kto\nmax_length: 20\n")
    for _ in range(2):  # the same recipe goes on, and fails again
        with pytest.raises(InvalidInput, match="would be dropped"):
            close(judged.store, Closing("small", 0, recipe=str(short)), quiet)
    close(judged.store, Closing("small", 0, recipe="dpo-tiny"), quiet)
    with judged.store.read() as db:
        runs = training_runs.in_project(db, judged.project.id)
    assert [(run.recipe_name, run.status) for run in runs] == [
        ("dpo-tiny", "done"), ("short", "failed"),
    ]  # fmt: skip
