"""Quality: what judgements add up to, how far reviewers agree, and whom to trust.

Statistics over many judgements run in a job that stores what it found with the last event that it
saw; screens read that. It knows what was judged, and nothing of exports or training.
"""

from workbench.quality.verdicts import Consensus, consensus, settle

__all__ = ["Consensus", "consensus", "settle"]
