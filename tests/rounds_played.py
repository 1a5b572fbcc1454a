"""Rounds for the tests of what they cost and bought: models that answer, people who judge, and a
training that took as long as it says; no model is run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.conftest import Desk
from workbench import queueing
from workbench.exporting import Filters, export
from workbench.records import Completion, Item, Model, Reviewer, Sampling, Template, Variant
from workbench.rounds.spending import HOUR
from workbench.store import (
    Database,
    completions,
    prompts,
    reviewers,
    rounds,
    training_runs,
    variants,
)
from workbench.store.comparisons import NewComparison
from workbench.store.reviewers import Pay
from workbench.store.rounds import Round

FIRST, TUNED = "the first", "the tuned"


@dataclass
class Played:
    """A project's rounds; answers say which model gave them by which template, so
    that judges can know it."""

    desk: Desk
    kind: str = "local"

    def prompts(self, count: int, split: str = "train") -> list[int]:
        """So many new ones."""
        rows = [{"prompt": _text(split, at), "split": split} for at in range(count)]
        self.desk.import_rows(rows, kind="prompts")
        with self.desk.store.read() as db:
            return [p.id for p in prompts.in_project(db, self.desk.project.id, split)]

    def variant(self, name: str, template: Template = Template()) -> Variant:  # noqa: B008
        model = Model(name, self.kind, f"models/{name}", f"fingerprint of {name}")
        made = Variant(f"{name}, {template.name} {template.system}", model, template, Sampling())
        now, project = self.desk.clock.now, self.desk.project.id
        return self.desk.store.write(lambda db: variants.ensure_variant(db, now, project, made))

    def open_round(self, name: str) -> Round:
        variant, now = self.variant(name), self.desk.clock.now
        project = self.desk.project.id
        return self.desk.store.write(lambda db: rounds.open_next(db, now, project, variant.id))

    def answer(self, variant: Variant, to: Sequence[int], samples: int = 1, **known: Any) -> None:
        """`known`: what the answers took and cost."""
        name, now = f"{variant.model.name} {variant.template.system}", self.desk.clock.now

        def said(sample: int) -> tuple[dict[str, str], ...]:
            return ({"role": "assistant", "content": f"{name} {sample}"},)

        def write(db: Database) -> None:
            for prompt in to:
                for sample in range(samples):
                    made = Completion(prompt, variant.id, sample, said(sample), (), **known)
                    completions.insert(db, now, made)

        self.desk.store.write(write)

    def lay_out(self, which: Round, old: Variant, new: Variant) -> None:
        """Blind, the answers of two variants to the heldout prompts."""
        with self.desk.store.read() as db:
            olds, news = (
                {c.prompt_id: c.id for c in completions.of_variant(db, one.id)}
                for one in (old, new)
            )
        planned = [
            NewComparison(
                self.desk.project.id, prompt, (olds[prompt], news[prompt]), wanted=1,
                kind="heldout", round_id=which.id,
            )
            for prompt in olds.keys() & news.keys()
        ]  # fmt: skip
        queueing.open_comparisons(self.desk.store, self.desk.clock.now, planned)

    def judge(self, reviewer: Reviewer, liked: str, seconds: float = 36.0) -> int:
        """Who always likes what begins so, and of two that do the one that was sampled first."""
        judged = 0
        while items := self.desk.claim(reviewer, 10):
            for item in items:
                self.desk.submit(reviewer, item, preference=_liking(item, liked), seconds=seconds)
                judged += 1
        return judged

    def train(self, which: Round, folder: Path, seconds: float | None) -> None:
        """What is stored of a run that took so long."""
        desk, now = self.desk, self.desk.clock.now
        version = export(desk.store, desk.project, Filters(test_share=0.0), now, folder / "out")
        with desk.store.read() as db:
            base = variants.get(db, which.policy_variant_id).model

        def write(db: Database) -> None:
            run = training_runs.add(
                db, now, desk.project.id, version.id, base.id, "dpo", "dpo-tiny", {}, "one"
            )
            training_runs.set_status(db, now, run, "done", seconds=seconds or 0.0)
            rounds.note_progress(db, which.id, training_run_id=run)
            rounds.close(db, now, which.id)

        desk.store.write(write)


def turn(played: Played, folder: Path) -> None:
    """Round 0: 10 pairs, Ann at 1.00 a piece, two batches of 90 s, 30 minutes of training. Round 1:
    20 heldout pairs that Ben judges at 10.00 an hour, 36 s each, all for the tuned model.
    """
    train, heldout = played.prompts(10), played.prompts(20, "heldout")
    first = played.open_round(FIRST)
    old = played.variant(FIRST)
    played.answer(old, train[:5], 2, batch="one", latency_ms=90_000)
    played.answer(old, train[5:], 2, batch="two", latency_ms=90_000)
    played.desk.open()
    played.judge(pay(played.desk, "Ann", 1.0, "item"), FIRST, seconds=20)
    played.train(first, folder, HOUR / 2)
    second = played.open_round(TUNED)
    new = played.variant(TUNED)
    played.answer(old, heldout, batch="three", latency_ms=0.0)
    played.answer(new, heldout, batch="four", latency_ms=0.0)
    played.lay_out(second, old, new)
    played.judge(pay(played.desk, "Ben", 10.0, "hour"), TUNED)


def pay(desk: Desk, name: str, amount: float, per: Literal["hour", "item"]) -> Reviewer:
    """Somebody new, who is paid."""
    person, now = desk.reviewer(name), desk.clock.now
    desk.store.write(lambda db: reviewers.set_pay(db, now, person.id, Pay(amount, per)))
    return person


def _liking(item: Item, liked: str) -> int:
    """−2 for the first-shown."""
    if item.answers[0].startswith(liked) and not item.answers[1].startswith(liked):
        return -2
    if item.answers[1].startswith(liked) and not item.answers[0].startswith(liked):
        return 2
    return -1 if item.answers[0].endswith("0") else 1


def _text(split: str, at: int) -> str:
    return f"{split} " + " ".join(f"{split}{at * 7919 + k * 104729:x}" for k in range(5))
