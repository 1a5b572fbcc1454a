"""A base model with an adapter, made into one model that any trainer can begin with."""

import shutil
from pathlib import Path
from typing import Any

from workbench.providers.loading import merged
from workbench.training.speech import say


def merge_adapter(base: dict[str, Any], target: Path) -> None:
    """Write the base with its adapter merged into it to `target`, once; nothing without one."""
    if not base["adapter"] or target.exists():
        return
    say(done=0, total=1, note="merging the adapter into its model")
    tokenizer, network = merged(base["location"], base["adapter"])
    aside = target.with_name("base.writing")
    shutil.rmtree(aside, ignore_errors=True)
    network.save_pretrained(aside)
    tokenizer.save_pretrained(aside)
    aside.rename(target)
