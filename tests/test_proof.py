"""Proofs: what is frozen counts, what leaked does not, and the gate's word from the verdicts."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Desk, answered
from tests.contenders import Duel, add_heldout, answer_heldout, duel, slot_of_new, tag
from workbench.errors import InvalidInput, NotFound
from workbench.exporting import Filters, export
from workbench.importing.near_duplicates import near_pairs
from workbench.records import Prompt
from workbench.rounds import contenders, gating, leaking
from workbench.store import completions, proofs, rounds
from workbench.store.datasets import DatasetVersion

HUMAN = ("human",)
MANY = 55  # enough for every interval


@pytest.fixture(autouse=True)
def no_abilities(monkeypatch: pytest.MonkeyPatch) -> None:
    """The models of these tests cannot be loaded, so they are asked nothing."""
    monkeypatch.setattr("workbench.rounds.proving.question", lambda *a, **k: None)


@pytest.fixture
def pair(desk: Desk) -> Duel:
    return duel(desk, MANY)


def gate_of(made: Duel, proof: Any, kinds: Any = HUMAN) -> dict[str, Any]:
    with made.desk.store.read() as db:
        return gating.reckon(db, made.project, proofs.get(db, proof.id), kinds)


# What is frozen


def test_a_heldout_prompt_that_came_later_does_not_count(pair: Duel) -> None:
    proof = pair.begin()
    add_heldout(pair.desk, 5, word="later")
    answer_heldout(pair)
    assert pair.lay(proof)["prompts"] == MANY


def test_a_proof_begun_anew_asks_the_heldout_prompts_of_today(pair: Duel) -> None:
    first = pair.begin()
    add_heldout(pair.desk, 5, word="later")
    answer_heldout(pair)
    assert pair.begin().id == first.id
    assert pair.lay(pair.begin(anew=True))["prompts"] == MANY + 5


def test_a_round_freezes_once_however_often_its_closing_begins(pair: Duel) -> None:
    store, now = pair.desk.store, pair.desk.clock.now
    project_id = pair.project.id
    opened = store.write(lambda db: rounds.open_next(db, now, project_id, pair.old.id))
    first = store.write(lambda db: proofs.freeze(db, now, project_id, opened.id))
    add_heldout(pair.desk, 5, word="later")
    again = store.write(lambda db: proofs.freeze(db, now, project_id, opened.id))
    assert again == first
    assert len(again.prompts) == MANY


def test_only_what_was_frozen_before_the_training_says_so(pair: Duel) -> None:
    assert gate_of(pair, pair.begin())["frozen"]["before_training"] is False


def test_a_frozen_set_is_never_changed(pair: Duel) -> None:
    pair.begin()
    with pytest.raises(Exception, match="never changed"):
        pair.desk.store.write(lambda db: db.execute("UPDATE frozen_sets SET prompts = '[]'"))


def test_without_heldout_prompts_there_is_nothing_to_prove_on(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="no heldout prompts"):
        duel(desk, 0).begin()


def test_nothing_is_proved_better_than_itself(pair: Duel) -> None:
    pair.old = pair.new
    with pytest.raises(InvalidInput, match="better than itself"):
        pair.begin()


# What leaked


def version_of(folder: Path, *rows: dict[str, Any], prompt_ids: tuple[int, ...] = ()) -> Any:
    lines = [json.dumps(row) for row in rows]
    (folder / "train.jsonl").write_text("".join(line + "\n" for line in lines))
    known = [json.dumps({"prompt_id": i, "part": "train"}) for i in prompt_ids]
    (folder / "lineage.jsonl").write_text("".join(line + "\n" for line in known))
    return DatasetVersion(1, 1, "other-1", "0", "preference", str(folder), {}, "")


def says(*texts: str) -> list[dict[str, str]]:
    return [{"role": role, "content": t} for role, t in zip(("system", "user"), texts, strict=True)]


CARD = Prompt(({"role": "user", "content": "Who founded the town?"},), context="Town: Aling", id=7)


def leaks_of(desk: Desk, version: DatasetVersion, *heldout: Prompt) -> dict[int, str]:
    found = leaking.leaks(desk.store, list(heldout), [version], 0.7)
    return {leak.prompt_id: leak.why for leak in found}


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": says("Town: Aling", "Who founded the town?"), "chosen": [], "rejected": []},
        {"messages": [*says("Town: Aling", "Who founded the town?"),
                      {"role": "assistant", "content": "Mara founded it."}]},
        {"chosen": [*says("Town: Aling", "Who founded the town?"),
                    {"role": "assistant", "content": "Mara."}], "rejected": []},
        {"prompt": "Town: Aling\nWho founded the town?", "chosen": "Mara.", "rejected": "Zork."},
    ],
)  # fmt: skip
def test_a_row_of_another_file_that_asks_the_same_is_found_in_every_format(
    desk: Desk, tmp_path: Path, row: dict[str, Any]
) -> None:
    assert leaks_of(desk, version_of(tmp_path, row), CARD) == {
        7: "other-1 has a row that asks the same"
    }


def test_a_row_that_asks_nearly_the_same_is_found(desk: Desk, tmp_path: Path) -> None:
    row = {"prompt": says("Town: Aling", "Who founded the towns?")}
    [why] = leaks_of(desk, version_of(tmp_path, row), CARD).values()
    assert "nearly the same (0." in why


def test_a_row_that_asks_something_else_is_no_leak(desk: Desk, tmp_path: Path) -> None:
    row = {"prompt": says("River: Tara", "How long is it, and where does it end?")}
    assert leaks_of(desk, version_of(tmp_path, row), CARD) == {}


def test_a_prompt_that_was_itself_trained_on_is_found_by_its_number(
    desk: Desk, tmp_path: Path
) -> None:
    version = version_of(tmp_path, prompt_ids=(7,))
    assert leaks_of(desk, version, CARD) == {7: "other-1 trains on it"}


def test_a_prompt_that_a_template_dressed_up_is_found_by_its_own_text(
    desk: Desk, tmp_path: Path
) -> None:
    """The row's own text is far from what was asked, for all that the template put around it."""
    desk.import_rows([{"prompt": "Who founded the town of Aling?", "split": "train"}], "prompts")
    [trained] = desk.rows("SELECT id FROM prompts")
    dressed = {"prompt": says("You are a guide. " * 9, "Who founded the town of Aling?")}
    version = version_of(tmp_path, dressed, prompt_ids=(trained["id"],))
    asks = Prompt(({"role": "user", "content": "Who founded the town of Aling then?"},), id=99)
    assert "nearly the same" in leaks_of(desk, version, asks)[99]


