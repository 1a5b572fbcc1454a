"""Training: one TRL run from one dataset version, as a job with a folder of its own.

methods    what DPO, KTO, SFT and reward models read, and which figures tell how they go
recipes    YAML with TRL's own keys, for a CPU, one GPU or many
folder     all that it takes to run it again with TRL alone
runs       the row, the job, and the model that it leaves
launching  the process that trains, started and heard
preflight  what is known before the first step
checks     a preflight by itself
curves     a run's figures as curves
comparing  runs in a line each, and where they differ
process    that process: the one part that loads torch and TRL
"""

from workbench.training.folder import metrics
from workbench.training.methods import METHODS, Method, trainable
from workbench.training.recipes import Recipe, load_recipe, names, suggest
from workbench.training.runs import prepare, start, train, usual_device, work

__all__ = [
    "METHODS", "Method", "Recipe", "load_recipe", "metrics", "names", "prepare", "start",
    "suggest", "train", "trainable", "usual_device", "work",
]  # fmt: skip
