"""Before the first step: what the rows, the memory and the disk allow, in words and numbers."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Desk
from tests.tuning import PAIRS, folder_of, frozen, judged_pairs, prepared, quiet
from workbench import training
from workbench.errors import InvalidInput
from workbench.training import folder as folders
from workbench.training.memory import Load, Shape, held, needed, on_disk
from workbench.training.preflight import Preflight, Spread, refuse_unfit, warnings

GIB = 1 << 30
FIT = Preflight(
    method="dpo", rows=1000, test_rows=0, columns=("prompt", "chosen", "rejected"), missing=(),
    measured=1000, dropped=0, cut=0, empty=0, prompts=Spread(40, 90, 200),
    wholes=Spread(60, 120, 250), labels=None, max_length=256, steps=125, parameters=10**6,
    trained=10**6, certain=GIB, memory=2 * GIB, memory_there=8 * GIB, disk=GIB,
    disk_there=9 * GIB,
)  # fmt: skip


def test_a_run_that_fits_passes_without_a_word() -> None:
    refuse_unfit(FIT)
    assert warnings(FIT) == []


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({"missing": ("chosen",)}, "no “chosen”.*Export a version for dpo"),
        ({"rows": 0}, "no rows"),
        ({"dropped": 11}, "11 of 1000 rows have a prompt of 256 tokens or more"),
        ({"dropped": 11, "prompts": None}, "11 of 1000 rows have 256 tokens or more"),
        ({"certain": 9 * GIB}, r"alone take 9\.0 GiB of memory; there are 8\.0 GiB"),
        ({"disk": 10 * GIB}, r"take 10\.0 GiB of the disk; 9\.0 GiB are free"),
    ],
)
def test_what_a_run_would_surely_stumble_over_is_refused(seen: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        refuse_unfit(replace(FIT, **seen))


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({"dropped": 10}, "10 rows have a prompt of 256 tokens or more: TRL leaves them out."),
        ({"cut": 3}, "3 rows lose their end at max_length 256."),
        ({"empty": 2}, "2 rows have an empty answer."),
        ({"labels": (1000, 0)}, "All answers are labelled alike"),
        ({"memory": 8 * GIB}, "it may run out of it"),
    ],
)
def test_what_a_person_should_know_is_said_and_does_not_stop_the_run(
    seen: dict[str, Any], said: str
) -> None:
    known = replace(FIT, **seen)
    refuse_unfit(known)
    [warning] = warnings(known)
    assert said in warning


@pytest.mark.parametrize("labels", [None, (3, 4)])
def test_a_preflight_comes_back_from_its_file_as_it_was(labels: tuple[int, int] | None) -> None:
    known = replace(FIT, labels=labels)
    assert Preflight.from_json(known.to_json()) == known


@pytest.mark.parametrize(("format_", "recipe"), [("kto", "kto-tiny"), ("sft", "sft-tiny")])
def test_the_rows_are_measured_as_the_model_will_see_them(
    desk: Desk, format_: str, recipe: str
) -> None:
    judged = judged_pairs(desk)
    run_id = prepared(judged, frozen(judged, format_), training.load_recipe(recipe))
    training.train(judged.store, run_id, quiet)
    folder = folder_of(judged, run_id)
    seen = Preflight.from_json(folders.read(folder, "preflight.json"))
    rows = {"kto": 2 * PAIRS, "sft": PAIRS}[format_]
    assert (seen.rows, seen.measured, seen.dropped, seen.cut, seen.empty) == (rows, rows, 0, 0, 0)
    assert seen.labels == ((PAIRS, PAIRS) if format_ == "kto" else None)
    assert seen.wholes
    assert 50 < seen.wholes.median <= seen.wholes.p95 <= seen.wholes.most < 256
    assert seen.steps == training.metrics(folder)[0]["steps"]
    assert seen.parameters == seen.trained == pytest.approx(0.95e6, rel=0.05)


# Memory: known values, and what must hold for any shape

EIGHT_B = Shape(parameters=8 * 10**9, trained=8 * 10**9, layers=32, width=4096, weight_bytes=4)


def test_full_training_holds_16_bytes_a_weight() -> None:
    """Weights, gradients and two moments in float32: S. Rajbhandari et al., “ZeRO”, 2020, § 3.1."""
    assert held(EIGHT_B, Load(tokens=0)) == 16 * EIGHT_B.parameters


def test_the_activations_of_one_layer_are_34_bytes_a_token_and_width_in_16_bits() -> None:
    """V. Korthikanti et al. 2022, table 2, without the attention maps."""
    layer = Shape(parameters=0, trained=0, layers=1, width=4096, weight_bytes=2)
    kept = needed(layer, Load(tokens=2048)) - needed(layer, Load(tokens=0))
    assert kept == 34 * 2048 * 4096


shapes = st.builds(
    Shape, st.integers(1, 10**11), st.integers(1, 10**9), st.integers(1, 100),
    st.integers(1, 10**4), st.sampled_from([2, 4]),
)  # fmt: skip
tokens = st.integers(0, 10**6)


@given(shapes, tokens, st.integers(2, 64))
def test_sharding_checkpointing_and_no_reference_never_take_more(
    shape: Shape, count: int, devices: int
) -> None:
    plain = needed(shape, Load(count))
    assert needed(shape, Load(count, sharded=devices)) <= plain
    assert needed(shape, Load(count, checkpointing=True)) <= plain
    assert needed(shape, Load(count, reference=True)) >= plain
    assert held(shape, Load(count)) < plain


@given(shapes, st.integers(1, 5))
def test_the_disk_grows_with_the_checkpoints_that_are_kept(shape: Shape, kept: int) -> None:
    assert on_disk(shape, kept) < on_disk(shape, kept + 1)