def test_a_version_whose_rows_are_gone_proves_nothing(desk: Desk, tmp_path: Path) -> None:
    version = version_of(tmp_path)
    (tmp_path / "train.jsonl").unlink()
    with pytest.raises(InvalidInput, match="cannot be looked through") as problem:
        leaks_of(desk, version, CARD)
    assert str(tmp_path) in str(problem.value.remedy)


WORDS = st.lists(st.sampled_from("river town lake tower bridge of the".split()), min_size=3)


@given(st.lists(WORDS.map(" ".join), max_size=6), st.lists(WORDS.map(" ".join), max_size=6))
def test_near_texts_are_those_that_an_import_calls_near(
    heldout: list[str], rows: list[str]
) -> None:
    asked = [Prompt(({"role": "user", "content": text},)) for text in heldout]
    pairs = near_pairs([*heldout, *rows], 0.7)
    expected = {i for i, j in pairs if i < len(heldout) <= j}
    assert set(leaking.near(asked, rows, 0.7)) == expected


def test_what_leaked_proves_nothing_and_is_named(pair: Duel, tmp_path: Path) -> None:
    """A train prompt that is another's near-duplicate was trained on after all."""
    asks = answered(3, split="heldout")["prompt"]
    pair.desk.import_rows([answered(1, word="other")])
    pair.desk.open()
    pair.desk.judge_all(pair.desk.reviewer())
    version = export(pair.desk.store, pair.project, Filters(test_share=0.0), pair.desk.clock.now)
    rows = Path(version.folder) / "train.jsonl"
    row = json.loads(rows.read_text())
    rows.write_text(json.dumps(row | {"prompt": [{"role": "user", "content": asks}]}) + "\n")
    trained_on(pair, version)
    proof = pair.begin()
    assert pair.lay(proof) | {"proof": 0} == {
        "proof": 0, "prompts": MANY - 1, "leaks": 1, "comparisons": MANY - 1
    }  # fmt: skip
    [leak] = gate_of(pair, proof)["leaks"]
    assert leak["asks"] == asks
    assert leak["why"] == f"{version.name} has a row that asks the same"


