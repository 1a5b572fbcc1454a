"""How many requests may be under way at an endpoint: a state machine that is told what happened.

It knows no network and no clock: every event brings its time, in seconds. The limit doubles after
each clean round until the first 429, and grows by 5 % a round from then on; a 429 cuts it by a
fifth. A doubling must pay: one without more throughput is the last for a while, and one that cost
throughput is taken back, or a server that works on one request at a time would get a long queue.
What drew a 429 is not asked for again at once, and each time later: every such try costs the 15
seconds at four fifths that follow it.
"""

import math
from collections import deque
from dataclasses import dataclass
from statistics import fmean

LEAST, MOST = 1, 100
START, START_LOOPBACK = 20, 1
BUSY = 0.8  # of the slots were in use at once, or more slots would change nothing
CUT, STEP = 0.8, 0.05
COOL_DOWN = 15.0  # seconds between cuts
AVOID, AVOID_LONGEST = 60.0, 600.0  # seconds until a limit that drew a 429 is tried again
ROUND = 16  # successes: fewer say too little about the throughput
# The throughput after a doubling, relative to that before it: of a tried-again one, more is asked,
# as of many tries one looks good by chance.
PAYS, PAYS_AGAIN, HURTS = 1.05, 1.1, 0.9
PATIENCE, MOST_PATIENCE = 8, 64  # rounds until a doubling is tried again


@dataclass(frozen=True)
class Change:
    """`before` and `after` are equal where the limit is held."""

    at: float
    before: int
    after: int
    reason: str


@dataclass(frozen=True)
class Doubling:
    """What was before it: the limit, and the successes a second. `again`: one was tried here."""

    limit: int
    rate: float
    again: bool

    def pays(self, rate: float) -> bool:
        return rate >= (PAYS_AGAIN if self.again else PAYS) * self.rate


class Concurrency:
    """`limit` is how many requests may be under way now; `changes` says how it came about."""

    def __init__(self, start: int, most: int = MOST, now: float = 0.0):
        self.most = max(LEAST, most)
        self.limit = min(max(LEAST, start), self.most)
        self.changes: list[Change] = []
        self._news = 0
        self._doubling = True
        self._cool_until = -math.inf
        self._ceiling = math.inf  # what drew a 429
        self._avoid, self._avoid_until = AVOID, -math.inf
        self._last: Doubling | None = None
        self._to_hold = 0
        self._patience = PATIENCE
        self._held_rates: deque[float] = deque(maxlen=PATIENCE)
        self._to_settle = 0
        self._began, self._count, self._peak = now, 0, 0

    def resumed(self, now: float) -> None:
        """Work goes on after a time without any."""
        self._begin_round(now)

    def succeeded(self, now: float, in_use: int, *, retried: bool = False) -> None:
        """An answer arrived; `in_use` counts its own slot. It counts towards the round unless it
        took a retry or fell into the cool-down.
        """
        if retried or now < self._cool_until:
            self._begin_round(now)
            return
        if self._to_settle:  # it was sent under the limit before
            self._to_settle -= 1
            self._begin_round(now)
            return
        self._peak = max(self._peak, in_use)
        self._count += 1
        if self._count >= max(ROUND, self.limit):
            self._end_round(now)

    def rate_limited(self, now: float, retry_after: float | None = None) -> None:
        """A 429, with the seconds that it asks to wait."""
        self._doubling = False
        self._begin_round(now)
        if now < self._cool_until:
            return
        self._cool_until = now + max(COOL_DOWN, retry_after or 0.0)
        self._avoid_ceiling()
        self._set(now, max(LEAST, math.floor(self.limit * CUT)), "the endpoint limits the rate")

    def broke(self, now: float) -> None:
        """A 5xx, a cut stream, a lost connection: no growth in this round, and no cut."""
        self._begin_round(now)

    def take_news(self) -> list[Change]:
        """The changes since the last call."""
        news = self.changes[self._news :]
        self._news = len(self.changes)
        return news

    def _begin_round(self, now: float) -> None:
        self._began, self._count, self._peak = now, 0, 0

    def _end_round(self, now: float) -> None:
        rate = self._count / max(now - self._began, 1e-9)
        busy = self._peak >= BUSY * self.limit
        self._begin_round(now)
        if not busy:
            return
        if self._doubling:
            self._climb(now, rate)
        else:
            self._step(now)

    def _avoid_ceiling(self) -> None:
        """Twice as long as before where it is about the same one; the lower of the two counts."""
        same = self.limit > (1 - 2 * STEP) * self._ceiling
        self._avoid = min(AVOID_LONGEST, 2 * self._avoid) if same else AVOID
        self._ceiling = min(self._ceiling, self.limit) if same else self.limit
        self._avoid_until = self._cool_until + self._avoid

    def _step(self, now: float) -> None:
        """By 5 %, up to just below what drew a 429, until that may be tried again."""
        if self.limit >= self._ceiling:
            self._ceiling, self._avoid = math.inf, AVOID  # a whole round went well
        wanted = min(self.most, self.limit + max(1, round(self.limit * STEP)))
        if now < self._avoid_until and wanted >= self._ceiling:
            wanted = max(self.limit, int(self._ceiling) - 1)
        self._set(now, wanted, "a clean round")

    def _climb(self, now: float, rate: float) -> None:
        if self._to_hold:
            self._to_hold -= 1
            self._held_rates.append(rate)
            if not self._to_hold:
                self._double(now, fmean(self._held_rates), again=True)
        elif self._last is None or self._last.pays(rate):
            self._patience = PATIENCE
            self._double(now, rate, again=False)
        else:
            self._hold(now, rate, self._last)

    def _double(self, now: float, rate: float, *, again: bool) -> None:
        """At the most that is allowed there is nothing to compare any more."""
        self._last = Doubling(self.limit, rate, again) if self.limit < self.most else None
        reason = "another try" if again else "a clean round"
        self._set(now, min(self.most, 2 * self.limit), reason)

    def _hold(self, now: float, rate: float, last: Doubling) -> None:
        """Stay for some rounds. A first doubling that changed little is kept: the spare requests
        keep the server from waiting for us.
        """
        said = f"{rate:.3g} answers a second, with {last.limit} at once {last.rate:.3g}"
        self._to_hold = self._patience
        self._patience = min(MOST_PATIENCE, 2 * self._patience)
        self._held_rates.clear()
        self._last = None
        if last.again or rate < HURTS * last.rate:
            self._set(now, last.limit, f"more were no faster: {said}")
        else:
            self.changes.append(Change(now, self.limit, self.limit, f"held: {said}"))

    def _set(self, now: float, limit: int, reason: str) -> None:
        if limit != self.limit:
            self.changes.append(Change(now, self.limit, limit, reason))
            self._to_settle = self.limit
            self.limit = limit
