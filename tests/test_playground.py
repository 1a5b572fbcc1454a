"""The playground without its screen: streams over real HTTP, local tries, and what is kept."""

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest

from tests.asking import starter
from tests.conftest import Desk
from tests.faulty_server import (
    Behaviour,
    FaultyServer,
    cut,
    error,
    fine,
    rate_limited,
    slowly,
    stall,
)
from tests.running import until
from workbench import queueing
from workbench.clock import utc_now
from workbench.demo import starter_model
from workbench.errors import InvalidInput
from workbench.generation import known, playground
from workbench.generation.keeping import Kept, keep
from workbench.generation.playground import Ended, Seen, Told, Trial, begin, stream
from workbench.generation.requests import Wanted, ask
from workbench.providers import Answer, Failure, Request
from workbench.records import Model, Prompt, Sampling, Template, Variant
from workbench.store import completions, prompts
from workbench.store import jobs as job_rows

SAMPLING = Sampling(temperature=0.5, max_tokens=16)
REQUEST = Request(({"role": "user", "content": "Why?"},), (7,))
PROMPT = Prompt(({"role": "system", "content": "Be kind."}, {"role": "user", "content": "Why?"}))


@pytest.fixture
def model(server: FaultyServer) -> Model:
    return known.endpoint("served", server.url)


async def no_time(seconds: float) -> None:
    await asyncio.sleep(0)


def heard(model: Model, sampling: Sampling = SAMPLING) -> list[Any]:
    return list(stream(model, REQUEST, sampling, sleep=no_time))


def variant(model: Model, temperature: float = 0.5, template: Template | None = None) -> Variant:
    template = template or Template()
    return Variant(f"T={temperature:g}", model, template, Sampling(temperature, max_tokens=16))


def over(desk: Desk, *trials: Trial) -> list[Seen]:
    until(lambda: all(t.look(desk.store).over for t in trials), "the answers")
    return [trial.seen for trial in trials]


def came(trial: Trial, text: str) -> Trial:
    """As if the variant had said this."""
    answer = Answer((text,), "stop", 5, 7, 12.0, first_token_ms=3.0)
    trial.seen = Seen(text, ended=Ended(answer, 0.25))
    return trial


def tried(desk: Desk, prompt: Prompt, *texts: str) -> list[Trial]:
    model = known.endpoint("served", "http://127.0.0.1:9/v1")
    asking = [variant(model, i / 10) for i in range(len(texts))]
    trials = [Trial(one, ask(one, Wanted(prompt, 0))) for one in asking]
    return [came(trial, text) for trial, text in zip(trials, texts, strict=True)]


def kept(desk: Desk, prompt: Prompt, *texts: str) -> Kept:
    return keep(desk.store, desk.project, prompt, tried(desk, prompt, *texts), desk.clock.now)


# An endpoint's stream


def test_an_answer_is_heard_while_it_comes(server: FaultyServer, model: Model) -> None:
    """The server says the second word only after the first was heard."""
    go_on = threading.Event()
    server.plays(slowly(["Hello", " there"], go_on))
    texts = []
    for news in stream(model, REQUEST, SAMPLING):
        texts.append(news)
        if news == "Hello":
            go_on.set()
    *so_far, ended = texts
    assert so_far[-1] == "Hello there"
    assert isinstance(ended, Ended)
    assert isinstance(ended.outcome, Answer)
    assert ended.outcome.texts == ("Hello there",)


def test_a_stream_ends_with_tokens_times_and_cost(server: FaultyServer, model: Model) -> None:
    ended = heard(model)[-1]
    assert (ended.outcome.tokens_in, ended.outcome.tokens_out) == (11, 3)
    assert 0 < ended.outcome.first_token_ms <= ended.outcome.latency_ms
    assert ended.cost_usd is None


def test_what_came_before_a_break_is_void(server: FaultyServer, model: Model) -> None:
    server.plays(cut("Half of"), fine("Whole"))
    news = heard(model)
    assert any(isinstance(one, Told) and one.said.startswith("retrying 2/6") for one in news)
    assert news[-1].outcome.texts == ("Whole",)


