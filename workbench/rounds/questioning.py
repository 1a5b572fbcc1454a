"""A model is asked the items of general ability, greedily, each once; what it fails to answer is
kept as a failure and asked again the next time.
"""

from collections.abc import Iterator
from functools import partial

from workbench import jobs
from workbench.clock import utc_now
from workbench.generation.models import load
from workbench.generation.requests import Wanted, ask
from workbench.providers import Answer, Failure, Provider, Request
from workbench.records import Model, Project, Sampling, Template, Variant
from workbench.rounds import abilities
from workbench.rounds.abilities import Item
from workbench.store import Store
from workbench.store import abilities as rows
from workbench.store.abilities import AbilityAnswer


def question(
    store: Store, project: Project, model: Model, report: jobs.Report,
    provider: Provider | None = None,
) -> None:  # fmt: skip
    """Ask what the model has not answered yet; each group of answers is stored as it comes. A model
    whose answers were imported cannot be asked.
    """
    if model.kind == "imported":
        return
    with store.read() as db:
        asked = abilities.of_project(db, project)
        known = rows.answered(db, model.id)
    done = {item for item, answer in known.items() if answer.text is not None}
    missing = [item for item in asked.items if item.sha256 not in done]
    if not missing:
        return
    said, sampling = 0, Sampling(0.0, 1.0, asked.most_tokens)
    requests = _requests(Variant("", model, Template(), sampling), missing)
    for group in (provider or load(model)).answer(requests, sampling):
        found = {missing[at].sha256: _answer(missing[at], outcome) for at, outcome in group}
        store.write(partial(rows.keep, now=utc_now(), model_id=model.id, answers=found))
        said += len(group)
        report(said, len(missing), f"{model.name} shows what it still can do")


def _requests(variant: Variant, missing: list[Item]) -> Iterator[Request]:
    for item in missing:
        yield ask(variant, Wanted(item.asked, 0)).request


def _answer(item: Item, outcome: Answer | Failure) -> AbilityAnswer:
    if isinstance(outcome, Failure):
        return AbilityAnswer(None, None, outcome.message)
    passed, note = item.passed(outcome.texts[-1])
    return AbilityAnswer(outcome.texts[-1], passed, note)
