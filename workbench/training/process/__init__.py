"""The process that trains: TRL's own trainer, from a run's folder to its `model/`.

It knows files only: no store, no project. It loads torch and TRL, so only `python -m
workbench.training.process` may import it; what it says is heard by `training.launching`.
"""
