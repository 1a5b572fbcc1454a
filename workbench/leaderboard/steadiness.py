"""Each reviewer's slope: whether their votes follow the common order, ignore it, or reverse it."""

from typing import Any

from workbench.leaderboard.matches import Matches
from workbench.stats.agreement import Z
from workbench.stats.slopes import adversaries, fit, spammers

LEAST = 2  # reviewers below which there is no common order to follow
Json = dict[str, Any]


def steadiness(matches: Matches) -> Json | None:
    """`{strengths, reviewers}`: the strengths where each reviewer has a slope of their own, and
    each slope with its interval; 1 is the common one, 0 a guess, −1 the reverse. None for one
    reviewer.
    """
    if len(matches.reviewer_ids) < LEAST:
        return None
    found = fit(matches.duels, matches.reviewers)
    against, guessing = adversaries(found), spammers(found)
    return {
        "strengths": {
            str(variant): theta
            for variant, theta in zip(
                matches.variant_ids.tolist(), found.theta.tolist(), strict=True
            )
        },
        "reviewers": [
            {
                "reviewer_id": int(reviewer),
                "slope": float(found.slope[at]),
                "low": float(found.slope[at] - Z * found.error[at]),
                "high": float(found.slope[at] + Z * found.error[at]),
                "votes": int((matches.reviewers == at).sum()),
                "reverses": bool(against[at]),
                "guesses": bool(guessing[at]),
            }
            for at, reviewer in enumerate(matches.reviewer_ids.tolist())
        ],
    }
