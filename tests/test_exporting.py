"""Dataset versions: frozen, whole, traceable to the people, and free of what must not train."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from tests import running
from tests.conftest import START, Desk, answered
from tests.many_pairs import build
from workbench import exporting, jobs
from workbench.errors import InvalidInput
from workbench.exporting import Filters, export, files, pairs
from workbench.quality import verdicts
from workbench.records import Item, ReviewerKind
from workbench.store import comparisons, gold, reviewers
from workbench.store.comparisons import NewComparison
from workbench.store.datasets import DatasetVersion

ALL: tuple[ReviewerKind, ...] = ("human", "simulated", "judge")


def freeze(desk: Desk, out: Path | None = None, **filters: Any) -> DatasetVersion:
    chosen = Filters(**{"test_share": 0.0, **filters})
    return export(desk.store, desk.project, chosen, desk.clock.now, out)


def lines(version: DatasetVersion, name: str) -> list[dict[str, Any]]:
    text = (Path(version.folder) / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def side(item: Item, start: str) -> int:
    return -1 if item.answers[0].startswith(start) else 1


@pytest.fixture
def judged(desk: Desk) -> Desk:
    """Thirty train pairs; on each, Ann prefers the fine answer."""
    desk.add_answers(30)
    desk.open()
    ann = desk.reviewer("Ann")
    while items := desk.claim(ann, 10):
        for item in items:
            desk.submit(ann, item, preference=2 * side(item, "A fine"))
    return desk


def test_ties_on_other_items_take_nobodys_verdict_away(judged: Desk) -> None:
    """Ann and Bo share no item, and Bo finds most of his about the same."""
    judged.add_answers(60, word="other")
    judged.open()
    judged.judge_all(judged.reviewer("Bo"), preference=0)
    rows, left_out = judged.exportable()
    assert len(rows) == 30
    assert left_out == {"about the same, or undecided": 60}


# What is in a row


def test_the_judged_texts_are_in_the_rows_in_trls_columns(judged: Desk) -> None:
    version = freeze(judged)
    rows = lines(version, "train.jsonl")
    assert len(rows) == version.manifest["counts"]["train"] == 30
    for row in rows:
        assert set(row) == {"prompt", "chosen", "rejected", "pair_id"}
        subject = row["prompt"][-1]["content"].removeprefix("Tell me about ")
        assert row["prompt"][-1]["role"] == "user"
        assert row["chosen"] == [{"role": "assistant", "content": f"A fine answer on {subject}"}]
        assert row["rejected"] == [{"role": "assistant", "content": f"A poor answer on {subject}"}]


def test_a_source_text_is_sent_as_it_was_to_the_model(desk: Desk) -> None:
    desk.import_rows([answered(0) | {"context": "The source."}])
    desk.open()
    desk.judge_all(desk.reviewer())
    [row] = lines(freeze(desk), "train.jsonl")
    assert row["prompt"][0] == {"role": "system", "content": "The source."}


def test_a_later_turn_carries_its_history(desk: Desk) -> None:
    prompt = [{"role": "user", "content": text} for text in ("First?", "Second?")]
    answers = {
        name: [{"role": "assistant", "content": text} for text in ("Same.", f"Then {name}.")]
        for name in "ab"
    }
    desk.import_rows([{"prompt": prompt, "split": "train", "completions": answers}])
    desk.open()
    desk.judge_all(desk.reviewer())
    [row] = lines(freeze(desk), "train.jsonl")
    assert [m["content"] for m in row["prompt"]] == ["First?", "Same.", "Second?"]
    assert len(row["chosen"]) == 1


def test_the_first_of_several_turns_carries_its_own_answer_alone(desk: Desk) -> None:
    prompt = [{"role": "user", "content": text} for text in ("First?", "Second?")]
    answers = {
        name: [{"role": "assistant", "content": f"{text} {name}."} for text in ("One", "Two")]
        for name in "ab"
    }
    desk.import_rows([{"prompt": prompt, "split": "train", "completions": answers}])
    desk.open()
    desk.judge_all(desk.reviewer())
    [row] = [row for row in lines(freeze(desk), "train.jsonl") if len(row["prompt"]) == 1]
    assert row["prompt"][0]["content"] == "First?"
    assert {row["chosen"][0]["content"], row["rejected"][0]["content"]} == {"One a.", "One b."}
    assert len(row["chosen"]) == len(row["rejected"]) == 1


def test_pages_of_any_size_give_the_same_version(
    judged: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = freeze(judged)
    monkeypatch.setattr(pairs, "PAGE", 7)
    monkeypatch.setattr(verdicts, "BLOCK", 7)
    monkeypatch.setattr(files, "BLOCK", 100)  # bytes: less than a row
    paged = freeze(judged, tmp_path)
    assert (paged.name, paged.manifest) == (whole.name, whole.manifest)
    tables = [parquet.read_table(Path(one.folder) / "train.parquet") for one in (whole, paged)]
    assert tables[0].equals(tables[1])
    assert tables[0].num_rows == 30


def test_lineage_leads_from_each_row_to_its_judgements_and_on_to_the_people(judged: Desk) -> None:
    version = freeze(judged)
    lineage = {row["pair_id"]: row for row in lines(version, "lineage.jsonl")}
    stored = {row["id"]: row for row in judged.rows("SELECT * FROM judgements")}
    with judged.store.read() as db:
        ann = reviewers.named(db, "Ann")
    for row in lines(version, "train.jsonl"):
        origin = lineage[row["pair_id"]]
        [judgement] = origin["judgements"]
        assert stored[judgement["id"]]["winner_id"] == origin["chosen"]["completion_id"]
        assert (judgement["reviewer"], judgement["kind"]) == (ann.public_id, "human")
        assert (origin["chosen"]["variant"], origin["rejected"]["variant"]) == ("a", "b")


def test_no_name_of_a_person_is_in_any_file(judged: Desk) -> None:
    for path in Path(freeze(judged).folder).iterdir():
        assert b"Ann" not in path.read_bytes(), path.name


# What is left out, and why


def test_what_cannot_train_is_left_out_with_its_reason(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(overlap=2)
    desk.add_answers(5)
    desk.open()
    said: dict[str, list[dict[str, Any]]] = {}
    verdicts = [
        ({"preference": 2}, {"preference": 2}),
        ({"preference": None, "all_bad": True}, {"preference": 1, "all_bad": True}),
        ({"preference": 0}, {"preference": 0}),
        ({"preference": 2}, {"preference": -2}),
        ({"preference": 1}, {"preference": 1}),
    ]
    for place, name in enumerate(("Ann", "Ben")):
        person = desk.reviewer(name)
        while items := desk.claim(person, 1):
            [item] = items
            question = item.prompt_messages[-1]["content"]
            mine = said.setdefault(question, list(verdicts[len(said) % 5]))[place]
            strength = mine["preference"]
            sided = None if strength is None else strength * side(item, "A fine")
            desk.submit(person, item, **(mine | {"preference": sided}))
    rows, left_out = desk.exportable(least_strength=1.5)
    assert len(rows) == 1
    assert left_out == {
        "all bad": 1,
        "about the same, or undecided": 1,
        "waits for a second look, or was sent back": 1,
        "too weak a preference": 1,
    }


def test_too_few_votes_are_left_out(judged: Desk) -> None:
    assert judged.exportable(least_votes=2) == ([], {"too few votes": 30})


def test_other_kinds_of_reviewers_are_left_out(judged: Desk) -> None:
    assert judged.exportable(kinds=("simulated",)) == ([], {})


def test_with_nothing_to_export_the_error_says_why(judged: Desk) -> None:
    with pytest.raises(InvalidInput, match="30 too few votes"):
        freeze(judged, least_votes=2)
    assert not list(judged.store.workspace.exports.glob("*"))


def test_answers_to_different_messages_make_no_pair(desk: Desk) -> None:
    """Across templates the rendered messages differ; such pairs train by explicit choice only."""
    desk.add_answers(1)
    desk.open()
    desk.judge_all(desk.reviewer())
    [pair] = desk.rows("SELECT min(id) AS a, prompt_id FROM completions")
    other = json.dumps([{"role": "user", "content": "Asked in another way"}])
    desk.store.write(
        lambda db: db.conn.execute("DROP TRIGGER completions_are_immutable").execute(
            "UPDATE completions SET rendered = ? WHERE id = ?", (other, pair["a"])
        )
    )
    assert desk.exportable() == ([], {"the answers replied to different messages": 1})
    [row], left_out = desk.exportable(across_templates=True)
    assert left_out == {}
    assert row["prompt"] == [{"role": "user", "content": answered(0)["prompt"]}]


# What never trains


def judge_directly(desk: Desk, prompt_like: str, kind: Any) -> None:
    """A judged comparison of this kind on the prompt whose text is like this."""
    [pair] = desk.rows(
        "SELECT p.id, min(c.id) AS a, max(c.id) AS b FROM prompts p JOIN completions c"
        " ON c.prompt_id = p.id WHERE p.messages LIKE ? GROUP BY p.id",
        f"%{prompt_like}%",
    )
    wanted = int(kind in ("work", "heldout"))
    new = NewComparison(
        desk.project.id, pair["id"], (pair["a"], pair["b"]), wanted=wanted, kind=kind
    )
    if kind == "gold":
        known = gold.Answer(pair["a"], pair["b"], "test")
        desk.store.write(lambda db: gold.make(db, START, new, known))
    else:
        desk.store.write(lambda db: comparisons.ensure(db, START, new))


@pytest.mark.parametrize("kind", ["gold", "heldout"])
def test_only_work_comparisons_train(make_desk: Callable[..., Desk], kind: str) -> None:
    desk = make_desk(gold_rate=1.0)
    desk.add_answers(1)
    judge_directly(desk, "topic", kind)
    assert desk.judge_all(desk.reviewer()) == 1
    assert desk.exportable(kinds=ALL)[0] == []


def test_a_heldout_prompt_never_trains_not_even_as_work(desk: Desk) -> None:
    desk.add_answers(1, split="heldout")
    judge_directly(desk, "topic", "work")
    assert desk.judge_all(desk.reviewer()) == 1
    rows, left_out = desk.exportable(kinds=ALL)
    assert rows == []
    assert left_out == {"heldout prompt, or near one": 1}


def test_a_train_prompt_found_near_a_heldout_one_trains_no_more(judged: Desk) -> None:
    near = answered(3, split="heldout")
    judged.import_rows([near | {"prompt": near["prompt"] + "!"}])
    rows, left_out = judged.exportable()
    assert len(rows) == 29
    assert left_out == {"heldout prompt, or near one": 1}


# Parts


def test_the_test_part_is_carved_by_cluster_of_prompts(desk: Desk) -> None:
    rows = [answered(i) for i in range(40)]
    desk.import_rows(rows + [row | {"prompt": f"{row['prompt']} !"} for row in rows])
    desk.open()
    desk.judge_all(desk.reviewer())
    version = freeze(desk, test_share=0.3)
    counts = version.manifest["counts"]
    assert counts["train"] + counts["test"] == 80
    assert 10 <= counts["test"] <= 40
    subjects = {
        part: {row["prompt"][-1]["content"].rstrip(" !") for row in lines(version, f"{part}.jsonl")}
        for part in ("train", "test")
    }
    assert not subjects["train"] & subjects["test"]


@pytest.mark.parametrize("test_share", [0.0, 0.3])
def test_datasets_reads_the_folder_as_it_lies(judged: Desk, test_share: float) -> None:
    from datasets import load_dataset

    version = freeze(judged, test_share=test_share)
    cache = str(judged.store.workspace.home / "cache")
    loaded = load_dataset(version.folder, cache_dir=cache)
    counts = {part: n for part, n in version.manifest["counts"].items() if n}
    assert {part: len(rows) for part, rows in loaded.items()} == counts
    assert list(loaded["train"]) == lines(version, "train.jsonl")


# Frozen


def contents(version: DatasetVersion) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(Path(version.folder).iterdir())}


def test_the_same_store_gives_the_same_bytes(judged: Desk, tmp_path: Path) -> None:
    one = freeze(judged, tmp_path / "one")
    judged.clock.pass_by(days=1)
    two = freeze(judged, tmp_path / "two")
    assert one.name == two.name
    assert contents(one) == contents(
        DatasetVersion(**{**vars(two), "folder": str(tmp_path / "two" / two.name)})
    )


def test_the_same_content_is_the_same_version(judged: Desk) -> None:
    assert freeze(judged).id == freeze(judged).id
    assert len(judged.rows("SELECT * FROM dataset_versions")) == 1


def test_another_judgement_makes_another_version(judged: Desk) -> None:
    before = freeze(judged)
    judged.add_answers(1, word="later")
    judged.open()
    judged.judge_all(judged.reviewer("Ben"))
    assert freeze(judged).sha256 != before.sha256
    assert Path(before.folder).is_dir()


def test_the_hash_is_that_of_the_rows_and_their_lineage(judged: Desk) -> None:
    version = freeze(judged, test_share=0.3)
    digest = hashlib.sha256()
    for name in ("train.jsonl", "test.jsonl", "lineage.jsonl"):
        digest.update(hashlib.sha256((Path(version.folder) / name).read_bytes()).digest())
    assert version.sha256 == version.manifest["sha256"] == digest.hexdigest()


@pytest.mark.parametrize(
    "broken",
    ["versions.card", "writing.to_parquet", "under_way.Export.publish", "versions.datasets.add"],
)
def test_a_crash_leaves_no_half_version(
    judged: Desk, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(f"workbench.exporting.{broken}", None)
        with pytest.raises((TypeError, AttributeError)):
            freeze(judged)
    assert list(judged.store.workspace.exports.iterdir()) == []
    assert judged.rows("SELECT * FROM dataset_versions") == []
    assert Path(freeze(judged).folder).is_dir()


def test_a_killed_export_leaves_nothing_half_done_and_the_next_start_ends_it(desk: Desk) -> None:
    """kill -9 while the rows are being written."""
    store = desk.store
    project = build(store, 40_000)
    job = exporting.begin(store, project, Filters(), "preference")
    running.kill_midway(store, job)
    assert [path for path in store.workspace.exports.iterdir() if path.name[0] != "."] == []
    assert exporting.remove_unfinished(store) == 1
    assert list(store.workspace.exports.iterdir()) == []
    jobs.launch(store)
    jobs.wait(store, job.id)
    [version] = desk.rows("SELECT name, manifest FROM dataset_versions")
    assert sum(json.loads(version["manifest"])["counts"].values()) == 40_000
    assert [path.name for path in store.workspace.exports.iterdir()] == [version["name"]]
    assert running.row(store, job).attempts == 2


def test_an_export_under_way_is_left_alone(judged: Desk) -> None:
    begun = []

    def look(done: int, total: int, note: str) -> None:
        begun.append(exporting.remove_unfinished(judged.store))

    version = export(judged.store, judged.project, Filters(), START, report=look)
    assert set(begun) == {0}
    assert Path(version.folder).is_dir()
