"""A run's figures as curves: TRL's own by name, and the two that are reckoned from them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.training.curves import curves, last
from workbench.training.methods import DRIFT, LOSS, METHODS, PAIR, Curve

RECIPE = {"per_device_train_batch_size": 4, "beta": 0.1}
Line = dict[str, Any]


def points(curve: Curve, *lines: Line, rows: int = 8) -> list[tuple[int, float, str]]:
    found = curves("dpo", lines, RECIPE, rows).get(curve, [])
    return [(p.step, pytest.approx(p.value), p.part) for p in found]


def test_a_curve_has_a_point_for_each_line_that_knows_its_figure() -> None:
    lines = ({"step": 1, "loss": 0.7}, {"step": 2, "train_loss": 9.0}, {"step": 3, "loss": 0.5})
    assert points(LOSS, *lines) == [(1, 0.7, "train"), (3, 0.5, "train")]


def test_what_was_measured_on_the_test_part_stands_beside_it() -> None:
    lines = ({"step": 1, "loss": 0.7}, {"step": 2, "eval_loss": 0.6})
    assert points(LOSS, *lines) == [(1, 0.7, "train"), (2, 0.6, "test")]


def test_drift_is_the_mean_log_ratio_turned_round() -> None:
    """Rewards of −.3 and −.1 at β = .1: log ratios of −3 and −1, so 2 nats."""
    line = {"step": 1, "loss": 0.6, "rewards/chosen": -0.1, "rewards/rejected": -0.3}
    assert points(DRIFT, line) == [(1, 2.0, "train")]


@pytest.mark.parametrize(
    ("rows", "steps", "tokens", "expected"),
    [
        (8, (1, 2), (400, 800), 100.0),
        (6, (1, 2), (400, 600), 100.0),  # an epoch's last step has two rows left
        (6, (2, 4), (600, 1200), 100.0),
        (6, (1, 5), (400, 1600), 1200 / 12),
    ],
)
def test_length_is_tokens_a_row_whatever_the_last_batch_of_an_epoch_holds(
    rows: int, steps: tuple[int, int], tokens: tuple[int, int], expected: float
) -> None:
    lines = [{"step": s, "loss": 0.5, "num_tokens": n} for s, n in zip(steps, tokens, strict=True)]
    assert points(PAIR, *lines, rows=rows) == [(steps[1], expected, "train")]


def test_a_run_that_went_on_has_no_length_between_the_two_sums() -> None:
    lines = (
        {"step": 4, "loss": 0.5, "num_tokens": 900},
        {"step": 5, "loss": 0.5, "num_tokens": 80},
    )
    assert points(PAIR, *lines) == []


@pytest.mark.parametrize("method", METHODS)
def test_a_run_that_logged_nothing_has_no_curves(method: Any) -> None:
    assert curves(method, [], {}, 0) == {}


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(
                ["loss", "num_tokens", "rewards/chosen", "rewards/rejected", "eval_loss"]
            ),
            st.floats(-1e6, 1e6),
        ),
        max_size=20,
    ),
    st.integers(0, 50),
)
def test_any_lines_give_finite_points_in_their_order(said: list[Line], rows: int) -> None:
    lines = [{"step": i} | line for i, line in enumerate(said, start=1)]
    for drawn in curves("dpo", lines, RECIPE, rows).values():
        for part in ("train", "test"):
            steps = [p.step for p in drawn if p.part == part]
            assert steps == sorted(steps)
        assert all(abs(p.value) < float("inf") for p in drawn)


def test_the_last_figure_is_that_of_the_test_part_where_there_is_one() -> None:
    lines = [{"loss": 0.4}, {"eval_loss": 0.6}, {"loss": 0.3}]
    assert last("dpo", lines, "loss") == 0.6
    assert last("dpo", lines[:1], "loss") == 0.4
    assert last("dpo", [], "loss") is None
