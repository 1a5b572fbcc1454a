"""What a run made, written aside and renamed: a model's folder is whole or not there."""

import shutil
from pathlib import Path
from typing import Any

from workbench.training.folder import dump, read
from workbench.training.speech import say


def save(trainer: Any, location: Path, *, whole: bool) -> None:
    """Save the model to `location`, with its adapter merged in if it is to be `whole`. Every
    process takes part, the first one writes.
    """
    say(done=0, total=1, note="saving the model")
    aside = location.with_name("model.writing")
    if trainer.accelerator.is_main_process:
        shutil.rmtree(aside, ignore_errors=True)
    trainer.accelerator.wait_for_everyone()
    trainer.save_model(str(aside))
    trainer.accelerator.wait_for_everyone()
    if trainer.accelerator.is_main_process:
        if whole:
            _make_whole(trainer, aside)
        _settle(aside / "adapter_config.json")
        shutil.rmtree(location, ignore_errors=True)
        aside.rename(location)
    trainer.accelerator.wait_for_everyone()


def _make_whole(trainer: Any, location: Path) -> None:
    """A reward model that is an adapter becomes one model: what scores answers loads it at once."""
    model = trainer.accelerator.unwrap_model(trainer.model)
    if not hasattr(model, "merge_and_unload"):
        return
    for file in location.glob("adapter_*"):
        file.unlink()
    model.merge_and_unload().save_pretrained(location)


def _settle(config: Path) -> None:
    """An adapter names its modules in one order, which peft does not, so that equal runs are equal;
    one of the run's own `base/` says where that is, to whoever loads it elsewhere.
    """
    said = read(config.parent, config.name)
    if said is None:
        return
    if isinstance(said["target_modules"], list):
        said["target_modules"].sort()
    if Path("base").is_dir():
        said["base_model_name_or_path"] = str(Path("base").resolve())
    dump(config, said)
