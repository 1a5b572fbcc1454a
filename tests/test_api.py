"""The HTTP API: who may call, what is refused and how, and that nothing is lost or doubled."""

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import Desk
from workbench import api, signing_in
from workbench.api import tokens
from workbench.clock import utc_now
from workbench.leaderboard import next_pairs
from workbench.records import Project
from workbench.store import Store, reviewers


@pytest.fixture
def project(desk: Desk) -> Project:
    """Six open comparisons."""
    desk.add_answers(6)
    desk.open()
    return desk.project


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    store.start_writer()
    yield TestClient(api.build(store))
    store.stop_writer()


@pytest.fixture
def key(store: Store) -> str:
    """The API key of a person."""
    added = signing_in.add_reviewer(store, utc_now(), "Ada", "reviewer", api_key=True)
    assert added.api_key
    return added.api_key


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def claim(client: TestClient, key: str, project: Project, count: int = 1) -> list[dict[str, Any]]:
    answer = client.post(
        f"/projects/{project.slug}/claim", json={"count": count}, headers=bearer(key)
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def verdict(item: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "submission_id": str(uuid.uuid4()),
        "item_id": item["id"],
        "preference": -2,
        "all_bad": False,
        "seconds": 3.5,
        **changes,
    }


def test_an_item_shows_prompt_and_answers_by_slot_and_nothing_else(
    client: TestClient, key: str, project: Project
) -> None:
    (item,) = claim(client, key, project)
    assert set(item) == {"id", "prompt", "answers", "lease_expires_at", "draft", "training"}
    assert set(item["prompt"]) == {"messages", "context", "guidelines_version"}
    assert [set(answer) for answer in item["answers"]] == [
        {"slot", "text", "html", "suggestion"}
    ] * 2
    assert [answer["slot"] for answer in item["answers"]] == [1, 2]


def test_no_item_names_a_model_variant_round_or_kind_of_item(
    client: TestClient, key: str, project: Project
) -> None:
    said = json.dumps(claim(client, key, project, 5))
    for word in ("imported", "variant", "model", "round", "heldout", "gold", "comparison"):
        assert word not in said


def test_a_verdict_is_accepted_once_however_often_it_is_sent(
    client: TestClient, key: str, project: Project
) -> None:
    (item,) = claim(client, key, project)
    sent = verdict(item)
    first, again = (
        client.post("/judgements", json=sent, headers=bearer(key)).json() for _ in range(2)
    )
    assert first == {"accepted": True, "duplicate": False, "surplus": False, "feedback": None}
    assert again == {"accepted": True, "duplicate": True, "surplus": False, "feedback": None}


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer wb_wrong", "Bearer x.y", "Basic a"]
)
def test_without_a_valid_token_or_key_the_answer_is_401(
    client: TestClient, project: Project, authorization: str
) -> None:
    answer = client.post(
        f"/projects/{project.slug}/claim", json={}, headers={"Authorization": authorization}
    )
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "signed_out"


def test_a_deck_token_serves_its_reviewer_until_it_runs_out(
    client: TestClient, store: Store, key: str, project: Project
) -> None:
    with store.read() as db:
        person = reviewers.named(db, "Ada")
    now = utc_now()
    fresh = tokens.make(store.workspace, person.id, project.id, now)
    old = tokens.make(store.workspace, person.id, project.id, now.replace(year=now.year - 1))
    statuses = [
        client.get(f"/projects/{project.slug}", headers=bearer(t.text)).status_code
        for t in (fresh, old)
    ]
    assert statuses == [200, 401]


def test_a_paused_reviewer_is_refused_at_once(
    client: TestClient, store: Store, key: str, project: Project
) -> None:
    claim(client, key, project)
    store.write(
        lambda db: reviewers.set_active(db, utc_now(), reviewers.named(db, "Ada").id, False)
    )
    answer = client.post(f"/projects/{project.slug}/claim", json={}, headers=bearer(key))
    assert answer.status_code == 403


