"""Pre-labels: a judge's suggestions, a share of items without, and what they do to people."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import Desk
from tests.judge_models import add_judge, run_judge, says
from workbench import api
from workbench.judges.prelabels import anchoring
from workbench.records import SuggestionsUsed
from workbench.settings import Asks, Assist
from workbench.store import reviewers
from workbench.store.judges import Judge

MakeDesk = Callable[..., Desk]
ASSIST = Assist("the judge", prelabels=True, control=0.3)


def tags(first: str, second: str) -> str:
    """The poor answer has a span and a bad score, the fine one a good score."""
    poor = 1 if first.startswith("A poor") else 2
    span = {"answer": poor, "quote": "poor", "category": "off_topic"}
    ratings = {str(poor): {"faithful": 0}, str(3 - poor): {"faithful": 2}}
    return says(2 if poor == 1 else -2, spans=[span], ratings=ratings)


def assisted_desk(make_desk: MakeDesk, items: int = 60, **settings: Any) -> tuple[Desk, Judge]:
    desk = make_desk(assist=ASSIST, asks=Asks(ratings=False), **settings)
    desk.add_answers(items)
    if settings.get("gold_rate"):
        desk.add_gold(items)
    desk.open()
    judge = add_judge(desk)
    run_judge(desk, judge, tags, which="all")
    return desk, judge


def test_suggestions_come_by_slot_with_their_offsets(make_desk: MakeDesk) -> None:
    desk, _ = assisted_desk(make_desk)
    items = desk.claim(desk.reviewer(), 10)
    seen = [item for item in items if item.suggestions[0]]
    assert seen
    for item in seen:
        for text, found in zip(item.answers, item.suggestions, strict=True):
            assert found
            assert found.ratings == {"faithful": 2 if text.startswith("A fine") else 0}
            said = [(s.category, text[s.start : s.end]) for s in found.spans]
            assert said == ([] if text.startswith("A fine") else [("off_topic", "poor")])


def test_a_share_of_each_reviewers_items_comes_without(make_desk: MakeDesk) -> None:
    """Drawn for each reviewer and item: 180 draws at 30 % lie within 5 standard deviations."""
    desk, _ = assisted_desk(make_desk, 60, overlap=3, prefetch=50)
    without = 0
    for name in ("Ann", "Bo", "Cy"):
        person, n = desk.reviewer(name), 0
        while items := desk.claim(person, 50):
            for item in items:
                without += item.suggestions == (None, None)
                n += 1
                desk.submit(person, item)
        assert n == 60
    assert abs(without - 54) < 5 * (180 * 0.3 * 0.7) ** 0.5
    assert desk.rows("SELECT count(*) AS n FROM judgements WHERE assisted = 0")[0]["n"] == without


def test_an_item_looks_the_same_when_one_comes_back(make_desk: MakeDesk) -> None:
    desk, _ = assisted_desk(make_desk)
    ann = desk.reviewer()
    first = desk.claim(ann, 10)
    assert [i.suggestions for i in desk.claim(ann, 10)] == [i.suggestions for i in first]


def test_without_the_switch_nothing_is_suggested(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.add_answers(3)
    desk.open()
    run_judge(desk, add_judge(desk), tags)
    ann = desk.reviewer()
    [item] = desk.claim(ann)
    assert item.suggestions == ()
    desk.submit(ann, item)
    assert desk.rows("SELECT assisted FROM judgements WHERE lease_id > ''") == [{"assisted": None}]


def test_how_suggestions_were_taken_is_kept(make_desk: MakeDesk) -> None:
    desk, judge = assisted_desk(make_desk)
    ann = desk.reviewer()
    item = next(item for item in desk.claim(ann, 10) if item.suggestions[0])
    desk.submit(ann, item, suggestions=SuggestionsUsed(2, 1, 1))
    with desk.store.read() as db:
        found = anchoring(db, judge)
    assert (found.accepted.value, found.changed.value, found.refused.value) == (0.5, 0.25, 0.25)
    assert found.accepted.items == 4


def test_anchoring_is_how_much_more_people_agree_where_they_saw(make_desk: MakeDesk) -> None:
    """Somebody who follows what is suggested, and is contrary where nothing is."""
    desk, judge = assisted_desk(make_desk)
    ann = desk.reviewer()
    while items := desk.claim(ann, 10):
        for item in items:
            better, seen = desk.better(item), item.suggestions[0] is not None
            fine = 1 + item.answers[1].startswith("A fine")
            desk.submit(ann, item, preference=better if seen else -better,
                        ratings={fine: {"faithful": 2 if seen else 1}})  # fmt: skip
    with desk.store.read() as db:
        found = anchoring(db, judge)
    for with_them, without, apart in (found.verdict, found.ratings):
        assert (with_them.value, without.value, apart.value) == (1.0, 0.0, 1.0)
        assert with_them.items + without.items == 60
        assert apart.low is not None
        assert apart.low > 0.5


def test_where_the_judge_read_a_part_only_gold_comes_with_suggestions_no_more_often(
    make_desk: MakeDesk,
) -> None:
    """The judge has read all of the gold, and about a third of the work."""
    desk = make_desk(assist=ASSIST, gold_rate=0.5, prefetch=1)
    desk.add_answers(60)
    desk.open()
    judge = add_judge(desk)
    run_judge(desk, judge, tags, sample=20)
    desk.add_gold(60)
    run_judge(desk, judge, tags, which="judged")
    ann, seen = desk.reviewer(), []
    while items := desk.claim(ann):
        [row] = desk.rows("SELECT c.kind FROM leases l JOIN comparisons c"
                          " ON c.id = l.comparison_id WHERE l.id = ?", items[0].id)  # fmt: skip
        if row["kind"] == "gold":
            seen.append(items[0].suggestions != (None, None))
        desk.submit(ann, items[0], preference=desk.better(items[0]))
    assert len(seen) > 30
    share = 0.7 / 3
    assert abs(sum(seen) / len(seen) - share) < 4 * (share * (1 - share) / len(seen)) ** 0.5 + 0.05


# Over HTTP, and blind


@pytest.fixture
def call(make_desk: MakeDesk) -> Iterator[Callable[..., Any]]:
    desk, _ = assisted_desk(make_desk, gold_rate=0.4, repeat_rate=0.2)
    person = desk.reviewer(seed=5)
    key = desk.store.write(
        lambda db: reviewers.issue(db, desk.clock.now, person.id, "api_key", None)
    )
    desk.store.start_writer()
    with TestClient(api.build(desk.store)) as client:

        def send(method: str, path: str, body: Any = None) -> Any:
            headers = {"Authorization": f"Bearer {key}"}
            return client.request(method, path, json=body, headers=headers)

        def kind(item: dict[str, Any]) -> str:
            [row] = desk.rows(
                "SELECT c.kind FROM leases l JOIN comparisons c ON c.id = l.comparison_id"
                " WHERE l.id = ?", item["id"],
            )  # fmt: skip
            return str(row["kind"])

        send.kind = kind  # type: ignore[attr-defined]
        yield send
    desk.store.stop_writer()


def test_every_kind_of_item_comes_with_suggestions_as_often(call: Any) -> None:
    """Work, gold and repeats have the same two shapes; the control group is among all."""
    shapes: dict[str, list[bool]] = {}
    while items := call("POST", "/projects/small/claim", {}).json()["items"]:
        [item] = items
        assert all(set(a) == {"slot", "text", "html", "suggestion"} for a in item["answers"])
        seen = [a["suggestion"] is not None for a in item["answers"]]
        assert seen in ([True, True], [False, False])
        assert "judge" not in str(item).lower()
        shapes.setdefault(call.kind(item), []).append(seen[0])
        fine = -2 if item["answers"][0]["text"].startswith("A fine") else 2
        body = {"submission_id": f"submission-{item['id']}", "item_id": item["id"],
                "preference": fine, "suggestions": {"accepted": 1}}  # fmt: skip
        assert call("POST", "/judgements", body).status_code == 200
    assert set(shapes) == {"work", "gold", "repeat"}
    for seen in shapes.values():
        share = sum(seen) / len(seen)
        assert abs(share - 0.7) < 5 * (0.7 * 0.3 / len(seen)) ** 0.5
        assert 0 < sum(seen) < len(seen)


@pytest.mark.parametrize("said", [{"accepted": -1}, {"refused": 1_001}, {"liked": 1}, 3])
def test_what_is_no_count_of_suggestions_is_refused(call: Any, said: Any) -> None:
    [item] = call("POST", "/projects/small/claim", {}).json()["items"]
    body = {"submission_id": "submission-1", "item_id": item["id"], "preference": 1,
            "suggestions": said}  # fmt: skip
    assert call("POST", "/judgements", body).status_code == 422
