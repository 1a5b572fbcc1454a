"""Promotion: on the gate's word or despite it, whole or not at all, and back again."""

import os
import signal
import sqlite3
from typing import Any

import pytest

from tests.conftest import Desk
from tests.contenders import GREEDY, Duel, duel, local
from workbench.errors import InvalidInput, NotFound
from workbench.generation import known
from workbench.records import Template, Variant
from workbench.rounds import contenders, promoting
from workbench.rounds.succession import to_tune
from workbench.store import Store, database, promotions, reviewers, rounds, variants
from workbench.store.promotions import Promotion

HUMAN = ("human",)


@pytest.fixture(autouse=True)
def no_abilities(monkeypatch: pytest.MonkeyPatch) -> None:
    """The models of these tests cannot be loaded, so they are asked nothing."""
    monkeypatch.setattr("workbench.rounds.proving.question", lambda *a, **k: None)


def proved(desk: Desk, lead: int) -> Duel:
    """The new model leads by so much on every prompt."""
    pair = duel(desk, 55)
    pair.lay(pair.begin())
    pair.judge(desk.reviewer(), lambda n: lead)
    return pair


@pytest.fixture
def better(desk: Desk) -> Duel:
    return proved(desk, 2)


def promote(made: Duel, name: str, **how: Any) -> None:
    model = known.named(made.desk.store, name)
    found = promoting.grounds(made.desk.store, made.project, model, HUMAN)
    promoting.promote(made.desk.store, made.project, model, found, **how)


def current(made: Duel) -> str | None:
    with made.desk.store.read() as db:
        found = promotions.current(db, made.project.id)
    return found and found.name


def history(made: Duel) -> list[Promotion]:
    with made.desk.store.read() as db:
        return promotions.history(db, made.project.id)


def test_a_proved_model_becomes_the_current_one_with_its_evidence(better: Duel) -> None:
    lead = better.desk.person("Ann")
    promote(better, "new", by=lead)
    assert current(better) == "new"
    [kept] = history(better)
    assert (kept.model, kept.replaced, kept.by, kept.despite) == ("new", None, lead.public_id, "")
    assert kept.evidence
    assert kept.evidence["verdict"] == "promote"
    assert kept.evidence["win"]["wins"] == 55
    [event] = better.desk.rows("SELECT reviewer_id FROM events WHERE kind = 'model.promoted'")
    assert event["reviewer_id"] == lead.id


def test_a_model_of_which_nothing_was_proved_needs_a_reason(better: Duel) -> None:
    with pytest.raises(InvalidInput, match="nothing was proved") as problem:
        promote(better, "old")
    assert "--despite" in str(problem.value.remedy)
    assert current(better) is None
    promote(better, "old", despite="It is what we ship.")
    assert current(better) == "old"
    assert history(better)[0].despite == "It is what we ship."


def test_a_rejected_model_is_not_promoted_and_says_why(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="the gate says “reject”: The win rate is"):
        promote(proved(desk, -2), "new")


def test_a_reason_is_not_kept_where_the_gate_agreed(better: Duel) -> None:
    promote(better, "new", despite="whatever")
    assert history(better)[0].despite == ""


def test_going_back_is_a_promotion_as_well(better: Duel) -> None:
    promote(better, "old", despite="the first")
    promote(better, "new")
    promote(better, "old", despite="Customers complain.")
    assert [(p.model, p.replaced) for p in history(better)] == [
        ("old", "new"), ("new", "old"), ("old", None)
    ]  # fmt: skip


def test_the_next_model_is_to_beat_the_promoted_one(better: Duel) -> None:
    promote(better, "new")
    found = contenders.incumbent(better.desk.store, better.project, None, better.old)
    assert (found.model.name, found.sampling) == ("new", better.old.sampling)


def test_forgetting_a_person_redacts_the_reason_that_they_gave(better: Duel) -> None:
    promote(better, "old", despite="I like it.", by=better.desk.person("Ann"))
    ann = better.desk.person("Ann")
    better.desk.store.write(lambda db: reviewers.forget(db, better.desk.clock.now, ann.id))
    assert history(better)[0].despite == ""


