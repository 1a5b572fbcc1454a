"""Generation: variants answer prompts, as a job that can be killed and started again.

What is done is what is stored: a restart asks only for the samples that are missing. Each
answer's seed follows from the variant, the prompt and the sample, so a repeat gives the same.
"""

from dataclasses import replace
from typing import Any

from workbench import jobs
from workbench.clock import utc_now
from workbench.errors import InvalidInput
from workbench.hashing import sha256_text
from workbench.providers import Answer, Failure, Provider, Request
from workbench.providers.local import LocalModel
from workbench.records import Completion, Job, Message, Prompt, Split, Variant, history
from workbench.store import Store, completions, prompts, variants
from workbench.templating import render

CHUNK = 256
Wanted = list[tuple[Prompt, int]]


def start(
    store: Store,
    project_id: int,
    variant_id: int,
    *,
    split: Split | None = None,
    samples: int = 1,
    limit: int | None = None,
    skip: int = 0,
) -> Job:
    """Queue a job in which the variant answers the prompts of a split, `samples` times each."""
    arguments = {
        "project_id": project_id, "variant_id": variant_id, "split": split,
        "samples": samples, "limit": limit, "skip": skip,
    }  # fmt: skip
    return jobs.start(store, "generate", arguments, resource=jobs.CPU, project_id=project_id)


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    """The job: choose the prompts and answer what is missing."""
    skip, limit = arguments["skip"], arguments["limit"]
    with store.read() as db:
        chosen = list(prompts.in_project(db, arguments["project_id"], arguments["split"]))
        variant = variants.get(db, arguments["variant_id"])
    chosen = chosen[skip : None if limit is None else skip + limit]
    return answer(store, variant, chosen, arguments["samples"], report)


def answer(
    store: Store, variant: Variant, chosen: list[Prompt], samples: int, report: jobs.Report,
    provider: Provider | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Store `samples` completions of each prompt; returns `{answers, failures}`.

    A failure is stored as such and leaves its sample open for the next run.
    """
    with store.read() as db:
        done = completions.done(db, variant.id)
    wanted: Wanted = [(p, i) for i in range(samples) for p in chosen if (p.id, i) not in done]
    total, failures = len(wanted), 0
    report(0, total, f"loading {variant.model.name}")
    provider = provider or (load(variant) if wanted else None)
    for at in range(0, total, CHUNK):
        report(at, total, f"{variant.name} answers")
        assert provider is not None
        failures += _chunk(store, variant, provider, wanted[at : at + CHUNK])
    report(total, total, f"{variant.name} answered")
    return {"answers": total - failures, "failures": failures}


def load(variant: Variant) -> Provider:
    if variant.model.kind != "local":
        raise InvalidInput(
            f"“{variant.name}” was imported and cannot generate.",
            field="variant",
            remedy="Choose a variant of a local model.",
        )
    return LocalModel(variant.model.location)


def _chunk(store: Store, variant: Variant, provider: Provider, wanted: Wanted) -> int:
    """Answer turn after turn, then store the chunk in one write; returns how many failed."""
    rendered = [render(prompt, variant.template) for prompt, _ in wanted]
    answers: list[list[Answer]] = [[] for _ in wanted]
    failed: dict[int, Failure] = {}
    for turn in range(max(prompt.turns for prompt, _ in wanted)):
        places = [
            i for i, (prompt, _) in enumerate(wanted) if turn < prompt.turns and i not in failed
        ]
        requests = [
            Request(
                history(rendered[i], _messages(answers[i]), turn),
                seed_of(variant, *wanted[i], turn),
            )
            for i in places
        ]
        for place, outcome in provider.answer(requests, variant.sampling):
            if isinstance(outcome, Failure):
                failed[places[place]] = outcome
            else:
                answers[places[place]].append(outcome)
    _store(store, variant, wanted, rendered, answers, failed)
    return len(failed)


def seed_of(variant: Variant, prompt: Prompt, sample: int, turn: int = 0) -> int:
    """31 bits that depend on who answers what, how, and for which time."""
    template = replace(variant.template, id=0)
    parts = (variant.model.fingerprint, template, variant.sampling, prompt.text(), sample, turn)
    return int(sha256_text(repr(parts))[:8], 16) >> 1


def _messages(answers: list[Answer]) -> tuple[Message, ...]:
    return tuple({"role": "assistant", "content": a.text} for a in answers)


def _store(
    store: Store,
    variant: Variant,
    wanted: Wanted,
    rendered: list[tuple[Message, ...]],
    answers: list[list[Answer]],
    failed: dict[int, Failure],
) -> None:
    now = utc_now()

    def write(db: Any) -> None:
        for i, (prompt, sample) in enumerate(wanted):
            if i in failed:
                key = (prompt.id, variant.id, sample)
                completions.fail(db, now, key, None, failed[i].code, failed[i].message)
            else:
                completion = _completion(variant, prompt, sample, rendered[i], answers[i])
                completions.insert(db, now, completion)

    store.write(write)


def _completion(
    variant: Variant,
    prompt: Prompt,
    sample: int,
    rendered: tuple[Message, ...],
    answers: list[Answer],
) -> Completion:
    return Completion(
        prompt_id=prompt.id,
        variant_id=variant.id,
        sample_index=sample,
        messages=_messages(answers),
        rendered=rendered,
        finish_reason=answers[-1].finish_reason,
        tokens_in=sum(a.tokens_in for a in answers),
        tokens_out=sum(a.tokens_out for a in answers),
        latency_ms=sum(a.latency_ms for a in answers),
        seed=seed_of(variant, prompt, sample),
    )