def trained_on(made: Duel, version: DatasetVersion) -> None:
    """The new model comes from this version."""
    made.desk.store.write(
        lambda db: db.executescript(
            "INSERT INTO training_runs (id, project_id, dataset_version_id, base_model_id, method,"
            f" recipe, folder, status, created_at) VALUES (1, 1, {version.id},"
            f" {made.old.model.id}, 'dpo', '{{}}', '', 'done', '');"
            f"UPDATE models SET training_run_id = 1 WHERE id = {made.new.model.id};"
        )
    )


# What is laid before reviewers


def test_answers_lie_blind_among_other_work_once_however_often_the_job_runs(pair: Duel) -> None:
    pair.desk.add_answers(5, word="work")
    pair.desk.open()
    proof = pair.begin()
    assert pair.lay(proof)["comparisons"] == MANY
    assert pair.lay(proof)["comparisons"] == 0
    kinds = pair.desk.rows("SELECT kind, count(*) AS n FROM comparisons GROUP BY kind")
    assert {row["kind"]: row["n"] for row in kinds} == {"work": 5, "heldout": MANY}


def test_a_prompt_that_one_of_them_failed_to_answer_is_shown_and_not_judged(desk: Desk) -> None:
    pair = duel(desk, 3)
    proof = pair.begin()
    with desk.store.read() as db:
        frozen = proofs.frozen_set(db, proof.frozen_set_id).prompts

    def fail(db: Any) -> None:
        db.execute("DELETE FROM completions WHERE prompt_id = ? AND variant_id = ?",
                   (frozen[0], pair.new.id))  # fmt: skip
        completions.fail(db, desk.clock.now, (frozen[0], pair.new.id, 0), "refused", "It refused.")

    desk.store.write(fail)
    found = gate_of(pair, proof)
    assert found["unanswered"] == {"candidate": {"It refused.": 1}, "incumbent": {}}
    assert found["left"] == 2


# What the gate says


def test_before_any_verdict_the_gate_says_not_yet(pair: Duel) -> None:
    proof = pair.begin()
    pair.lay(proof)
    found = gate_of(pair, proof)
    assert found["verdict"] == "not yet"
    assert found["left"] == MANY


@pytest.mark.parametrize(("lead", "verdict"), [(2, "promote"), (-2, "reject")])
def test_a_model_that_always_wins_is_promoted_and_one_that_loses_rejected(
    pair: Duel, lead: int, verdict: str
) -> None:
    proof = pair.begin()
    pair.lay(proof)
    pair.judge(pair.desk.reviewer(), lambda n: lead)
    found = gate_of(pair, proof)
    assert found["verdict"] == verdict
    assert found["win"]["n"] == MANY
    assert found["left"] == 0


def test_only_reviewers_of_the_chosen_kinds_are_heard(pair: Duel) -> None:
    proof = pair.begin()
    pair.lay(proof)
    pair.judge(pair.desk.reviewer(kind="simulated"), lambda n: 2)
    assert gate_of(pair, proof)["win"]["n"] == 0
    assert gate_of(pair, proof, ("simulated",))["verdict"] == "promote"


def test_prompts_on_which_the_old_answer_was_clearly_better_are_listed(pair: Duel) -> None:
    proof = pair.begin()
    pair.lay(proof)
    pair.judge(pair.desk.reviewer(), lambda n: {0: -3, 1: -1}.get(n, 1))
    [lost] = gate_of(pair, proof)["regressed"]
    assert (lost["old"][:6], lost["new"][:6], lost["strength"]) == ("A poor", "A fine", 3.0)


