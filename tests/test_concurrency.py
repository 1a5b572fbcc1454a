"""The limit of requests under way: how it grows, is cut, and is held, event by event."""

import heapq
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.providers.concurrency import AVOID, COOL_DOWN, ROUND, Concurrency

Service = Callable[[int, Random], float]


def decide(limit: Concurrency, times: int = 1, now: float = 0.0, rate: float = 10.0) -> float:
    """Clean, busy successes, `rate` a second, until so many changes were made."""
    made = len(limit.changes) + times
    for _ in range(10_000):
        if len(limit.changes) == made:
            return now
        now += 1 / rate
        limit.succeeded(now, limit.limit)
    raise AssertionError(f"no change in {now:.0f} s")


# Growing


def test_it_doubles_after_each_clean_round_up_to_the_most() -> None:
    limit = Concurrency(20)
    now = decide(limit, rate=20)
    now = decide(limit, now=now, rate=40)
    decide(limit, now=now, rate=80)
    assert [change.after for change in limit.changes] == [40, 80, 100]


def test_a_round_is_as_many_successes_as_slots() -> None:
    limit = Concurrency(20)
    for i in range(19):
        limit.succeeded(i, 20)
    assert limit.limit == 20
    limit.succeeded(19, 20)
    assert limit.limit == 40


def test_few_slots_have_a_longer_round_as_its_throughput_is_measured() -> None:
    limit = Concurrency(1)
    for i in range(ROUND - 1):
        limit.succeeded(i, 1)
    assert limit.limit == 1
    limit.succeeded(ROUND, 1)
    assert limit.limit == 2


@pytest.mark.parametrize(("in_use", "grows"), [(16, True), (15, False)])
def test_it_grows_only_where_80_percent_of_the_slots_are_in_use(in_use: int, grows: bool) -> None:
    limit = Concurrency(20)
    for i in range(20):
        limit.succeeded(i, in_use)
    assert (limit.limit > 20) == grows


def test_successes_after_a_retry_do_not_count() -> None:
    limit = Concurrency(20)
    for i in range(200):
        limit.succeeded(i, 20, retried=True)
    assert limit.limit == 20


def test_a_5xx_stops_the_growth_without_a_cut() -> None:
    limit = Concurrency(20)
    for i in range(200):
        limit.succeeded(i, 20)
        if i % 10 == 9:
            limit.broke(i)
    assert (limit.limit, limit.changes) == (20, [])


# 429


def test_after_a_429_it_grows_by_5_percent() -> None:
    limit = Concurrency(100)
    limit.rate_limited(0)
    assert limit.limit == 80
    decide(limit, 3, now=COOL_DOWN)
    assert [change.after for change in limit.changes] == [80, 84, 88, 92]


def test_small_limits_grow_by_one() -> None:
    limit = Concurrency(5)
    limit.rate_limited(0)
    decide(limit, 2, now=COOL_DOWN)
    assert [change.after for change in limit.changes] == [4, 5, 6]


@pytest.mark.parametrize(
    ("retry_after", "second", "after"),
    [(None, 14.9, 80), (None, 15.0, 64), (2.0, 14.9, 80), (60.0, 59.9, 80), (60.0, 60.0, 64)],
)
def test_it_is_cut_once_in_15_seconds_or_the_wait_that_is_asked_for(
    retry_after: float | None, second: float, after: int
) -> None:
    limit = Concurrency(100)
    limit.rate_limited(0, retry_after)
    limit.rate_limited(second)
    assert limit.limit == after


def test_successes_during_the_cool_down_do_not_count() -> None:
    limit = Concurrency(100)
    limit.rate_limited(0)
    for i in range(1000):
        limit.succeeded(14.9 * i / 1000, 80)
    assert limit.limit == 80


def test_what_drew_a_429_is_left_alone_for_a_while() -> None:
    limit = Concurrency(10)
    limit.rate_limited(0)
    now = decide(limit, now=COOL_DOWN, rate=100)
    for _ in range(5 * ROUND):
        now += 0.01
        limit.succeeded(now, limit.limit)
    assert limit.limit == 9
    decide(limit, now=COOL_DOWN + AVOID)
    assert [change.after for change in limit.changes] == [8, 9, 10]


