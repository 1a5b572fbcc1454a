"""What is known of a run before its first step: the rows as the model will see them, and whether
memory and disk suffice. It knows figures; `process.looking` finds them.
"""

from dataclasses import asdict, dataclass
from typing import Any, Self

from workbench.errors import InvalidInput

MOST_DROPPED = 0.01  # of the rows; TRL drops them without a word
TIGHT = 0.9


@dataclass(frozen=True)
class Spread:
    """Tokens: the median, what 95 % stay below, and the most."""

    median: int
    p95: int
    most: int


@dataclass(frozen=True)
class Preflight:
    """`measured` rows were tokenised, and the counts below it are of these: `dropped` leave no
    token to learn, `cut` lose their end at `max_length`, `empty` have no answer. Memory and disk in
    bytes; `certain` is what of the memory is needed whatever the batch.
    """

    method: str
    rows: int
    test_rows: int
    columns: tuple[str, ...]
    missing: tuple[str, ...]
    measured: int
    dropped: int
    cut: int
    empty: int
    prompts: Spread | None
    wholes: Spread | None
    labels: tuple[int, int] | None
    max_length: int | None
    steps: int
    parameters: int
    trained: int
    certain: int
    memory: int
    memory_there: int
    disk: int
    disk_there: int

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Self:
        spreads = {
            name: Spread(**said[name]) if said[name] else None for name in ("prompts", "wholes")
        }
        lists = {name: tuple(said[name]) for name in ("columns", "missing")}
        labels = {"labels": tuple(said["labels"]) if said["labels"] else None}
        return cls(**said | spreads | lists | labels)


def refuse_unfit(seen: Preflight) -> None:
    """Raises InvalidInput for the first thing that a run would surely stumble over."""
    if seen.missing:
        raise InvalidInput(
            f"The rows have no {' and no '.join(f'“{name}”' for name in seen.missing)}.",
            field="dataset",
            remedy=f"Export a version for {seen.method}, and train on that one.",
        )
    if not seen.rows:
        raise InvalidInput("There are no rows to train on.", field="dataset")
    if seen.dropped > MOST_DROPPED * seen.measured:
        raise InvalidInput(
            f"{seen.dropped} of {seen.measured} rows have {_too_long(seen)}, and would be dropped.",
            field="max_length",
            remedy="Raise max_length in the recipe, or leave those prompts out.",
        )
    if seen.certain > seen.memory_there:
        raise InvalidInput(
            f"Weights, gradients and optimiser alone take {gib(seen.certain)} of memory; there are"
            f" {gib(seen.memory_there)}.",
            field="recipe",
            remedy="Choose a recipe with LoRA, a smaller model, or more devices.",
        )
    if seen.disk > seen.disk_there:
        raise InvalidInput(
            f"Checkpoints and model take {gib(seen.disk)} of the disk; {gib(seen.disk_there)} are"
            " free.",
            field="disk",
            remedy="Make room, or lower save_total_limit in the recipe.",
        )


def warnings(seen: Preflight) -> list[str]:
    """What a person should know before the run, in sentences."""
    said = []
    if seen.dropped:
        said.append(f"{seen.dropped} rows have {_too_long(seen)}: TRL leaves them out.")
    if seen.cut:
        said.append(f"{seen.cut} rows lose their end at max_length {seen.max_length}.")
    if seen.empty:
        said.append(f"{seen.empty} rows have an empty answer.")
    if seen.labels and min(seen.labels) == 0:
        said.append("All answers are labelled alike: KTO needs good and bad ones.")
    if seen.memory > TIGHT * seen.memory_there:
        said.append(
            f"It takes about {gib(seen.memory)} of memory, and there are {gib(seen.memory_there)}:"
            " it may run out of it."
        )
    return said


def _too_long(seen: Preflight) -> str:
    what = "a prompt of" if seen.prompts else ""
    return f"{what} {seen.max_length} tokens or more".strip()


def gib(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB" if size >= 1 << 30 else f"{size / (1 << 20):.0f} MiB"
