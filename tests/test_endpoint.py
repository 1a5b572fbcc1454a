"""Endpoints over real HTTP, with every fault that was seen of them; no test waits for a retry."""

import asyncio
import logging
import threading
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

import pytest

from tests.faulty_server import (
    Behaviour,
    FaultyServer,
    cut,
    error,
    error_within,
    fine,
    garbled,
    plain_error,
    rate_limited,
    rejects,
    stall,
)
from workbench.errors import InvalidInput
from workbench.providers import Answer, Failure, Request
from workbench.providers.concurrency import Concurrency
from workbench.providers.endpoint import EndpointModel, is_loopback
from workbench.providers.hearing import Stalls
from workbench.records import Model, Sampling

SAMPLING = Sampling(temperature=0.7, top_p=0.9, max_tokens=32)
SECRET = "sk-very-secret-4711"


@dataclass
class Clock:
    """Sleeping takes no time: it moves the clock and is written down."""

    time: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        if seconds:
            self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)


@dataclass
class Line:
    """One endpoint on the faulty server, its clock, and what was told."""

    server: FaultyServer
    clock: Clock = field(default_factory=Clock)
    told: list[str] = field(default_factory=list)

    def model(self, **known: Any) -> Model:
        return Model("m", "endpoint", self.server.url, served_as="served", **known)

    def endpoint(self, stalls: Stalls | None = None, **known: Any) -> EndpointModel:
        return EndpointModel(
            self.model(**known), self.told.append, now=self.clock.now, sleep=self.clock.sleep,
            stalls=stalls or Stalls(),
        )  # fmt: skip

    def ask(self, requests: Any, sampling: Sampling = SAMPLING, **known: Any) -> dict[int, Any]:
        endpoint = self.endpoint(**known)
        return dict(o for group in endpoint.answer(requests, sampling) for o in group)

    def ask_one(self, sampling: Sampling = SAMPLING, **known: Any) -> Any:
        return self.ask(conversations(1), sampling, **known)[0]


@pytest.fixture
def line(server: FaultyServer) -> Line:
    return Line(server)


def conversations(number: int, turns: int = 1) -> list[Request]:
    return [
        Request(
            tuple({"role": "user", "content": f"Question {i}.{t}"} for t in range(turns)),
            tuple(100 * i + t for t in range(turns)),
        )
        for i in range(number)
    ]


def collect(endpoint: EndpointModel, requests: Any, outcomes: list[Any] | None = None) -> list[Any]:
    """All outcomes; those before an error are in `outcomes`."""
    found = [] if outcomes is None else outcomes
    for group in endpoint.answer(requests, SAMPLING):
        found += group
    return found


# What is asked


def test_a_request_says_all_that_was_set_and_no_n(line: Line) -> None:
    line.ask_one(Sampling(0.7, 0.9, 32, top_k=5, stop=("###",)))
    [asked] = line.server.asked
    assert asked == {
        "model": "served", "messages": [{"role": "user", "content": "Question 0.0"}],
        "temperature": 0.7, "top_p": 0.9, "max_tokens": 32, "top_k": 5, "stop": ["###"],
        "seed": 0, "stream": True, "stream_options": {"include_usage": True}, "logprobs": True,
    }  # fmt: skip


def test_each_sample_is_a_request_of_its_own_with_its_seed(line: Line) -> None:
    message = ({"role": "user", "content": "Why?"},)
    line.ask([Request(message, (seed,)) for seed in (7, 8, 9)])
    assert sorted(asked["seed"] for asked in line.server.asked) == [7, 8, 9]


def test_turns_follow_each_other_and_see_the_earlier_answers(line: Line) -> None:
    line.server.plays(fine("One"), fine("Two"))
    [answer] = line.ask(conversations(1, turns=2)).values()
    assert answer.texts == ("One", "Two")
    assert [m["content"] for m in line.server.asked[1]["messages"]] == [
        "Question 0.0", "One", "Question 0.1",
    ]  # fmt: skip
    assert [asked["seed"] for asked in line.server.asked] == [0, 1]


# What comes back


