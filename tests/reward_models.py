"""What tests of reward models share: pairs of the starter's cards, a trainer over them, and people
who judge by the card. `trained_model` has the fixtures.

Each pair is the card's right answer and one that states another line of the card in its words, so
that lengths tell little and reading the card tells all.
"""

import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.conftest import Desk
from workbench.demo import starter_model
from workbench.exporting import Filters, export
from workbench.records import Reviewer
from workbench.rewards.measuring import JOB
from workbench.starter.cards import CardPrompt, card_prompts
from workbench.starter.checker import asked_attribute, check, read_card
from workbench.store import (
    projects,
    reports,
    reward_models,
    reward_scores,
    training_runs,
    variants,
)
from workbench.store.database import Database
from workbench.store.datasets import DatasetVersion
from workbench.store.reward_models import RewardModel
from workbench.store.reward_scores import Score

PAIRS = 240
Json = dict[str, Any]


def answers(card: CardPrompt) -> tuple[str, str]:
    """The right one, and the value of another line in its words."""
    facts = read_card(card.card)
    asked = asked_attribute(facts, card.question)
    others = [value for attribute, value in facts.facts.items() if attribute != asked]
    return card.reference, asked.state(random.Random(card.card).choice(others))


def row(card: CardPrompt) -> Json:
    right, wrong = answers(card)
    return {
        "prompt": [{"role": "system", "content": card.card},
                   {"role": "user", "content": card.question}],
        "chosen": [{"role": "assistant", "content": right}],
        "rejected": [{"role": "assistant", "content": wrong}],
    }  # fmt: skip


def trainer_on(rows: list[Json], out: Path) -> Any:
    """TRL's RewardTrainer over the starter model, on one thread."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import torch
    from datasets import Dataset
    from trl import RewardConfig, RewardTrainer

    torch.set_num_threads(1)
    config = RewardConfig(
        output_dir=str(out), use_cpu=True, bf16=False, gradient_checkpointing=False,
        learning_rate=5e-4, num_train_epochs=3, per_device_train_batch_size=16, warmup_steps=5,
        max_length=256, report_to="none", save_strategy="no", disable_tqdm=True,
    )  # fmt: skip
    return RewardTrainer(
        model=starter_model().location, args=config, train_dataset=Dataset.from_list(rows)
    )


def add_pairs(desk: Desk, count: int, *, seed: int = 0, split: str = "train") -> None:
    """Prompts with a right and a wrong answer each, of the variants right and wrong."""
    desk.import_rows(
        [
            {"prompt": card.question, "context": card.card, "split": split,
             "completions": dict(zip(("right", "wrong"), answers(card), strict=True))}
            for card in card_prompts("train" if split == "train" else "heldout", count, seed)
        ]
    )  # fmt: skip


def judge(
    desk: Desk, reviewer: Reviewer, errs: Callable[[int], bool] = lambda at: False
) -> list[int]:
    """All that is open, by the card; the verdict at each place where `errs` is the other way. The
    comparisons, in the order judged.
    """
    done: list[int] = []
    while items := desk.claim(reviewer, 10):
        for item in items:
            question = item.prompt_messages[-1]["content"]
            first_is_right = check(item.context or "", question, item.answers[0]).faithful
            desk.submit(reviewer, item, preference=-2 if first_is_right != errs(len(done)) else 2)
            [lease] = desk.rows("SELECT comparison_id AS id FROM leases WHERE id = ?", item.id)
            done.append(lease["id"])
    return done


def frozen(desk: Desk, **filters: Any) -> DatasetVersion:
    return export(desk.store, desk.project, Filters(**filters), desk.clock.now)


def registered(
    desk: Desk, version: DatasetVersion, folder: str = "nowhere", name: str = "taste"
) -> RewardModel:
    """A reward model as trained on this version."""
    now = desk.clock.now

    def write(db: Database) -> RewardModel:
        base = variants.ensure_model(db, now, starter_model())
        run = training_runs.add(
            db, now, desk.project.id, version.id, base.id, "reward", "reward-tiny", {}, name
        )
        new = RewardModel(name, desk.project.id, run, folder, "trained for tests")
        return reward_models.ensure(db, now, new)

    return desk.store.write(write)


def plant(desk: Desk, model: RewardModel, value: Callable[[str, int], float]) -> None:
    """Scores of all answers, by variant and prompt, and a report that takes them as log odds."""
    rows = desk.rows(
        "SELECT c.id, v.name, c.prompt_id FROM completions c JOIN variants v ON v.id = c.variant_id"
    )
    found = [(row["id"], Score(value(row["name"], row["prompt_id"]))) for row in rows]
    body = {"calibration": {"temperature": 1.0}}

    def write(db: Database) -> None:
        reward_scores.keep(db, model.id, found)
        reports.save(db, desk.clock.now, desk.project.id, None, f"{JOB} {model.id}", body)

    desk.store.write(write)


def set_up(desk: Desk, **settings: Any) -> None:
    """Change the project's settings."""
    changed = replace(desk.project.settings, **settings)
    changed.check()
    desk.store.write(
        lambda db: projects.change_settings(db, desk.clock.now, desk.project.id, changed)
    )
    desk.project = replace(desk.project, settings=changed)
