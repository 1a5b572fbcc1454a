"""The playground: one prompt put to a few variants at once, each answer seen while it comes.

An endpoint's answer is streamed by a thread of its own; local models answer in a job, since the
app's process never loads them. What is asked is what a grid would ask, so that a kept answer is
never asked for again.
"""

import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from threading import Event, Thread
from typing import Any

from workbench import devices, jobs
from workbench.clock import utc_now
from workbench.errors import WorkbenchError
from workbench.generation import models
from workbench.generation.requests import Asked, Wanted, ask
from workbench.generation.spending import prices_of
from workbench.providers import Answer, Failure, Provider, Request
from workbench.providers.endpoint import EndpointModel
from workbench.providers.prices import Price, cost, price_of
from workbench.records import Completion, Model, Project, Prompt, Sampling, Variant
from workbench.store import Store, completions, variants
from workbench.store import jobs as job_rows

JOB = "try"


@dataclass(frozen=True)
class Told:
    """What the endpoint makes us do, such as wait; what came of the answer before it is void."""

    said: str


@dataclass(frozen=True)
class Ended:
    """How it ended; no `cost_usd`: unknown. `before`: the store knew the answer."""

    outcome: Answer | Failure
    cost_usd: float | None = None
    before: Completion | None = None


def stream(
    model: Model, request: Request, sampling: Sampling, price: Price | None = None, **how: Any
) -> Iterator[str | Told | Ended]:
    """The answer so far, again and again, at least once a second; at last how it ended.

    `how` is what `EndpointModel` takes. Raises InvalidInput for a missing key, say.
    """
    told: deque[str] = deque()
    heard: deque[str] = deque([""], maxlen=1)
    endpoint = EndpointModel(model, told.append, listen=heard.append, **how)
    for group in endpoint.answer([request], sampling):
        while told:
            yield Told(told.popleft())
        yield heard[0]
        for _, outcome in group:
            yield Ended(outcome, cost(price, outcome.tokens_in, outcome.tokens_out))
            return


@dataclass(frozen=True)
class Seen:
    """What there is of an answer now; `trouble` is why nothing could be asked."""

    text: str = ""
    note: str = ""
    ended: Ended | None = None
    trouble: str = ""

    @property
    def over(self) -> bool:
        return self.ended is not None or bool(self.trouble)


@dataclass
class Trial:
    """One variant's answer on its way; with a `job_id`, at `place` of that job's answers."""

    variant: Variant
    asked: Asked
    job_id: int | None = None
    place: int = 0
    seen: Seen = Seen()
    stopped: Event = field(default_factory=Event)

    def look(self, store: Store) -> Seen:
        """What there is now; looking launches what waits."""
        if self.job_id is not None and not self.seen.over:
            self.seen = _seen_in_job(store, self.job_id, self.place)
        return self.seen

    def stop(self, store: Store) -> None:
        self.stopped.set()
        if self.job_id is not None:
            jobs.cancel(store, self.job_id)

    def listen(self, price: Price | None) -> None:
        """The thread's whole life."""
        try:
            request, sampling = self.asked.request, self.variant.sampling
            for news in stream(self.variant.model, request, sampling, price):
                if self.stopped.is_set():
                    break
                self.seen = _after(self.seen, news)
        except WorkbenchError as problem:
            self.seen = replace(self.seen, trouble=str(problem))
        except Exception as problem:  # or the screen would wait for ever
            traceback.print_exc()
            self.seen = replace(self.seen, trouble=f"{type(problem).__name__}: {problem}")
        if not self.seen.over:
            self.seen = replace(self.seen, note="", trouble="Stopped.")


def _after(seen: Seen, news: str | Told | Ended) -> Seen:
    if isinstance(news, Told):
        return Seen(note=news.said)
    if isinstance(news, Ended):
        return replace(seen, note="", ended=news)
    return replace(seen, text=news, note="" if news else seen.note)