def test_an_answer_counts_tokens_and_times(line: Line) -> None:
    line.server.plays(otherwise=fine("Hello", logprobs=True))
    answer = line.ask(conversations(1, turns=2))[0]
    assert (answer.tokens_in, answer.tokens_out, answer.attempts) == (22, 6, 2)
    assert answer.logprob == -1.0
    assert 0 < answer.first_token_ms <= answer.latency_ms


@pytest.mark.parametrize(
    ("behaviour", "unknown"),
    [
        (fine(usage=False), ("tokens_in", "tokens_out")),
        (fine(), ("logprob",)),
        (fine(whole=True), ("first_token_ms",)),
        (fine(done=False), ()),
    ],
    ids=["no usage", "logprobs ignored", "stream ignored", "no [DONE]"],
)
def test_what_an_endpoint_leaves_out_is_unknown(
    line: Line, behaviour: Behaviour, unknown: tuple[str, ...]
) -> None:
    line.server.plays(otherwise=behaviour)
    answer = line.ask_one()
    assert answer.texts == ("Hello there",)
    for name in unknown:
        assert getattr(answer, name) is None


def test_the_text_ends_before_a_stop_that_the_endpoint_left_in(line: Line) -> None:
    """transformers serve does."""
    line.server.plays(fine("One.\nTwo. END and"))
    assert line.ask_one(Sampling(stop=("END", "\n"))).texts == ("One.",)


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (fine("", refusal="I will not."), "refused"),
        (fine("Half of", finish="content_filter"), "content_filter"),
        (fine("", finish="length"), "truncated"),
        (error(400, code="content_filter"), "content_filter"),
        (error(400, code="context_length_exceeded"), "prompt_too_long"),
        (error(400, code="invalid_value"), "permanent"),
        (error(400, {"detail": "The server is pinned to another model."}), "permanent"),
        (error(404, code="model_not_found"), "permanent"),
        (error(422, {"detail": [{"loc": ["body", "x"], "msg": "no"}]}), "permanent"),
        (error(429, code="insufficient_quota"), "permanent"),
    ],
)
def test_a_failure_has_a_code_and_is_not_asked_for_again(
    line: Line, behaviour: Behaviour, code: str
) -> None:
    line.server.plays(otherwise=behaviour)
    failure = line.ask_one()
    assert isinstance(failure, Failure)
    assert (failure.code, failure.attempts) == (code, 1)
    assert len(line.server.asked) == 1


def test_a_refusal_was_paid_for(line: Line) -> None:
    line.server.plays(fine("Hello"), fine("", refusal="I will not."))
    failure = line.ask(conversations(1, turns=2))[0]
    assert (failure.message, failure.tokens_in, failure.tokens_out) == ("I will not.", 22, 6)


def test_length_with_a_text_is_an_answer(line: Line) -> None:
    line.server.plays(fine("Hello th", finish="length"))
    assert line.ask_one().finish_reason == "length"


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (401, "name its environment variable"),
        (404, "(most end in /v1)"),
        (403, "may not use “served”"),
    ],
)
def test_a_permanent_failure_says_what_to_do(line: Line, status: int, remedy: str) -> None:
    line.server.plays(error(status, message="No."))
    message = line.ask_one().message
    assert f"answered {status}: No." in message
    assert remedy in message


# Parameters that an endpoint does not take


def by_param(name: str) -> Behaviour:
    return error(400, param=name, code="unsupported_parameter")


def by_place(name: str) -> Behaviour:
    return error(422, {"detail": [{"loc": ["body", name], "msg": "Extra inputs"}]})


def by_words(name: str) -> Behaviour:
    """What transformers serve says."""
    return error(422, {"detail": f"Unexpected fields in the request: {{'{name}'}}"})


@pytest.mark.parametrize("said", [by_param, by_place, by_words])
@pytest.mark.parametrize("name", ["stream", "stream_options", "logprobs", "seed", "top_k"])
def test_a_rejected_parameter_is_left_out_from_then_on(line: Line, name: str, said: Any) -> None:
    line.server.plays(otherwise=rejects(name, said))
    answers = line.ask(conversations(2), Sampling(top_k=5))
    assert all(isinstance(answer, Answer) and answer.attempts == 1 for answer in answers.values())
    assert [name in asked for asked in line.server.asked] == [True, False, False]
    assert [told for told in line.told if name in told] == line.told[:1]


