"""When to ask again: tenacity's decisions for the faults of an endpoint.

Six attempts; a stubborn fault (a 500, say) that comes three times in a row ends them sooner. What
the endpoint itself asks to wait is not waited here: it concerns all requests, not just this one.
"""

from collections.abc import Awaitable, Callable

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter

from workbench.providers.faults import Fault, Faulty

ATTEMPTS = 6
SAME = 3
Sleep = Callable[[float], Awaitable[None]]

_backoff = wait_exponential_jitter(initial=1, max=60, jitter=1)


def attempts(sleep: Sleep, tell: Callable[[str], None]) -> AsyncRetrying:
    """For one turn of one conversation; what is raised inside is a `Faulty`."""
    return AsyncRetrying(
        sleep=sleep,
        retry=retry_if_exception(lambda error: isinstance(error, Faulty) and error.fault.passing),
        wait=_wait,
        stop=Enough(),
        before_sleep=lambda state: _announce(state, tell),
        reraise=True,
    )


class Enough:
    """Whether to stop, asked once after each failed attempt."""

    def __init__(self) -> None:
        self._last: tuple[object, ...] | None = None
        self._same = 0

    def __call__(self, state: RetryCallState) -> bool:
        fault = _fault(state)
        self._same = self._same + 1 if fault.kind == self._last else 1
        self._last = fault.kind
        return state.attempt_number >= ATTEMPTS or (fault.stubborn and self._same >= SAME)


def _wait(state: RetryCallState) -> float:
    return 0.0 if _fault(state).retry_after else _backoff(state)


def _announce(state: RetryCallState, tell: Callable[[str], None]) -> None:
    if state.upcoming_sleep:
        said = f"retrying {state.attempt_number + 1}/{ATTEMPTS}, next in {state.upcoming_sleep:.0f}"
        tell(f"{said} s: {_fault(state).message}")


def _fault(state: RetryCallState) -> Fault:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, Faulty)
    return error.fault
