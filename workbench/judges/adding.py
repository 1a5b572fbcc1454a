"""A new judge: a reviewer of kind judge; its model, instructions and sampling never change."""

from datetime import datetime

from workbench.errors import InvalidInput
from workbench.judges.asking import INSTRUCTIONS, check_instructions
from workbench.records import Model, Project, Sampling
from workbench.store import judges, reviewers, variants
from workbench.store.database import Database
from workbench.store.judges import Judge

SAMPLING = Sampling(temperature=0.0, max_tokens=1024)


def add(
    db: Database, now: datetime, project: Project, name: str, model: Model,
    instructions: str = INSTRUCTIONS, sampling: Sampling = SAMPLING,
) -> Judge:  # fmt: skip
    """Raises InvalidInput for a name that is taken, instructions that cannot be filled in, a model
    that cannot answer, or a project that does not compare answers.
    """
    if not name.strip():
        raise InvalidInput("A judge needs a name.", field="name")
    if model.kind == "imported":
        raise InvalidInput(f"“{model.name}” was imported and cannot answer.", field="model")
    if project.settings.judging == "single":
        raise InvalidInput(
            f"“{project.slug}” judges one answer at a time; a judge model compares two.",
            field="project",
        )
    check_instructions(project, instructions)
    stored = variants.ensure_model(db, now, model)
    reviewer = reviewers.add(db, now, name, kind="judge")
    return judges.add(db, now, project.id, reviewer.id, stored.id, instructions, sampling)
