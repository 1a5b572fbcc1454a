"""Training: one TRL run from one dataset version, as a job with a folder of its own.

`recipes` are YAML with TRL's own keys; `runs` keeps the row, the folder and its metrics;
`dpo` is the one module that loads torch and TRL.
"""

from workbench.training.recipes import load_recipe, names, suggest
from workbench.training.runs import TRAINABLE, metrics, prepare, start, train, work

__all__ = [
    "TRAINABLE", "load_recipe", "metrics", "names", "prepare", "start", "suggest", "train", "work",
]  # fmt: skip
