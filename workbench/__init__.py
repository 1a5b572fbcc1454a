"""The workbench: answers, judgements, datasets, training, and the proof that it helped.

The newcomer's path: records → store/migrations → pages/review → judging → exporting → training.
"""

__version__ = "0.1.0"
