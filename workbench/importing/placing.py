"""Where a new prompt goes: its cluster of near-duplicates, its split, and whether it is too
close to a heldout prompt to train. Fixed at import; what was placed before keeps its split.
"""

from dataclasses import dataclass

from workbench.hashing import sha256_json, unit_interval
from workbench.importing.near_duplicates import clusters, near_pairs
from workbench.records import Prompt, Split
from workbench.settings import ProjectSettings
from workbench.store.prompts import Placed


@dataclass(frozen=True)
class Placement:
    """The new prompts as placed, and the old train prompts that lie near a new heldout one."""

    new: list[Placed]
    spoiled_ids: list[int]


def content_hash(prompt: Prompt) -> str:
    """Equal for prompts that ask the same with the same source text and variables."""
    asked: list[object] = [prompt.messages, prompt.context]
    return sha256_json([*asked, prompt.variables] if prompt.variables else asked)


def place(old: list[Placed], fresh: list[Prompt], settings: ProjectSettings) -> Placement:
    """`fresh` holds no prompt twice and none of `old`."""
    texts = [p.prompt.text() for p in old] + [prompt.text() for prompt in fresh]
    pairs = near_pairs(texts, settings.near_duplicate)
    hashes = [p.content_hash for p in old] + [content_hash(prompt) for prompt in fresh]
    roots = clusters(len(texts), pairs)
    names = [old[root].cluster if root < len(old) else hashes[root] for root in roots]
    splits: list[Split] = [p.split for p in old]
    for prompt, name in zip(fresh, names[len(old) :], strict=True):
        splits.append(prompt.split or split_of(name, settings.heldout_share))
    near = _near_heldout(pairs, splits)
    new = [
        Placed(prompt, hashes[i], names[i], splits[i], i in near)
        for i, prompt in enumerate(fresh, start=len(old))
    ]
    spoiled = [old[i].prompt.id for i in sorted(near) if i < len(old) and not old[i].near_heldout]
    return Placement(new, spoiled)


def split_of(cluster: str, heldout_share: float) -> Split:
    return "heldout" if unit_interval("split", cluster) < heldout_share else "train"


def _near_heldout(pairs: list[tuple[int, int]], splits: list[Split]) -> set[int]:
    """The train places that a heldout place is near to."""
    both_ways = [*pairs, *((j, i) for i, j in pairs)]
    return {i for i, j in both_ways if splits[i] == "train" and splits[j] == "heldout"}