def test_top_k_is_said_the_way_transformers_serve_takes_it(line: Line) -> None:
    line.server.plays(otherwise=rejects("top_k", by_words))
    line.ask_one(Sampling(top_k=5))
    assert line.server.asked[1]["generation_config"] == '{"do_sample": true, "top_k": 5}'


def test_max_tokens_has_a_second_name(line: Line) -> None:
    line.server.plays(otherwise=rejects("max_tokens", by_param))
    line.ask_one()
    assert line.server.asked[1]["max_completion_tokens"] == 32


def test_too_many_tokens_are_no_unknown_parameter(line: Line) -> None:
    line.server.plays(otherwise=error(400, param="max_tokens", code="invalid_value"))
    assert line.ask_one().code == "permanent"
    assert len(line.server.asked) == 1


# Asking again


@pytest.mark.parametrize(
    "passing",
    [plain_error(500), error(503), error(529), error(408), error(409), cut(), garbled(),
     error_within(type="server_error"), fine(finish="abort"), rate_limited()],
    ids=["500", "503", "529", "408", "409", "cut", "garbled", "error in it", "abort", "429"],
)  # fmt: skip
def test_what_passes_is_asked_again(line: Line, passing: Behaviour) -> None:
    line.server.plays(passing, passing)
    answer = line.ask_one()
    assert (answer.texts, answer.attempts) == (("Hello there",), 3)
    assert 1 <= line.clock.slept[0] <= 2 <= line.clock.slept[1] <= 3


@pytest.mark.parametrize(
    ("behaviour", "attempts", "code"),
    [
        (plain_error(500), 3, "transient"),
        (error(503), 6, "transient"),
        (cut(), 6, "transient"),
        (rate_limited(), 6, "rate_limited"),
    ],
    ids=["500", "503", "cut", "429"],
)
def test_retries_end(line: Line, behaviour: Behaviour, attempts: int, code: str) -> None:
    line.server.plays(otherwise=behaviour)
    failure = line.ask_one()
    assert (failure.code, failure.attempts) == (code, attempts)
    assert len(line.server.asked) == attempts


def test_different_500s_are_not_the_same(line: Line) -> None:
    codes = [error(500, code=code) for code in ("a", "b", "a", "b", "a")]
    line.server.plays(*codes)
    assert line.ask_one().attempts == 6


def test_retries_are_told(line: Line) -> None:
    line.server.plays(error(503), error(503))
    line.ask_one()
    told = [told.split(":")[0] for told in line.told]
    assert told == [
        f"retrying {n}/6, next in {slept:.0f} s"
        for n, slept in zip((2, 3), line.clock.slept, strict=True)
    ]


@pytest.mark.parametrize("after", ["", "Hel"])
def test_a_stall_is_noticed(line: Line, after: str) -> None:
    line.server.plays(otherwise=stall(after))
    failure = line.ask_one(stalls=Stalls(first=0.05 if not after else 60, between=0.05))
    assert (failure.code, failure.attempts) == ("transient", 6)


def test_an_endpoint_that_is_not_there(line: Line) -> None:
    nowhere = Model("m", "endpoint", "http://127.0.0.1:9/v1")
    endpoint = EndpointModel(nowhere, line.told.append, now=line.clock.now, sleep=line.clock.sleep)
    [(_, failure)] = collect(endpoint, conversations(1))
    assert (failure.code, failure.attempts) == ("transient", 6)


# Retry-After

DATES = {
    "Date": "Mon, 23 Nov 2026 05:00:00 GMT",
    "Retry-After": "Mon, 23 Nov 2026 05:03:00 GMT",
}


@pytest.mark.parametrize(
    ("limited", "seconds"),
    [
        (rate_limited("2"), 2.0),
        (rate_limited("180"), 180.0),
        (rate_limited("7200"), 7200.0),
        (rate_limited(**DATES), 180.0),
        (rate_limited(**{"retry-after-ms": "1500", "Retry-After": "2"}), 1.5),
    ],
    ids=["short", "long", "hours", "a date", "milliseconds"],
)
def test_a_wait_that_the_endpoint_asks_for_is_kept(
    line: Line, limited: Behaviour, seconds: float
) -> None:
    line.server.plays(limited)
    assert line.ask_one().attempts == 2
    assert line.clock.slept == [seconds]


