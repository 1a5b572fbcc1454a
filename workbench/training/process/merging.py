"""A base model with an adapter, made into one model that any trainer can begin with."""

import shutil
from pathlib import Path
from typing import Any

from workbench.providers.loading import save_merged
from workbench.records import Model
from workbench.training.speech import say


def merge_adapter(base: dict[str, Any], target: Path) -> None:
    """Write the base with its adapter merged into it to `target`, once; nothing without one."""
    if not base["adapter"] or target.exists():
        return
    say(done=0, total=1, note="merging the adapter into its model")
    aside = target.with_name("base.writing")
    shutil.rmtree(aside, ignore_errors=True)
    model = Model(base["name"], "local", base["location"], adapter=base["adapter"])
    save_merged(model, aside)
    aside.rename(target)
