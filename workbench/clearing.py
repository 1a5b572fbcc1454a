"""What an import or an export that was cut off had left is removed at the next start, and said."""

from workbench import exporting, importing
from workbench.clock import parse
from workbench.store import Store, removals
from workbench.store.removals import Removal


def clear(store: Store) -> list[Removal]:
    """Remove it, and return what that was; what is under way stays."""
    with store.read() as db:
        last = removals.last_id(db)
    importing.remove_unfinished(store)
    exporting.remove_unfinished(store)
    with store.read() as db:
        return removals.after(db, last)


def words(one: Removal, begun: str | None = None) -> str:
    """For people; `begun` says in a reader's own way when it began."""
    begun = begun or f"{parse(one.begun_at):%d %b %Y, %H:%M} UTC"
    return f"{_a(one)}, begun on {begun}, was cut off. {_had(one.counts)} {_next(one)}"


def _a(one: Removal) -> str:
    return f"An import of {one.name}" if one.what == "import" else f"An export as {one.name}"


def _had(counts: dict[str, int]) -> str:
    some = [f"{n:,} {noun}{'' if n == 1 else 's'}" for noun, n in counts.items() if n]
    return f"Removed what it had left: {', '.join(some)}." if some else "It had left nothing."


def _next(one: Removal) -> str:
    if one.what == "import":
        return "Import it again."
    return "It begins again by itself." if one.resumes else "Export again."