def begin(store: Store, project: Project, prompt: Prompt, asking: list[Variant], sample: int
          ) -> list[Trial]:  # fmt: skip
    """Put the prompt to all variants at once; what the store knows is not asked again.

    Raises InvalidInput where a template cannot be filled in for this prompt.
    """
    trials = [Trial(variant, ask(variant, Wanted(prompt, sample))) for variant in asking]
    prices = prices_of(store)
    with store.read() as db:
        known = completions.answered_before(db, [trial.asked.key for trial in trials])
    fresh = []
    for trial in trials:
        if before := known.get(trial.asked.key):
            trial.seen = Seen(before.text, ended=Ended(_answer(before), 0.0, before))
        else:
            fresh.append(trial)
    _start_job(store, project, [t for t in fresh if t.variant.model.kind == "local"])
    for trial in fresh:
        if trial.variant.model.kind == "endpoint":
            price = price_of(trial.variant.model, prices)
            Thread(target=trial.listen, args=(price,), daemon=True).start()
    return trials


def _answer(before: Completion) -> Answer:
    return Answer(
        texts=tuple(str(message["content"]) for message in before.messages),
        finish_reason=before.finish_reason or "stop",
        tokens_in=before.tokens_in,
        tokens_out=before.tokens_out,
        latency_ms=before.latency_ms or 0.0,
        first_token_ms=before.first_token_ms,
    )


def _start_job(store: Store, project: Project, local: list[Trial]) -> None:
    """One job for all local variants; it waits for the machine like any other."""
    if not local:
        return
    asked = [_to_ask(store, trial) for trial in local]
    job = jobs.start(store, JOB, {"asked": asked}, resource=devices.usual(), project_id=project.id)
    for place, trial in enumerate(local):
        trial.job_id, trial.place = job.id, place


def _to_ask(store: Store, trial: Trial) -> dict[str, Any]:
    model = store.write(lambda db: variants.ensure_model(db, utc_now(), trial.variant.model))
    request = trial.asked.request
    return {"model_id": model.id, "messages": request.messages, "seeds": request.seeds,
            "sampling": trial.variant.sampling.to_json()}  # fmt: skip


def work(
    store: Store, arguments: dict[str, Any], report: jobs.Report,
    load: Callable[[Model], Provider] = models.load,
) -> dict[str, Any]:  # fmt: skip
    """The job: `{answers}`, one for each that was asked, as `{answer}`, `{failure}` or
    `{trouble}`; each model is loaded once.
    """
    loaded: dict[int, Provider] = {}
    found = []
    for place, one in enumerate(arguments["asked"]):
        with store.read() as db:
            model = variants.model(db, one["model_id"])
        report(place, len(arguments["asked"]), f"{model.name} answers")
        try:
            if model.id not in loaded:
                loaded[model.id] = load(model)
            found.append(_tried(loaded[model.id], one))
        except WorkbenchError as problem:
            found.append({"trouble": str(problem)})
    return {"answers": found}


def _tried(provider: Provider, one: dict[str, Any]) -> dict[str, Any]:
    request = Request(tuple(one["messages"]), tuple(one["seeds"]))
    groups = provider.answer([request], Sampling.from_json(one["sampling"]))
    [outcome] = [outcome for group in groups for _, outcome in group]
    return {"failure" if isinstance(outcome, Failure) else "answer": asdict(outcome)}


def _seen_in_job(store: Store, job_id: int, place: int) -> Seen:
    with store.read() as db:
        job = job_rows.get(db, job_id)
    if job.status == "done" and job.result:
        return _of_job(job.result["answers"][place])
    if job.status in ("failed", "cancelled"):
        return Seen(trouble=job.error or "Stopped.")
    jobs.launch(store)
    running = job.progress_note or "The model is being loaded."
    return Seen(note=running if job.status == "running" else "Waits for its turn.")


def _of_job(said: dict[str, Any]) -> Seen:
    if "answer" in said:
        answer = Answer(**said["answer"] | {"texts": tuple(said["answer"]["texts"])})
        return Seen(answer.texts[-1], ended=Ended(answer))
    if "failure" in said:
        return Seen(ended=Ended(Failure(**said["failure"])))
    return Seen(trouble=said["trouble"])
