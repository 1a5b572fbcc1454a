"""Endpoints, not there yet."""

from collections.abc import Callable, Iterable, Iterator

from workbench.providers import Outcome, Request
from workbench.records import Model, Sampling


class EndpointModel:
    def __init__(self, model: Model, tell: Callable[[str], None]):
        self.model = model

    def answer(self, requests: Iterable[Request], sampling: Sampling) -> Iterator[list[Outcome]]:
        raise NotImplementedError
