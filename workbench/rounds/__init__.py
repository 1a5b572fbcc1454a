"""Rounds: close one, and the next begins with the tuned model and blind proof of its worth.

`opening` prepares a round's candidates, `closing` runs the stages in order inside one job,
`heldout` answers the heldout prompts and `scoring` asks the starter's checker about them, `proof`
turns blind verdicts into a win rate with its interval, `loop` drives whole rounds with simulated
reviewers. `gate` decides from evidence, in the words of `reasons`; `economics` reckons what rounds
cost (`spending`) and bought (`buying`), and how hard answers are to tell apart (`hardness`).
"""

from workbench.rounds.closing import close, start_close
from workbench.rounds.opening import begin, prepare
from workbench.rounds.proof import Proof, proof

__all__ = ["Proof", "begin", "close", "prepare", "proof", "start_close"]
