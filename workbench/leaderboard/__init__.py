"""Leaderboard: which variant is better, by how much, how surely, and where it fails.

duels         one consensus verdict a prompt: wins, ties and losses of each pair
claims        the one rule behind every verdict on “better”
matches       all votes as arrays
board         strengths with intervals and ranks, raw and beside it controlled for style
slices        the same for parts of the prompts
styles        length, headers, lists and bold of the answers
report        the job that reckons all of it and stores it
head_to_head  a chosen pair: the claim, the plan, the prompts where they differ most
widened       beside that claim, the win rate that a judge's verdicts narrow
regression    the versions of a template, each against the one before
frontier      which variants nobody beats at their cost
next_pairs    which pair of variants to compare next

It counts the kinds of reviewers that it is told to, and says so.
"""

from workbench.leaderboard.claims import Verdict, gate
from workbench.leaderboard.duels import Duel, duels
from workbench.quality.kept import HUMAN

__all__ = ["HUMAN", "Duel", "Verdict", "duels", "gate"]
