"""Who stands against whom: names to variants, and the model that is to be beaten where none is
named.
"""

from dataclasses import replace

from workbench.clock import utc_now
from workbench.errors import NotFound
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
    with store.read() as db:
        model = _model(db, project, name)
        if model is None:
            return variant_named(db, project, name)
        plain = Variant("", model, Template(), Sampling(EVALUATION_TEMPERATURE, 1.0, LONGEST))
        known = rounds.in_project(db, project.id)
        usual = variants.get(db, known[-1].policy_variant_id) if known else plain
    return with_model(store, project, _evaluated(usual), model)


def incumbent(store: Store, project: Project, against: str | None, of: Variant) -> Variant:
    """A variant as it is, or a model with the candidate's template and sampling. Without a name:
    the project's current model, and before there is one that of round 0.

    Raises NotFound where there is none of these.
    """
    with store.read() as db:
        model = _model(db, project, against) if against else to_beat(db, project)
        if model is None and against:
            return variant_named(db, project, against)
    if model is None:
        raise NotFound(
            f"“{project.slug}” has no current model to be better than.",
            remedy="Name a model or variant with --against.",
        )
    return with_model(store, project, of, model)


def to_beat(db: Database, project: Project) -> Model | None:
    """The model that a new one must beat: the current one, before the first promotion round 0's."""
    current = promotions.current(db, project.id)
    if current is not None:
        return current
    known = rounds.in_project(db, project.id)
    return variants.get(db, known[0].policy_variant_id).model if known else None


def with_model(store: Store, project: Project, like: Variant, model: Model) -> Variant:
    """The variant of this model that differs in nothing else."""
    wanted = replace(like, model=model, name=name_of(model, like.template, like.sampling))
    return store.write(lambda db: variants.ensure_variant(db, utc_now(), project.id, wanted))


def _evaluated(policy: Variant) -> Variant:
    return replace(policy, sampling=replace(policy.sampling, temperature=EVALUATION_TEMPERATURE))


def _model(db: Database, project: Project, name: str) -> Model | None:
    """A model that can answer, by its name; `current` is the project's own."""
    if name == CURRENT:
        found = promotions.current(db, project.id)
        if found is None:
            raise NotFound(
                f"“{project.slug}” has no current model yet.",
                remedy=f"Promote one: `models promote NAME --project {project.slug}`.",
            )
        return found
    able = (model for model in variants.models(db) if model.kind != "imported")
    return next((model for model in able if model.name == name), None)
