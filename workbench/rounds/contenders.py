"""Who stands against whom: names to variants, and the model that is to be beaten where none is
named.
"""

from dataclasses import replace

from workbench.clock import utc_now
from workbench.errors import NotFound
from workbench.generation import known
from workbench.generation.grids import name_of
from workbench.leaderboard.head_to_head import variant_named
from workbench.records import Model, Project, Sampling, Template, Variant
from workbench.rounds.heldout import EVALUATION_TEMPERATURE
from workbench.store import Store, promotions, rounds, variants
from workbench.store.database import Database

CURRENT = "current"
LONGEST = 256  # tokens, where no round says how long an answer may be


def candidate(store: Store, project: Project, name: str) -> Variant:
    """A variant as it is; a model with the template and the length of the newest round, or with
    none of its own, at the temperature of evaluations. Raises NotFound, InvalidInput.
    """
    model = _model(store, project, name)
    with store.read() as db:
        if model is None:
            return variant_named(db, project, name)
        plain = Variant("", model, Template(), Sampling(EVALUATION_TEMPERATURE, 1.0, LONGEST))
        turned = rounds.in_project(db, project.id)
        usual = variants.get(db, turned[-1].policy_variant_id) if turned else plain
    return with_model(store, project, _evaluated(usual), model)


def incumbent(store: Store, project: Project, against: str | None, of: Variant) -> Variant:
    """A variant as it is, or a model with the candidate's template and sampling. Without a name:
    the project's current model, and before there is one that of round 0.

    Raises NotFound where there is none of these.
    """
    model = _model(store, project, against) if against else None
    with store.read() as db:
        if against and model is None:
            return variant_named(db, project, against)
        model = model or to_beat(db, project)
    if model is None:
        raise NotFound(
            f"“{project.slug}” has no current model to be better than.",
            remedy="Name a model or variant with --against.",
        )
    return with_model(store, project, of, model)


def to_beat(db: Database, project: Project) -> Model | None:
    """The model that a new one must beat: the current one, before the first promotion round 0's."""
    promoted = promotions.current(db, project.id)
    if promoted is not None:
        return promoted
    turned = rounds.in_project(db, project.id)
    return variants.get(db, turned[0].policy_variant_id).model if turned else None


def called(variant: Variant) -> str:
    """Its name, with its model's where the name does not say it."""
    model = variant.model.name
    return variant.name if model in variant.name else f"{model} ({variant.name})"


def with_model(store: Store, project: Project, like: Variant, model: Model) -> Variant:
    """The variant of this model that differs in nothing else."""
    wanted = replace(like, model=model, name=name_of(model, like.template, like.sampling))
    return store.write(lambda db: variants.ensure_variant(db, utc_now(), project.id, wanted))


def _evaluated(policy: Variant) -> Variant:
    return replace(policy, sampling=replace(policy.sampling, temperature=EVALUATION_TEMPERATURE))


def _model(store: Store, project: Project, name: str) -> Model | None:
    """A model that can answer, by its name; `current` is the project's own."""
    return current(store, project) if name == CURRENT else known.find(store, name)


def current(store: Store, project: Project) -> Model:
    """The project's current model. Raises NotFound before the first promotion."""
    with store.read() as db:
        found = promotions.current(db, project.id)
    if found is None:
        raise NotFound(
            f"“{project.slug}” has no current model yet.",
            remedy=f"Promote one: models promote NAME --project {project.slug}",
        )
    return found
