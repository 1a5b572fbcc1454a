"""`make bench`: the desk beside its floors, consensus and ranking beside a peer, and with `--loop`
what the loop gains.

Each figure stands beside a floor or a peer measured in the same run. Figures of different
machines don't compare; the ratios do. `--only crowds` runs one part.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    browser_desk,
    consensus,
    crowds,
    endpoint,
    exports,
    gate,
    http_desk,
    leaderboard,
    local,
    methods,
    quality,
    ranking,
    reward,
)
from workbench.settings import Workspace

SEEDS = (0, 1, 2)
PARTS: dict[str, Callable[[Workspace], None]] = {
    "typing": browser_desk.typing,
    "scrolling": browser_desk.scrolling,
    "crowds": crowds.crowds,
    "growth": http_desk.growth,
    "killed": http_desk.killed,
    "consensus": consensus.consensus,
    "quality": quality.quality,
    "leaderboard": leaderboard.leaderboard,
    "exports": exports.exports,
    "gate": gate.gate,
    "local": local.local,
    "methods": methods.methods,
    "overhead": methods.overhead,
    "endpoint": endpoint.endpoint,
    "ranking": ranking.ranking,
    "reward": reward.reward,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loop", action="store_true", help="also turn the loop, three seeds")
    parser.add_argument("--only", choices=PARTS, help="just this part of the desk")
    chosen = parser.parse_args()
    for name, part in PARTS.items():
        if chosen.only in (None, name):
            print(f"\n## {name}\n", flush=True)
            with tempfile.TemporaryDirectory() as folder:
                part(Workspace(Path(folder) / "workspace"))
    if chosen.loop:
        the_loop()


def the_loop() -> None:
    print("\n| run | faithful, T=.9 | greedy | win rate vs round 0 | s | MB |")
    print("|---|---|---|---|---|---|")
    for seed in SEEDS:
        _show(f"seed {seed}", _loop("--seed", str(seed)))
    _show("half of the labels flipped", _loop("--label-noise", "0.5"))


def _loop(*options: str) -> list[dict[str, float]]:
    command = [sys.executable, "-m", "workbench", "loop", "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rounds: list[dict[str, float]] = json.loads(done.stdout.splitlines()[-1])["rounds"]
    return rounds


def _show(name: str, rounds: list[dict[str, float]]) -> None:
    sampled = " → ".join(f"{100 * r['faithful_sampled']:.1f}" for r in rounds)
    greedy = " → ".join(f"{100 * r['faithful_greedy']:.1f}" for r in rounds)
    last = rounds[-1]
    seconds = sum(r["seconds"] for r in rounds)
    peak = max(r["peak_rss_mb"] for r in rounds)
    won = f"{last['win_rate_vs_first']} {last['win_rate_interval']}"
    print(f"| {name} | {sampled} | {greedy} | {won} | {seconds:.0f} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
