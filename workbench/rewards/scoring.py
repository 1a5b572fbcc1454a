"""Scores of a project's answers by a reward model, as a job that can be killed and started again:
what is scored is what is stored.

It knows answers and their conversations, and nothing of what anybody said of them.
"""

from functools import partial
from typing import Any

from workbench import devices, jobs
from workbench.records import Completion, Job, Message, history
from workbench.rewards.network import RewardNetwork
from workbench.store import Store, completions, reward_models, reward_scores
from workbench.store.reward_models import RewardModel

JOB = "score"
WINDOW = 256  # answers that are sorted by length together, and stored together


def begin(store: Store, model: RewardModel) -> Job:
    """Queue the job that scores what is there by then."""
    arguments = {"reward_model": model.id}
    return jobs.start(store, JOB, arguments, resource=devices.usual(), project_id=model.project_id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: `{scored, unscored}` of all that the model has looked at so far."""
    with store.read() as db:
        model = reward_models.get(db, arguments["reward_model"])
    score_missing(store, model, report)
    with store.read() as db:
        counts = reward_scores.standing(db, model.id)
    scored = counts.pop(None, 0)
    return {"scored": scored, "unscored": counts}


def score_missing(
    store: Store, model: RewardModel, report: jobs.Report, network: RewardNetwork | None = None,
    *, variant_id: int | None = None,
) -> None:  # fmt: skip
    """Score all answers of the model's project, or of one variant, that it has not looked at."""
    with store.read() as db:
        ids = reward_scores.missing(db, model.id, model.project_id, variant_id)
    note = f"{model.name} reads answers"
    report(0, len(ids), note)
    network = network or (RewardNetwork(model.location) if ids else None)
    for at in range(0, len(ids), WINDOW):
        window = ids[at : at + WINDOW]
        with store.read() as db:
            answers = completions.by_ids(db, window)
        assert network is not None
        found = network.score([conversation(answers[i]) for i in window])
        scores = list(zip(window, found, strict=True))
        store.write(partial(reward_scores.keep, reward_model_id=model.id, found=scores))
        report(at + len(window), len(ids), note)


def conversation(answer: Completion) -> list[Message]:
    """What the last turn replied to, and that turn: what a row of an export would hold."""
    last = len(answer.messages) - 1
    return [*history(answer.rendered, answer.messages, last), answer.messages[last]]
