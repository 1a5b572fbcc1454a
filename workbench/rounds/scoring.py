"""Scores of heldout answers by the starter's checker: reporting, never judging.

It needs prompts that are fact cards; for any other project people's verdicts are the score.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from workbench.records import Completion, Prompt, plain_text
from workbench.starter.checker import Finding, check


@dataclass(frozen=True)
class Faithfulness:
    """Shares of answers, 0 to 1; `kinds` counts the sampled answers by what is wrong."""

    faithful_sampled: float
    faithful_greedy: float
    faithful_answerable_greedy: float
    faithful_unanswerable_sampled: float
    over_abstention: float
    answers: int
    kinds: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def faithfulness(
    prompts: Sequence[Prompt], sampled: Sequence[Completion], greedy: Sequence[Completion]
) -> Faithfulness:
    """Faithful: exactly the card's fact, or the abstention where it lacks it, and nothing else.

    Over-abstention: abstained on an answerable question (sampled).
    """
    by_id = {prompt.id: prompt for prompt in prompts}
    drawn = [_finding(by_id[c.prompt_id], c) for c in sampled]
    best = [_finding(by_id[c.prompt_id], c) for c in greedy]
    kinds: dict[str, int] = {}
    for finding in drawn:
        kinds[finding.label] = kinds.get(finding.label, 0) + 1
    return Faithfulness(
        faithful_sampled=_share([f.faithful for f in drawn]),
        faithful_greedy=_share([f.faithful for f in best]),
        faithful_answerable_greedy=_share([f.faithful for f in best if f.answerable]),
        faithful_unanswerable_sampled=_share([f.faithful for f in drawn if not f.answerable]),
        over_abstention=_share([f.abstains for f in drawn if f.answerable]),
        answers=len(drawn),
        kinds=kinds,
    )


def _finding(prompt: Prompt, completion: Completion) -> Finding:
    return check(prompt.context or "", plain_text(prompt.messages[-1]["content"]), completion.text)


def _share(flags: list[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