def test_an_item_that_was_never_held_is_409(client: TestClient, key: str, project: Project) -> None:
    answer = client.post("/judgements", json=verdict({"id": "unknown"}), headers=bearer(key))
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "never_held"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"preference": 4}, "preference"),
        ({"preference": None}, "preference"),
        ({"preference": "left"}, "preference"),
        ({"spans": [{"slot": 1, "start": 5, "end": 2, "category": "off_topic"}]}, "spans[0]"),
        ({"spans": [{"slot": 1, "start": 0, "end": 2, "category": "nonsense"}]}, "spans[0]"),
        ({"ratings": {"1": {"nonsense": 1}}}, "ratings"),
        ({"prefrence": 1}, "prefrence"),
        ({"seconds": -1}, "seconds"),
    ],
)
def test_a_verdict_that_does_not_fit_is_422_and_names_the_field(
    client: TestClient, key: str, project: Project, changes: dict[str, Any], field: str
) -> None:
    (item,) = claim(client, key, project)
    answer = client.post("/judgements", json=verdict(item, **changes), headers=bearer(key))
    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == field
    assert client.post("/judgements", json=verdict(item), headers=bearer(key)).status_code == 200


def test_a_draft_comes_back_with_its_item(client: TestClient, key: str, project: Project) -> None:
    (item,) = claim(client, key, project)
    draft = {"rationale": "half a thou", "preference": 1}
    client.put(f"/drafts/{item['id']}", json={"draft": draft}, headers=bearer(key))
    (again,) = claim(client, key, project)
    assert (again["id"], again["draft"]) == (item["id"], draft)


def test_released_items_can_be_claimed_by_somebody_else(
    client: TestClient, store: Store, key: str, project: Project
) -> None:
    items = claim(client, key, project, 6)
    other = signing_in.add_reviewer(store, utc_now(), "Bo", "reviewer", api_key=True).api_key
    assert other
    assert claim(client, other, project) == []
    body = {"item_ids": [item["id"] for item in items]}
    answer = client.post("/leases/release", json=body, headers=bearer(key))
    assert answer.json() == {"released": 6}
    assert len(claim(client, other, project, 3)) == 3


def test_unknown_projects_and_paths_are_404_in_the_same_shape(client: TestClient, key: str) -> None:
    for path in ("/projects/nowhere", "/nowhere"):
        answer = client.get(path, headers=bearer(key))
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"