def test_what_draws_a_429_again_is_left_alone_for_twice_as_long() -> None:
    limit = Concurrency(10)
    limit.rate_limited(0)
    decide(limit, 2, now=COOL_DOWN + AVOID)
    limit.rate_limited(100)
    decide(limit, now=100 + COOL_DOWN)
    for i in range(5 * ROUND):
        limit.succeeded(100 + COOL_DOWN + AVOID + i / 10, 9)
    assert limit.limit == 9
    decide(limit, now=100 + COOL_DOWN + 2 * AVOID)
    assert limit.limit == 10


def test_what_went_well_for_a_round_is_no_ceiling_any_more() -> None:
    limit = Concurrency(10)
    limit.rate_limited(0)
    decide(limit, 5, now=COOL_DOWN + AVOID)
    assert [change.after for change in limit.changes] == [8, 9, 10, 11, 12, 13]


def test_a_change_says_when_and_why() -> None:
    limit = Concurrency(10)
    limit.rate_limited(42.0)
    [change] = limit.changes
    assert (change.at, change.before, change.after) == (42.0, 10, 8)
    assert change.reason == "the endpoint limits the rate"


# A doubling must pay


def test_a_doubling_that_brings_nothing_is_the_last_for_a_while() -> None:
    limit = Concurrency(20)
    now = decide(limit, rate=10.0)
    now = decide(limit, now=now, rate=10.1)
    assert [change.after for change in limit.changes] == [40, 40]
    assert limit.changes[-1].reason == "held: 10.1 answers a second, with 20 at once 10"
    for i in range(3 * 40):
        limit.succeeded(now + i, 40)
    assert limit.limit == 40


def test_a_doubling_that_costs_throughput_is_taken_back() -> None:
    limit = Concurrency(20)
    now = decide(limit, rate=10.0)
    decide(limit, now=now, rate=8.0)
    assert [change.after for change in limit.changes] == [40, 20]


def test_it_is_tried_again_later() -> None:
    """A server may have been busy with others."""
    limit = Concurrency(20)
    now = decide(limit, rate=10.0)
    now = decide(limit, now=now, rate=8.0)
    now = decide(limit, now=now, rate=10.0)
    decide(limit, now=now, rate=20.0)
    assert [change.after for change in limit.changes] == [40, 20, 40, 80]


def test_a_time_without_work_is_no_low_throughput() -> None:
    limit = Concurrency(20)
    now = decide(limit, rate=10.0) + 3600
    limit.resumed(now)
    decide(limit, now=now, rate=20.0)
    assert limit.limit == 80


# All orders of events

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["success", "retried", "429", "5xx", "idle"]),
        st.floats(0, 30),
        st.integers(1, 120),
        st.none() | st.floats(0.001, 600),
    ),
    max_size=400,
)


