"""What each format's rows are, read as the trainers and their libraries read them, and what none of
them lets in.
"""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset
from trl.data_utils import extract_prompt, is_conversational

from tests.conftest import Desk, answered
from workbench import importing
from workbench.errors import InvalidInput
from workbench.exporting import FORMATS, Filters, export, previewing
from workbench.exporting.format import SEVERAL, SINGLE
from workbench.records import Item
from workbench.store import comparisons
from workbench.store.comparisons import NewComparison
from workbench.store.datasets import DatasetVersion

MakeDesk = Callable[..., Desk]
ALL_KINDS = ("human", "simulated", "judge")


def freeze(desk: Desk, format_: str, **filters: Any) -> DatasetVersion:
    chosen = Filters(**{"test_share": 0.0, **filters})
    return export(desk.store, desk.project, chosen, desk.clock.now, format_=format_)


def rows(desk: Desk, format_: str, **filters: Any) -> list[dict[str, Any]]:
    folder = Path(freeze(desk, format_, **filters).folder)
    return [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]


def better(item: Item) -> int:
    """Two steps towards the fine answer."""
    return -2 if item.answers[0].startswith("A fine") else 2


def rated(item: Item) -> dict[int, dict[str, int]]:
    """The fine answer 2 on both criteria, the other 1."""
    fine = [text.startswith("A fine") for text in item.answers]
    return {
        slot: {"faithful": 1 + good, "to_the_point": 1 + good} for slot, good in enumerate(fine, 1)
    }


def loosest(format_: str) -> dict[str, Any]:
    """The filter that lets in most of what may be let in."""
    anything = {"kinds": ALL_KINDS}
    return anything if FORMATS[format_].of in SINGLE else anything | {"least_posterior": 0.0}


@pytest.fixture
def one(desk: Desk) -> Desk:
    """A single judged pair, both answers rated: the fine answer is better."""
    desk.add_answers(1)
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann, 1)
    desk.submit(ann, item, preference=better(item), ratings=rated(item), seconds=4.5)
    return desk


def texts(desk: Desk) -> tuple[str, str, str]:
    given = answered(0)
    return given["prompt"], given["completions"]["a"], given["completions"]["b"]


def said(role: str, text: str) -> list[dict[str, str]]:
    return [{"role": role, "content": text}]


# What a row is


def test_a_preference_row_has_the_prompt_and_both_answers(one: Desk) -> None:
    asked, fine, poor = texts(one)
    [row] = rows(one, "preference")
    assert row["prompt"] == said("user", asked)
    assert row["chosen"] == said("assistant", fine)
    assert row["rejected"] == said("assistant", poor)


def test_trl_finds_the_prompt_of_an_implicit_row_again(one: Desk) -> None:
    [explicit], [implicit] = rows(one, "preference"), rows(one, "preference-implicit")
    assert "prompt" not in implicit
    found = extract_prompt({key: implicit[key] for key in ("chosen", "rejected")})
    assert found == {key: explicit[key] for key in ("prompt", "chosen", "rejected")}


def test_plain_texts_are_the_messages_own(one: Desk) -> None:
    asked, fine, poor = texts(one)
    [row] = rows(one, "preference-text")
    assert (row["prompt"], row["chosen"], row["rejected"]) == (asked, fine, poor)
    assert not is_conversational(row)


def test_a_prompt_of_several_messages_is_no_plain_text(desk: Desk) -> None:
    desk.import_rows([answered(0) | {"context": "The source."}])
    desk.open()
    desk.judge_all(desk.reviewer())
    with pytest.raises(InvalidInput, match="1 a prompt of several messages is no plain text"):
        rows(desk, "preference-text")


