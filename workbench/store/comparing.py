"""What variants are compared by, beside votes: ratings, spans, cost and latency; and the items on
which two of them met.
"""

from collections.abc import Iterator
from typing import Any

from workbench.store.database import Database, dumps, many
from workbench.store.judgements import COUNTED

_HEARD = (
    " CROSS JOIN reviewers r ON r.id = j.reviewer_id"
    " AND r.kind IN (SELECT value FROM json_each(:kinds)) AND NOT EXISTS"
    " (SELECT 1 FROM track_records t WHERE t.project_id = c.project_id"
    "  AND t.reviewer_id = j.reviewer_id AND t.discounted_at IS NOT NULL)"
)
_JUDGED = (
    f"FROM comparisons c CROSS JOIN judgements j ON j.comparison_id = c.id AND {COUNTED} {_HEARD}"
)
_OURS = "c.project_id = :project AND c.kind IN ('work', 'heldout')"


def votes_by_kind(db: Database, project_id: int) -> dict[str, int]:
    """How many judgements count, by kind of reviewer; kinds that gave none are left out."""
    rows = many(
        db,
        "SELECT r.kind, count(*) AS votes FROM comparisons c"
        f" CROSS JOIN judgements j ON j.comparison_id = c.id AND {COUNTED}"
        f" CROSS JOIN reviewers r ON r.id = j.reviewer_id WHERE {_OURS} GROUP BY r.kind",
        {"project": project_id},
    )
    return {row["kind"]: row["votes"] for row in rows}


def ratings(
    db: Database, project_id: int, kinds: tuple[str, ...]
) -> Iterator[tuple[int, int, str, int]]:
    """(variant, prompt, criterion, score) of every rating that counts."""
    return _plain(
        db,
        f"SELECT p.variant_id, c.prompt_id, s.criterion, s.score {_JUDGED}"
        " CROSS JOIN ratings s ON s.judgement_id = j.id"
        f" CROSS JOIN completions p ON p.id = s.completion_id WHERE {_OURS}",
        project_id, kinds,
    )  # fmt: skip


def tagged(db: Database, project_id: int, kinds: tuple[str, ...]) -> Iterator[tuple[int, int, int]]:
    """(variant, prompt, whether it has a span) of every answer judged under a taxonomy: votes
    that were imported were asked for no spans.
    """
    return _plain(
        db,
        "SELECT p.variant_id, c.prompt_id, EXISTS (SELECT 1 FROM spans s"
        f" WHERE s.judgement_id = j.id AND s.completion_id = p.id) {_JUDGED}"
        " CROSS JOIN comparison_completions cc ON cc.comparison_id = c.id"
        f" CROSS JOIN completions p ON p.id = cc.completion_id WHERE {_OURS}"
        " AND j.taxonomy_version IS NOT NULL",
        project_id, kinds,
    )  # fmt: skip


def _plain(db: Database, sql: str, project_id: int, kinds: tuple[str, ...]) -> Iterator[Any]:
    cursor = db.conn.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, {"project": project_id, "kinds": dumps(kinds)})


def costs(db: Database, project_id: int) -> list[dict[str, Any]]:
    """By variant, over answers that were asked for: `{variant_id, answers, priced, usd, latency_ms,
    first_token_ms, tokens_out, truncated}`; means, None where nothing is known; `priced` of the
    answers have a known cost.
    """
    return many(
        db,
        """
        SELECT c.variant_id, count(*) AS answers, count(c.cost_usd) AS priced,
               avg(c.cost_usd) AS usd, avg(c.latency_ms) AS latency_ms,
               avg(c.first_token_ms) AS first_token_ms, avg(c.tokens_out) AS tokens_out,
               sum(c.finish_reason = 'length') AS truncated
        FROM variants v JOIN completions c ON c.variant_id = v.id
        WHERE v.project_id = ? AND c.from_cache = 0 AND c.gold_only = 0
        GROUP BY c.variant_id
        """,
        (project_id,),
    )


def _tier(answer: str) -> str:
    """The place in a ranking of the tie group that holds this answer."""
    return (
        "(SELECT g.key FROM json_each(j.ranking) g, json_each(g.value) v"
        f" WHERE v.value = {answer}.id)"
    )


def met(
    db: Database, project_id: int, pair: tuple[int, int], kinds: tuple[str, ...]
) -> list[dict[str, Any]]:
    """The items on which two variants met, those with the clearest votes first: `{comparison_id,
    prompt_id, turn, first, second, votes, preference}`; `first` and `second` are completions,
    `preference` is the mean over the votes, from −3 to 3, positive where the first is better; a
    ranking says 1 or −1. Discounted reviewers are not heard.
    """
    return many(
        db,
        f"""
        SELECT c.id AS comparison_id, c.prompt_id, c.turn, a.id AS first, b.id AS second,
               count(*) AS votes,
               avg(CASE WHEN j.all_bad THEN 0
                   WHEN j.ranking IS NOT NULL THEN sign({_tier("b")} - {_tier("a")})
                   WHEN j.winner_id = a.id THEN j.strength
                   WHEN j.winner_id = b.id THEN -j.strength ELSE 0 END) AS preference
        FROM completions a
        CROSS JOIN comparison_completions x ON x.completion_id = a.id
        CROSS JOIN comparisons c ON c.id = x.comparison_id
        CROSS JOIN comparison_completions y ON y.comparison_id = c.id
        CROSS JOIN completions b ON b.id = y.completion_id AND b.variant_id = :second
        CROSS JOIN judgements j ON j.comparison_id = c.id AND {COUNTED} {_HEARD}
        WHERE a.variant_id = :first AND {_OURS}
        GROUP BY c.id ORDER BY abs(preference) DESC, votes DESC, c.id
        """,
        {
            "project": project_id,
            "first": pair[0],
            "second": pair[1],
            "kinds": dumps(kinds),
        },
    )
