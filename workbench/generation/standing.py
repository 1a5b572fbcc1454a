"""Where a grid stands: what was answered, what failed and why, what is missing, what it cost."""

from dataclasses import dataclass

from workbench.generation.failures import Words, words_of
from workbench.generation.grids import JOB
from workbench.generation.selecting import choose
from workbench.records import Job
from workbench.store import Store, grids, outcomes, variants
from workbench.store import jobs as job_rows
from workbench.store.grids import Grid


@dataclass(frozen=True)
class Failed:
    """`message` is the endpoint's own, of the newest of these failures."""

    variant: str
    words: Words
    failures: int
    message: str


@dataclass(frozen=True)
class Line:
    """One variant's part; `from_cache` are answers to equal requests, which were not sent again."""

    variant: str
    wanted: int
    answers: int
    from_cache: int
    truncated: int
    failed: int
    missing: int


@dataclass(frozen=True)
class Spent:
    """USD; `open_usd` is the most that requests without an outcome (yet) can have cost, `unpriced`
    how many have an outcome whose cost is unknown; `broken` attempts broke off and were made again,
    and can have cost `broken_usd` at most.
    """

    requests: int
    usd: float
    open: int
    open_usd: float
    unpriced: int
    broken: int
    broken_usd: float


@dataclass(frozen=True)
class Standing:
    grid: Grid
    lines: tuple[Line, ...]
    failures: tuple[Failed, ...]
    spent: Spent
    jobs: tuple[Job, ...]

    @property
    def missing(self) -> int:
        return sum(line.missing for line in self.lines)


def standing(store: Store, grid_id: int) -> Standing:
    """The jobs are all that ever worked on the grid, the newest first."""
    with store.read() as db:
        grid = grids.get(db, grid_id)
        plan = grid.plan
        names = {i: variants.get(db, i).name for i in plan["variant_ids"]}
        prompt_ids = [p.id for p in choose(db, grid.project_id, plan["selection"])]
        asked = (list(names), prompt_ids, plan["samples"])
        answers, failures = outcomes.answers(db, *asked), outcomes.failures(db, *asked)
        spending = grids.spending(db, grid_id)
        worked = job_rows.of_grid(db, JOB, grid_id)
    wanted = len(prompt_ids) * plan["samples"]
    return Standing(
        grid=grid,
        lines=tuple(_line(names[i], wanted, answers.get(i, {}), _of(failures, i)) for i in names),
        failures=tuple(
            Failed(names[row["variant_id"]], words_of(row["code"]), row["failures"], row["message"])
            for row in failures
        ),
        spent=_spent(spending),
        jobs=tuple(worked),
    )


def _of(failures: list[dict[str, int]], variant_id: int) -> int:
    return sum(row["failures"] for row in failures if row["variant_id"] == variant_id)


def _line(variant: str, wanted: int, found: dict[str, int], failed: int) -> Line:
    answered = found.get("answers", 0)
    return Line(
        variant=variant,
        wanted=wanted,
        answers=answered,
        from_cache=found.get("from_cache", 0),
        truncated=found.get("truncated", 0),
        failed=failed,
        missing=wanted - answered,
    )


def _spent(rows: list[dict[str, float]]) -> Spent:
    return Spent(
        requests=int(sum(row["requests"] for row in rows)),
        usd=sum(row["cost_usd"] for row in rows),
        open=int(sum(row["open"] for row in rows)),
        open_usd=sum(row["open_usd"] for row in rows),
        unpriced=int(sum(row["unpriced"] for row in rows)),
        broken=int(sum(row["broken"] for row in rows)),
        broken_usd=sum(row["broken_usd"] for row in rows),
    )
