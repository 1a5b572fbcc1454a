"""What tests of the local provider share: the starter, and short ways to ask it."""

from functools import cache

from workbench.demo import starter_model
from workbench.providers import Answer, Failure, Request
from workbench.providers.local import LocalModel
from workbench.records import Sampling
from workbench.starter.cards import card_prompts

STARTER = starter_model().location
SAMPLING = Sampling(temperature=1.0, max_tokens=24)
GREEDY = Sampling(temperature=0.0, max_tokens=24)


@cache
def starter() -> LocalModel:
    return LocalModel(starter_model())


def requests_of(count: int) -> list[Request]:
    return [
        Request(
            ({"role": "system", "content": c.card}, {"role": "user", "content": c.question}),
            (seed,),
        )
        for seed, c in enumerate(card_prompts("heldout", count, seed=3))
    ]


def asking(*texts: str, seed: int = 0) -> Request:
    """The user says these texts, and wants an answer to each."""
    messages = tuple({"role": "user", "content": text} for text in texts)
    return Request(messages, tuple(range(seed, seed + len(texts))))


def outcomes(
    requests: list[Request], sampling: Sampling = SAMPLING, model: LocalModel | None = None
) -> list[Answer | Failure]:
    found = dict(o for group in (model or starter()).answer(requests, sampling) for o in group)
    assert len(found) == len(requests)
    return [found[place] for place in range(len(requests))]


def answers(
    requests: list[Request], sampling: Sampling = SAMPLING, model: LocalModel | None = None
) -> list[Answer]:
    found = outcomes(requests, sampling, model)
    assert all(isinstance(outcome, Answer) for outcome in found), found
    return found  # type: ignore[return-value]


def texts(
    requests: list[Request], sampling: Sampling = SAMPLING, model: LocalModel | None = None
) -> list[str]:
    return [text for answer in answers(requests, sampling, model) for text in answer.texts]
