"""A chosen set of prompts: by split, tags and number. It knows prompts, and nothing of variants."""

from dataclasses import asdict, dataclass
from typing import Any

from workbench.records import Prompt, Split
from workbench.store import prompts
from workbench.store.database import Database


@dataclass(frozen=True)
class Selection:
    """Prompts of a split (None: all) with any of the tags (none given: all), in the order of
    import: `limit` of them after the first `skip`. With `prompt_ids`, these alone.
    """

    split: Split | None = None
    tags: tuple[str, ...] = ()
    limit: int | None = None
    skip: int = 0
    prompt_ids: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def choose(db: Database, project_id: int, selection: dict[str, Any]) -> list[Prompt]:
    """The prompts of a selection as `Selection.to_json` wrote it."""
    tags, named = set(selection["tags"]), set(selection["prompt_ids"])
    found = [
        prompt
        for prompt in prompts.in_project(db, project_id, selection["split"])
        if (not tags or tags & set(prompt.tags)) and (not named or prompt.id in named)
    ]
    skip, limit = selection["skip"], selection["limit"]
    return found[skip : None if limit is None else skip + limit]
