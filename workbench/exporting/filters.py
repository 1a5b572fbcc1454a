"""What goes into an export, as declared: it can be saved, shown and used again."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, get_args

from workbench.errors import InvalidInput
from workbench.records import ReviewerKind

RowsFrom = Literal["verdicts", "corrections", "minimal-edits"]
Balance = Literal["tag", "language", "variant", "length"]
Kept = Literal["gold", "heldout"]


@dataclass(frozen=True)
class Filters:
    """Empty tuples and None let everything in. `test_share` of the train prompts' clusters becomes
    the test part.

    `least_posterior` None is the project's threshold; where it asks for one judgement of an item,
    a single one stands, since there is nobody to agree with. `reviewers` (public ids) are the only
    ones whose judgements count. `rubric_floor`: the better answer's mean score on each of these
    criteria. `per_prompt` keeps the surest pairs of a prompt, its corrections first. `balance`
    keeps as many verdicts of each kind. `across_templates` pairs answers that replied to different
    messages, under the prompt as it was imported. `include`: what never trains and only raw
    judgements may have, marked.

    What a filter asks of a verdict (votes, strength, posterior, floor, balance) it does not ask of
    a correction, which is one reviewer's and sure of itself.
    """

    kinds: tuple[ReviewerKind, ...] = ("human",)
    least_votes: int = 1
    least_strength: float = 1.0
    least_posterior: float | None = None
    test_share: float = 0.1
    rounds: tuple[int, ...] = ()
    reviewers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    rubric_floor: dict[str, float] = field(default_factory=dict)
    per_prompt: int | None = None
    rows_from: tuple[RowsFrom, ...] = ("verdicts", "corrections")
    balance: Balance | None = None
    across_templates: bool = False
    include: tuple[Kept, ...] = ()

    def check(self) -> None:
        """Raises InvalidInput for what lets nothing in or means nothing."""
        wrong = next((name for name, fits in self._rules() if not fits), None)
        if wrong:
            raise InvalidInput(
                f"The filter cannot be used: {wrong.replace('_', ' ')}.",
                field=wrong,
                remedy="Kinds: at least one; votes from 1; strength 1 to 3; shares and posteriors"
                " from 0 to 1; pairs a prompt from 1; included is gold or heldout; rows from"
                f" {', '.join(get_args(RowsFrom))}; balance by {', '.join(get_args(Balance))}.",
            )

    def _rules(self) -> tuple[tuple[str, bool], ...]:
        posterior = 0.0 if self.least_posterior is None else self.least_posterior
        return (
            ("kinds", bool(self.kinds)),
            ("least_votes", self.least_votes >= 1),
            ("least_strength", 1 <= self.least_strength <= 3),
            ("least_posterior", 0 <= posterior <= 1),
            ("test_share", 0 <= self.test_share < 1),
            ("rows_from", bool(self.rows_from) and set(self.rows_from) <= set(get_args(RowsFrom))),
            ("balance", self.balance is None or self.balance in get_args(Balance)),
            ("per_prompt", self.per_prompt is None or self.per_prompt >= 1),
            ("include", set(self.include) <= set(get_args(Kept))),
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Filters":
        """Raises InvalidInput for a name that is none."""
        known = {one.name for one in fields(cls)}
        if unknown := sorted(set(said) - known):
            raise InvalidInput(
                f"A filter has no {', '.join(unknown)}.",
                field=unknown[0],
                remedy=f"It may have {', '.join(sorted(known))}.",
            )
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in said.items()
        }
        return cls(**values)