def test_a_stop_string_is_never_heard(server: FaultyServer, model: Model) -> None:
    server.plays(fine("One END two"))
    said = heard(model, Sampling(stop=("END",)))
    assert {one for one in said if isinstance(one, str)} <= {"", "One "}


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (error(400, code="content_filter"), "content_filter"),
        (error(401), "permanent"),
        (error(503), "transient"),
        (rate_limited("1"), "rate_limited"),
        (fine("", refusal="I will not."), "refused"),
        (fine("", finish="length"), "truncated"),
    ],
)
def test_a_failure_ends_the_stream_with_its_code(
    server: FaultyServer, model: Model, behaviour: Behaviour, code: str
) -> None:
    server.plays(otherwise=behaviour)
    ended = heard(model)[-1]
    assert isinstance(ended.outcome, Failure)
    assert ended.outcome.code == code


def test_a_missing_key_is_told_before_anything_is_sent(
    server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    with pytest.raises(InvalidInput, match="NO_SUCH_KEY is not set"):
        heard(known.endpoint("m", server.url, key_variable="NO_SUCH_KEY"))
    assert server.asked == []


# Several at once


def test_variants_are_asked_at_the_same_time(
    desk: Desk, server: FaultyServer, model: Model
) -> None:
    """Neither answer ends before both have begun."""
    both = threading.Barrier(2)
    go_on = threading.Event()

    def together() -> None:
        both.wait(30)
        go_on.set()

    server.plays(slowly(["a", "b"], go_on, together), slowly(["a", "b"], go_on, together))
    trials = begin(desk.store, desk.project, PROMPT, [variant(model, 0.1), variant(model, 0.2)], 0)
    assert [seen.text for seen in over(desk, *trials)] == ["ab", "ab"]


def test_one_that_is_stopped_ends_without_an_answer(
    desk: Desk, server: FaultyServer, model: Model
) -> None:
    server.plays(stall("Hel"))
    [trial] = begin(desk.store, desk.project, PROMPT, [variant(model)], 0)
    until(lambda: trial.look(desk.store).text == "Hel", "the first word")
    trial.stop(desk.store)
    [seen] = over(desk, trial)
    assert (seen.text, seen.ended, seen.trouble) == ("Hel", None, "Stopped.")


def test_a_missing_key_is_the_trouble_of_its_column_alone(
    desk: Desk, server: FaultyServer, model: Model
) -> None:
    keyless = known.endpoint("keyless", server.url, key_variable="NO_SUCH_KEY")
    trials = begin(desk.store, desk.project, PROMPT, [variant(keyless), variant(model)], 0)
    first, second = over(desk, *trials)
    assert "NO_SUCH_KEY is not set" in first.trouble
    assert second.text == "Hello there"


def test_a_template_that_cannot_be_filled_in_is_said_before_anything_is_sent(
    desk: Desk, server: FaultyServer, model: Model
) -> None:
    toned = variant(model, template=Template("toned", "", "{{ tone }}: {{ prompt }}"))
    with pytest.raises(InvalidInput, match="tone"):
        begin(desk.store, desk.project, PROMPT, [variant(model), toned], 0)
    assert server.asked == []


def test_what_the_store_knows_is_not_asked_again(
    desk: Desk, server: FaultyServer, model: Model
) -> None:
    [trial] = begin(desk.store, desk.project, PROMPT, [variant(model)], 0)
    over(desk, trial)
    keep(desk.store, desk.project, PROMPT, [trial], utc_now())
    [again] = begin(desk.store, desk.project, PROMPT, [variant(model)], 0)
    assert again.seen.text == "Hello there"
    assert again.seen.ended
    assert again.seen.ended.cost_usd == 0.0
    assert len(server.asked) == 1
    [another] = begin(desk.store, desk.project, PROMPT, [variant(model)], 1)
    over(desk, another)
    assert len(server.asked) == 2


# Local models


def arguments(desk: Desk, *trials: Trial) -> dict[str, Any]:
    return {"asked": [playground._to_ask(desk.store, trial) for trial in trials]}


def test_a_local_try_gives_what_the_model_says(desk: Desk) -> None:
    greedy = variant(starter_model(), 0.0)
    trial = Trial(greedy, ask(greedy, Wanted(PROMPT, 0)))
    result = playground.work(
        desk.store, arguments(desk, trial), lambda *_: None, lambda model: starter()
    )
    [said] = result["answers"]
    [[(_, expected)]] = starter().answer([trial.asked.request], greedy.sampling)
    assert isinstance(expected, Answer)
    assert tuple(said["answer"]["texts"]) == expected.texts


def test_a_model_that_cannot_be_loaded_spoils_no_other(desk: Desk, tmp_path: Any) -> None:
    lost, fit = variant(known.local(str(tmp_path))), variant(starter_model())
    trials = [Trial(one, ask(one, Wanted(PROMPT, 0))) for one in (lost, fit)]

    def load(model: Model) -> Any:
        return starter() if model.name == "starter" else playground.models.load(model)

    result = playground.work(desk.store, arguments(desk, *trials), lambda *_: None, load)
    first, second = result["answers"]
    assert "cannot be loaded" in first["trouble"]
    assert second["answer"]["texts"]


def test_local_variants_share_one_job_and_its_answers_are_seen(desk: Desk) -> None:
    """A real job process with the real model."""
    asking = [variant(starter_model(), 0.0), variant(starter_model(), 1.0)]
    trials = begin(desk.store, desk.project, PROMPT, asking, 0)
    assert trials[0].job_id == trials[1].job_id
    first, second = over(desk, *trials)
    assert first.text
    assert second.text
    with desk.store.read() as db:
        job = job_rows.get(db, trials[0].job_id or 0)
    assert (job.kind, job.status, job.resource) == ("try", "done", "cpu")


# Keeping


def test_a_kept_prompt_is_one_to_train_on_with_its_answers(desk: Desk) -> None:
    found = kept(desk, PROMPT, "Because.", "So that.")
    with desk.store.read() as db:
        stored = completions.of_prompt(db, found.prompt.id)
    assert found.prompt.split == "train"
    assert found.prompt.messages == PROMPT.messages
    assert [c.text for c in stored] == ["Because.", "So that."]
    assert [c.first_token_ms for c in stored] == [3.0, 3.0]
    assert [c.id for c in stored] == list(found.completion_ids)


def test_keeping_twice_adds_nothing(desk: Desk) -> None:
    assert kept(desk, PROMPT, "Because.") == kept(desk, PROMPT, "Because.")
    assert len(desk.rows("SELECT id FROM completions")) == 1


def test_a_failure_is_not_kept(desk: Desk) -> None:
    [trial] = tried(desk, PROMPT, "")
    trial.seen = Seen(ended=Ended(Failure("refused", "No.")))
    assert keep(desk.store, desk.project, PROMPT, [trial], desk.clock.now).completion_ids == ()


def test_what_the_project_uses_as_gold_is_refused(desk: Desk) -> None:
    kept(desk, PROMPT)
    desk.store.write(lambda db: db.conn.execute("UPDATE prompts SET gold_only = 1"))
    with pytest.raises(InvalidInput, match="gold"):
        kept(desk, PROMPT)


# A comparison of what was kept


def opened(desk: Desk, found: Kept) -> int:
    chosen = set(found.completion_ids)
    return queueing.open_answers(desk.store, desk.project, found.prompt, chosen, desk.clock.now)


@pytest.mark.parametrize(
    ("texts", "pairs"), [(("A", "B"), 1), (("A", "A"), 0), (("A", "B", "A"), 2), (("A",), 0)]
)
def test_different_answers_meet_in_pairs(desk: Desk, texts: tuple[str, ...], pairs: int) -> None:
    assert opened(desk, kept(desk, PROMPT, *texts)) == pairs


def test_they_are_the_next_that_a_reviewer_gets(desk: Desk) -> None:
    desk.add_answers(5)
    desk.open()
    opened(desk, kept(desk, PROMPT, "A", "B"))
    [item] = desk.claim(desk.reviewer())
    assert {*item.answers} == {"A", "B"}


def test_other_answers_of_the_prompt_stay_out_of_it(desk: Desk) -> None:
    first = kept(desk, PROMPT, "A", "B")
    assert opened(desk, replace(first, completion_ids=first.completion_ids[:1])) == 0


def test_a_heldout_prompt_waits_for_the_close_of_a_round(desk: Desk) -> None:
    desk.import_rows([{"prompt": "Held?", "split": "heldout"}], kind="prompts")
    with desk.store.read() as db:
        [held] = prompts.in_project(db, desk.project.id)
    with pytest.raises(InvalidInput, match="heldout"):
        opened(desk, kept(desk, held, "A", "B"))
