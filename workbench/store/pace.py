"""How a model has answered so far: what an estimate of cost and time begins with."""

from dataclasses import dataclass

from workbench.records import Model
from workbench.store.database import Database, one

LAST = 200  # answers that are looked at


@dataclass(frozen=True)
class Pace:
    """Of a model's last answers: characters sent for each token in, tokens out a turn, answers a
    second while it was asked. None where nothing is known.
    """

    characters_a_token: float | None = None
    tokens_out: float | None = None
    per_second: float | None = None


def of_model(db: Database, model: Model) -> Pace:
    """Pauses of a minute and more between two answers are left out of the pace."""
    row = one(
        db,
        f"""
        WITH last AS (
            SELECT c.tokens_in, c.tokens_out, length(c.rendered) AS sent,
                   json_array_length(c.messages) AS turns, julianday(c.created_at) * 86400 AS at
            FROM completions c JOIN variants v ON v.id = c.variant_id
            JOIN models m ON m.id = v.model_id
            WHERE m.name = ? AND c.from_cache = 0 AND c.import_id IS NULL
            ORDER BY c.id DESC LIMIT {LAST}
        ), gaps AS (
            SELECT *, at - lag(at) OVER (ORDER BY at) AS gap FROM last
        )
        SELECT sum(sent) * 1.0 / sum(tokens_in) AS characters_a_token,
               sum(tokens_out) * 1.0 / sum(turns) AS tokens_out,
               sum(gap < 60) / nullif(sum(CASE WHEN gap < 60 THEN gap END), 0) AS per_second
        FROM gaps
        """,
        (model.name,),
    )
    return Pace(**row) if row else Pace()
