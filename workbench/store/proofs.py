"""Frozen sets of heldout prompts, and the proofs that rest on them: which variant is to be shown
better than which, and what was said of the prompts both answered.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import iso
from workbench.errors import NotFound
from workbench.hashing import sha256_json
from workbench.store import events
from workbench.store.database import Database, dumps, many, one, run, tuples, value
from workbench.store.judgements import COUNTED

_FIRST = "c.sample_index = 0 AND c.gold_only = 0"
_HEARD = (
    " JOIN reviewers r ON r.id = j.reviewer_id"
    " AND r.kind IN (SELECT value FROM json_each(:kinds)) AND NOT EXISTS"
    " (SELECT 1 FROM track_records t WHERE t.project_id = c.project_id"
    "  AND t.reviewer_id = j.reviewer_id AND t.discounted_at IS NOT NULL)"
)
_JUDGED = f" FROM comparisons c JOIN judgements j ON j.comparison_id = c.id AND {COUNTED} {_HEARD}"
_THESE = " WHERE c.id IN (SELECT value FROM json_each(:comparisons))"


@dataclass(frozen=True)
class FrozenSet:
    """The heldout prompts of a project as they stood then. `round_id` is the round whose training
    followed; None: they were frozen no earlier than a proof was begun.
    """

    id: int
    project_id: int
    round_id: int | None
    prompts: tuple[int, ...]
    sha256: str
    frozen_at: str


@dataclass(frozen=True)
class Leak:
    """A frozen prompt that the model may have learned from, which therefore proves nothing."""

    prompt_id: int
    why: str


@dataclass(frozen=True)
class StoredProof:
    """`leaks` is None until the training rows were looked through, `laid_at` until the answers lie
    before reviewers.
    """

    id: int
    project_id: int
    frozen_set_id: int
    round_id: int | None
    candidate_id: int
    incumbent_id: int
    leaks: tuple[Leak, ...] | None
    begun_at: str
    laid_at: str | None


def freeze(db: Database, now: datetime, project_id: int, round_id: int | None = None) -> FrozenSet:
    """The heldout prompts as they are now; before a round's training they are frozen once."""
    known = one(db, "SELECT * FROM frozen_sets WHERE round_id = ?", (round_id,))
    if known:
        return _frozen(known)
    rows = many(
        db,
        "SELECT id, content_hash FROM prompts WHERE project_id = ? AND split = 'heldout'"
        " AND gold_only = 0 AND import_id IN"
        " (SELECT id FROM imports WHERE finished_at IS NOT NULL) ORDER BY id",
        (project_id,),
    )
    digest = sha256_json([[row["id"], row["content_hash"]] for row in rows])
    made = one(
        db,
        "INSERT INTO frozen_sets (project_id, round_id, prompts, sha256, frozen_at)"
        " VALUES (?, ?, ?, ?, ?) RETURNING *",
        (project_id, round_id, dumps([row["id"] for row in rows]), digest, iso(now)),
    )
    assert made is not None
    events.append(db, now, "heldout.frozen", project_id=project_id, subject_id=made["id"])
    return _frozen(made)


def frozen_set(db: Database, frozen_set_id: int) -> FrozenSet:
    row = one(db, "SELECT * FROM frozen_sets WHERE id = ?", (frozen_set_id,))
    assert row is not None
    return _frozen(row)


def frozen_before(db: Database, training_run_id: int | None) -> FrozenSet | None:
    """What was frozen before this run, if a round's closing began it."""
    row = one(
        db,
        "SELECT f.* FROM frozen_sets f JOIN rounds r ON r.id = f.round_id"
        " WHERE r.training_run_id = ?",
        (training_run_id,),
    )
    return _frozen(row) if row else None


def begin(
    db: Database, now: datetime, frozen: FrozenSet, candidate_id: int, incumbent_id: int,
    round_id: int | None = None,
) -> StoredProof:  # fmt: skip
    """A proof of these two on these prompts."""
    proof_id = value(
        db,
        "INSERT INTO proofs (project_id, candidate_id, incumbent_id, frozen_set_id, round_id,"
        " begun_at) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        (frozen.project_id, candidate_id, incumbent_id, frozen.id, round_id, iso(now)),
    )
    events.append(db, now, "proof.begun", project_id=frozen.project_id, subject_id=proof_id)
    return get(db, int(proof_id))


def newest_of(
    db: Database, project_id: int, candidate_id: int, incumbent_id: int
) -> StoredProof | None:
    """The newest proof of these two."""
    row = one(
        db,
        "SELECT * FROM proofs WHERE project_id = ? AND candidate_id = ? AND incumbent_id = ?"
        " ORDER BY id DESC LIMIT 1",
        (project_id, candidate_id, incumbent_id),
    )
    return _proof(row) if row else None


def note_leaks(db: Database, proof_id: int, leaks: tuple[Leak, ...]) -> None:
    body = dumps([[leak.prompt_id, leak.why] for leak in leaks])
    run(db, "UPDATE proofs SET leaks = ? WHERE id = ?", (body, proof_id))


def note_laid(db: Database, now: datetime, proof_id: int) -> None:
    run(db, "UPDATE proofs SET laid_at = ? WHERE id = ?", (iso(now), proof_id))


