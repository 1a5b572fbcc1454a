"""Training, and what follows a reward model: it is measured at once. It loads nothing else, since a
process that trains should not wait for what it does not need.
"""

from typing import Any

from workbench import training
from workbench.jobs import Report
from workbench.store import Store, reward_models

Json = dict[str, Any]


def train_and_measure(store: Store, arguments: Json, report: Report) -> Json:
    result = training.work(store, arguments, report)
    with store.read() as db:
        made = reward_models.of_run(db, arguments["run_id"])
    if made:
        from workbench.rewards import measuring

        measuring.begin(store, made)
    return result