def test_the_wait_is_told_once_and_nothing_is_lost(line: Line) -> None:
    line.server.plays(*[fine()] * 20, rate_limited("180"))
    answers = line.ask(conversations(60))
    assert all(isinstance(answer, Answer) for answer in answers.values())
    assert line.told.count("the endpoint asks to wait 180 s") == 1
    assert line.clock.time == 1180


def test_the_wait_holds_for_requests_that_were_not_sent_yet(line: Line) -> None:
    """Nobody wakes before two sleep: the one that was told to wait, and who would pull the next."""
    sleepers: list[float] = []
    both = asyncio.Event()

    async def sleep(seconds: float) -> None:
        if not seconds:
            return
        sleepers.append(seconds)
        if len(sleepers) >= 2:
            both.set()
        async with asyncio.timeout(20):
            await both.wait()
        await line.clock.sleep(seconds)

    line.server.plays(fine(), rate_limited("180"))
    endpoint = EndpointModel(line.model(), line.told.append, now=line.clock.now, sleep=sleep)
    endpoint.concurrency = Concurrency(4, 4)
    assert len(collect(endpoint, conversations(20))) == 20
    assert set(sleepers) == {180.0}


@pytest.mark.parametrize("nonsense", ["soon", "-5", "0", "nan", "inf"])
def test_a_wait_that_is_none_is_the_usual_one(line: Line, nonsense: str) -> None:
    line.server.plays(rate_limited(nonsense))
    assert line.ask_one().attempts == 2
    assert 1 <= line.clock.slept[0] <= 2


