"""The queue of second looks as one lead walks through it: its order stays while they decide, so
that “3 of 12” counts up and the item before can be found again. The item is in the address.
"""

from dataclasses import dataclass

import streamlit as st

from workbench.records import Project
from workbench.store import reviews
from workbench.ui.runtime import store

MOST = 10_000
REASONS = {
    "dispute": ("dispute", "disputes"),
    "sample": ("sample", "samples"),
    "newcomer": ("by a newcomer", "by newcomers"),
    "asked": ("asked for", "asked for"),
}


@dataclass(frozen=True)
class Queue:
    """`order` is what this lead has had or will have; `waiting` what is undecided."""

    order: tuple[int, ...]
    waiting: frozenset[int]
    reasons: dict[str, int]

    def after(self, item: int | None) -> int | None:
        """The next one that waits, from the beginning again after the last; never `item`."""
        at = self.order.index(item) + 1 if item in self.order else 0
        ahead = (*self.order[at:], *self.order[:at])
        return next((i for i in ahead if i in self.waiting and i != item), None)

    def before(self, item: int | None) -> int | None:
        at = self.order.index(item) if item in self.order else 0
        return self.order[at - 1] if at else None

    def place(self, item: int) -> str:
        """“3 of 12”; nothing for an item that came by a link."""
        return f"{self.order.index(item) + 1} of {len(self.order)}" if item in self.order else ""

    def words(self) -> str:
        """“2 disputes, 1 sample”; disputes come first, as in the queue."""
        counts = [(self.reasons.get(key, 0), *nouns) for key, nouns in REASONS.items()]
        return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in counts if n)


def queue(project: Project) -> Queue:
    with store().read() as db:
        waiting = reviews.waiting(db, project.id, most=MOST)
        reasons = reviews.count_waiting(db, project.id)
    order = _extended(st.session_state.get(_key(project), ()), waiting)
    st.session_state[_key(project)] = order
    return Queue(order, frozenset(waiting), reasons)


def _key(project: Project) -> str:
    return f"second-looks-{project.slug}"


def _extended(order: tuple[int, ...], waiting: list[int]) -> tuple[int, ...]:
    """What has come to wait since goes to the end; a queue worked to its end begins anew."""
    if waiting and not set(order) & set(waiting):
        return tuple(waiting)
    known = set(order)
    return (*order, *(i for i in waiting if i not in known))


def asked_for() -> int | None:
    """The item of the address."""
    text = st.query_params.get("item", "")
    return int(text) if text.isdecimal() else None


def go_to(item: int | None) -> None:
    """Put an item into the address; None takes it out."""
    if item is not None:
        st.query_params["item"] = str(item)
    elif "item" in st.query_params:
        del st.query_params["item"]
