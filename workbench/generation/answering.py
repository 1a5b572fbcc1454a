"""The work of generation: ask for what is missing, and store each answer as it comes.

A failure is stored as such and leaves its sample open for the next run. A request to an endpoint
is entered in the ledger before it is sent: a killed process loses no stored answer, and what it
had under way is known and counted in the cost.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from workbench import jobs
from workbench.clock import iso, utc_now
from workbench.errors import InvalidInput, WorkbenchError
from workbench.generation import spending
from workbench.generation.models import Loaded
from workbench.generation.requests import Asked, Wanted, ask
from workbench.generation.selecting import choose
from workbench.providers import Answer, Failure, Outcome, Provider
from workbench.providers.prices import Price, cost, price_of
from workbench.records import Completion, Prompt, Variant
from workbench.store import Store, completions, grids, variants
from workbench.store.database import Database

WINDOW = 256  # requests that are looked up together
LOGGED = 200  # lines that a job's result keeps of what an endpoint made it do


@dataclass
class Tally:
    """What became of the requests; `stopped`: the budget had no room for the next one; `told`:
    what the endpoint made us do, such as waiting, or asking more at once.
    """

    answered: int = 0
    from_cache: int = 0
    failures: int = 0
    unfit: int = 0
    truncated: int = 0
    stopped: bool = False
    told: deque[str] = field(default_factory=lambda: deque(maxlen=LOGGED))

    def to_json(self) -> dict[str, Any]:
        return {
            "answers": self.answered + self.from_cache,
            "from_cache": self.from_cache,
            "failures": self.failures + self.unfit,
            "truncated": self.truncated,
            "stopped": self.stopped,
            "log": list(self.told),
        }


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: some variants of a grid, one after another, until the budget is spent.

    Raises InvalidInput at the end where some of them could not answer at all.
    """
    with store.read() as db:
        grid = grids.get(db, arguments["grid_id"])
        chosen = choose(db, grid.project_id, grid.plan["selection"])
        mine = [variants.get(db, i) for i in arguments["variant_ids"]]
    tally, loaded, troubles = Tally(), Loaded(), []
    for variant in sorted(mine, key=lambda v: v.model.id):
        run = Run(store, variant, grid.plan["samples"], report, tally, loaded, grid.id)
        try:
            run.answer(chosen)
        except WorkbenchError as trouble:
            troubles.append(f"{variant.name}: {trouble}")
        if tally.stopped:
            break
    if troubles:
        raise InvalidInput(" ".join(troubles), remedy="What the others answered is kept.")
    return tally.to_json()


