"""The small model that ships: its cards, the checker of its answers, and what builds it.

A tiny Llama, taught to answer from fact cards and taught to hallucinate, so that the loop has
something to mend. It is a default and a demonstration, never a judge of other models. Importing
this package, its cards or its checker loads no torch; only building does.
"""

from pathlib import Path

MODEL_FOLDER: Path = Path(__file__).parent / "model"
