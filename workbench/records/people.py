"""Who votes, and on what: reviewers and projects."""

from dataclasses import dataclass
from typing import Any, Literal

from workbench.settings import ProjectSettings

ReviewerKind = Literal["human", "simulated", "judge"]
WHOSE: dict[str, str] = {  # what people read of each kind
    "human": "people", "simulated": "simulated reviewers", "judge": "judge models",
}  # fmt: skip
Role = Literal["reviewer", "lead", "owner"]
ROLES: tuple[Role, ...] = ("reviewer", "lead", "owner")


@dataclass(frozen=True)
class Reviewer:
    """Whoever votes. `name` is None once forgotten."""

    id: int
    public_id: str
    name: str | None
    kind: ReviewerKind
    role: Role
    active: bool
    seed: int
    imported_from: str | None = None


@dataclass(frozen=True)
class Project:
    """One evaluation effort, with the newest version of what it judges by."""

    id: int
    slug: str
    title: str
    settings: ProjectSettings
    rubric: dict[str, Any] | None
    taxonomy: dict[str, Any] | None
    guidelines: str
    guidelines_version: int
    rubric_version: int | None = None
    taxonomy_version: int | None = None
