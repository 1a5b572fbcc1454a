"""A run's folder: all that it takes to run it again with TRL alone, and what came of it.

    recipe.yaml     every setting, by TRL's own keys
    data/           the dataset version's rows, as files that are linked where that is possible
    base/           the model to tune, where an adapter had to be merged into it first
    run.json        where all of it comes from: version, model, recipe, versions of the libraries
    README.md       the commands that run it again
    preflight.json  what was seen of the rows and the machine before the first step
    metrics.jsonl   what TRL logged, one line each time
    checkpoints/    where it goes on after it was cut off; removed at the end
    status.json     how it stands
    model/          what it made

It knows files, and nothing of the store or of torch.
"""

import json
import os
import shutil
from datetime import datetime
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import yaml

import workbench
from workbench.clock import iso
from workbench.devices import CPU
from workbench.records import Model
from workbench.store.datasets import DatasetVersion
from workbench.training.recipes import Recipe

LIBRARIES = ("torch", "transformers", "trl", "peft", "accelerate", "datasets")
ON_CPU = {"use_cpu": True, "bf16": False, "fp16": False, "gradient_checkpointing": False}
TINY_BYTES = 40_000_000  # of weights: such a model's threads would wait for each other
Json = dict[str, Any]


def write(
    folder: Path, version: DatasetVersion, base: Model, recipe: Recipe, device: str, now: datetime
) -> None:
    """Make the folder of a run that is to be; the same call makes the same folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _bring_rows(Path(version.folder), folder / "data", version.manifest["counts"])
    settings = settings_of(version, base, recipe, device)
    text = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)
    (folder / "recipe.yaml").write_text(text, encoding="utf-8")
    dump(folder / "run.json", provenance(version, base, recipe, device, now))
    (folder / "README.md").write_text(_readme(version, base, recipe, device), encoding="utf-8")


def settings_of(version: DatasetVersion, base: Model, recipe: Recipe, device: str) -> Json:
    """What TRL is told, with what this machine needs: on a CPU its defaults do not run."""
    settings: Json = {
        "model_name_or_path": "base" if base.adapter else base.location,
        "dataset_name": "data",
        "output_dir": "checkpoints",
    }
    if version.manifest["counts"]["test"]:
        settings["eval_strategy"] = "epoch"
    if device == CPU:
        settings |= ON_CPU
        if recipe.processes > 1:
            settings["ddp_backend"] = "gloo"
    settings |= recipe.whole
    if is_tiny(base):
        settings["env"] = {"OMP_NUM_THREADS": "1"} | settings.get("env", {})
    return settings


def is_tiny(base: Model) -> bool:
    """Whether a local model is too small for its work to be shared among threads."""
    files = list(Path(base.location).glob("*.safetensors"))
    return bool(files) and sum(file.stat().st_size for file in files) < TINY_BYTES


def provenance(
    version: DatasetVersion, base: Model, recipe: Recipe, device: str, now: datetime
) -> Json:
    return {
        "method": recipe.method,
        "recipe": recipe.name,
        "dataset": {"name": version.name, "sha256": version.sha256, "format": version.format,
                    "folder": version.folder},
        "base": {"name": base.name, "location": base.location, "adapter": base.adapter,
                 "fingerprint": base.fingerprint},
        "processes": recipe.processes,
        "sharded_over": recipe.sharded_over,
        "device": device,
        "prepared_at": iso(now),
        "workbench": workbench.__version__,
        "libraries": {name: installed(name) for name in LIBRARIES},
    }  # fmt: skip


def _bring_rows(version: Path, data: Path, counts: Json) -> None:
    data.mkdir(exist_ok=True)
    for part in ("train", "test"):
        if counts[part]:
            target = data / f"{part}.parquet"
            target.unlink(missing_ok=True)
            _link(version / target.name, target)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def command(recipe: Recipe, device: str) -> str:
    """What runs the recipe again, by TRL alone, from within the folder."""
    if recipe.processes > 1 and device == CPU:
        return (  # `accelerate launch --cpu` would run one process without a word
            f"python -m torch.distributed.run --nproc_per_node {recipe.processes}"
            f" -m trl.scripts.{recipe.method} --config recipe.yaml --output_dir again"
        )
    return f"trl {recipe.method} --config recipe.yaml --output_dir again"


def _readme(version: DatasetVersion, base: Model, recipe: Recipe, device: str) -> str:
    merged = f" with the adapter {base.adapter} merged into it" if base.adapter else ""
    return f"""# A training run

{recipe.method.upper()} of “{base.name}” ({base.location}){merged}, fingerprint
`{base.fingerprint or "unknown"}`, on the dataset version {version.name}
(`{version.sha256}`), by the recipe {recipe.name}.

Run it again with TRL alone, in this folder:

```
{command(recipe, device)}
```

The libraries' versions stand in `run.json`. `data/` holds the rows, `model/` what came of them.
"""


def read(folder: str | Path, name: str) -> Any:
    """What a JSON file of the folder holds; None while it is not there."""
    path = Path(folder) / name
    if not path.is_file():
        return None
    return json.loads(path.read_text(encoding="utf-8"))


def write_status(folder: Path, status: str, error: str | None, now: datetime) -> None:
    dump(folder / "status.json", {"status": status, "at": iso(now), "error": error})


def dump(path: Path, value: Any) -> None:
    """Write JSON for people and programs to read."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def metrics(folder: str | Path) -> list[Json]:
    """What the run logged so far: `{step, steps, loss, …}` with TRL's names; [] before the first.

    A line that is being written is left for the next look.
    """
    path = Path(folder) / "metrics.jsonl"
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines[:-1]]
