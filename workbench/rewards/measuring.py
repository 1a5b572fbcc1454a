"""What a reward model is worth: pairs that it was not trained on, told rightly how often, beside
what lengths alone tell; and how far its scores may be read as probabilities.

A job reckons it and stores a report; screens and the shell read that one.
"""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench import devices, jobs
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.hashing import unit_interval
from workbench.records import Job
from workbench.rewards import pairs
from workbench.rewards.network import RewardNetwork
from workbench.rewards.pairs import JudgedPair, Lengths
from workbench.stats import scored_pairs
from workbench.stats.arrays import Floats, Ints
from workbench.store import Store, events, reports, reward_models
from workbench.store.database import Database
from workbench.store.reward_models import RewardModel
from workbench.store.reward_scores import Score

JOB = "reward_report"
WINDOW = 256
Json = dict[str, Any]


@dataclass(frozen=True)
class Measured:
    """Pairs with both scores: differences, by how many characters the better answer is longer, and
    the prompts; how many pairs had none, by the reason.
    """

    differences: Floats
    longer_by: Ints
    prompts: Ints
    unscored: dict[str, int]


def begin(store: Store, model: RewardModel) -> Job:
    """Queue the job, unless it waits already."""
    arguments = {"reward_model": model.id}
    return jobs.start(store, JOB, arguments, resource=devices.usual(), project_id=model.project_id)


def work(store: Store, arguments: Json, report: jobs.Report) -> Json:
    """The job: measure one reward model, and store; `{pairs}`."""
    with store.read() as db:
        model = reward_models.get(db, arguments["reward_model"])
        version, seen = pairs.version_of(db, model), events.last_id(db, model.project_id)
        source, found = pairs.held_out(db, version)
    learned = pairs.lengths(version)
    measured = measure(RewardNetwork(model.location) if found else None, found, report)
    about = {"reward_model": model.name, "training_run": model.training_run_id,
             "version": version.name, "source": source}  # fmt: skip
    body = about | reckon(measured, learned)
    store.write(
        lambda db: reports.save(db, utc_now(), model.project_id, None, _kind(model), body, seen)
    )
    return {"pairs": body["pairs"]}


def measure(
    network: RewardNetwork | None, found: list[JudgedPair], report: jobs.Report
) -> Measured:
    """Score both answers of each pair."""
    scores: list[tuple[JudgedPair, Score, Score]] = []
    for at in range(0, len(found), WINDOW):
        report(at, len(found), "scoring pairs that it was not trained on")
        window = found[at : at + WINDOW]
        assert network is not None
        made = network.score([side for pair in window for side in (pair.chosen, pair.rejected)])
        scores += zip(window, made[::2], made[1::2], strict=True)
    rows = [(better.value - worse.value, pair.longer_by, pair.prompt_id)
            for pair, better, worse in scores
            if better.value is not None and worse.value is not None]  # fmt: skip
    reasons = [better.unscored or worse.unscored for _, better, worse in scores]
    table = np.array(rows, float).reshape(-1, 3)
    return Measured(
        table[:, 0], table[:, 1].astype(np.int64), table[:, 2].astype(np.int64),
        dict(Counter(reason for reason in reasons if reason)),
    )  # fmt: skip


def reckon(measured: Measured, learned: Lengths) -> Json:
    """`{pairs, prompts, unscored, accuracy, length, gain, calibration}`, plain JSON values.

    `gain` is the accuracy less that of lengths.
    """
    by_length: Floats = measured.longer_by * float(learned.sign)
    d, prompts = measured.differences, measured.prompts
    return {
        "pairs": len(d),
        "prompts": len(np.unique(prompts)),
        "unscored": measured.unscored,
        "accuracy": asdict(scored_pairs.accuracy(d, prompts)),
        "length": {
            "better": "longer" if learned.sign > 0 else "shorter",
            "learned_from": asdict(learned),
            "accuracy": asdict(scored_pairs.accuracy(by_length, prompts)),
        },
        "gain": asdict(scored_pairs.gain(d, by_length, prompts)),
        "calibration": calibrate(d, prompts),
    }


def calibrate(differences: Floats, prompts: Ints) -> Json | None:
    """The temperature by one half of the prompts, and how true it is on the other; None where
    one half has no difference to learn from, or the other fewer than two prompts.
    """
    fitting = np.array([unit_interval("calibration", i) < 0.5 for i in prompts.tolist()], bool)
    t = scored_pairs.temperature(differences[fitting])
    if t is None or len(np.unique(prompts[~fitting])) < 2:
        return None
    found = scored_pairs.reliability(differences[~fitting], t, prompts[~fitting])
    halves = {"fitted_on": int(fitting.sum()), "tested_on": int((~fitting).sum())}
    return {"temperature": t, **halves, **asdict(found)}


def latest(db: Database, model: RewardModel) -> Json | None:
    """The newest report."""
    return reports.latest(db, model.project_id, _kind(model))


def claim(found: Json) -> str:
    """What the report shows of the model beside lengths: a claim needs an interval above 0."""
    low = found["gain"]["low"]
    shown = low is not None and low > 0
    return "above lengths alone" if shown else "not shown to be above lengths alone"


def temperature(db: Database, model: RewardModel) -> float:
    """What turns its scores into probabilities. Raises InvalidInput where that is not known."""
    found = latest(db, model)
    if not found or not found["calibration"]:
        raise InvalidInput(
            f"How sure “{model.name}” may be taken to be is not known.",
            field="reward.model",
            remedy=f"Measure it: rewards measure {json.dumps(model.name)}, with judged pairs of"
            " other prompts than it was trained on.",
        )
    t: float = found["calibration"]["temperature"]
    return t


def _kind(model: RewardModel) -> str:
    return f"{JOB} {model.id}"