def test_the_signing_key_is_made_once_and_readable_by_its_owner_alone(store: Store) -> None:
    now, made = utc_now(), []
    threads = [
        threading.Thread(target=lambda: made.append(tokens.make(store.workspace, 1, 1, now).text))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert Path(store.workspace.signing_key).stat().st_mode & 0o077 == 0


HALF = "\\ud83d"  # half of a surrogate pair, as JSON spells it


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "/drafts/{item}", '{"draft": {"a": "' + HALF + '"}}', "draft"),
        ("PUT", "/drafts/{item}", '{"draft": {"a": NaN}}', "draft"),
        ("POST", "/items/{item}/flag", '{"text": "' + HALF + '"}', "text"),
        ("POST", "/items/{item}/skip", '{"reason": " "}', "reason"),
        ("POST", "/projects/small/claim", '{"count": 1e400}', "count"),
        ("GET", "/projects/small/progress?since=0001-01-01T00:00:00", "", "query.since"),
    ],
)
def test_what_cannot_be_stored_is_refused_by_name(
    client: TestClient, key: str, project: Project, method: str, path: str, body: str, field: str
) -> None:
    (item,) = claim(client, key, project)
    headers = bearer(key) | {"Content-Type": "application/json"}
    answer = client.request(method, path.format(item=item["id"]), content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


def test_half_a_letter_in_a_rationale_is_refused(
    client: TestClient, key: str, project: Project
) -> None:
    (item,) = claim(client, key, project)
    body = json.dumps(verdict(item, rationale="x")).replace('"x"', f'"{HALF}"')
    headers = bearer(key) | {"Content-Type": "application/json"}
    assert client.post("/judgements", content=body, headers=headers).status_code == 422


def test_skip_flag_undo_and_progress_over_http(
    client: TestClient, key: str, project: Project
) -> None:
    one, two, three = claim(client, key, project, 3)
    post = lambda path, body: client.post(path, json=body, headers=bearer(key)).json()  # noqa: E731
    assert post(f"/items/{one['id']}/flag", {"text": "unclear"}) == {"done": True}
    assert post(f"/items/{one['id']}/skip", {"reason": "not my field"}) == {"done": True}
    post("/judgements", verdict(two))
    post("/judgements", verdict(three, preference=3))
    back = post("/projects/small/undo", {})
    assert (back["item"]["id"], back["judgement"]["preference"]) == (three["id"], 3)
    earlier = post("/projects/small/undo", {"before": three["id"]})
    assert earlier["item"]["id"] == two["id"]
    progress = client.get("/projects/small/progress", headers=bearer(key)).json()
    assert progress == {"judged": 2, "since": 2, "goal": None, "median_seconds": 3.5}


# Discussions


@pytest.fixture
def lead(store: Store, key: str) -> str:
    """The API key of a lead; Ada is there before."""
    added = signing_in.add_reviewer(store, utc_now(), "Lea", "lead", api_key=True)
    assert added.api_key
    return added.api_key


def test_a_discussion_over_http(client: TestClient, key: str, lead: str, project: Project) -> None:
    (item,) = claim(client, key, project)
    client.post(f"/items/{item['id']}/flag", json={"text": "@Lea, is it?"}, headers=bearer(key))
    [line] = client.get("/projects/small/threads", headers=bearer(lead)).json()["threads"]
    assert (line["question"], line["messages"], line["mentioned"]) == ("@Lea, is it?", 1, ["Lea"])
    path = f"/threads/{line['id']}"
    said = client.post(f"{path}/messages", json={"text": "It is"}, headers=bearer(lead))
    assert said.json() == {"done": True}
    found = client.get(path, headers=bearer(key)).json()
    assert [(m["by"], m["text"]) for m in found["messages"]] == [
        ("Ada", "@Lea, is it?"), ("Lea", "It is"),
    ]  # fmt: skip
    assert found["answers"] == item["answers"]
    assert client.post(f"{path}/resolve", headers=bearer(lead)).json() == {"done": True}
    assert client.get("/projects/small/threads", headers=bearer(key)).json() == {"threads": []}
    resolved = client.get("/projects/small/threads?status=resolved", headers=bearer(key)).json()
    assert [t["id"] for t in resolved["threads"]] == [line["id"]]


def test_a_discussion_tells_nothing_that_an_item_does_not(
    client: TestClient, key: str, project: Project
) -> None:
    (item,) = claim(client, key, project)
    client.post(f"/items/{item['id']}/flag", json={"text": "Hm"}, headers=bearer(key))
    found = client.get("/threads/1", headers=bearer(key)).json()
    assert set(found) == {"id", "status", "resolved_by", "prompt", "answers", "messages"}
    assert set(found["prompt"]) == {"messages", "context"}


def test_who_may_not_join_or_conclude_a_discussion_is_403(
    client: TestClient, store: Store, key: str, project: Project
) -> None:
    (item,) = claim(client, key, project)
    client.post(f"/items/{item['id']}/flag", json={"text": "Hm"}, headers=bearer(key))
    other = signing_in.add_reviewer(store, utc_now(), "Bo", "reviewer", api_key=True).api_key
    assert other
    assert client.get("/threads/1", headers=bearer(other)).status_code == 403
    assert client.get("/projects/small/threads", headers=bearer(other)).json() == {"threads": []}
    answer = client.post("/threads/1/messages", json={"text": "So"}, headers=bearer(other))
    assert answer.status_code == 403
    assert client.post("/threads/1/resolve", headers=bearer(key)).status_code == 403
    assert client.get("/threads/2", headers=bearer(key)).status_code == 404


def test_a_claim_that_finds_little_work_has_new_pairs_picked(
    make_desk: Callable[..., Desk], client: TestClient, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk("picky", pairs="unsure")
    started: list[Project] = []
    monkeypatch.setattr(next_pairs, "start", lambda store, project: started.append(project))
    assert claim(client, key, desk.project) == []
    assert [project.slug for project in started] == ["picky"]
