"""Proofs, the gate and promotion from a shell: real jobs, exit codes for CI."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.conftest import Desk
from tests.contenders import Duel, duel
from workbench.cli import main
from workbench.rounds.abilities import items_of
from workbench.store import abilities as rows
from workbench.store import proofs, rounds
from workbench.store.abilities import AbilityAnswer

NOTHING = {"items": [{"prompt": "Hi", "check": {"kind": "refusal"}}]}


@pytest.fixture
def pair(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Duel:
    """Both have been asked what they can do, so that no job loads them."""
    monkeypatch.setenv("WORKBENCH_HOME", str(desk.store.workspace.home))
    made = duel(desk, 55)
    said = AbilityAnswer("Hello.", True)

    def write(db: Any) -> None:
        rows.set_items(db, desk.clock.now, desk.project.id, NOTHING)
        [item] = items_of("x", NOTHING).items
        for variant in (made.new, made.old):
            rows.keep(db, desk.clock.now, variant.model.id, {item.sha256: said})

    desk.store.write(write)
    return made


def shell(command: str) -> Result:
    return CliRunner().invoke(main, [*command.split(), "--project", "small"])


def test_prove_lays_the_answers_and_says_on_what_it_rests(pair: Duel) -> None:
    said = shell(f"prove {pair.new.id} --against {pair.old.id}")
    assert said.exit_code == 0, said.output
    assert "55 heldout prompts, frozen when a proof was begun" in said.output
    assert "55 new blind comparisons on 55 prompts wait" in said.output
    again = shell(f"prove {pair.new.id} --against {pair.old.id}")
    assert "blind comparisons were laid before" in again.output


@pytest.mark.parametrize(
    ("lead", "code", "word"), [(2, 0, "promote"), (0, 3, "not yet"), (-2, 4, "reject")]
)
def test_the_gate_s_exit_code_says_what_to_do(pair: Duel, lead: int, code: int, word: str) -> None:
    pair.lay(pair.begin())
    pair.judge(pair.desk.reviewer(), lambda n: lead)
    said = shell("rounds gate")
    assert (said.exit_code, said.output.split(":")[0]) == (code, word)
    assert "The win rate is" in said.output


def test_while_nothing_is_decided_the_gate_says_whom_it_does_not_count(pair: Duel) -> None:
    pair.lay(pair.begin())
    pair.judge(pair.desk.reviewer("machine", kind="simulated"), lambda n: 2)
    said = shell("rounds gate")
    assert said.exit_code == 3
    assert "Not counted here: what simulated reviewers said of 55 prompts." in said.output
    assert "Not counted" not in shell("rounds gate --kinds human,simulated").output


def test_the_gate_as_json_has_all_that_it_weighed(pair: Duel) -> None:
    pair.lay(pair.begin())
    pair.judge(pair.desk.reviewer(), lambda n: 2)
    found = json.loads(shell("rounds gate --json").output)
    assert found["win"]["wins"] == 55
    assert found["abilities"]["general abilities"]["new"] == 1.0
    assert found["frozen"]["prompts"] == 55


def test_without_a_proof_the_gate_says_how_to_begin_one(pair: Duel) -> None:
    said = shell("rounds gate")
    assert said.exit_code == 1
    assert "prove MODEL --project small" in said.output


def test_the_gate_of_a_round_is_that_of_its_own_proof(pair: Duel) -> None:
    store, now = pair.desk.store, pair.desk.clock.now
    opened = store.write(lambda db: rounds.open_next(db, now, pair.project.id, pair.old.id))
    proof = pair.begin(round_id=opened.id)
    with store.read() as db:
        frozen = proofs.frozen_set(db, proof.frozen_set_id)
    store.write(lambda db: proofs.begin(db, now, frozen, pair.old.id, pair.new.id))
    assert json.loads(shell("rounds gate --json --round 0").output)["candidate"] == "new"
    assert json.loads(shell("rounds gate --json").output)["candidate"] == "old"


def test_promote_asks_for_a_reason_and_lists_what_was_promoted(pair: Duel) -> None:
    refused = shell("models promote new")
    assert (refused.exit_code, "--despite REASON" in refused.output) == (1, True)
    done = CliRunner().invoke(
        main, ["models", "promote", "new", "--project", "small", "--despite", "We need it."]
    )
    assert "“new” is the current model of small now." in done.output
    assert (
        "the first; without a proof, all the same: We need it." in shell("models promotions").output
    )


def test_own_abilities_are_set_shown_and_reset(pair: Duel, tmp_path: Path) -> None:
    path = tmp_path / "ours.yaml"
    path.write_text(json.dumps(NOTHING))
    assert "ask 1 item of ours.yaml" in shell(f"abilities set {path}").output
    assert "Hi" in shell("abilities show").output
    shell("abilities reset")
    assert "General abilities: 32 items" in shell("abilities show").output
