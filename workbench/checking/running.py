"""The job: every check in use over every answer that it has no result for.

What is done is what is stored, so a killed job goes on where it was. A near-duplicate may come
later than what it duplicates: where a prompt has a new answer, all of its answers are looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from workbench import jobs
from workbench.checking import masking
from workbench.checking.case import Case, Finding
from workbench.checking.making import kind_of
from workbench.checking.masking import model_names
from workbench.records import Completion, Job, Project, plain_text
from workbench.store import Store, checks, completions, projects, prompts
from workbench.store.checks import Check, Result
from workbench.store.database import Database

JOB = "check"
BATCH = 500
TOGETHER = "near_duplicate"  # the kind that compares answers with each other


def begin(store: Store, project: Project) -> Job | None:
    """Queue the job; None where the project has nothing to check by."""
    with store.read() as db:
        if not checks.in_project(db, project.id, active=True):
            return None
    return jobs.start(store, JOB, {"project": project.slug}, resource=f"checks-{project.id}",
                      project_id=project.id)  # fmt: skip


def work(store: Store, arguments: dict[str, Any], report: jobs.Report) -> dict[str, Any]:
    with store.read() as db:
        project = projects.get(db, arguments["project"])
    return run(store, project, report)


def run(store: Store, project: Project, report: jobs.Report) -> dict[str, Any]:
    """Check what was not checked yet; `{checked, failed, masked}`, of which results are new."""
    with store.read() as db:
        active = checks.in_project(db, project.id, active=True)
        total = sum(checks.count_unchecked(db, check) for check in active)
    done = failed = 0
    report(0, total, "checks")
    for check in active:
        for page, results in _results(store, check):
            for at in range(0, len(results), BATCH):
                batch = results[at : at + BATCH]
                store.write(partial(checks.keep, check_id=check.id, results=batch))
            done += page
            failed += sum(found.passed is False for found in results)
            report(done, max(done, total), check.name)
    return {"checked": done, "failed": failed, "masked": masking.cover_compared(store, project)}


def _results(store: Store, check: Check) -> Iterator[tuple[int, list[Result]]]:
    """Page by page: how many answers had no result, and the results."""
    kind, last = kind_of(check.kind, check.settings), 0
    while True:
        with store.read() as db:
            page = checks.unchecked(db, check, last, BATCH)
            cases = list(_cases(db, check, page))
        if not page:
            return
        yield len(page), [_result(kind.find(one.case), one.id) for one in cases]
        last = page[-1].id


def _result(found: Finding, completion_id: int) -> Result:
    return Result(completion_id, found.passed, found.note)


@dataclass(frozen=True)
class _Numbered:
    id: int
    case: Case


def _cases(db: Database, check: Check, page: list[Completion]) -> Iterator[_Numbered]:
    together = check.kind == TOGETHER
    names = model_names(db, check.project_id)
    for prompt_id in dict.fromkeys(answer.prompt_id for answer in page):
        prompt = prompts.get(db, prompt_id)
        assert prompt is not None
        own = [answer for answer in page if answer.prompt_id == prompt_id]
        answers = completions.of_prompt(db, prompt_id) if together else own
        for answer in answers:
            others = tuple(o.text for o in answers if o.id != answer.id) if together else ()
            texts = tuple(plain_text(m["content"]) for m in answer.messages)
            yield _Numbered(answer.id, Case(texts, prompt.text(), prompt.reference, others, names))