@given(st.integers(1, 150), st.integers(1, 200), EVENTS)
def test_the_bounds_always_hold_and_only_successes_raise_it(
    start: int, most: int, events: list[tuple[str, float, int, float | None]]
) -> None:
    limit, now = Concurrency(start, most), 0.0
    for kind, passed, in_use, retry_after in events:
        now, before = now + passed, limit.limit
        if kind == "429":
            limit.rate_limited(now, retry_after)
            assert max(1, before * 4 // 5) <= limit.limit <= before
        elif kind == "5xx":
            limit.broke(now)
        elif kind == "idle":
            limit.resumed(now)
        else:
            limit.succeeded(now, in_use, retried=kind == "retried")
        assert 1 <= limit.limit <= most
        if kind in ("5xx", "idle", "retried"):
            assert limit.limit == before


@given(st.integers(1, 150), EVENTS)
def test_the_changes_lead_from_the_start_to_the_limit(
    start: int, events: list[tuple[str, float, int, float | None]]
) -> None:
    limit, now = Concurrency(start), 0.0
    first = limit.limit
    for kind, passed, in_use, retry_after in events:
        now += passed
        if kind == "429":
            limit.rate_limited(now, retry_after)
        else:
            for _ in range(in_use):
                limit.succeeded(now, in_use)
    ways = [first, *(change.after for change in limit.changes)]
    assert ways[:-1] == [change.before for change in limit.changes]
    assert ways[-1] == limit.limit
    times = [change.at for change in limit.changes]
    assert times == sorted(times)


# Whole servers, simulated: so many workers, and how long each takes with so many requests there

SERVERS: dict[str, tuple[int, Service]] = {
    "one worker": (1, lambda _, random: random.uniform(0.6, 1.4)),
    "16 workers": (16, lambda _, random: random.uniform(0.3, 1.7)),
    "16 workers in step": (16, lambda *_: 1.0),
    "64 workers": (64, lambda _, random: random.expovariate(1)),
    "more than can be asked": (500, lambda _, random: random.uniform(0.5, 1.5)),
    "slower when crowded": (8, lambda there, random: random.uniform(0.6, 1.4)
                            * (1 + max(0, there - 8) / 20)),
}  # fmt: skip


def throughput(server: tuple[int, Service], limit: Concurrency, answers: int = 6000) -> float:
    """Answers a second in the second half, with as many requests there as the limit lets."""
    workers, service = server
    random, now, there, waiting = Random(1), 0.0, 0, 0
    working: list[float] = []
    times = []
    for _ in range(answers):
        waiting, there = waiting + max(0, limit.limit - there), max(there, limit.limit)
        while waiting and len(working) < workers:
            waiting -= 1
            heapq.heappush(working, now + service(there, random))
        now = heapq.heappop(working)
        times.append(now)
        limit.succeeded(now, there)
        there -= 1
    half = answers // 2
    return (answers - 1 - half) / (times[-1] - times[half])


@pytest.mark.parametrize("name", SERVERS)
def test_its_throughput_is_that_of_the_best_fixed_limit(name: str) -> None:
    server = SERVERS[name]
    best = max(throughput(server, Concurrency(n, n)) for n in (1, 2, 4, 8, 16, 32, 64, 100))
    assert throughput(server, Concurrency(1)) >= 0.95 * best


def test_a_server_that_is_slower_when_crowded_is_not_crowded() -> None:
    limit = Concurrency(1)
    throughput(SERVERS["slower when crowded"], limit)
    assert limit.limit in (8, 16)  # 16 where another doubling is being tried


def limited_throughput(limit: Concurrency, workers: int, seconds: float) -> float:
    """Answers a second in the second half, of a server that takes a second for an answer and says
    429 to more than `workers`; these come back after a second and a half.
    """
    random, now, held, working, answered = Random(2), 0.0, 0, 0, 0
    events: list[tuple[float, str]] = []
    while now < seconds:
        arriving = max(0, limit.limit - held)
        held += arriving
        if arriving == 0:
            now, kind = heapq.heappop(events)
            if kind == "answer":
                working, held = working - 1, held - 1
                answered += now > seconds / 2
                limit.succeeded(now, held + 1)
            else:
                arriving = 1
        for _ in range(arriving):
            if working < workers:
                working += 1
                heapq.heappush(events, (now + random.uniform(0.5, 1.5), "answer"))
            else:
                limit.rate_limited(now)
                heapq.heappush(events, (now + 1.5, "again"))
    return answered / (seconds / 2)


@pytest.mark.parametrize(("start", "workers"), [(1, 16), (20, 1), (20, 16), (100, 50)])
def test_a_limit_by_429_is_found_and_seldom_run_into(start: int, workers: int) -> None:
    """Over the second half of a simulated hour."""
    limit = Concurrency(start)
    assert limited_throughput(limit, workers, seconds=3600) >= 0.95 * workers
    late = [change for change in limit.changes if change.at > 1800 and change.after < change.before]
    assert 1 <= len(late) <= 10