def answer(
    store: Store, variant: Variant, chosen: list[Prompt], samples: int, report: jobs.Report,
    provider: Provider | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Store `samples` completions of each prompt, outside of any grid; what became of them."""
    tally = Tally()
    Run(store, variant, samples, report, tally, Loaded(variant.model, provider)).answer(chosen)
    return tally.to_json()


@dataclass
class Run:
    """One variant's way through the prompts."""

    store: Store
    variant: Variant
    samples: int
    report: jobs.Report
    tally: Tally
    loaded: Loaded
    grid_id: int | None = None
    said: str = ""
    stored: int = 0
    found: int = 0
    under_way: dict[int, tuple[Asked, int | None]] = field(default_factory=dict)

    def answer(self, chosen: list[Prompt]) -> None:
        with self.store.read() as db:
            done = completions.done(db, self.variant.id)
        missing = [
            Wanted(prompt, sample)
            for sample in range(self.samples)
            for prompt in chosen
            if (prompt.id, sample) not in done
        ]
        self._progress(len(missing), f"loading {self.variant.model.name}")
        if missing:
            self._ask_for(missing)
        self._progress(len(missing), f"{self.variant.name} answered")

    def _ask_for(self, missing: list[Wanted]) -> None:
        total = len(missing)
        provider = self.loaded.ready(self.variant.model, self._hear)
        priced = price_of(self.variant.model, spending.prices_of(self.store))
        outcomes = provider.answer(
            (asked.request for asked in self._admitted(missing, priced)), self.variant.sampling
        )
        for group in outcomes:
            if group:
                self._store(group, priced)
            self._progress(total, self.said or f"{self.variant.name} answers")
            self.said = "" if group else self.said

    def _hear(self, said: str) -> None:
        """What the endpoint makes us do: the next report shows it, the job's result keeps it."""
        self.said = f"{self.variant.name}: {said}"
        self.tally.told.append(f"{iso(utc_now())} {said}")

    def _progress(self, total: int, note: str) -> None:
        self.report(min(self.stored + self.found, total), total, note)

    def _admitted(self, missing: list[Wanted], priced: Price | None) -> Iterator[Asked]:
        """What is sent next, entered in the ledger; taken from the store where it is known."""
        sent = 0
        for at in range(0, len(missing), WINDOW):
            for asked in self._unknown(self._fitting(missing[at : at + WINDOW])):
                line = self._enter(asked, priced)
                if self.tally.stopped:
                    return
                self.under_way[sent] = asked, line
                sent += 1
                yield asked

    def _fitting(self, window: list[Wanted]) -> list[Asked]:
        """What can be asked; a prompt that the template cannot be filled in for is a failure."""
        fitting, unfit = [], []
        for wanted in window:
            try:
                fitting.append(ask(self.variant, wanted))
            except InvalidInput as problem:
                unfit.append((wanted, str(problem)))
        if unfit:
            self.store.write(partial(self._write_unfit, unfit=unfit))
            self.tally.unfit += len(unfit)
            self.found += len(unfit)
        return fitting

    def _write_unfit(self, db: Database, unfit: list[tuple[Wanted, str]]) -> None:
        for wanted, problem in unfit:
            key = (wanted.prompt.id, self.variant.id, wanted.sample)
            completions.fail(db, utc_now(), key, "permanent", problem)

    def _unknown(self, window: list[Asked]) -> list[Asked]:
        """What was never answered; the others get their answers from the store."""
        with self.store.read() as db:
            known = completions.answered_before(db, [asked.key for asked in window])
        found = [(asked, known[asked.key]) for asked in window if asked.key in known]
        if found:
            self.store.write(partial(self._write_again, found=found))
            self.tally.from_cache += len(found)
            self.found += len(found)
        return [asked for asked in window if asked.key not in known]

    def _write_again(self, db: Database, found: list[tuple[Asked, Completion]]) -> None:
        for asked, before in found:
            again = replace(
                before, prompt_id=asked.wanted.prompt.id, variant_id=self.variant.id,
                sample_index=asked.wanted.sample, cost_usd=0.0, from_cache=True,
            )  # fmt: skip
            completions.insert(db, utc_now(), again, request_key=asked.key)

    def _enter(self, asked: Asked, priced: Price | None) -> int | None:
        if self.variant.model.kind != "endpoint":
            return None
        entry = grids.Entry(
            self.grid_id, asked.wanted.prompt.id, self.variant.id, asked.wanted.sample,
            spending.most_usd(priced, asked, self.variant.sampling),
        )  # fmt: skip
        line = self.store.write(lambda db: grids.enter(db, utc_now(), entry))
        self.tally.stopped = line is None
        return line

    def _store(self, group: list[Outcome], priced: Price | None) -> None:
        self.store.write(partial(self._write, group=group, priced=priced))
        self.stored += len(group)
        for place, outcome in group:
            del self.under_way[place]
            self.tally.failures += isinstance(outcome, Failure)
            self.tally.answered += isinstance(outcome, Answer)
            self.tally.truncated += (
                isinstance(outcome, Answer) and outcome.finish_reason == "length"
            )

    def _write(self, db: Database, group: list[Outcome], priced: Price | None) -> None:
        now = utc_now()
        for place, outcome in group:
            asked, line = self.under_way[place]
            if isinstance(outcome, Failure):
                key = (asked.wanted.prompt.id, self.variant.id, asked.wanted.sample)
                completions.fail(db, now, key, outcome.code, outcome.message, outcome.attempts)
            else:
                made = completion_of(self.variant, asked, outcome, priced)
                completions.insert(db, now, made, request_key=asked.key)
            if line is not None:
                grids.settle(db, now, line, spending.settlement(priced, outcome))


def completion_of(
    variant: Variant, asked: Asked, answer: Answer, priced: Price | None
) -> Completion:
    return Completion(
        prompt_id=asked.wanted.prompt.id,
        variant_id=variant.id,
        sample_index=asked.wanted.sample,
        messages=tuple({"role": "assistant", "content": text} for text in answer.texts),
        rendered=asked.rendered,
        finish_reason=answer.finish_reason,
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
        latency_ms=answer.latency_ms,
        first_token_ms=answer.first_token_ms,
        cost_usd=cost(priced, answer.tokens_in, answer.tokens_out),
        logprob=answer.logprob,
        seed=asked.request.seeds[0],
        batch=answer.batch,
        batch_place=answer.batch_place,
    )
