"""Gold, repeats and heldout items look like work: by shape, by id, by what follows, and by time."""

import string
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from scipy.stats import rankdata
from starlette.testclient import TestClient

from tests.conftest import Desk
from workbench import api
from workbench.store import reviewers

MakeDesk = Callable[..., Desk]
KINDS = {"work", "gold", "repeat", "heldout"}
ALPHABET = set(string.ascii_letters + string.digits + "-_")
EACH = 300  # so many items of either kind are timed
ATTEMPTS = 3  # a neighbour on the machine may slow down one kind for a moment, not three times
Shape = Any


@dataclass
class Session:
    """One reviewer over HTTP; `kinds` is what only the store knows of each item."""

    desk: Desk
    client: TestClient
    key: str
    seen: dict[str, dict[str, set[Shape]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    ids: list[tuple[str, str]] = field(default_factory=list)

    def path(self, what: str) -> str:
        return f"/projects/{self.desk.project.slug}/{what}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.key}"}
        return self.client.request(method, path, json=body, headers=headers)

    def claim(self) -> dict[str, Any] | None:
        """The next item, its answer noted for its kind."""
        answer = self.call("POST", self.path("claim"), {})
        [item] = answer.json()["items"] or [None]
        if item:
            self.ids.append((self.kind(item), item["id"]))
            self.note("claim", item, answer)
        return item

    def note(self, what: str, item: dict[str, Any], answer: Any) -> None:
        assert answer.status_code == 200, answer.text
        seen = shape(answer.json()), headers_of(answer)
        self.seen[what][self.kind(item)].add(seen)

    def kind(self, item: dict[str, Any]) -> str:
        [row] = self.desk.rows(
            "SELECT c.kind FROM leases l JOIN comparisons c ON c.id = l.comparison_id"
            " WHERE l.id = ?", item["id"],
        )  # fmt: skip
        return str(row["kind"])

    def judge(self, item: dict[str, Any], **changes: Any) -> Any:
        fine = -2 if item["answers"][0]["text"].startswith("A fine") else 2
        body = {"submission_id": str(uuid.uuid4()), "item_id": item["id"], "preference": fine,
                "seconds": 2.5, **changes}  # fmt: skip
        return self.call("POST", "/judgements", body)


def shape(value: Any) -> Shape:
    """A JSON value without its texts, numbers and times."""
    if isinstance(value, dict):
        return tuple((key, shape(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(shape(inner) for inner in value)
    return value if isinstance(value, bool) else type(value).__name__


def headers_of(answer: Any) -> Shape:
    """Every header with its value, the length aside: it follows the texts."""
    return tuple((k, v) for k, v in sorted(answer.headers.items()) if k != "content-length")


@pytest.fixture
def begin(make_desk: MakeDesk) -> Iterator[Callable[..., Session]]:
    """A session on a project with these settings."""
    open_now: list[tuple[Desk, TestClient]] = []

    def start(items: int, golds: int, *, heldout: int = 0, **settings: Any) -> Session:
        desk = make_desk(**settings)
        desk.add_answers(items)
        desk.open()
        if heldout:
            hold_out(desk, heldout)
        desk.add_gold(golds)
        person = desk.reviewer(desk.project.slug, seed=3)
        key = desk.store.write(
            lambda db: reviewers.issue(db, desk.clock.now, person.id, "api_key", None)
        )
        desk.store.start_writer()
        client = TestClient(api.build(desk.store)).__enter__()
        open_now.append((desk, client))
        return Session(desk, client, key)

    yield start
    for desk, client in open_now:
        client.__exit__(None, None, None)
        desk.store.stop_writer()


def hold_out(desk: Desk, every: int) -> None:
    """Every so many-th piece of work is one for the final exam of a model."""
    desk.store.write(
        lambda db: (
            db.conn.execute(
                "UPDATE comparisons SET kind = 'heldout' WHERE kind = 'work' AND id % ? = 0",
                (every,),
            ).rowcount
        )
    )


@pytest.fixture
def session(begin: Callable[..., Session]) -> Session:
    """All four kinds, met one after another, and each thing done with items of each kind."""
    found = begin(90, 60, heldout=4, gold_rate=0.3, repeat_rate=0.2)
    do_everything(found)
    return found


def do_everything(session: Session) -> None:
    """In turns: judge, revise, go back, draft and judge, skip, flag, release."""
    at: dict[str, int] = defaultdict(int)
    while item := session.claim():
        kind = session.kind(item)
        DEEDS[at[kind] % len(DEEDS)](session, item)
        at[kind] += 1


def _judge(session: Session, item: dict[str, Any]) -> None:
    session.note("submit", item, session.judge(item))
    progress = session.call("GET", session.path("progress"))
    session.note("progress", item, progress)


def _revise(session: Session, item: dict[str, Any]) -> None:
    session.judge(item)
    session.note("revision", item, session.judge(item, preference=1))


def _go_back(session: Session, item: dict[str, Any]) -> None:
    session.judge(item)
    session.note("undo", item, session.call("POST", session.path("undo"), {}))


def _draft(session: Session, item: dict[str, Any]) -> None:
    body = {"draft": {"rationale": "half a thou"}}
    session.note("draft", item, session.call("PUT", f"/drafts/{item['id']}", body))
    again = session.call("POST", session.path("claim"), {})
    session.note("claim with a draft", item, again)
    session.note("submit", item, session.judge(item))


def _flag(session: Session, item: dict[str, Any]) -> None:
    answer = session.call("POST", f"/items/{item['id']}/flag", {"text": "unclear"})
    session.note("flag", item, answer)
    session.judge(item)


def _skip(session: Session, item: dict[str, Any]) -> None:
    answer = session.call("POST", f"/items/{item['id']}/skip", {"reason": "not mine"})
    session.note("skip", item, answer)


def _release(session: Session, item: dict[str, Any]) -> None:
    answer = session.call("POST", "/leases/release", {"item_ids": [item["id"]]})
    session.note("release", item, answer)
    session.judge(item)  # released by mistake: it takes its place again


DEEDS = (_judge, _revise, _go_back, _draft, _flag, _judge, _release, _skip)


# Shape


def test_whatever_is_done_every_kind_of_item_is_answered_alike(session: Session) -> None:
    """Same keys in the same order, same types, same flags, same headers."""
    for what, by_kind in session.seen.items():
        assert set(by_kind) == KINDS, f"{what} was not done with every kind"
        first, *others = by_kind.values()
        assert all(other == first for other in others), what
        assert len(first) == 1, what


def test_an_id_says_nothing_of_its_kind(session: Session) -> None:
    """All as long, of one alphabet, and no rank among the ids goes with a kind."""
    assert {len(lease) for _, lease in session.ids} == {22}
    assert set("".join(lease for _, lease in session.ids)) <= ALPHABET
    gold_ids = [lease for kind, lease in session.ids if kind == "gold"]
    others = [lease for kind, lease in session.ids if kind != "gold"]
    assert 0.3 < chance_above(gold_ids, others) < 0.7


def test_payloads_differ_in_size_by_their_texts_alone(begin: Callable[..., Session]) -> None:
    session, rests = begin(20, 20, heldout=3, gold_rate=0.5), defaultdict(set)
    while item := session.claim():
        texts = [item["prompt"]["messages"], *((a["text"], a["html"]) for a in item["answers"])]
        whole = len(str(item)) - sum(len(str(text)) for text in texts)
        rests[session.kind(item)].add(whole)
        session.judge(item)
    assert set(rests) == {"work", "gold", "heldout"}
    assert len(set().union(*rests.values())) == 1


@pytest.mark.parametrize(("items", "golds"), [(1, 0), (0, 1)])
def test_who_holds_the_rest_is_told_alike_of_gold_and_of_work(
    begin: Callable[..., Session], items: int, golds: int
) -> None:
    session = begin(items, golds, gold_rate=float(golds))
    assert session.claim()
    answer = session.call("POST", session.path("claim"), {"tab": "another"})
    assert answer.json() == {"items": [], "held_by": "own_tabs"}


def test_every_kind_counts_as_one_more_judged(begin: Callable[..., Session]) -> None:
    session = begin(40, 20, heldout=3, gold_rate=0.3, repeat_rate=0.2)
    kinds, judged = set(), 0
    while item := session.claim():
        kinds.add(session.kind(item))
        session.judge(item)
        judged += 1
        progress = session.call("GET", session.path("progress")).json()
        assert (progress["judged"], progress["since"]) == (judged, judged)
    assert kinds == KINDS


# Time


def chance_above(first: list[Any], second: list[Any]) -> float:
    """How probably one of the first is larger than one of the second: Mann and Whitney's U."""
    _, codes = np.unique([*first, *second], return_inverse=True)
    ranks = rankdata(codes)[: len(first)]
    above: float = (ranks.sum() - len(first) * (len(first) + 1) / 2) / len(first) / len(second)
    return above


def timed(session: Session) -> dict[str, dict[str, list[float]]]:
    """Seconds of each claim and each submission by the kind of item, until there are enough."""
    taken: dict[str, dict[str, list[float]]] = {"claim": defaultdict(list),
                                                "submit": defaultdict(list)}  # fmt: skip
    while True:
        began = time.perf_counter()
        items = session.call("POST", session.path("claim"), {}).json()["items"]
        claimed = time.perf_counter() - began
        if not items:
            return taken
        kind = session.kind(items[0])
        began = time.perf_counter()
        session.judge(items[0])
        taken["submit"][kind].append(time.perf_counter() - began)
        taken["claim"][kind].append(claimed)


def test_time_does_not_tell_gold_from_work(begin: Callable[..., Session]) -> None:
    """The one test that looks at a clock. Both kinds come in turns, so that what slows the machine
    slows both, and ranks are compared, which outliers do not move.
    """
    found = {}
    for attempt in range(ATTEMPTS):
        session = begin(EACH + 60, EACH + 60, slug=f"small{attempt or ''}", gold_rate=0.5,
                        overlap=2)  # fmt: skip
        taken = timed(session)
        for what, by_kind in taken.items():
            assert min(len(by_kind["gold"]), len(by_kind["work"])) >= EACH
            found[what] = chance_above(by_kind["gold"], by_kind["work"])
        if all(0.4 <= chance <= 0.6 for chance in found.values()):
            return
    pytest.fail(f"How probably gold takes longer: {found}")
