"""What each method teaches the model that ships: DPO and KTO on the same verdicts, SFT on what was
corrected, and bare TRL beside the workbench.

Simulated reviewers judge 500 prompts' pairs and correct what is wrong; 400 heldout prompts are
answered four times at T = .9 and read by the checker. The gain is that of each prompt, with its
interval.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from workbench import demo, generation, simulation, training
from workbench.clock import utc_now
from workbench.demo import POLICY, starter_model
from workbench.exporting import Filters, export
from workbench.records import Model, Project, Template, Variant, plain_text
from workbench.rounds import prepare
from workbench.settings import Asks, ProjectSettings, Workspace
from workbench.starter.checker import check
from workbench.stats.agreement import Estimate
from workbench.stats.arrays import Floats
from workbench.stats.means import clustered_mean
from workbench.store import Store, completions, prompts, training_runs, variants
from workbench.store.datasets import DatasetVersion

SEEDS = (0, 1, 2)
TRAIN, HELDOUT, SAMPLES, TEMPERATURE = 500, 400, 4, 0.9
SIMULATED = Filters(kinds=("simulated",), test_share=0.0)
WAYS = {  # name → format, filters, recipe
    "DPO": ("preference", replace(SIMULATED, rows_from=("verdicts",)), "dpo-tiny"),
    "KTO": ("kto", replace(SIMULATED, rows_from=("verdicts",)), "kto-tiny"),
    "SFT on corrections": ("sft", replace(SIMULATED, rows_from=("corrections",)), "sft-tiny"),
}
TIMES = 3


@dataclass(frozen=True)
class Bench:
    """A judged project of the starter's cards."""

    store: Store
    project: Project

    def version(self, way: str) -> DatasetVersion:
        format_, filters, _ = WAYS[way]
        return export(self.store, self.project, filters, utc_now(), format_=format_)

    def prepared(self, way: str, seed: int) -> int:
        recipe = training.load_recipe(WAYS[way][2]).but(seed=seed)
        base = self.store.write(lambda db: variants.ensure_model(db, utc_now(), starter_model()))
        return training.prepare(
            self.store, self.project, self.version(way), base, recipe, utc_now()
        )

    def faithful(self, model: Model) -> Floats:
        """The share of faithful answers to each heldout prompt."""
        sampling = replace(POLICY, temperature=TEMPERATURE)
        variant = Variant(f"{model.name}, measured", model, Template(), sampling)
        stored = self.store.write(
            lambda db: variants.ensure_variant(db, utc_now(), self.project.id, variant)
        )
        with self.store.read() as db:
            asked = list(prompts.in_project(db, self.project.id, "heldout"))
        generation.answer(self.store, stored, asked, SAMPLES, quiet)
        by_id = {prompt.id: prompt for prompt in asked}
        with self.store.read() as db:
            given = completions.of_variant(db, stored.id)
        found: dict[int, list[bool]] = {prompt.id: [] for prompt in asked}
        for one in given:
            prompt = by_id[one.prompt_id]
            question = plain_text(prompt.messages[-1]["content"])
            found[prompt.id].append(check(prompt.context or "", question, one.text).faithful)
        return np.array([np.mean(found[prompt.id]) for prompt in asked])


def quiet(done: int, total: int, note: str) -> None:
    pass


def judged(home: Path, seed: int) -> Bench:
    store = Store(Workspace(home).create())
    settings = ProjectSettings(
        starter=True, gold_rate=0.0, repeat_rate=0.0, asks=Asks(spans=False, correction=True)
    )
    project = demo.create_starter_project(
        store, utc_now(), "methods", "Methods", settings, TRAIN, HELDOUT, seed
    )
    prepare(store, project, TRAIN, quiet)
    simulation.judge_open(store, project, 1.0, seed, quiet)
    return Bench(store, project)


def methods(workspace: Workspace) -> None:
    print("| seed | method | rows | heldout faithful, before → after | gain, points | s |")
    print("|---|---|---|---|---|---|")
    for seed in SEEDS:
        bench = judged(workspace.home / f"seed-{seed}", seed)
        before = bench.faithful(starter_model())
        for way in WAYS:
            run_id = bench.prepared(way, seed)
            made = training.train(bench.store, run_id, quiet)
            assert isinstance(made, Model)
            after = bench.faithful(made)
            with bench.store.read() as db:
                seconds = training_runs.get(db, run_id).seconds
            rows = bench.version(way).manifest["counts"]["train"]
            shares = f"{100 * before.mean():.1f} → {100 * after.mean():.1f} %"
            gain = _points(clustered_mean(after - before, np.arange(len(after))))
            print(f"| {seed} | {way} | {rows} | {shares} | {gain} | {seconds:.0f} |", flush=True)


def _points(gain: Estimate) -> str:
    assert gain.value is not None
    assert gain.low is not None
    assert gain.high is not None
    return f"{100 * gain.value:+.1f} ({100 * gain.low:+.1f} to {100 * gain.high:+.1f})"


def overhead(workspace: Workspace) -> None:
    """The same recipe: by `train` in the workbench from the shell, and by a bare TRL script."""
    bench = judged(workspace.home, 0)
    version = bench.version("DPO")
    bench.prepared("DPO", 0)  # makes the model known
    ours, bare = [], []
    for turn in range(TIMES):
        ours.append(_seconds(partial(_by_workbench, bench, version, turn)))
        bare.append(_seconds(partial(_by_script, bench, turn)))
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    print("| | s, median | each |\n|---|---|---|")
    for name, times in (("workbench", ours), ("bare TRL script", bare)):
        each = ", ".join(f"{t:.1f}" for t in times)
        print(f"| {name} | {statistics.median(times):.1f} | {each} |")
    print(f"\nWorkbench beside the script, median of the turns: {ratio:.3f} × (at most 1.05)")


def _seconds(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _by_workbench(bench: Bench, version: DatasetVersion, turn: int) -> None:
    subprocess.run(
        [sys.executable, "-m", "workbench", "train", "dpo-tiny", "--project", "methods",
         "--dataset", version.name, "--set", f"seed={turn}", "--set", f"num_train_epochs={EPOCHS}"],
        env=os.environ | {
            "WORKBENCH_HOME": str(bench.store.workspace.home),
            "HF_DATASETS_CACHE": str(bench.store.workspace.home / f"cache-{turn}"),
        },
        capture_output=True, check=True,
    )  # fmt: skip


EPOCHS = 15  # over two minutes: a short run still, and what starts and ends it counts
SCRIPT = """
from datasets import load_dataset
from trl import DPOConfig, DPOTrainer
import yaml
settings = yaml.safe_load(open("recipe.yaml"))
for name in ("env", "num_processes"):
    settings.pop(name)
base, data = settings.pop("model_name_or_path"), settings.pop("dataset_name")
trainer = DPOTrainer(
    model=base, args=DPOConfig(**settings), train_dataset=load_dataset(data)["train"]
)
trainer.train()
trainer.save_model("model")
"""


def _by_script(bench: Bench, turn: int) -> None:
    """In a copy of the folder that the workbench has just made, without its model."""
    with bench.store.read() as db:
        made = Path(training_runs.in_project(db, bench.project.id)[0].folder)
    bare = made.with_name(f"bare-{turn}")
    shutil.copytree(made, bare, ignore=shutil.ignore_patterns("model", "metrics.jsonl"))
    subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=bare, capture_output=True, check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "HF_DATASETS_CACHE": str(bare / "cache")},
    )  # fmt: skip
