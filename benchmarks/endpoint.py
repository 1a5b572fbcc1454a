"""Answers a second at an endpoint: adaptive concurrency, warmed up, beside each fixed one.

Three simulated servers of bounded capacity and a real `transformers serve` with the starter model,
each in a process of its own. Short windows in turns choose the best fixed limit; long ones, in
turns again, weigh the adaptive one against it: judged by the windows that chose it, the best of
seven would be partly the luckiest.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median

from benchmarks.bounded import WORKERS
from tests.serving_model import serving_model
from workbench.providers import Answer, Request
from workbench.providers.concurrency import Concurrency
from workbench.providers.endpoint import EndpointModel
from workbench.records import Model, Sampling
from workbench.settings import REPOSITORY, Workspace
from workbench.starter.cards import card_prompts

FIXED = (1, 2, 4, 8, 16, 32, 64)
CHOOSING, WEIGHING = 3, 7  # turns
WARM, WINDOW, LONG = 1.0, 4.0, 8.0  # seconds of a window: not counted, counted, counted
SETTLING = 20.0  # seconds until the adaptive one is warm
# A 429 holds the limit down for 15 s, and what drew it is tried again more and more rarely while
# work goes on: so with them the adaptive one runs on its own, without a pause.
SETTLING_LIMITED, WINDOW_LIMITED = 120.0, 120.0
SAMPLING = Sampling(temperature=0.0, max_tokens=24)


class Fixed(Concurrency):
    """Stays where it is, whatever the endpoint says."""

    def __init__(self, limit: int):
        super().__init__(limit, limit)

    def rate_limited(self, now: float, retry_after: float | None = None) -> None:
        return


def endpoint(_: Workspace) -> None:
    """The table of `--only endpoint`."""
    print("| server | " + " | ".join(map(str, FIXED)) + " | best | again | adaptive | at | ratio |")
    print("|---" * (len(FIXED) + 6) + "|")
    for kind in WORKERS:
        with bounded(kind) as model:
            _row(f"simulated, {kind}", model, limited=kind == "limited")
    with serving_model() as model:
        _row("transformers serve", model)


def _row(name: str, model: Model, *, limited: bool = False) -> None:
    adaptive = _endpoint(model)
    ways = {n: _endpoint(model, Fixed(n)) for n in FIXED}
    tried = [{n: throughput(way, WARM, WINDOW) for n, way in ways.items()} for _ in range(CHOOSING)]
    found = {n: median(one[n] for one in tried) for n in FIXED}
    best = max(found, key=found.__getitem__)
    again, own = (_long if limited else _in_turns)(ways[best], adaptive)
    cells = [*(f"{found[n]:.1f}" for n in FIXED), str(best), f"{again:.1f}", f"{own:.1f}"]
    print(f"| {name} | {' | '.join(cells)} | {adaptive.concurrency.limit} | {own / again:.2f} |",
          flush=True)  # fmt: skip


def _in_turns(best: EndpointModel, adaptive: EndpointModel) -> tuple[float, float]:
    throughput(adaptive, SETTLING, 0.1)
    turns = [
        (throughput(best, WARM, LONG), throughput(adaptive, WARM, LONG)) for _ in range(WEIGHING)
    ]
    return median(turn[0] for turn in turns), median(turn[1] for turn in turns)


def _long(best: EndpointModel, adaptive: EndpointModel) -> tuple[float, float]:
    return (
        throughput(best, WARM, WINDOW_LIMITED),
        throughput(adaptive, SETTLING_LIMITED, WINDOW_LIMITED),
    )


def throughput(way: EndpointModel, warm: float, window: float) -> float:
    """Answers a second from `warm` seconds on, `window` seconds long."""
    began = time.monotonic()
    answered = 0
    for group in way.answer(_until(began + warm + window), SAMPLING):
        if warm <= time.monotonic() - began < warm + window:
            answered += sum(isinstance(outcome, Answer) for _, outcome in group)
    return answered / window


def _until(end: float) -> Iterator[Request]:
    cards = [f"{card.card}\n\n{card.question}" for card in card_prompts("train", 200, seed=5)]
    place = 0
    while time.monotonic() < end:
        yield Request(({"role": "user", "content": cards[place % len(cards)]},), (place,))
        place += 1


def _endpoint(model: Model, fixed: Concurrency | None = None) -> EndpointModel:
    way = EndpointModel(model, lambda _: None)
    way.concurrency = fixed or way.concurrency
    return way


@contextmanager
def bounded(kind: str) -> Iterator[Model]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "benchmarks.bounded", kind, str(port)]
    with ExitStack() as stack:
        process = subprocess.Popen(command, cwd=REPOSITORY)
        stack.callback(process.wait)
        stack.callback(process.kill)
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield Model(kind, "endpoint", f"http://127.0.0.1:{port}/v1")
