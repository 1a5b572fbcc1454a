"""Batches: written, submitted once, followed across restarts, taken in however they end."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.batch_server import BatchServer, batch_server
from tests.conftest import Desk, answered
from tests.serving_app import served
from tests.test_grids import FEW, price
from workbench.errors import InvalidInput
from workbench.generation import batch_jobs, batches, grids, known
from workbench.generation.batch_jobs import Following
from workbench.generation.grids import Begun, Plan
from workbench.providers.endpoint import client_of
from workbench.records import Model, Sampling
from workbench.store import batches as batch_rows
from workbench.store import grids as grid_rows
from workbench.store.batches import Batch


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with batch_server() as running:
        yield running


@pytest.fixture
def model(server: BatchServer, desk: Desk) -> Model:
    return known.add(desk.store, known.endpoint("served", server.url), desk.clock.now)


def written(desk: Desk, model: Model, prompts: int = 4, **plan: Any) -> tuple[Begun, Batch]:
    desk.import_rows([answered(i) for i in range(prompts)], kind="prompts")
    wanted = Plan(**{"models": (model,), "samplings": (FEW,)} | plan)
    begun = grids.begin(desk.store, desk.project, wanted, desk.clock.now, start=False)
    [batch] = batches.write(desk.store, desk.project, begun.grid.id, desk.clock.now).batches
    return begun, batch


def follow(desk: Desk, batch: Batch, model: Model) -> dict[str, Any]:
    """As the job does it, but nobody waits."""
    with client_of(model) as client:
        report = lambda done, total, note: None  # noqa: E731
        return Following(desk.store, client, batch.id, report, sleep=lambda s: None).to_the_end()


def lines(batch: Batch) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(batch.file).read_text().splitlines()]


# The file


def test_a_line_is_a_request_of_the_batch_api(desk: Desk, model: Model) -> None:
    _, batch = written(desk, model, 1, samplings=(Sampling(0.5, 0.9, 10, stop=("END",)),))
    [line] = lines(batch)
    assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
    assert line["body"]["model"] == "served"
    assert line["body"]["messages"][-1]["role"] == "user"
    assert (line["body"]["max_tokens"], line["body"]["stop"]) == (10, ["END"])
    assert isinstance(line["body"]["seed"], int)
    assert not {"stream", "stream_options", "n"} & set(line["body"])


def test_each_sample_is_a_line_of_its_own_seed(desk: Desk, model: Model) -> None:
    _, batch = written(desk, model, 3, samples=2)
    found = lines(batch)
    assert len({line["custom_id"] for line in found}) == len(found) == batch.requests == 6
    assert len({line["body"]["seed"] for line in found}) == 6


def test_files_hold_no_more_than_the_api_takes(
    desk: Desk, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_LINES", 3)
    desk.import_rows([answered(i) for i in range(7)], kind="prompts")
    begun = grids.begin(desk.store, desk.project, Plan((model,)), desk.clock.now, start=False)
    made = batches.write(desk.store, desk.project, begun.grid.id, desk.clock.now).batches
    assert [batch.requests for batch in made] == [3, 3, 1]
    assert len({batch.file for batch in made}) == 3


def test_prompts_of_several_turns_are_left_out_and_counted(desk: Desk, model: Model) -> None:
    turns = [{"role": "user", "content": text} for text in ("First?", "Second?")]
    desk.import_rows([{"prompt": turns}], kind="prompts")
    desk.import_rows([answered(0)], kind="prompts")
    begun = grids.begin(desk.store, desk.project, Plan((model,)), desk.clock.now, start=False)
    made = batches.write(desk.store, desk.project, begun.grid.id, desk.clock.now)
    assert ([batch.requests for batch in made.batches], made.left_out) == ([1], 1)


def test_what_no_batch_can_hold_is_said_before_there_is_a_grid(desk: Desk, model: Model) -> None:
    turns = [{"role": "user", "content": text} for text in ("First?", "Second?")]
    desk.import_rows([{"prompt": turns}], kind="prompts")
    with pytest.raises(InvalidInput, match="None of these prompts has a single turn"):
        batches.check(desk.store, desk.project, Plan((model,)))
    local = Model("own", "local", "folder", "")
    with pytest.raises(InvalidInput, match="for endpoints"):
        batches.check(desk.store, desk.project, Plan((local,)))


def test_a_budget_must_have_room_for_the_whole_file(desk: Desk, model: Model) -> None:
    price(desk, 1_000.0)
    with pytest.raises(InvalidInput, match="no room for 4 requests"):
        written(desk, model, 4, budget_usd=0.01)
    assert desk.rows("SELECT id FROM ledger") == desk.rows("SELECT id FROM batches") == []


# The way to the answers


def test_a_batch_is_submitted_followed_and_taken_in(desk: Desk, model: Model) -> None:
    price(desk, 1_000.0)
    begun, batch = written(desk, model)
    assert follow(desk, batch, model) == {"answers": 4, "failures": 0}
    found = desk.rows("SELECT messages, tokens_in, seed FROM completions")
    assert {json.loads(r["messages"])[0]["content"][:9] for r in found} == {"Batched: "}
    assert {r["seed"] for r in found} == {line["body"]["seed"] for line in lines(batch)}
    with desk.store.read() as db:
        assert grid_rows.get(db, begun.grid.id).committed_usd == pytest.approx(4 * 1.5)


def test_a_batch_costs_its_share_of_the_price(desk: Desk, model: Model) -> None:
    price(desk, 1_000.0)
    own = desk.store.workspace.prices
    own.write_text("batch: 0.5\n" + own.read_text())
    _, batch = written(desk, model, 1)
    follow(desk, batch, model)
    assert desk.rows("SELECT cost_usd FROM completions") == [{"cost_usd": pytest.approx(0.75)}]


@pytest.mark.parametrize("at", ["submitted", "created remotely", "fetched"])
def test_a_batch_goes_on_where_a_kill_left_it(
    desk: Desk, model: Model, server: BatchServer, at: str
) -> None:
    _, batch = written(desk, model)
    follow(desk, batch, model)
    if at != "fetched":
        desk.store.write(lambda db: batch_rows.move(db, batch.id, "submitted"))
    if at == "created remotely":  # its name was never stored here
        desk.store.write(
            lambda db: db.conn.execute("UPDATE batches SET status='written', remote_id=NULL")
        )
    follow(desk, batch, model)
    assert len(server.batches) == 1
    assert len(desk.rows("SELECT id FROM completions")) == 4


def test_what_stands_in_a_batch_is_not_written_again(desk: Desk, model: Model) -> None:
    written(desk, model)
    again = grids.begin(
        desk.store, desk.project, Plan((model,), samplings=(FEW,)), desk.clock.now, start=False
    )
    with pytest.raises(InvalidInput, match="Nothing is missing"):
        batches.write(desk.store, desk.project, again.grid.id, desk.clock.now)


def test_a_refused_batch_frees_its_money_and_may_be_written_anew(
    desk: Desk, model: Model, server: BatchServer
) -> None:
    price(desk, 1_000.0)
    server.ends = "failed"
    begun, batch = written(desk, model)
    with pytest.raises(InvalidInput):
        follow(desk, batch, model)
    with desk.store.read() as db:
        assert grid_rows.get(db, begun.grid.id).committed_usd == pytest.approx(0)
    assert batches.write(desk.store, desk.project, begun.grid.id, desk.clock.now).batches


def test_an_error_of_the_endpoint_is_told_without_the_key(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some servers repeat the key that they do not accept."""
    monkeypatch.setenv("TEST_KEY", "sk-secret")

    async def refuse(request: Request) -> Response:
        said = {"error": {"message": "Wrong key sk-secret.", "code": "invalid_api_key"}}
        return JSONResponse(said, 401)

    with served([Route("/v1/batches", refuse)]) as url:
        keyed = known.endpoint("served", url, key_variable="TEST_KEY")
        _, batch = written(desk, known.add(desk.store, keyed, desk.clock.now), 1)
        with pytest.raises(InvalidInput, match="The key in TEST_KEY is not accepted") as told:
            batch_jobs.work(desk.store, {"batch_id": batch.id}, lambda *_: None)
    assert "sk-secret" not in str(told.value)


