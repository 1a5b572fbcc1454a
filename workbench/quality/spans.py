"""How far reviewers agree on which words to tag: by character, over a sample of the answers."""

from collections import defaultdict
from typing import Any

from workbench.records import plain_text
from workbench.stats.spans import Document, span_alpha, span_f1
from workbench.store import completions, votes
from workbench.store.database import Database


def on_spans(db: Database, project_id: int, share: float, kinds: tuple[str, ...]) -> dict[str, Any]:
    """`{alpha, f1, documents}` over the answers of a share of the work that two or more judged."""
    documents = _documents(db, project_id, share, kinds)
    return {
        "alpha": vars(span_alpha(documents)), "f1": span_f1(documents), "documents": len(documents)
    }  # fmt: skip


def _documents(
    db: Database, project_id: int, share: float, kinds: tuple[str, ...]
) -> list[Document]:
    """Each answer's text with what each of its reviewers tagged in it, which may be nothing."""
    judged, tagged = votes.sampled_spans(db, project_id, share, kinds)
    reviewers: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for comparison, completion, turn, judgement in judged:
        reviewers[comparison, completion, turn].append(judgement)
    spans: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for judgement, completion, start, end in tagged:
        spans[judgement, completion].append((start, end))
    several = {key: found for key, found in reviewers.items() if len(found) > 1}
    texts = completions.by_ids(db, {completion for _, completion, _ in several})
    return [
        Document(
            len(plain_text(texts[completion].messages[turn]["content"])),
            [spans[judgement, completion] for judgement in found],
        )
        for (_, completion, turn), found in several.items()
    ]