def test_the_current_model_is_not_promoted_again(better: Duel) -> None:
    promote(better, "new")
    with pytest.raises(InvalidInput, match="is the current model of “small” already"):
        promote(better, "new", despite="again")
    assert len(history(better)) == 1


def test_a_proof_against_another_than_the_current_model_does_not_count(better: Duel) -> None:
    now, store = better.desk.clock.now, better.desk.store
    store.write(lambda db: variants.ensure_model(db, now, local("third")))
    promote(better, "third", despite="the first")
    with pytest.raises(InvalidInput, match="nothing was proved of it against the current model"):
        promote(better, "new")


def test_an_unknown_model_names_those_there_are(better: Duel) -> None:
    with pytest.raises(NotFound, match="no model “older”") as problem:
        promote(better, "older")
    assert "old" in str(problem.value.remedy)


def test_history_cannot_be_rewritten(better: Duel) -> None:
    promote(better, "new")
    with pytest.raises(sqlite3.IntegrityError, match="a promotion is history"):
        better.desk.store.write(
            lambda db: db.executescript("UPDATE promotions SET evidence = NULL")
        )


# A process that dies


def killed_after(statements: int, made: Duel) -> bool:
    """Promote in a process that is killed by -9 at its n-th statement of the write; whether it was
    killed at all.
    """
    child = os.fork()
    if not child:
        try:
            _die_at(statements)
            promote(Duel(made.desk, made.new, made.old), "new")
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _die_at(statements: int) -> None:
    """Of the process's last write, which is the promotion; the one before keeps the report."""
    connect, seen = database.connect, {"writes": 0, "statements": 0}

    def traced(workspace: Any, *, writes: bool) -> Any:
        db = connect(workspace, writes=writes)
        seen["writes"] += writes

        def count(statement: str) -> None:
            seen["statements"] += writes and seen["writes"] > 1
            if seen["statements"] == statements:
                os.kill(os.getpid(), signal.SIGKILL)

        db.conn.set_trace_callback(count)
        return db

    database.connect = traced


def test_a_promotion_that_is_killed_anywhere_is_there_whole_or_not_at_all(better: Duel) -> None:
    points = 0
    while killed_after(points + 1, better):
        points += 1
        with Store(better.desk.store.workspace).read() as db:
            found = promotions.current(db, better.project.id)
            kept = promotions.history(db, better.project.id)
        events = better.desk.rows("SELECT 1 FROM events WHERE kind = 'model.promoted'")
        assert (found, kept, events) == (None, [], [])
    assert points >= 5
    assert current(better) == "new"
    assert len(history(better)) == 1


# The round after a rejection


def test_after_a_rejection_the_model_that_was_not_beaten_is_tuned(desk: Desk) -> None:
    pair = duel(desk, 55)
    store, now, project = desk.store, desk.clock.now, pair.project
    store.write(lambda db: rounds.open_next(db, now, project.id, pair.old.id))
    opened = store.write(lambda db: rounds.open_next(db, now, project.id, pair.new.id))
    pair.lay(pair.begin(round_id=opened.id))
    pair.judge(desk.reviewer(), lambda n: -2)
    assert to_tune(store, project, opened, HUMAN).model.name == "old"
    with store.read() as db:
        assert set(promotions.rejected(db, project.id)) == {"new"}


def test_a_model_that_is_not_proved_yet_is_tuned_further(better: Duel) -> None:
    store, now, project = better.desk.store, better.desk.clock.now, better.project
    variant = Variant("r1", local("new"), Template(), GREEDY)
    stored = store.write(lambda db: variants.ensure_variant(db, now, project.id, variant))
    opened = store.write(lambda db: rounds.open_next(db, now, project.id, stored.id))
    assert to_tune(store, project, opened, HUMAN).model.name == "new"