def test_a_429_cuts_the_concurrency_and_says_so(line: Line) -> None:
    line.server.plays(*[fine()] * 40, rate_limited("30"))
    line.ask(conversations(60))
    [cut] = [told for told in line.told if told.endswith("the endpoint limits the rate")]
    before, after = cut.split(" at once")[0].split(" → ")
    assert int(after) == max(1, int(before) * 4 // 5) < int(before)


# What would fail every time


@pytest.mark.parametrize(
    "behaviour",
    [error(401), error(404), error(400, {"detail": "pinned"}),
     error(429, code="insufficient_quota"), plain_error(500), rate_limited()],
    ids=["401", "404", "400", "quota", "500", "429"],
)  # fmt: skip
def test_what_fails_every_time_is_not_asked_thousands_of_times(
    line: Line, behaviour: Behaviour
) -> None:
    line.server.plays(otherwise=behaviour)
    outcomes: list[Any] = []
    with pytest.raises(InvalidInput, match="failed in the same way"):
        collect(line.endpoint(), conversations(50_000), outcomes)
    assert len(outcomes) == 5
    assert len(line.server.asked) <= 30


def test_prompts_that_fail_alike_do_not_end_the_work(line: Line) -> None:
    line.server.plays(fine(), *[error(400, code="bad_image")] * 8)
    outcomes = line.ask(conversations(20))
    assert sum(isinstance(outcome, Failure) for outcome in outcomes.values()) == 8


def test_a_quota_that_ends_midway_ends_the_work(line: Line) -> None:
    line.server.plays(*[fine()] * 3, otherwise=error(429, code="insufficient_quota"))
    with pytest.raises(InvalidInput, match="add some, then start again"):
        line.ask(conversations(1000))


# The key


def test_the_key_is_sent_from_the_environment(line: Line, monkeypatch: Any) -> None:
    monkeypatch.setenv("SOME_KEY", f"{SECRET}\n")
    line.ask_one(key_variable="SOME_KEY")
    assert line.server.keys == [f"Bearer {SECRET}"]


def test_without_a_variable_no_key_of_the_environment_is_sent(line: Line, monkeypatch: Any) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    line.ask_one()
    assert line.server.keys == ["Bearer none"]


@pytest.mark.parametrize(("value", "wrong"), [(None, "is not set"), ("", "is not set"),
                                              ("sk-ü", "holds no key")])  # fmt: skip
def test_a_missing_key_names_its_variable(
    line: Line, monkeypatch: Any, value: str | None, wrong: str
) -> None:
    monkeypatch.delenv("SOME_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("SOME_KEY", value)
    with pytest.raises(InvalidInput, match=wrong) as raised:
        line.endpoint(key_variable="SOME_KEY")
    assert "SOME_KEY" in (raised.value.remedy or "")


@pytest.mark.parametrize("status", [401, 400, 500, 429])
def test_the_key_is_in_no_message_log_or_trace(
    line: Line, monkeypatch: Any, caplog: Any, status: int
) -> None:
    """Not even where the server repeats it."""
    monkeypatch.setenv("SOME_KEY", SECRET)
    caplog.set_level(logging.DEBUG)
    line.server.plays(otherwise=error(status, message=f"{SECRET} is not for {SECRET}", code=SECRET))
    endpoint = line.endpoint(key_variable="SOME_KEY")
    outcomes: list[Any] = []
    trace = ""
    try:
        collect(endpoint, conversations(8), outcomes)
    except InvalidInput:
        trace = traceback.format_exc()
    said = [caplog.text, trace, repr(outcomes), repr(line.told), repr(vars(endpoint))]
    assert outcomes
    assert not [text for text in said if SECRET in text]


# Pulling, ending, giving up


def test_requests_are_pulled_only_when_a_slot_is_free(line: Line) -> None:
    pulled = count()
    endless = ((next(pulled), Request(({"role": "user", "content": "?"},), (i,)))[1]
               for i in count())  # fmt: skip
    with closing(line.endpoint(most_at_once=4).answer(endless, SAMPLING)) as outcomes:
        seen = sum(len(group) for group in islice(outcomes, 10))
    assert next(pulled) <= len(line.server.asked) + 4
    assert seen >= 10


def test_an_error_of_the_source_comes_after_what_is_under_way(line: Line) -> None:
    def breaking() -> Iterator[Request]:
        yield from conversations(7)
        raise ZeroDivisionError

    outcomes: list[Any] = []
    with pytest.raises(ZeroDivisionError):
        collect(line.endpoint(), breaking(), outcomes)
    assert sorted(place for place, _ in outcomes) == list(range(7))


def test_closing_gives_up_what_is_under_way(line: Line) -> None:
    before = threading.active_count()
    line.server.plays(fine(), otherwise=stall("Hel"))
    outcomes = line.endpoint().answer(iter(conversations(100)), SAMPLING)
    assert next(outcomes)
    outcomes.close()
    assert threading.active_count() == before


def test_every_request_has_one_outcome(line: Line) -> None:
    line.server.plays(*[fine(), error(503), fine("", refusal="No."), cut()] * 25)
    outcomes = collect(line.endpoint(), conversations(120))
    assert sorted(place for place, _ in outcomes) == list(range(120))


def test_nothing_to_ask(line: Line) -> None:
    assert line.ask([]) == {}


def test_news_are_told_in_the_callers_thread(line: Line) -> None:
    line.server.plays(error(503))
    threads: set[Any] = set()
    endpoint = EndpointModel(
        line.model(), lambda _: threads.add(threading.current_thread()),
        now=line.clock.now, sleep=line.clock.sleep,
    )  # fmt: skip
    list(endpoint.answer(conversations(1), SAMPLING))
    assert threads == {threading.current_thread()}


# Where it is


@pytest.mark.parametrize("url", ["", "api.example.com/v1", "ftp://example.com", "http://"])
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(InvalidInput, match="no base URL"):
        EndpointModel(Model("m", "endpoint", url), print)


@pytest.mark.parametrize(
    ("host", "here"),
    [("localhost", True), ("127.0.0.1", True), ("127.3.2.1", True), ("::1", True),
     ("10.0.0.1", False), ("example.com", False)],
)  # fmt: skip
def test_which_hosts_are_this_machine(host: str, here: bool) -> None:
    assert is_loopback(host) == here


@pytest.mark.parametrize(
    ("url", "most", "start"),
    [("http://localhost:1/v1", None, 1), ("https://example.com/v1", None, 20),
     ("https://example.com/v1", 5, 5), ("https://example.com/v1", 500, 20)],
)  # fmt: skip
def test_how_many_at_once_it_starts_with(url: str, most: int | None, start: int) -> None:
    endpoint = EndpointModel(Model("m", "endpoint", url, most_at_once=most), print)
    assert endpoint.concurrency.limit == start