def get(db: Database, proof_id: int) -> StoredProof:
    row = one(db, "SELECT * FROM proofs WHERE id = ?", (proof_id,))
    if row is None:
        raise NotFound(f"There is no proof number {proof_id}.")
    return _proof(row)


def in_project(db: Database, project_id: int) -> list[StoredProof]:
    """The newest first."""
    rows = many(db, "SELECT * FROM proofs WHERE project_id = ? ORDER BY id DESC", (project_id,))
    return [_proof(row) for row in rows]


def of_round(db: Database, round_id: int) -> StoredProof | None:
    row = one(db, "SELECT * FROM proofs WHERE round_id = ? ORDER BY id DESC LIMIT 1", (round_id,))
    return _proof(row) if row else None


def _proof(row: dict[str, Any]) -> StoredProof:
    leaks = row["leaks"] and tuple(Leak(*leak) for leak in json.loads(row["leaks"]))
    return StoredProof(**row | {"leaks": leaks})


def _frozen(row: dict[str, Any]) -> FrozenSet:
    return FrozenSet(**row | {"prompts": tuple(json.loads(row["prompts"]))})


# What was answered and judged


def answers(db: Database, variant_id: int) -> dict[int, dict[str, Any]]:
    """By prompt the variant's first sample: `{id, prompt_id, tokens, characters}`; `tokens` is None
    where nobody counted them.
    """
    rows = many(
        db,
        "SELECT c.id, c.prompt_id, c.tokens_out AS tokens,"
        " (SELECT sum(length(m.value ->> 'content')) FROM json_each(c.messages) m) AS characters"
        f" FROM completions c WHERE c.variant_id = ? AND {_FIRST}",
        (variant_id,),
    )
    return {row["prompt_id"]: row for row in rows}


def unanswered(db: Database, variant_id: int, prompt_ids: tuple[int, ...]) -> dict[str, int]:
    """What the last failure of each of these prompts said that has no answer, and how often."""
    rows = many(
        db,
        "SELECT p.value AS prompt_id, (SELECT f.message FROM generation_failures f"
        "  WHERE f.variant_id = :variant AND f.prompt_id = p.value ORDER BY f.id DESC LIMIT 1)"
        " AS message FROM json_each(:prompts) p WHERE NOT EXISTS (SELECT 1 FROM completions c"
        f" WHERE c.variant_id = :variant AND c.prompt_id = p.value AND {_FIRST})",
        {"variant": variant_id, "prompts": dumps(prompt_ids)},
    )
    counts: dict[str, int] = {}
    for row in rows:
        said = row["message"] or "not asked yet"
        counts[said] = counts.get(said, 0) + 1
    return counts


def rated(
    db: Database, comparison_ids: list[int], kinds: tuple[str, ...]
) -> list[tuple[int, int, str, float]]:
    """(prompt, completion, criterion, mean score) over the judgements that count."""
    return list(
        tuples(
            db,
            f"SELECT c.prompt_id, s.completion_id, s.criterion, avg(s.score) {_JUDGED}"
            f" JOIN ratings s ON s.judgement_id = j.id {_THESE}"
            " GROUP BY c.prompt_id, s.completion_id, s.criterion",
            {"comparisons": dumps(comparison_ids), "kinds": dumps(kinds)},
        )
    )


def unheard(db: Database, proof: StoredProof, kinds: tuple[str, ...]) -> dict[str, int]:
    """How many prompts of the proof were judged by reviewers of each other kind."""
    rows = many(
        db,
        "SELECT r.kind, count(DISTINCT c.prompt_id) AS n FROM comparisons c"
        f" JOIN judgements j ON j.comparison_id = c.id AND {COUNTED}"
        " JOIN reviewers r ON r.id = j.reviewer_id"
        "  AND r.kind NOT IN (SELECT value FROM json_each(:kinds))"
        " WHERE c.project_id = :project AND c.kind = 'heldout' AND (SELECT"
        "  count(DISTINCT a.variant_id) FROM comparison_completions cc"
        "  JOIN completions a ON a.id = cc.completion_id WHERE cc.comparison_id = c.id"
        "  AND a.variant_id IN (:candidate, :incumbent)) = 2 GROUP BY r.kind ORDER BY r.kind",
        {"project": proof.project_id, "kinds": dumps(kinds),
         "candidate": proof.candidate_id, "incumbent": proof.incumbent_id},
    )  # fmt: skip
    return {row["kind"]: row["n"] for row in rows}


def tagged(
    db: Database, comparison_ids: list[int], kinds: tuple[str, ...], categories: list[str]
) -> list[tuple[int, int, float]]:
    """(prompt, completion, spans of these categories a judgement) of every answer that was read
    under a taxonomy: votes that were imported were asked for no spans.
    """
    return list(
        tuples(
            db,
            "SELECT c.prompt_id, cc.completion_id, avg((SELECT count(*) FROM spans s"
            "  WHERE s.judgement_id = j.id AND s.completion_id = cc.completion_id"
            f"  AND s.category IN (SELECT value FROM json_each(:categories)))) {_JUDGED}"
            f" JOIN comparison_completions cc ON cc.comparison_id = c.id {_THESE}"
            " AND j.taxonomy_version IS NOT NULL GROUP BY c.prompt_id, cc.completion_id",
            {"comparisons": dumps(comparison_ids), "kinds": dumps(kinds),
             "categories": dumps(categories)},
        )
    )  # fmt: skip
