"""The language of each prompt, by a library, once: slices of the data are named by it."""

from functools import partial

from workbench import jobs
from workbench.records import Project
from workbench.store import Database, Store, prompts

PAGE = 500


def name_languages(store: Store, project: Project, report: jobs.Report) -> None:
    """Name the language of every prompt that has none yet; “zxx” is no language at all."""
    with store.read() as db:
        total = prompts.count_unnamed(db, project.id)
    done = 0
    while done < total:
        with store.read() as db:
            page = prompts.without_language(db, project.id, PAGE)
        if not page:
            return
        named = {prompt.id: language_of(prompt.text()) for prompt in page}
        store.write(partial(_keep, named=named))
        done += len(page)
        report(done, total, "")


def _keep(db: Database, named: dict[int, str]) -> None:
    for prompt_id, language in named.items():
        prompts.set_language(db, prompt_id, language)


def language_of(text: str) -> str:
    """ISO 639-1 code of the likeliest language. The model is loaded at the first call: 100 MB."""
    from py3langid import classify

    return str(classify(text)[0])
