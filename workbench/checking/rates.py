"""How many of each variant's answers pass each check, with an interval."""

from dataclasses import dataclass

from workbench.stats.agreement import Estimate
from workbench.stats.shares import share
from workbench.store import checks
from workbench.store.checks import Check
from workbench.store.database import Database


@dataclass(frozen=True)
class Rate:
    """`passed` is a share of `passed.items` answers, with Wilson's 95 % interval; of `silent` ones
    the check had nothing to say.
    """

    check: Check
    variant_id: int
    variant: str
    passed: Estimate
    count: int
    silent: int


def rates(db: Database, project_id: int) -> list[Rate]:
    """By check in use and variant, where there are results."""
    known = {check.id: check for check in checks.in_project(db, project_id, active=True)}
    return [
        Rate(
            check=known[row["check_id"]],
            variant_id=row["variant_id"],
            variant=row["variant"],
            passed=share(row["passed"], row["passed"] + row["failed"]),
            count=row["passed"],
            silent=row["silent"],
        )
        for row in checks.counts(db, project_id)
    ]