def test_a_margin_is_the_mean_strength_of_those_who_found_it_better(make_desk: MakeDesk) -> None:
    desk = make_desk(overlap=2)
    desk.add_answers(1)
    desk.open()
    for name, times in (("Ann", 1), ("Ben", 1.5)):
        person = desk.reviewer(name)
        [item] = desk.claim(person, 1)
        desk.submit(person, item, preference=round(times * better(item)))
    [row] = rows(desk, "reward")
    assert row["margin"] == 2.5


def test_openais_row_has_its_input_and_both_outputs(one: Desk) -> None:
    asked, fine, poor = texts(one)
    [row] = rows(one, "openai")
    assert row == {
        "input": {"messages": said("user", asked), "tools": [], "parallel_tool_calls": True},
        "preferred_output": said("assistant", fine),
        "non_preferred_output": said("assistant", poor),
    }


def test_each_answer_of_a_pair_is_a_row_of_its_own_for_kto(one: Desk) -> None:
    _, fine, poor = texts(one)
    found = {row["completion"][0]["content"]: row["label"] for row in rows(one, "kto")}
    assert found == {fine: True, poor: False}


def test_answers_that_are_all_bad_are_bad_for_kto_and_no_pair(one: Desk) -> None:
    one.add_answers(1, word="later")
    one.open()
    ben = one.reviewer("Ben")
    [item] = one.claim(ben, 1)
    one.submit(ben, item, preference=None, all_bad=True)
    found = rows(one, "kto")
    assert sorted(row["label"] for row in found) == [False, False, False, True]
    assert len(rows(one, "preference")) == 1


def test_the_answers_to_one_prompt_are_seldom_neighbours_for_kto(desk: Desk) -> None:
    """TRL holds an answer against that of the row before it."""
    desk.add_answers(30)
    desk.open()
    desk.judge_all(desk.reviewer())
    asked = [row["prompt"] for row in rows(desk, "kto")]
    assert len(asked) == 60
    assert sum(one == other for one, other in pairwise(asked)) <= 4


def test_an_answer_met_in_several_pairs_is_one_row(make_desk: MakeDesk) -> None:
    """Of a ranking of four: the first and second won more than they lost, the others less."""
    desk = make_desk(judging="ranking")
    names = ("a", "b", "c", "d")
    desk.import_rows([{"prompt": "Why is that?", "split": "train",
                       "completions": {n: f"Because of {n}" for n in names}}])  # fmt: skip
    desk.open()
    ann = desk.reviewer("Ann")
    [item] = desk.claim(ann, 1)
    order = sorted(range(1, 5), key=lambda slot: item.answers[slot - 1])
    desk.submit(ann, item, preference=None, ranking=tuple((slot,) for slot in order))
    found = {row["completion"][0]["content"][-1]: row["label"] for row in rows(desk, "kto")}
    assert found == {"a": True, "b": True, "c": False, "d": False}
    assert [row["messages"][-1]["content"][-1] for row in rows(desk, "sft")] == ["a"]


def test_an_answer_that_never_lost_is_shown_to_sft_with_its_prompt(one: Desk) -> None:
    asked, fine, _ = texts(one)
    assert [row["messages"] for row in rows(one, "sft")] == [
        said("user", asked) + said("assistant", fine)
    ]
    [apart] = rows(one, "sft-completion")
    assert apart["prompt"] + apart["completion"] == said("user", asked) + said("assistant", fine)


# What every format has in common


@pytest.mark.parametrize("format_", FORMATS)
def test_datasets_reads_every_format_as_it_was_written(one: Desk, format_: str) -> None:
    """Only Parquet has no empty objects."""
    version = freeze(one, format_)
    cache = str(one.store.workspace.home / "cache")
    written = rows(one, format_)
    for data_files in ("train.parquet", "train.jsonl"):
        kind = "parquet" if data_files.endswith("parquet") else "json"
        path = str(Path(version.folder) / data_files)
        loaded = load_dataset(kind, data_files=path, cache_dir=cache, split="train")
        full = [{name: it for name, it in row.items() if it != {}} for row in written]
        assert list(loaded) == (full if kind == "parquet" else written)


