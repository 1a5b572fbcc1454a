"""Grids: what is asked, what it may cost, and what a kill leaves behind, on a real endpoint."""

import json
import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml
from starlette.responses import Response

from tests.conftest import Desk, answered
from tests.faulty_server import Body, FaultyServer, error, fine, rejects
from tests.running import kill_midway, row
from workbench import jobs
from workbench.errors import InvalidInput
from workbench.generation import grids, known
from workbench.generation.answering import work
from workbench.generation.estimating import estimate
from workbench.generation.grids import Begun, Plan, name_of, variants_of
from workbench.generation.selecting import Selection
from workbench.generation.spending import settlement
from workbench.generation.standing import standing
from workbench.providers import Answer, Failure
from workbench.providers.prices import Price
from workbench.records import Model, Sampling, Template
from workbench.store import grids as grid_rows
from workbench.store import variants

FEW = Sampling(temperature=0.5, max_tokens=10)


@pytest.fixture
def model(server: FaultyServer, desk: Desk) -> Model:
    return known.add(desk.store, known.endpoint("served", server.url), desk.clock.now)


def price(desk: Desk, usd_a_million: float) -> None:
    """Both ways the same, for the test's endpoint."""
    entry = {"model": "served", "host": "127.0.0.1", "input": usd_a_million,
             "output": usd_a_million, "as_of": "2026-11-01", "source": "the test"}  # fmt: skip
    text = yaml.safe_dump({"prices": [entry]}).replace("'2026-11-01'", "2026-11-01")
    desk.store.workspace.prices.write_text(text)


def begin(desk: Desk, plan: Plan) -> Begun:
    """As `grids.begin` does it, but for the jobs, which the tests run themselves."""
    return grids.begin(desk.store, desk.project, plan, desk.clock.now, start=False)


def run(desk: Desk, begun: Begun) -> dict[str, Any]:
    arguments = {"grid_id": begun.grid.id, "variant_ids": begun.grid.plan["variant_ids"]}
    return work(desk.store, arguments, lambda *_: None)


def spent(desk: Desk, begun: Begun) -> float:
    with desk.store.read() as db:
        return grid_rows.get(db, begun.grid.id).committed_usd


# What is asked


def test_every_model_meets_every_template_and_sampling(desk: Desk, model: Model) -> None:
    desk.import_rows([answered(i) for i in range(2)], kind="prompts")
    templates = (Template(), Template("polite", "", "Please: {{ prompt }}"))
    plan = Plan((model,), templates, (FEW, Sampling(0.9, max_tokens=10)), samples=2)
    result = run(desk, begin(desk, plan))
    assert result["answers"] == 2 * 2 * 2 * 2
    with desk.store.read() as db:
        names = {v.name for v in variants.in_project(db, desk.project.id)}
    assert "served, polite v1, T=0.9, 10 tokens" in names
    assert len(names) == 4


@pytest.mark.parametrize(
    ("selection", "asked"),
    [
        (Selection(), 6),
        (Selection(split="heldout"), 2),
        (Selection(tags=("maths",)), 3),
        (Selection(tags=("maths", "law")), 4),
        (Selection(limit=2), 2),
        (Selection(limit=3, skip=4), 2),
        (Selection(split="train", tags=("maths",), limit=1), 1),
    ],
)
def test_a_set_of_prompts_is_chosen(
    desk: Desk, model: Model, selection: Selection, asked: int
) -> None:
    tags = [["maths"], ["maths"], ["maths"], ["law"], [], []]
    rows = [
        answered(i, split="heldout" if i > 3 else "train") | {"tags": tags[i]} for i in range(6)
    ]
    desk.import_rows([{k: r[k] for k in ("prompt", "split", "tags")} for r in rows], kind="prompts")
    assert run(desk, begin(desk, Plan((model,), selection=selection)))["answers"] == asked


def test_examples_and_variables_reach_the_endpoint(
    desk: Desk, model: Model, server: FaultyServer
) -> None:
    desk.import_rows([{"variables": {"city": "Oslo", "days": 3}}], kind="prompts")
    exchange = ({"role": "user", "content": "Rome"}, {"role": "assistant", "content": "Ciao"})
    template = Template("trip", "Be {{ city }}.", "{{ days }} days in {{ city }}", exchange)
    run(desk, begin(desk, Plan((model,), (template,))))
    assert server.asked[0]["messages"] == [
        {"role": "system", "content": "Be Oslo."},
        *exchange,
        {"role": "user", "content": "3 days in Oslo"},
    ]


def test_people_see_the_variables_of_a_prompt_and_not_the_template(desk: Desk) -> None:
    desk.import_rows([{"variables": {"city": "Oslo", "days": 3},
                       "completions": {"a": "Go", "b": "Stay"}, "split": "train"}])  # fmt: skip
    desk.open()
    [item] = desk.claim(desk.reviewer())
    assert item.prompt_messages[0]["content"] == "city: Oslo\ndays: 3"