def test_hallucinated_spans_are_counted_by_tokens_and_others_are_not(pair: Duel) -> None:
    """Each old answer of 10 tokens has one: 100 in 1,000. What is beside the question is none."""
    proof = pair.begin()
    pair.lay(proof)

    def spans(item: Any, new: int) -> Any:
        return (*tag(item, 3 - new), *tag(item, new, "off_topic"))

    pair.judge(pair.desk.reviewer(), lambda n: 1, spans=spans)
    found = gate_of(pair, proof)["spans"]
    assert (found["old"], found["new"]) == (100.0, 0.0)
    assert found["difference"]["value"] == -100.0


def test_a_new_model_that_makes_more_up_is_rejected_though_it_wins(pair: Duel) -> None:
    proof = pair.begin()
    pair.lay(proof)
    pair.judge(pair.desk.reviewer(), lambda n: 2, spans=lambda item, new: tag(item, new))
    found = gate_of(pair, proof)
    assert found["verdict"] == "reject"
    assert "Hallucinated spans" in found["reasons"][0]


def test_where_nobody_counted_the_tokens_spans_are_not_measured(desk: Desk) -> None:
    pair = duel(desk, 3, tokens=None)
    proof = pair.begin()
    pair.lay(proof)
    pair.judge(desk.reviewer(), lambda n: 2, spans=lambda item, new: tag(item, new))
    assert gate_of(pair, proof)["spans"] is None


def test_ratings_are_compared_on_the_same_prompts(pair: Duel) -> None:
    proof = pair.begin()
    pair.lay(proof)

    def rated(item: Any, new: int) -> Any:
        return {new: {"faithful": 0}, 3 - new: {"faithful": 2}}

    pair.judge(pair.desk.reviewer(), lambda n: 2, ratings=rated)
    found = gate_of(pair, proof)
    assert (found["ratings"]["Faithful"]["old"], found["ratings"]["Faithful"]["new"]) == (2.0, 0.0)
    assert found["verdict"] == "reject"


def test_a_criterion_of_which_more_is_not_better_is_no_guard(make_desk: Any) -> None:
    pair = duel(make_desk(rubric="helpfulness"), 3)
    proof = pair.begin()
    pair.lay(proof)

    def rated(item: Any, new: int) -> Any:
        return {slot: {"verbosity": 4 * (slot != new), "helpfulness": 3} for slot in (1, 2)}

    pair.judge(pair.desk.reviewer(), lambda n: 2, ratings=rated)
    assert set(gate_of(pair, proof)["ratings"]) == {"Helpfulness"}


def test_the_report_is_kept_and_says_how_many_judgements_it_has_not_seen(pair: Duel) -> None:
    proof = pair.begin()
    pair.lay(proof)
    gating.weigh(pair.desk.store, pair.project, proof, HUMAN)
    [item] = pair.desk.claim(pair.desk.reviewer())
    pair.desk.submit(pair.desk.person("Ann"), item, preference=2 * slot_of_new(item) - 3)
    with pair.desk.store.read() as db:
        found = gating.latest(db, pair.project, proof, HUMAN)
    assert found
    assert found["judgements_since"] == 1


# Who stands against whom


def test_a_model_takes_the_candidate_s_template_and_sampling(pair: Duel) -> None:
    store, project = pair.desk.store, pair.project
    new = contenders.candidate(store, project, str(pair.new.id))
    old = contenders.incumbent(store, project, "old", new)
    assert (new.id, old.id) == (pair.new.id, pair.old.id)


def test_without_a_current_model_and_a_round_somebody_must_be_named(pair: Duel) -> None:
    with pytest.raises(NotFound, match="no current model to be better than"):
        contenders.incumbent(pair.desk.store, pair.project, None, pair.new)


def test_before_the_first_promotion_round_0_is_to_be_beaten(pair: Duel) -> None:
    store, now = pair.desk.store, pair.desk.clock.now
    store.write(lambda db: rounds.open_next(db, now, pair.project.id, pair.old.id))
    new = contenders.candidate(store, pair.project, "new")
    assert new.sampling.temperature == 0.9
    found = contenders.incumbent(store, pair.project, None, new)
    assert (found.model.name, found.sampling) == ("old", new.sampling)