@pytest.mark.parametrize("format_", FORMATS)
def test_every_row_leads_back_to_its_judgements(one: Desk, format_: str) -> None:
    folder = Path(freeze(one, format_).folder)
    lineage = [json.loads(line) for line in (folder / "lineage.jsonl").read_text().splitlines()]
    [judgement] = one.rows("SELECT j.id, r.public_id FROM judgements j JOIN reviewers r"
                           " ON r.id = j.reviewer_id")  # fmt: skip
    mine = {"id": judgement["id"], "reviewer": judgement["public_id"], "kind": "human"}
    assert len(lineage) == len(rows(one, format_))
    assert all(line["judgements"] == [mine] for line in lineage)


def judge_as_work(desk: Desk, pair: list[int], prompt_id: int) -> None:
    """As if it had become work by some way that no rule knows of."""
    new = NewComparison(desk.project.id, prompt_id, (pair[0], pair[1]), wanted=1)
    desk.store.write(lambda db: comparisons.ensure(db, desk.clock.now, new))
    desk.judge_all(desk.reviewer("Eve"))


@pytest.mark.parametrize("format_", FORMATS)
def test_no_format_lets_in_an_answer_of_a_gold_item(desk: Desk, format_: str) -> None:
    [gold] = desk.add_gold(1)
    answers = desk.rows(
        "SELECT completion_id AS id, c.prompt_id FROM comparison_completions cc"
        " JOIN comparisons c ON c.id = cc.comparison_id WHERE c.id = ?", gold,
    )  # fmt: skip
    judge_as_work(desk, [row["id"] for row in answers], answers[0]["prompt_id"])
    with pytest.raises(InvalidInput, match="1 gold"):
        rows(desk, format_, **loosest(format_))


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("near", [False, True])
def test_no_format_lets_in_a_heldout_prompt_or_one_near_it(
    desk: Desk, format_: str, near: bool
) -> None:
    desk.add_answers(1, split="train" if near else "heldout")
    if near:
        row = answered(0, split="heldout")
        desk.import_rows([row | {"prompt": row["prompt"] + "!"}])
    [first] = desk.rows("SELECT min(id) AS a, max(id) AS b, prompt_id FROM completions"
                        " GROUP BY prompt_id ORDER BY prompt_id LIMIT 1")  # fmt: skip
    judge_as_work(desk, [first["a"], first["b"]], first["prompt_id"])
    with pytest.raises(InvalidInput, match="1 heldout prompt, or near one"):
        rows(desk, format_, **loosest(format_))


@pytest.mark.parametrize("format_", FORMATS)
def test_no_format_lets_in_an_answer_that_names_its_model(one: Desk, format_: str) -> None:
    one.store.write(
        lambda db: db.execute("INSERT INTO masks (completion_id, message, start, end, reason)"
                              " SELECT min(id), 0, 0, 1, 'it says so' FROM completions")
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="1 an answer names its model"):
        rows(one, format_)


def test_a_preview_goes_on_past_rows_that_the_format_cannot_hold(
    make_desk: MakeDesk, tmp_path: Path
) -> None:
    desk = make_desk(heldout_share=0.0)
    talk = "\n\nHuman: Rye {}?\n\nAssistant: Yes?\n\nHuman: How long?\n\nAssistant: {}"
    given = [
        {"chosen": talk.format(n, "An hour."), "rejected": talk.format(n, "?")} for n in range(25)
    ]
    given.append({"prompt": "Why?", "chosen": "So.", "rejected": "No."})
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(map(json.dumps, given)))
    importing.import_file(desk.store, desk.project, path, desk.clock.now, kind="judgements")
    with desk.store.read() as db:
        found = previewing.look(db, desk.project, Filters(), "preference-text")
    assert [row["prompt"] for row in found["rows"]] == ["Why?"]
    assert (found["verdicts"], found["unfit"]) == (26, {SEVERAL: 25})
