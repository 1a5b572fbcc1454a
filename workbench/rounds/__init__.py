"""Rounds: close one, and the next begins with the tuned model and blind proof of its worth.

`turn` runs the stages in order inside one job, `scoring` asks the checker about heldout answers
of the starter, `proof` turns blind verdicts into a win rate with its interval, `loop` drives
whole rounds with simulated reviewers.
"""

from workbench.rounds.proof import Proof, proof
from workbench.rounds.turn import begin, close, prepare, start_close

__all__ = ["Proof", "begin", "close", "prepare", "proof", "start_close"]
