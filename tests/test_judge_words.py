"""What the screen of checks and judges says in words, and that its pictures can be drawn."""

from dataclasses import asdict
from typing import Any

import pytest

from workbench.judges.planning import Plan
from workbench.records import Model
from workbench.stats.agreement import Estimate
from workbench.stats.shares import difference, share
from workbench.ui.judge_charts import needed, pass_rates
from workbench.ui.judge_figures import anchor_words
from workbench.ui.judge_views import cost_words, plan_words

LOCAL, REMOTE = Model("m", "local", "here"), Model("m", "endpoint", "https://x.example/v1")


@pytest.mark.parametrize(
    ("plan", "model", "said"),
    [
        (Plan(0, 0, None, False), LOCAL, "There are no such items."),
        (Plan(3, 0, None, False), LOCAL, "All of these 3 items it has read."),
        (Plan(3, 5, None, False), LOCAL, "5 requests for 3 items: each is read in both orders. The"
         " model runs here and costs nothing by the request."),
        (Plan(3, 6, None, False), REMOTE, "6 requests for 3 items: each is read in both orders."
         " What they cost is not known: there is no price for this model."),
        (Plan(3, 6, 1.234, True), REMOTE, "6 requests for 3 items: each is read in both orders."
         " About 1.23 USD, by what it has read so far."),
    ],
)  # fmt: skip
def test_what_a_run_takes_in_words(plan: Plan, model: Model, said: str) -> None:
    assert plan_words(plan, model) == said


@pytest.mark.parametrize(
    ("readings", "unpriced", "said"),
    [(0, 0, "0.5000 USD"), (4, 4, "not known"), (4, 1, "0.5000 USD, 1 reading without a price")],
)
def test_an_unknown_cost_is_no_zero(readings: int, unpriced: int, said: str) -> None:
    counts: dict[str, Any] = {"readings": readings, "unpriced": unpriced, "cost_usd": 0.5}
    assert cost_words(counts) == said


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        (difference(share(50, 100), share(90, 100)), "Suggestions pull people its way."),
        (difference(share(50, 100), share(50, 100)), "0 points"),
        (difference(share(90, 100), share(50, 100)), "People go against its suggestions."),
        (Estimate(None, None, None, 0), "not known yet"),
    ],
)
def test_anchoring_in_words(apart: Estimate, said: str) -> None:
    assert said in anchor_words("careful", asdict(apart))


def test_a_check_without_a_result_still_has_its_cell() -> None:
    cell = {"check": "c", "variant": "v", "check_id": 1, "variant_id": 2, "answers": 0}
    drawn = pass_rates([cell | {"rate": None, "low": None, "high": None}]).to_dict()
    assert "no result" in str(drawn)


def test_the_share_that_needed_a_person_is_drawn_by_day() -> None:
    rows = [{"day": f"2026-11-2{i}", "value": 0.5, "low": 0.4, "high": 0.6, "settled": 1,
             "audited": 1, "people": 2} for i in range(2)]  # fmt: skip
    assert len(needed(rows).to_dict()["layer"]) == 3
