"""What came of the playground, kept: the prompt becomes the project's, and the answers those of
their variants, so that nothing is asked twice.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from workbench import importing
from workbench.errors import InvalidInput
from workbench.generation.answering import completion_of
from workbench.generation.playground import Ended, Trial
from workbench.generation.requests import Wanted
from workbench.generation.spending import prices_of
from workbench.importing.parsed import Parsed
from workbench.importing.placing import content_hash
from workbench.providers import Answer
from workbench.providers.prices import price_of
from workbench.records import Completion, Project, Prompt
from workbench.store import Store, completions, prompts, variants
from workbench.store.database import Database


@dataclass(frozen=True)
class Kept:
    """The project's prompt, and the ids of the answers that were on screen."""

    prompt: Prompt
    completion_ids: tuple[int, ...]


def keep(
    store: Store, project: Project, prompt: Prompt, trials: list[Trial], now: datetime
) -> Kept:
    """Failures are not kept. A new prompt joins those to train on: it was written to be compared.

    Raises InvalidInput where the project uses this very prompt as gold.
    """
    stored = _stored(store, project, prompt, now)
    came = [(t, t.seen.ended) for t in trials if t.seen.ended]
    prices = prices_of(store)

    def write(db: Database) -> Kept:
        ids = []
        for trial, ended in came:
            if not isinstance(ended.outcome, Answer):
                continue
            variant = variants.ensure_variant(db, now, project.id, trial.variant)
            asked = replace(trial.asked, wanted=Wanted(stored, trial.asked.wanted.sample))
            price = price_of(variant.model, prices)
            made = completion_of(variant, asked, ended.outcome, price)
            completions.insert(db, now, _from_store(made, ended), request_key=asked.key)
            ids.append((variant.id, made.sample_index))
        known = {(c.variant_id, c.sample_index): c.id for c in
                 completions.all_of_prompt(db, stored.id)}  # fmt: skip
        return Kept(stored, tuple(dict.fromkeys(known[key] for key in ids)))

    return store.write(write)


def _from_store(made: Completion, ended: Ended) -> Completion:
    """An answer that the store knew already cost nothing again."""
    if ended.before is None:
        return made
    return replace(
        ended.before, prompt_id=made.prompt_id, variant_id=made.variant_id,
        sample_index=made.sample_index, cost_usd=0.0, from_cache=True,
    )  # fmt: skip


def _stored(store: Store, project: Project, prompt: Prompt, now: datetime) -> Prompt:
    """The project's prompt with these very words, made if it is new."""
    name = content_hash(prompt)
    if not prompt.id:
        new = Parsed(replace(prompt, split="train"), {})
        importing.add(store, project, [new], now, file_name="the playground")
    with store.read() as db:
        found = prompts.by_hash(db, project.id, name)
    if found is None:
        raise InvalidInput(
            "This very prompt checks reviewers as gold, and gold is never work.",
            field="prompt",
            remedy="Change its words.",
        )
    return found