def test_an_expired_batch_brings_what_was_answered(
    desk: Desk, model: Model, server: BatchServer
) -> None:
    server.ends, server.skip = "expired", 1
    _, batch = written(desk, model)
    assert follow(desk, batch, model) == {"answers": 3, "failures": 1}
    assert desk.rows("SELECT code FROM generation_failures") == [{"code": "transient"}]


def test_a_refused_request_is_a_failure_of_its_own(
    desk: Desk, model: Model, server: BatchServer
) -> None:
    _, batch = written(desk, model)
    server.refused = (lines(batch)[0]["custom_id"],)
    assert follow(desk, batch, model) == {"answers": 3, "failures": 1}
    [failure] = desk.rows("SELECT code, message FROM generation_failures")
    assert (failure["code"], failure["message"]) == ("permanent", "The batch says: No such model.")


def test_a_refused_batch_says_why(desk: Desk, model: Model, server: BatchServer) -> None:
    server.ends = "failed"
    _, batch = written(desk, model)
    with pytest.raises(InvalidInput, match="The file is too large"):
        follow(desk, batch, model)
    with desk.store.read() as db:
        assert batch_rows.get(db, batch.id).status == "failed"


def test_results_may_be_read_from_a_file_and_twice(desk: Desk, model: Model) -> None:
    """As `vllm run-batch` writes them."""
    begun, batch = written(desk, model, 1)
    [line] = lines(batch)
    choice = {"index": 0, "finish_reason": "stop",
              "message": {"role": "assistant", "content": "From a file"}}  # fmt: skip
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [choice], "usage": None}  # fmt: skip
    result = json.dumps({"id": "vllm-1", "custom_id": line["custom_id"], "error": None,
                         "response": {"status_code": 200, "body": body}})  # fmt: skip
    taken = [
        batches.take_in(desk.store, begun.grid.id, [result, ""], desk.clock.now) for _ in range(2)
    ]
    assert taken == [(1, 0), (0, 0)]


@pytest.mark.parametrize("line", ["no json", "{}", '{"custom_id": "other", "response": null}'])
def test_what_is_no_result_names_its_line(desk: Desk, model: Model, line: str) -> None:
    begun, _ = written(desk, model, 1)
    with pytest.raises(InvalidInput, match=r"Line 1|no request of ours"):
        batches.take_in(desk.store, begun.grid.id, [line], desk.clock.now)


def test_a_key_is_nowhere_in_what_is_kept(
    desk: Desk, server: BatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-secret")
    keyed = known.endpoint("served", server.url, key_variable="TEST_KEY")
    _, batch = written(desk, known.add(desk.store, keyed, desk.clock.now), 1)
    follow(desk, batch, keyed)
    kept = Path(batch.file).read_text() + desk.store.workspace.database.read_bytes().decode(
        errors="replace"
    )
    assert "sk-secret" not in kept
