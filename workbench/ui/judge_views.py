"""Judge models."""

from workbench.records import Project, Reviewer


def judges(project: Project, person: Reviewer) -> None:
    pass
