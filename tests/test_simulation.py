"""Simulated reviewers: they judge by the checker, through the service, and say what they are."""

import pytest

from workbench import demo, queueing, simulation
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.records import Completion, Project
from workbench.settings import Asks, ProjectSettings
from workbench.store import Store, completions, judgements, prompts, reviewers, rounds
from workbench.store.database import Database, many

PAIRS = 12
MADE_UP = "It was published in 1825."


def quiet(done: int, total: int, note: str) -> None:
    """Nobody watches."""


@pytest.fixture
def project(store: Store) -> Project:
    """Starter prompts, each answered once as its reference says and once wrongly."""
    settings = ProjectSettings(starter=True, gold_rate=0.0, repeat_rate=0.0)
    made = demo.create_starter_project(
        store, utc_now(), "cards", "Cards", settings, PAIRS, 2, seed=5
    )
    answer(store, made)
    queueing.fill(store, made, utc_now())
    return made


def answer(store: Store, project: Project, first_sample: int = 0) -> None:
    def write(db: Database) -> None:
        variant = rounds.in_project(db, project.id)[0].policy_variant_id
        for prompt in prompts.in_project(db, project.id, "train"):
            for sample, text in enumerate((prompt.reference or "", "The moon."), first_sample):
                message = {"role": "assistant", "content": text}
                row = Completion(prompt.id, variant, sample, (message,), prompt.messages)
                completions.insert(db, utc_now(), row)

    store.write(write)


def right_share(store: Store, project: Project) -> float:
    with store.read() as db:
        verdicts = judgements.counted(db, project.id, ("simulated",))
        texts = completions.by_ids(db, [v["winner_id"] for v in verdicts])
    assert len(verdicts) == PAIRS
    return sum(texts[v["winner_id"]].text != "The moon." for v in verdicts) / PAIRS


@pytest.mark.parametrize(("accuracy", "right"), [(1.0, 1.0), (0.75, 0.75), (0.5, 0.5), (0.0, 0.0)])
def test_verdicts_are_right_as_often_as_the_stated_accuracy(
    store: Store, project: Project, accuracy: float, right: float
) -> None:
    simulation.judge_open(store, project, accuracy, 1, quiet)
    assert right_share(store, project) == right


def test_all_that_is_open_is_judged_even_if_texts_repeat(store: Store, project: Project) -> None:
    first = simulation.judge_open(store, project, 1.0, 1, quiet)
    answer(store, project, first_sample=2)
    queueing.fill(store, project, utc_now(), count=PAIRS)
    second = simulation.judge_open(store, project, 1.0, 1, quiet)
    with store.read() as db:
        counted = len(judgements.counted(db, project.id, ("simulated",)))
    assert counted == first["judged"] + second["judged"] == 2 * PAIRS


def test_a_simulated_reviewer_is_stored_as_one(store: Store, project: Project) -> None:
    simulation.judge_open(store, project, 0.9, 7, quiet)
    with store.read() as db:
        (found,) = [r for r in reviewers.everyone(db) if r.kind == "simulated"]
        assert judgements.counted(db, project.id, ("human",)) == []
    assert found.name == "simulated, accuracy 0.9, seed 7"


def test_other_prompts_than_the_starters_are_refused(store: Store) -> None:
    plain = demo.create_project(store, utc_now(), "plain", "Plain", ProjectSettings())
    with pytest.raises(InvalidInput, match="other prompts"):
        simulation.judge_open(store, plain, 1.0, 1, quiet)


def test_what_is_made_up_is_tagged_with_its_words(store: Store, project: Project) -> None:
    with store.read() as db:
        [prompt, *_] = prompts.in_project(db, project.id, "train")
        variant = rounds.in_project(db, project.id)[0].policy_variant_id
    text = f"{prompt.reference} {MADE_UP}"
    made_up = Completion(prompt.id, variant, 9, ({"role": "assistant", "content": text},), ())
    store.write(lambda db: completions.insert(db, utc_now(), made_up))
    queueing.fill(store, project, utc_now(), count=10 * PAIRS)
    simulation.judge_open(store, project, 1.0, 1, quiet)
    with store.read() as db:
        found = many(db, "SELECT quote, category, subtype FROM spans WHERE quote <> ''")
    assert {row["quote"] for row in found} == {MADE_UP}
    assert {row["subtype"] for row in found} == {None}


def test_what_is_wrong_is_corrected_where_the_project_asks_for_it(store: Store) -> None:
    settings = ProjectSettings(
        starter=True, gold_rate=0.0, repeat_rate=0.0, asks=Asks(correction=True)
    )
    made = demo.create_starter_project(
        store, utc_now(), "mended", "Mended", settings, PAIRS, 2, seed=5
    )
    answer(store, made)
    queueing.fill(store, made, utc_now())
    simulation.judge_open(store, made, 1.0, 0, quiet)
    with store.read() as db:
        rows = many(db, "SELECT c.text, p.reference FROM corrections c JOIN completions x ON"
                        " x.id = c.completion_id JOIN prompts p ON p.id = x.prompt_id")  # fmt: skip
    assert len(rows) == PAIRS
    assert all(row["text"] == row["reference"] for row in rows)
