"""Second looks: where a reward model strongly disagrees with a person, somebody else is asked,
seldom, and blind to it. Scores are planted: what is tested is what follows from them.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit
from starlette.testclient import TestClient

from tests.conftest import Desk, slots_are_sound
from tests.reward_models import frozen, plant, registered, set_up
from tests.test_gold_blindness import headers_of, shape
from workbench import api
from workbench.cli import main
from workbench.errors import InvalidInput
from workbench.records import ReviewerKind
from workbench.rewards import second_looks
from workbench.rewards.second_looks import Looked
from workbench.settings import Reward
from workbench.store import adjudications, reviewers, reviews
from workbench.store.adjudications import Ruling
from workbench.store.reward_models import RewardModel

TRAINED, NEW = 4, 40
SURE = float(logit(0.99))


def judge_finely(desk: Desk, name: str, kind: ReviewerKind = "human") -> None:
    """All that is open: the answer of variant a is chosen."""
    person = desk.reviewer(name, kind=kind)
    while items := desk.claim(person, 10):
        for item in items:
            desk.submit(person, item, preference=desk.better(item))


@pytest.fixture
def judged(desk: Desk) -> Desk:
    """Some pairs that trained a reward model, and more that were judged after."""
    desk.add_answers(TRAINED, word="early")
    desk.open()
    judge_finely(desk, "Early")
    set_up(desk, reward=Reward("taste", most=0.1))
    registered(desk, frozen(desk, test_share=0.0))
    desk.add_answers(NEW)
    desk.open()
    judge_finely(desk, "Ann")
    return desk


@pytest.fixture
def model(judged: Desk) -> RewardModel:
    with judged.store.read() as db:
        return second_looks.chosen_model(db, judged.project)


def against(prompts: set[int]) -> Any:
    """Scores that are sure of variant b on these prompts, and of a on the others."""
    return lambda name, prompt: SURE if (name == "b") == (prompt in prompts) else 0.0


def prompts_of(desk: Desk, word: str = "topic") -> list[int]:
    rows = desk.rows("SELECT id FROM prompts WHERE messages LIKE ? ORDER BY id", f"%{word}%")
    return [row["id"] for row in rows]


def look(desk: Desk, model: RewardModel) -> Looked:
    return second_looks.look(desk.store, desk.project, model)


def open_prompts(desk: Desk) -> set[int]:
    return {r["prompt_id"] for r in desk.rows("SELECT * FROM comparisons WHERE open_slots > 0")}


def test_the_judgement_it_strongly_disagrees_with_is_asked_again(
    judged: Desk, model: RewardModel
) -> None:
    [doubtful, *_] = prompts_of(judged)
    plant(judged, model, against({doubtful}))
    assert look(judged, model) == Looked(NEW, TRAINED, 1, 1)
    assert open_prompts(judged) == {doubtful}
    with judged.store.read() as db:
        assert slots_are_sound(db)
    [item] = judged.claim(judged.reviewer("Ben"))
    assert item.prompt_messages[0]["content"].startswith("Tell me about topic")
    assert not judged.claim(judged.person("Ann")), "somebody else is asked"


def test_looking_again_asks_nobody_twice(judged: Desk, model: RewardModel) -> None:
    plant(judged, model, against(set(prompts_of(judged)[:2])))
    look(judged, model)
    assert look(judged, model).asked == 0
    judge_finely(judged, "Ben")
    assert look(judged, model).asked == 0


def test_no_more_than_the_share_is_asked_again_the_strongest_first(
    judged: Desk, model: RewardModel
) -> None:
    """Four of forty-four, however many it doubts."""
    every = prompts_of(judged)
    plant(judged, model, lambda name, prompt: (SURE + prompt) * (name == "b"))
    assert look(judged, model) == Looked(NEW, TRAINED, NEW, 4)
    assert open_prompts(judged) == set(every[-4:])
    judge_finely(judged, "Ben")
    assert look(judged, model).asked == 0, "the share counts all that was ever asked again"


def test_what_it_was_trained_on_is_left_out_and_said(judged: Desk, model: RewardModel) -> None:
    plant(judged, model, against(set(prompts_of(judged, "early"))))
    assert look(judged, model) == Looked(NEW, TRAINED, 0, 0)
    assert not open_prompts(judged)


@pytest.mark.parametrize(("chance", "asked"), [(0.049, 1), (0.051, 0)])
def test_a_disagreement_is_strong_where_the_chance_is_at_most_that_of_the_settings(
    judged: Desk, model: RewardModel, chance: float, asked: int
) -> None:
    [doubtful, *_] = prompts_of(judged)
    odds = float(logit(chance))
    plant(judged, model, lambda name, p: odds * (1 if p == doubtful else -1) * (name == "a"))
    assert look(judged, model).asked == asked


def test_gold_rulings_and_what_a_lead_is_to_look_at_are_left_alone(
    judged: Desk, model: RewardModel
) -> None:
    ruled, waiting, *_ = prompts_of(judged)
    of = {r["prompt_id"]: r["id"] for r in judged.rows("SELECT * FROM comparisons")}
    lead = judged.reviewer("Lea", role="lead")
    now = judged.clock.now

    def write(db: Any) -> None:
        adjudications.rule(db, now, of[ruled], lead.id, Ruling(), "")
        reviews.open_review(db, now, judged.project.id, of[waiting], "asked")

    judged.store.write(write)
    judged.add_gold(3)
    plant(judged, model, against({ruled, waiting, *prompts_of(judged, "gold")}))
    assert look(judged, model) == Looked(NEW - 2, TRAINED, 0, 0)


def test_heldout_items_and_judges_of_other_kinds_are_left_alone(
    judged: Desk, model: RewardModel
) -> None:
    judged.add_answers(3, word="machine")
    judged.open()
    judge_finely(judged, "Sim", "simulated")
    heldout, *_ = prompts_of(judged)
    judged.store.write(
        lambda db: db.conn.execute(
            "UPDATE comparisons SET kind = 'heldout' WHERE prompt_id = ?", (heldout,)
        )
    )
    plant(judged, model, against({heldout, *prompts_of(judged, "machine")}))
    assert look(judged, model) == Looked(NEW - 1, TRAINED, 0, 0)


def test_the_first_judgement_stays_and_a_second_one_that_differs_goes_to_a_lead(
    judged: Desk, model: RewardModel
) -> None:
    [doubtful, *_] = prompts_of(judged)
    plant(judged, model, against({doubtful}))
    look(judged, model)
    ben = judged.reviewer("Ben")
    [item] = judged.claim(ben)
    judged.submit(ben, item, preference=-judged.better(item))
    said = [row for row in judged.counted() if row["prompt_id"] == doubtful]
    assert len({row["winner_id"] for row in said}) == 2
    with judged.store.read() as db:
        assert reviews.count_waiting(db, judged.project.id) == {"dispute": 1}


def test_the_report_says_with_whom_the_second_judgements_sided(
    judged: Desk, model: RewardModel
) -> None:
    plant(judged, model, against(set(prompts_of(judged)[:4])))
    look(judged, model)
    ben = judged.reviewer("Ben")
    for item, sign in zip(judged.claim(ben, 4), (1, -1, -1), strict=False):
        judged.submit(ben, item, preference=sign * judged.better(item))
    with judged.store.read() as db:
        found = second_looks.report(db, model)
    assert (found["asked"], found["answered"]) == (4, 3)
    shares = [found[side]["value"] for side in ("person", "model", "neither")]
    assert shares == pytest.approx([1 / 3, 2 / 3, 0])
    assert 0 <= found["model"]["low"] < 2 / 3 < found["model"]["high"] <= 1


def test_a_first_person_who_changes_their_mind_is_no_second_judgement(
    judged: Desk, model: RewardModel
) -> None:
    [doubtful, *_] = prompts_of(judged)
    plant(judged, model, against({doubtful}))
    [lease] = judged.rows(
        "SELECT l.id FROM leases l JOIN comparisons c ON c.id = l.comparison_id"
        " WHERE c.prompt_id = ?", doubtful,
    )  # fmt: skip
    look(judged, model)
    judged.submit(judged.person("Ann"), lease["id"], submission_id="again", preference=3)
    with judged.store.read() as db:
        assert second_looks.report(db, model)["answered"] == 0


def test_without_a_model_or_a_measure_it_says_what_to_do(judged: Desk, model: RewardModel) -> None:
    with pytest.raises(InvalidInput, match="rewards measure"):
        look(judged, model)
    set_up(judged, reward=Reward())
    with judged.store.read() as db, pytest.raises(InvalidInput, match=r"reward\.model"):
        second_looks.chosen_model(db, judged.project)


@given(st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), max_size=30),
       st.floats(0.01, 10), st.floats(0, 0.5))  # fmt: skip
def test_whom_the_model_agrees_with_is_never_doubted(
    scores: list[tuple[float, float]], t: float, most: float
) -> None:
    rows = [{"comparison_id": at, "winner_id": at, "last_id": at, "won": won, "lost": lost}
            for at, (won, lost) in enumerate(scores)]  # fmt: skip
    found = second_looks.doubted_ones(rows, t, most)
    assert all(scores[d.comparison_id][0] <= scores[d.comparison_id][1] for d in found)
    assert [d.probability for d in found] == sorted(d.probability for d in found)
    assert all(d.probability <= most for d in found)


# Blindness


@pytest.fixture
def client(judged: Desk) -> Iterator[TestClient]:
    judged.store.start_writer()
    with TestClient(api.build(judged.store)) as client:
        yield client
    judged.store.stop_writer()


def test_nothing_that_the_api_says_tells_a_doubted_item_from_another(
    judged: Desk, model: RewardModel, client: TestClient
) -> None:
    """A second person judges doubted items among new ones: shapes, headers and receipts are the
    same, and no byte names the model or what it makes of the answers.
    """
    plant(judged, model, against(set(prompts_of(judged)[:4])))
    assert look(judged, model).asked == 4
    judged.add_answers(6, word="fresh")
    judged.open()
    ben = judged.reviewer("Ben")
    key = judged.store.write(
        lambda db: reviewers.issue(db, judged.clock.now, ben.id, "api_key", None)
    )
    heard: dict[bool, set[Any]] = {True: set(), False: set()}
    everything = []
    for at in range(10):
        answers = judge_one(client, judged, key, f"verdict {at}")
        doubted = "fresh" not in answers[0].text
        heard[doubted].add(tuple((shape(one.json()), headers_of(one)) for one in answers))
        everything += [json.dumps(dict(one.headers)) + one.text for one in answers]
    assert heard[True] == heard[False] != set()
    said = "\n".join(everything)
    assert not [word for word in ("taste", "doubt", "reward", "score", "4.595") if word in said]


def judge_one(client: TestClient, desk: Desk, key: str, name: str) -> list[Any]:
    """Claim the next item and judge it: all that the API answered."""
    headers, slug = {"Authorization": f"Bearer {key}"}, desk.project.slug
    claimed = client.post(f"/projects/{slug}/claim", json={}, headers=headers)
    [item] = claimed.json()["items"]
    body = {"submission_id": name, "item_id": item["id"], "preference": -2, "seconds": 2.0}
    return [claimed, client.post("/judgements", json=body, headers=headers)]


# The shell


def shell(desk: Desk, *words: str) -> Any:
    home = {"WORKBENCH_HOME": str(desk.store.workspace.home)}
    return CliRunner().invoke(main, [*words], env=home)


def test_the_shell_asks_and_says_what_came_of_it(judged: Desk, model: RewardModel) -> None:
    """The same job as the app's, in a process of its own."""
    plant(judged, model, against(set(prompts_of(judged)[:2])))
    said = shell(judged, "rewards", "second-look", "--project", "small")
    assert said.exit_code == 0, said.output
    assert "40 judged pairs looked at, 2 doubted, 2 of these" in said.output
    assert "Left out: 4 that it was trained on" in said.output
    assert "0 of 2 were judged again" in said.output
    judge_finely(judged, "Ben")
    words = ("rewards", "second-look", "--project", "small", "--only-report", "--json")
    found = json.loads(shell(judged, *words).output)
    assert (found["asked"], found["answered"], found["person"]["value"]) == (2, 2, 1.0)


def test_a_reward_model_that_is_not_there_is_not_chosen(judged: Desk) -> None:
    ended = shell(judged, "projects", "change", "small", 'reward.model="gone"')
    assert ended.exit_code == 1
    assert "no reward model “gone”" in ended.output