def test_a_changed_template_is_a_new_version_and_an_old_text_its_old_one(desk: Desk) -> None:
    def ensure(user: str) -> Template:
        made = Template("polite", user=user)
        return desk.store.write(
            lambda db: variants.ensure_template(db, desk.clock.now, desk.project.id, made)
        )

    first, second, again = (ensure(text) for text in ("A {{ prompt }}", "B {{ prompt }}",
                                                      "A {{ prompt }}"))  # fmt: skip
    assert (first.version, second.version, again.id) == (1, 2, first.id)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({"templates": (Template("t", user="{{ prompt"),)}, "no template"),
        (
            {"templates": (Template("t", few_shot=({"role": "user", "content": "Hi"},)),)},
            "exchanges",
        ),
        ({"samplings": (Sampling(temperature=3),)}, "temperature"),
        ({"samplings": (Sampling(top_p=0),)}, "top_p"),
        ({"samples": 0}, "0 answers a prompt"),
        ({"samples": 65}, "65 answers a prompt"),
        ({"budget_usd": -1.0}, "not negative"),
        ({"models": ()}, "at least one model"),
    ],
)
def test_a_plan_that_cannot_be_asked_is_refused(
    desk: Desk, model: Model, plan: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        begin(desk, Plan(**{"models": (model,)} | plan))


def test_a_template_that_a_prompt_cannot_fill_names_what_it_may_use(
    desk: Desk, model: Model
) -> None:
    desk.import_rows([{"prompt": "Why?"}], kind="prompts")
    with pytest.raises(InvalidInput, match="it may use"):
        estimate(desk.store, desk.project.id, Plan((model,), (Template("t", user="{{ city }}"),)))


@pytest.mark.parametrize(
    ("sampling", "name"),
    [
        (Sampling(0, max_tokens=5), "served, T=0, 5 tokens"),
        (Sampling(0.25, 0.9, 5), "served, T=0.25, 5 tokens, top_p=0.9"),
        (Sampling(1, 1, 5, 40, ("END",)), "served, T=1, 5 tokens, top_k=40, stops at 'END'"),
    ],
)
def test_a_variant_is_named_by_what_tells_it_apart(sampling: Sampling, name: str) -> None:
    assert name_of(Model("served", "endpoint", "http://x/v1"), Template(), sampling) == name


# What it costs


def test_an_answer_costs_its_tokens_by_the_table(desk: Desk, model: Model) -> None:
    """The server counts 11 tokens in and 3 out."""
    price(desk, 1_000.0)
    desk.import_rows([answered(0)], kind="prompts")
    begun = begin(desk, Plan((model,)))
    run(desk, begun)
    [stored] = desk.rows("SELECT cost_usd, tokens_in, tokens_out FROM completions")
    assert stored == {"cost_usd": pytest.approx(0.014), "tokens_in": 11, "tokens_out": 3}
    assert spent(desk, begun) == pytest.approx(0.014)


@pytest.mark.parametrize("behaviour", [fine(usage=False), None], ids=["no usage", "no price"])
def test_what_is_unknown_costs_nothing_known(
    desk: Desk, model: Model, server: FaultyServer, behaviour: Any
) -> None:
    if behaviour:
        price(desk, 1_000.0)
        server.plays(otherwise=behaviour)
    desk.import_rows([answered(0)], kind="prompts")
    run(desk, begin(desk, Plan((model,))))
    assert desk.rows("SELECT cost_usd FROM completions") == [{"cost_usd": None}]


def test_an_estimate_says_what_it_would_cost_before_anything_is_sent(
    desk: Desk, model: Model, server: FaultyServer
) -> None:
    price(desk, 1_000.0)
    desk.import_rows([answered(i) for i in range(3)], kind="prompts")
    found = estimate(desk.store, desk.project.id, Plan((model,), samplings=(FEW,), samples=2))
    assert server.asked == []
    assert found.requests == 6
    assert found.usd is not None
    assert found.most_usd is not None
    assert 0 < found.usd < found.most_usd
    assert found.seconds is None


def test_an_estimate_learns_from_what_was_answered_and_leaves_it_out(
    desk: Desk, model: Model
) -> None:
    price(desk, 1_000.0)
    desk.import_rows([answered(i) for i in range(3)], kind="prompts")
    run(desk, begin(desk, Plan((model,), samplings=(FEW,))))
    [line] = estimate(
        desk.store, desk.project.id, Plan((model,), samplings=(FEW,), samples=3)
    ).lines
    assert line.requests == 6
    assert line.tokens_out == pytest.approx(6 * 3)
    assert line.tokens_in == pytest.approx(6 * 11, rel=0.5)


def test_nothing_is_sent_that_might_exceed_the_budget(
    desk: Desk, model: Model, server: FaultyServer
) -> None:
    price(desk, 1_000.0)
    desk.import_rows([answered(i) for i in range(20)], kind="prompts")
    begun = begin(desk, Plan((model,), samplings=(FEW,), budget_usd=0.3))
    result = run(desk, begun)
    assert result["stopped"]
    assert 0 < result["answers"] == len(server.asked) < 20
    assert spent(desk, begun) <= 0.3


def test_a_stopped_grid_goes_on_under_a_larger_budget(desk: Desk, model: Model) -> None:
    price(desk, 1_000.0)
    desk.import_rows([answered(i) for i in range(5)], kind="prompts")
    begun = begin(desk, Plan((model,), samplings=(FEW,), budget_usd=0.0))
    assert run(desk, begun)["answers"] == 0
    desk.store.write(lambda db: grid_rows.resume(db, begun.grid.id, 100.0))
    assert run(desk, begun)["answers"] == 5


def test_a_budget_without_a_price_is_refused(desk: Desk, model: Model) -> None:
    with pytest.raises(InvalidInput, match="No price is known for served"):
        begin(desk, Plan((model,), budget_usd=1.0))


@pytest.mark.parametrize(
    ("behaviour", "paid"),
    [(error(400, param="messages"), 0.0), (fine("", refusal="No."), 0.014)],
    ids=["never generated", "refused after generating"],
)
def test_a_failure_costs_what_was_generated(
    desk: Desk, model: Model, server: FaultyServer, behaviour: Any, paid: float
) -> None:
    price(desk, 1_000.0)
    server.plays(otherwise=behaviour)
    desk.import_rows([answered(0)], kind="prompts")
    begun = begin(desk, Plan((model,)))
    assert run(desk, begun)["failures"] == 1
    assert spent(desk, begun) == pytest.approx(paid)


@pytest.mark.parametrize(
    ("outcome", "paid"),
    [
        (Answer(("Yes",), "stop", 100, 50, 1.0), 0.15),
        (Answer(("Yes",), "stop", None, None, 1.0), None),
        (Failure("permanent", "No."), 0.0),
        (Failure("rate_limited", "No.", tokens_in=100, tokens_out=50), 0.15),
        (Failure("refused", "No.", tokens_in=100, tokens_out=50), 0.15),
        (Failure("transient", "Cut off."), None),
        (Failure("transient", "Cut off.", tokens_in=100, tokens_out=50), None),
    ],
    ids=["answered", "uncounted", "not begun", "second turn", "refused", "cut", "second cut"],
)
def test_what_is_paid_follows_from_how_it_ended(
    outcome: Answer | Failure, paid: float | None
) -> None:
    """What broke off may have been billed for more than was counted."""
    listed = Price("m", "h", 1_000.0, 1_000.0, date(2026, 11, 1), "the test")
    assert settlement(listed, outcome).cost_usd == pytest.approx(paid)


def test_attempts_that_broke_off_stay_committed_at_the_most_that_they_can_cost(
    desk: Desk, model: Model, server: FaultyServer
) -> None:
    """The endpoint may bill what it had said when they did."""
    price(desk, 1_000.0)
    desk.import_rows([answered(0)], kind="prompts")
    soon = {"Retry-After": "0.01"}
    server.plays(error(503, headers=soon), error(503, headers=soon), otherwise=fine())
    begun = begin(desk, Plan((model,), samplings=(FEW,)))
    run(desk, begun)
    where = standing(desk.store, begun.grid.id).spent
    [line] = desk.rows("SELECT most_usd, cost_usd, broken FROM ledger")
    assert (line["broken"], where.broken, where.requests) == (2, 2, 1)
    assert where.broken_usd == pytest.approx(2 * line["most_usd"])
    assert spent(desk, begun) == pytest.approx(line["cost_usd"] + 2 * line["most_usd"])


def test_the_last_attempt_of_a_failure_is_its_outcome_and_not_counted_twice(
    desk: Desk, model: Model, server: FaultyServer
) -> None:
    price(desk, 1_000.0)
    desk.import_rows([answered(0)], kind="prompts")
    server.plays(otherwise=error(500, headers={"Retry-After": "0.01"}))
    begun = begin(desk, Plan((model,), samplings=(FEW,)))
    run(desk, begun)
    [line] = desk.rows("SELECT most_usd, cost_usd, broken FROM ledger")
    assert (line["broken"], line["cost_usd"]) == (len(server.asked) - 1, None)
    assert spent(desk, begun) == pytest.approx(len(server.asked) * line["most_usd"])


def test_a_variant_that_cannot_answer_leaves_the_others_alone(
    desk: Desk, model: Model, server: FaultyServer
) -> None:
    gone = known.add(desk.store, known.endpoint("gone", "http://127.0.0.1:9/v1"), desk.clock.now)
    unset = replace(gone, name="unset", key_variable="NO_SUCH_KEY", id=0)
    desk.import_rows([answered(i) for i in range(2)], kind="prompts")
    begun = begin(desk, Plan((unset, model)))
    with pytest.raises(InvalidInput, match="NO_SUCH_KEY is not set"):
        run(desk, begun)
    assert len(desk.rows("SELECT id FROM completions")) == 2


def test_a_prompt_that_the_template_cannot_be_filled_in_for_fails_alone(
    desk: Desk, model: Model
) -> None:
    desk.import_rows([{"prompt": "No city"}, {"variables": {"city": "Oslo"}}], kind="prompts")
    plan = Plan((model,), (Template("t", user="{{ city }}"),))
    assert estimate(desk.store, desk.project.id, plan).requests == 2
    result = run(desk, begin(desk, plan))
    assert (result["answers"], result["failures"]) == (1, 1)
    [failure] = desk.rows("SELECT code, message FROM generation_failures")
    assert failure["code"] == "permanent"
    assert "city" in failure["message"]


def test_variants_of_one_model_share_what_was_learned_of_it(
    desk: Desk, model: Model, server: FaultyServer
) -> None:
    """The server takes no seed: it is told so once, and not again for the second variant."""
    server.plays(otherwise=rejects("seed", lambda name: error(400, param=name)))
    desk.import_rows([answered(0)], kind="prompts")
    run(desk, begin(desk, Plan((model,), samplings=(FEW, Sampling(0.9, max_tokens=10)))))
    assert ["seed" in body for body in server.asked] == [True, False, False]


def test_what_is_asked_again_elsewhere_comes_from_the_store(
    desk: Desk, model: Model, server: FaultyServer
) -> None:
    price(desk, 1_000.0)
    desk.import_rows([answered(0)], kind="prompts")
    for template in (Template("one", "", "{{ prompt }}"), Template("two", " ", "{{ prompt }}")):
        begun = begin(desk, Plan((model,), (template,)))
        result = run(desk, begun)
    assert (result["from_cache"], len(server.asked), spent(desk, begun)) == (1, 1, 0.0)


# What a kill leaves behind


def test_a_killed_grid_asks_again_only_for_what_was_under_way(
    desk: Desk, model: Model, server: FaultyServer
) -> None:
    """kill -9 at a moment when some answers are stored and some requests are under way."""
    price(desk, 1_000.0)
    desk.import_rows([answered(i) for i in range(60)], kind="prompts")
    held = threading.Event()
    server.plays(*[fine()] * 20, otherwise=_held(held))
    [job] = grids.begin(desk.store, desk.project, Plan((model,), samplings=(FEW,)),
                        desk.clock.now).jobs  # fmt: skip
    kill_midway(desk.store, job)
    before = desk.rows("SELECT id, prompt_id, messages FROM completions ORDER BY id")
    open_before = desk.rows("SELECT prompt_id FROM ledger WHERE settled_at IS NULL")
    assert before
    held.set()
    server.asked.clear()
    jobs.launch(desk.store)
    jobs.wait(desk.store, job.id)
    after = desk.rows("SELECT id, prompt_id, messages FROM completions ORDER BY id")
    assert after[: len(before)] == before
    assert len({r["prompt_id"] for r in after}) == len(after) == 60
    stored = {r["prompt_id"] for r in before}
    asked_again = {_asked_for(body) for body in server.asked}
    assert len(server.asked) == 60 - len(before)
    assert not asked_again & {_prompt(desk, i) for i in stored}
    lost = desk.rows("SELECT prompt_id, most_usd FROM ledger WHERE settled_at IS NULL")
    assert {r["prompt_id"] for r in lost} == {r["prompt_id"] for r in open_before} - stored
    [grid] = desk.rows("SELECT committed_usd FROM grids")
    assert grid["committed_usd"] == pytest.approx(60 * 0.014 + sum(r["most_usd"] for r in lost))
    assert row(desk.store, job).attempts == 2


def _held(until: threading.Event) -> Any:
    """Answers only once the test allows it; the killed client is gone by then."""

    def behave(body: Body) -> Response:
        until.wait(60)
        return fine()(body)

    return behave


def _asked_for(body: Body) -> str:
    return str(body["messages"][-1]["content"])


def _prompt(desk: Desk, prompt_id: int) -> str:
    [found] = desk.rows("SELECT messages FROM prompts WHERE id = ?", prompt_id)
    return str(json.loads(found["messages"])[-1]["content"])


def test_no_variant_is_stored_twice(desk: Desk, model: Model) -> None:
    plan = Plan((model,), samplings=(FEW,))
    begin(desk, plan)
    begin(desk, plan)
    with desk.store.read() as db:
        assert len(variants.in_project(db, desk.project.id)) == len(variants_of(plan)) == 1
